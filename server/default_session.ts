import { messageOf } from "../cli/error_line.ts";
import { UserError } from "../engine/errors.ts";
import type { DataSource } from "../engine/source/data_source.ts";
import { findRawFile } from "../engine/source/lake.ts";
import { NotLookedInto } from "../engine/source/lake_looks.ts";
import { log, traceOf } from "./log.ts";
import type { ServerSettings } from "./settings.ts";

/** What the lake holds of the session that is served when a request names none. */
export type DefaultSession =
  | { source: DataSource; path: string }
  /** Nothing that can be served, and why. */
  | { source: null; problem: string };

const MOST_SAID = 100;

/** Looks for the session that a server serves when a request names none. */
export class DefaultSessionFinder {
  #looking: Promise<DefaultSession> | null = null;
  /** What was passed over in the lake and has been said. */
  readonly #said = new Set<string>();

  /** @param settings the server's */
  constructor(readonly settings: ServerSettings) {}

  /**
   * Looks for the default session, anew each time: a day may arrive while the server runs.
   *
   * @returns where its records come from, or why there are none
   */
  find(): Promise<DefaultSession> {
    return this.#looking ??= this.#find(false).finally(() => this.#looking = null);
  }

  /**
   * What is known of the default session without reading a file. One that is new is looked into
   * afterwards, for whoever asks next.
   *
   * @returns where its records come from, or why there are none
   */
  async known(): Promise<DefaultSession> {
    try {
      return await this.#find(true);
    } catch (error) {
      if (!(error instanceof NotLookedInto)) throw error;
      // Nobody waits for it, so that only the log can tell what goes wrong.
      this.find().catch((error) =>
        log("ERROR", "look into the lake failed", { error: traceOf(error) })
      );
      return { source: null, problem: "the file of the day is being looked into" };
    }
  }

  async #find(onlyKnown: boolean): Promise<DefaultSession> {
    const { lake, instrument: { product_type: productType, symbol }, dt } = this.settings;
    const onSkip = (problem: string) => this.#say(problem);
    try {
      const request = { lake, productType, symbol, dt, onlyKnown, onSkip };
      const { source, path } = await findRawFile(request);
      return { source, path };
    } catch (error) {
      if (error instanceof UserError) return { source: null, problem: messageOf(error) };
      throw error;
    }
  }

  #say(problem: string): void {
    if (this.#said.has(problem) || this.#said.size >= MOST_SAID) return;
    this.#said.add(problem);
    log("WARNING", problem);
  }
}
