import type { ReadingMessage } from "../engine/wire/messages.ts";
import { formatHeld, momentOf } from "./format.ts";

/** What the stream calls the balance of forces. */
export type MarketState = ReadingMessage["state"];

/** A state as it is told apart without colour. */
export interface StateLook {
  readonly direction: "up" | "down" | "none" | "unknown";
  /** Filled for a bias, hollow for a lean. */
  readonly shape: string;
}

/** Shapes of the states. */
export const STATE_LOOKS: Readonly<Record<MarketState, StateLook>> = {
  "UP BIAS": { direction: "up", shape: "▲" },
  "UP LEAN": { direction: "up", shape: "△" },
  "CHOP": { direction: "none", shape: "◇" },
  "DOWN LEAN": { direction: "down", shape: "▽" },
  "DOWN BIAS": { direction: "down", shape: "▼" },
  "NO READING": { direction: "unknown", shape: "×" },
};

/** One sentence of why a reading has its state. */
export function whyOf({ state, reason = "the book cannot be read" }: ReadingMessage): string {
  switch (state) {
    case "UP BIAS":
      return "Above drains, below builds, by far more than chance would make of it.";
    case "UP LEAN":
      return "Flow favours up by more than chance would make of it.";
    case "CHOP":
      return "Neither side leads by more than chance would make of it.";
    case "DOWN LEAN":
      return "Flow favours down by more than chance would make of it.";
    case "DOWN BIAS":
      return "Below drains, above builds, by far more than chance would make of it.";
    case "NO READING":
      return `${reason.charAt(0).toUpperCase()}${reason.slice(1)}.`;
  }
}

/**
 * How long a state has been held at a moment.
 *
 * @param timeMs the moment, milliseconds since the epoch with their fraction
 * @param mayBeOlder whether the state may have begun before that is known
 */
export function heldFor(
  { since_ts_ns }: ReadingMessage,
  timeMs: number,
  mayBeOlder: boolean,
): string {
  const held = formatHeld(Math.max(0, timeMs - momentOf(since_ts_ns)));
  return mayBeOlder ? `at least ${held}` : held;
}

/** The risk of a reading; null where there is none, whatever a stream tells then. */
export function riskOf(reading: ReadingMessage | null): ReadingMessage["risk"] | null {
  return reading === null || reading.state === "NO READING" ? null : reading.risk;
}

/** Whether a risk flag is one to look at. */
export function isWarning(risk: ReadingMessage["risk"] | undefined): boolean {
  return risk === "SUPPORT FAILING" || risk === "RESISTANCE THINNING";
}
