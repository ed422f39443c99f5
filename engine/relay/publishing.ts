import { basename, dirname } from "node:path";
import type { RecorderEvent } from "../recorder/recording_status.ts";
import { LIVE_ENDING } from "../source/recording.ts";
import { Publisher, type PublisherOptions } from "./publisher.ts";

/** How long a recorder that is told to end is held up by what is not published yet, milliseconds. */
const GRACE_MS = 3_000;

/** What every publisher of a recorder is told. */
export interface PublishingOptions
  extends Pick<PublisherOptions, "limits" | "connect" | "clock" | "random"> {
  symbol: string;
  onEvent: (event: RecorderEvent) => void;
}

/** Publishes what a recorder records, a publisher for each session. */
export class Publishing {
  readonly #options: PublishingOptions;
  readonly #paths = new Set<string>();
  readonly #running: Promise<void>[] = [];
  readonly #finish = new AbortController();
  readonly #end = new AbortController();

  /** @param options what all of them are told */
  constructor(options: PublishingOptions) {
    this.#options = options;
  }

  /**
   * Hears of recordings, and publishes each from when it has bytes; of the one before the first the
   * end, where the broker has its beginning.
   *
   * @param event what the recorder says
   * @param dataset dataset code of what it records there
   */
  hear({ path, dt, state }: RecorderEvent & { kind: "state" }, dataset: string): void {
    if (state.bytes === 0 || this.#paths.has(path)) return;
    const isFirst = this.#paths.size === 0;
    this.#paths.add(path);
    this.#begin(path, dt, dataset, this.#finish.signal, false);
    const before = isFirst ? recordingBefore(path) : null;
    if (before === null) return;
    this.#paths.add(before.path);
    this.#begin(before.path, before.dt, dataset, AbortSignal.abort(), true);
  }

  /**
   * Nothing more is recorded: waits until all is published.
   *
   * @param hurry whoever waits wants to end
   */
  async finish(hurry: AbortSignal): Promise<void> {
    this.#finish.abort();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const limit = () => timer = setTimeout(() => this.#end.abort(), GRACE_MS);
    if (hurry.aborted) limit();
    else hurry.addEventListener("abort", limit, { once: true });
    await Promise.all(this.#running);
    clearTimeout(timer);
    hurry.removeEventListener("abort", limit);
  }

  #begin(path: string, dt: string, dataset: string, finish: AbortSignal, isCatchUp: boolean): void {
    const { symbol, onEvent, limits, connect, clock, random } = this.#options;
    const tell = (level: "INFO" | "WARNING", message: string) =>
      onEvent({ kind: "log", dt, level, message });
    const publisher = async () =>
      await new Publisher({
        channel: { dataset, symbol },
        ...{ dt, path, limits, connect, clock, random, tell, finish, isCatchUp },
        signal: this.#end.signal,
      }).run();
    // Whatever it is, the recording goes on.
    this.#running.push(
      publisher().catch((error) => tell("WARNING", `published no more: ${error.message}`)),
    );
  }
}

/** The newest recording of the same instrument from before. */
function recordingBefore(path: string): { path: string; dt: string } | null {
  const name = basename(path);
  const [, head, date, tail] = /^(.*-)(\d{8})(\..*)$/.exec(name) ?? [];
  if (head === undefined || !name.endsWith(LIVE_ENDING)) return null;
  const names = Array.from(Deno.readDirSync(dirname(path)), ({ name }) => name);
  const dates = names.filter((other) => other.startsWith(head) && other.endsWith(tail!))
    .map((other) => other.slice(head.length, -tail!.length))
    .filter((other) => /^\d{8}$/.test(other) && other < date!).sort();
  const found = dates.at(-1);
  if (found === undefined) return null;
  return {
    path: `${dirname(path)}/${head}${found}${tail}`,
    dt: found.replace(/(\d{4})(\d\d)(\d\d)/, "$1-$2-$3"),
  };
}
