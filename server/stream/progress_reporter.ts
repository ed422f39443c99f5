import { WARMUP_NS } from "../../engine/pipeline.ts";
import type { EngineRun } from "../../engine/run.ts";
import { midnightNs } from "../../engine/session.ts";
import { shareRead } from "../../engine/source/byte_source.ts";
import type { ProgressMessage } from "../../engine/wire/messages.ts";
import type { Outbox } from "./outbox.ts";

const LEAST_MS = 100;

/** A phase of a run that is under way. */
type Phase = Exclude<ProgressMessage["phase"], "queued">;

/** Sends how far a stream has come before its first grid, at most ten times a second. */
export class ProgressReporter {
  #lastMs = -Infinity;

  /**
   * @param run the run that is on its way
   * @param outbox takes the messages
   * @param wall a monotonic clock, milliseconds
   */
  constructor(
    readonly run: EngineRun,
    readonly outbox: Outbox,
    readonly wall: () => number = () => performance.now(),
  ) {}

  /**
   * Reports, unless it was done just now.
   *
   * @param phase what is under way
   * @param share how much of it is done, 0 to 1; default: told by file and event time
   */
  report(phase: Phase, share = this.#share(phase)): void {
    const now = this.wall();
    if (now - this.#lastMs < LEAST_MS) return;
    this.#lastMs = now;
    const { pipeline } = this.run;
    const message: ProgressMessage = {
      type: "progress",
      phase,
      fraction: Math.min(1, Math.max(0, share)),
      events: pipeline.book.eventId,
      ts_ns: `${pipeline.lastTsNs}`,
    };
    this.outbox.text(message);
  }

  /** Warm-up is measured in event time; bootstrap, and a run without a start, by the file. */
  #share(phase: Phase): number {
    const { pipeline, session, request: { startNs, dt } } = this.run;
    if (phase === "bootstrap" || startNs === null) {
      return shareRead(session.bytes);
    }
    return 1 - (Number(startNs - midnightNs(dt)) - pipeline.lastTs) / WARMUP_NS;
  }
}
