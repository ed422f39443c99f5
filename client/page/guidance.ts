import { BIAS, type Edge, LEAN } from "../history/edge.ts";

/** What the forces say to whoever holds a position. */
export type Hold = "HOLD" | "TIGHTEN" | "EXIT";

/** Guidance for one side, with its reason. */
export interface Guidance {
  readonly word: Hold;
  /** One short sentence. */
  readonly reason: string;
}

/** What an edge says to a long position. */
export function longGuidance({ net, upAligned }: Edge): Guidance {
  if (net > BIAS && upAligned) {
    return { word: "HOLD", reason: "Support below, clear path above." };
  }
  if (net > -LEAN) {
    const reason = net > BIAS
      ? "Up leads, but above and below disagree."
      : net > LEAN
      ? "The upside leads by little."
      : "No edge for the upside.";
    return { word: "TIGHTEN", reason };
  }
  return { word: "EXIT", reason: "The bear edge leads." };
}

/** What an edge says to a short position: the mirror of `longGuidance`. */
export function shortGuidance({ net, downAligned }: Edge): Guidance {
  if (net < -BIAS && downAligned) {
    return { word: "HOLD", reason: "Resistance above, clear path below." };
  }
  if (net < LEAN) {
    const reason = net < -BIAS
      ? "Down leads, but above and below disagree."
      : net < -LEAN
      ? "The downside leads by little."
      : "No edge for the downside.";
    return { word: "TIGHTEN", reason };
  }
  return { word: "EXIT", reason: "Squeeze risk: the bull edge leads." };
}
