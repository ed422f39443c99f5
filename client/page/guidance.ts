import type { MarketState } from "../state_words.ts";

/** What the flow does to whoever holds a position. */
export type Hold = "HOLD" | "TIGHTEN" | "EXIT";

/** What the flow does to one side, with its reason. It describes; it does not advise. */
export interface Guidance {
  readonly word: Hold;
  /** A few words that describe the flow. */
  readonly reason: string;
}

/** What the flow does to a long position; null while there is no reading. */
export function longGuidance(state: MarketState): Guidance | null {
  switch (state) {
    case "UP BIAS":
      return { word: "HOLD", reason: "Flow supports a long on both sides." };
    case "UP LEAN":
      return { word: "TIGHTEN", reason: "Flow favours a long, not clearly." };
    case "CHOP":
      return { word: "TIGHTEN", reason: "Flow does not support a long." };
    case "DOWN LEAN":
      return { word: "EXIT", reason: "Flow opposes a long." };
    case "DOWN BIAS":
      return { word: "EXIT", reason: "Flow opposes a long on both sides." };
    case "NO READING":
      return null;
  }
}

const MIRRORED: Readonly<Record<MarketState, MarketState>> = {
  "UP BIAS": "DOWN BIAS",
  "UP LEAN": "DOWN LEAN",
  "CHOP": "CHOP",
  "DOWN LEAN": "UP LEAN",
  "DOWN BIAS": "UP BIAS",
  "NO READING": "NO READING",
};

/** What the flow does to a short position: the mirror of `longGuidance`. */
export function shortGuidance(state: MarketState): Guidance | null {
  const mirrored = longGuidance(MIRRORED[state]);
  return mirrored && { ...mirrored, reason: mirrored.reason.replace("a long", "a short") };
}
