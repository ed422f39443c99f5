import { Reader, type Reading } from "../../engine/reading/reading.ts";
import type { EngineRun } from "../../engine/run.ts";
import { midnightNs } from "../../engine/session.ts";
import type {
  ReadingMessage,
  ReadingUpdateMessage,
  SessionMessage,
  StateChangeMessage,
} from "../../engine/wire/messages.ts";
import type { ReadingDue } from "./run_grid.ts";

const NS_PER_MS = 1e6;

/** What a run's grids come to: the balance of forces, and what was traded in the session so far. */
export class RunReading {
  readonly #reader: Reader;
  readonly #midnightNs: bigint;
  #hasBegun = false;
  /** Gaps of the feed before the grid that was taken last. */
  #gapsMet = 0;

  /**
   * @param run the run
   * @param fromMs the balance is followed from the first grid at or after this event time on,
   * milliseconds since the session's midnight
   */
  constructor(readonly run: EngineRun, public fromMs: number) {
    this.#reader = new Reader(run.request.tickInt);
    this.#midnightNs = midnightNs(run.request.dt);
  }

  /**
   * Begins anew.
   *
   * @param fromMs with the first grid at or after this event time
   */
  restart(fromMs: number): void {
    this.fromMs = fromMs;
    this.#hasBegun = false;
    this.#reader.reset();
  }

  /**
   * Takes the grid in the run's frame.
   *
   * @param ms its event time
   * @param isWished whether anybody wants the balance
   */
  take(ms: number, isWished: boolean): void {
    if (!isWished || (!this.#hasBegun && ms < this.fromMs)) return;
    this.#hasBegun = true;
    const { frame, pipeline: { gapsMet } } = this.run;
    const isAfterBreak = gapsMet !== this.#gapsMet;
    this.#gapsMet = gapsMet;
    this.#reader.take({
      ns: frame.ts,
      bookValid: frame.bookValid,
      maybeBadBook: frame.maybeBadBook,
      ...{ spot: frame.spot, bestBid: frame.bestBid, bestAsk: frame.bestAsk },
      ...{ bidPresent: frame.bidPresent, askPresent: frame.askPresent },
      pressure: frame.column("pressure_variant"),
      vacuum: frame.column("vacuum_variant"),
    }, isAfterBreak);
  }

  /** Lets time pass up to the grid in the run's frame, which is none of the throttle's. */
  pass(): void {
    if (this.#hasBegun) this.#reader.read(this.run.frame.ts);
  }

  /** The balance at the time of the grid in the run's frame, as JSON; null before it is followed. */
  json(): string | null {
    if (!this.#hasBegun) return null;
    return JSON.stringify(this.#message(this.#reader.read(this.run.frame.ts)));
  }

  /** What the balance becomes after the grid in the run's frame, in order, if no other comes before. */
  ahead(): ReadingDue[] {
    if (!this.#hasBegun) return [];
    return this.#reader.ahead().map(({ ns, reading }) => {
      const message: ReadingUpdateMessage = {
        ...{ type: "reading", ts_ns: this.#tsNs(ns), reading: this.#message(reading) },
      };
      return { ms: ns / NS_PER_MS, json: JSON.stringify(message) };
    });
  }

  /** What the state became since this was asked last, in order; the last is what `json` tells. */
  takeChanges(): StateChangeMessage[] {
    return this.#reader.takeChanges().map(({ state, sinceNs }) => ({
      ...{ state, since_ts_ns: this.#tsNs(sinceNs) },
    }));
  }

  /** What was traded in the session up to the last record, as JSON. */
  sessionJson(): string {
    const { pipeline: { sessionTrades }, session: { records }, beginsInside } = this.run;
    const nothing: SessionMessage = { high: null, low: null, vwap: null, volume: null };
    if (beginsInside === null || records.missesTrades) return JSON.stringify(nothing);
    const { high, low, volume, vwap } = sessionTrades;
    const text = (value: bigint | null) => value === null ? null : `${value}`;
    const message: SessionMessage = {
      ...{ high: text(high), low: text(low), vwap: text(vwap), volume: `${volume}` },
    };
    return JSON.stringify(message);
  }

  #tsNs(ns: number): string {
    return `${this.#midnightNs + BigInt(ns)}`;
  }

  #message(reading: Reading): ReadingMessage {
    const { state, sinceNs, reason, clarity, drainAbove, drainBelow, risk } = reading;
    return {
      state,
      ...(reason !== null && { reason }),
      since_ts_ns: this.#tsNs(sinceNs),
      ...{ clarity, drain_above: drainAbove, drain_below: drainBelow, risk },
      ...{ vac_above: reading.vacAbove, press_above: reading.pressAbove },
      ...{ press_below: reading.pressBelow, vac_below: reading.vacBelow },
    };
  }
}
