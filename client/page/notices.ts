import { type Signal, signal } from "@preact/signals";
import type {
  BookEventMessage,
  ReadingMessage,
  StateChangeMessage,
} from "../../engine/wire/messages.ts";
import type { History } from "../history/history.ts";
import { hasRules, type NoticeRules, readNoticeRules } from "./notice_rules.ts";
import { type Notice, NoticeWatch, type Prices } from "./notice_watch.ts";

/** Notices kept. */
export const MOST_NOTICES = 50;

/** What the reader asked to be told of, and what there was. */
export class Notices {
  readonly rules: Signal<NoticeRules>;
  /** Latest first. */
  readonly told: Signal<readonly Notice[]> = signal([]);
  /** Whether the last of them are shown over the picture. */
  readonly isShown: Signal<boolean> = signal(false);
  readonly #watch = new NoticeWatch();
  readonly #note: (rules: NoticeRules) => void;

  /**
   * @param query query of the page's address
   * @param note writes rules into it
   */
  constructor(query: URLSearchParams, note: (rules: NoticeRules) => void) {
    this.rules = signal(readNoticeRules(query));
    this.#note = note;
  }

  /** Changes what is asked for. */
  choose(change: Partial<NoticeRules>): void {
    this.rules.value = { ...this.rules.value, ...change };
    // What was wide or stood before was not asked for.
    this.#watch.breakOff();
    this.#note(this.rules.value);
  }

  /**
   * Looks at a grid that came.
   *
   * @param history what is kept
   * @param grid its number
   * @param reading what came with it
   * @param events sweeps and reserves since the one before
   * @returns whether there is a notice that is to be heard
   */
  look(
    history: History,
    grid: number,
    reading: ReadingMessage | undefined,
    events: readonly BookEventMessage[],
    prices: Prices,
  ): boolean {
    const { value: rules } = this.rules;
    if (!hasRules(rules)) return false;
    return this.#tell(this.#watch.look(history, grid, reading, events, rules, prices));
  }

  /**
   * Hears of a state that began after the grid that came last.
   *
   * @param change the state
   * @returns whether there is a notice that is to be heard
   */
  hear(change: StateChangeMessage): boolean {
    return this.#tell(this.#watch.hear(change, this.rules.value));
  }

  #tell(found: Notice[]): boolean {
    if (found.length === 0) return false;
    this.told.value = [...found.reverse(), ...this.told.value].slice(0, MOST_NOTICES);
    this.isShown.value = true;
    return this.rules.value.sound;
  }

  /**
   * What comes next does not follow what came last.
   *
   * @param why after a lag the states of what was left out are told still
   */
  breakOff(why?: "jump" | "lag"): void {
    this.#watch.breakOff(why);
  }

  /**
   * The feed left something out before what comes next.
   *
   * @param fromMs milliseconds since the epoch
   * @param toMs milliseconds since the epoch
   */
  noteGap(fromMs: number, toMs: number): void {
    this.#watch.noteGap(fromMs, toMs);
  }

  /** Forgets what there was, for another session. */
  clear(): void {
    this.breakOff();
    this.told.value = [];
    this.isShown.value = false;
  }
}
