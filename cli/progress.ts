import { Presets, SingleBar } from "cli-progress";
import { formatEt } from "../engine/session.ts";

/** Shows how far long work has come. */
export interface ProgressBar {
  /**
   * @param share done, 0 to 1
   * @param text what is being done, or how far it is
   */
  update(share: number, text: string): void;
  /**
   * Writes lines where the bar was, and the bar below them.
   *
   * @param write writes them
   */
  past(write: () => void): void;
  /** Takes the bar away. */
  stop(): void;
}

const SILENT: ProgressBar = { update: () => {}, past: (write) => write(), stop: () => {} };

/** A progress bar with the time left on standard error when that is a terminal; else one that shows nothing. */
export function progressBar(): ProgressBar {
  if (!Deno.stderr.isTerminal()) return SILENT;
  const bar = new SingleBar({
    format: "{bar} {percentage}% {text}",
    clearOnComplete: true,
    hideCursor: true,
    fps: 10,
  }, Presets.rect);
  const begun = performance.now();
  let shown = { share: 0, text: "" };
  const start = () => bar.start(1, shown.share, { text: shown.text });
  start();
  // What ends the process, as a signal does, leaves the terminal its cursor and its lines.
  const stop = () => bar.stop();
  addEventListener("unload", stop);
  return {
    update(share, text) {
      const left = timeLeft(share, performance.now() - begun);
      shown = { share, text: left === "" ? text : `${text}, ${left} left` };
      bar.update(share, { text: shown.text });
    },
    past(write) {
      bar.stop();
      write();
      start();
    },
    stop() {
      removeEventListener("unload", stop);
      stop();
    },
  };
}

/**
 * @param records that reached the engine
 * @param tsNs event time reached, UTC nanoseconds since the epoch; 0 before the first record
 * @returns how far a run is, in words
 */
export function reached(records: number, tsNs: bigint): string {
  return tsNs === 0n ? `${records} records` : `${records} records, ${formatEt(tsNs)}`;
}

/** Before so much of the work is done, and so long, what is left is a guess. */
const LEAST_SHARE = 0.01;
const LEAST_MS = 2_000;

/**
 * @param share of the work that is done, 0 to 1
 * @param elapsedMs how long that took, milliseconds
 * @returns how long the rest takes if it goes on so, in words; nothing while that is not known
 */
export function timeLeft(share: number, elapsedMs: number): string {
  if (share < LEAST_SHARE || elapsedMs < LEAST_MS) return "";
  const seconds = Math.ceil(elapsedMs * (1 - share) / share / 1e3);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.ceil(seconds / 60);
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
