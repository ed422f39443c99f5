import { GRID_ROWS, HALF_WIDTH } from "../../engine/wire/fields.ts";
import { columnOf, type Grid } from "../stream/grid.ts";

/** Sums of the forces of one grid, above (k > 0) and below (k < 0) spot. */
export interface Forces {
  readonly pressureAbove: number;
  readonly pressureBelow: number;
  readonly vacuumAbove: number;
  readonly vacuumBelow: number;
}

/** Who has the edge, as docs/dashboard.md defines it. */
export interface Edge {
  /** Pressure below plus vacuum above. */
  readonly bull: number;
  /** Pressure above plus vacuum below. */
  readonly bear: number;
  /** `bull - bear`. */
  readonly net: number;
  /** `|net| / (bull + bear)`, 0 to 1; 0 when there is no force. */
  readonly conviction: number;
  /** Above drains more than it builds, and below builds more than it drains. */
  readonly upAligned: boolean;
  /** The mirror of `upAligned`. */
  readonly downAligned: boolean;
}

/** The one-word reading of a grid. */
export type MarketState = "UP BIAS" | "DOWN BIAS" | "UP LEAN" | "DOWN LEAN" | "CHOP";

/** What stands out as a risk. */
export type RiskFlag =
  | "SUPPORT FAILING"
  | "RESISTANCE THINNING"
  | "UP ADVANTAGE"
  | "DOWN ADVANTAGE"
  | "BALANCED";

/** Sums of a grid on either side of spot: all that the panels are made of. */
export interface Sums extends Forces {
  /** Rest depth of the buckets above spot, contracts or shares. */
  readonly restAbove: number;
  /** Rest depth of the buckets below spot. */
  readonly restBelow: number;
}

/** Everything the panels say about one grid. */
export interface Reading extends Edge {
  readonly sums: Sums;
  readonly state: MarketState;
  /** One sentence of why the state is what it is. */
  readonly why: string;
  readonly risk: RiskFlag;
}

/** Net edge past which aligned forces amount to a bias. */
export const BIAS = 5;
/** Net edge past which one side leads. */
export const LEAN = 2;
/** Net edge at which the bar shows tanh(1). */
const NET_BAR_SCALE = 200;

/**
 * Sums a grid on either side of spot.
 *
 * @param grid A grid; columns that were not sent count as 0.
 */
export function sumsOf(grid: Grid): Sums {
  const pressure = columnOf(grid, "pressure_variant");
  const vacuum = columnOf(grid, "vacuum_variant");
  const rest = columnOf(grid, "rest_depth");
  let pressureAbove = 0, pressureBelow = 0, vacuumAbove = 0, vacuumBelow = 0;
  let restAbove = 0, restBelow = 0;
  for (let i = 0; i < HALF_WIDTH; i++) {
    pressureBelow += pressure[i] ?? 0;
    vacuumBelow += vacuum[i] ?? 0;
    restBelow += rest[i] ?? 0;
  }
  for (let i = HALF_WIDTH + 1; i < GRID_ROWS; i++) {
    pressureAbove += pressure[i] ?? 0;
    vacuumAbove += vacuum[i] ?? 0;
    restAbove += rest[i] ?? 0;
  }
  return { pressureAbove, pressureBelow, vacuumAbove, vacuumBelow, restAbove, restBelow };
}

/** The edges that a set of force sums gives. */
export function edgeOf(forces: Forces): Edge {
  const { pressureAbove, pressureBelow, vacuumAbove, vacuumBelow } = forces;
  const bull = pressureBelow + vacuumAbove;
  const bear = pressureAbove + vacuumBelow;
  const net = bull - bear;
  const total = bull + bear;
  return {
    bull,
    bear,
    net,
    conviction: total > 0 ? Math.abs(net) / total : 0,
    upAligned: vacuumAbove > pressureAbove && pressureBelow > vacuumBelow,
    downAligned: vacuumBelow > pressureBelow && pressureAbove > vacuumAbove,
  };
}

/** The state that an edge amounts to. */
export function stateOf(edge: Edge): MarketState {
  if (edge.net > BIAS && edge.upAligned) return "UP BIAS";
  if (edge.net < -BIAS && edge.downAligned) return "DOWN BIAS";
  if (edge.net > LEAN) return "UP LEAN";
  if (edge.net < -LEAN) return "DOWN LEAN";
  return "CHOP";
}

/** One sentence of why an edge has its state. */
export function whyOf(edge: Edge, state: MarketState): string {
  switch (state) {
    case "UP BIAS":
      return "Liquidity is draining above while support builds below.";
    case "DOWN BIAS":
      return "Support is draining below while resistance builds above.";
    case "UP LEAN":
      return edge.upAligned
        ? "Above drains and below builds, but by little."
        : "The upside leads, but above and below do not agree.";
    case "DOWN LEAN":
      return edge.downAligned
        ? "Below drains and above builds, but by little."
        : "The downside leads, but above and below do not agree.";
    case "CHOP":
      return edge.bull + edge.bear > 0
        ? "Neither side leads by enough to matter."
        : "No force on either side.";
  }
}

/** The risk flag: a side that drains clearly more than it builds, else the advantage. */
export function riskOf(forces: Forces, edge: Edge): RiskFlag {
  if (drains(forces.vacuumBelow, forces.pressureBelow)) return "SUPPORT FAILING";
  if (drains(forces.vacuumAbove, forces.pressureAbove)) return "RESISTANCE THINNING";
  if (edge.net >= LEAN) return "UP ADVANTAGE";
  if (edge.net <= -LEAN) return "DOWN ADVANTAGE";
  return "BALANCED";
}

/** Whether a risk flag is one to be warned of. */
export function isWarning(risk: RiskFlag): boolean {
  return risk === "SUPPORT FAILING" || risk === "RESISTANCE THINNING";
}

function drains(vacuum: number, pressure: number): boolean {
  return vacuum > Math.max(1.15 * pressure, 2);
}

/** Where the net-edge bar ends, -1 to 1, 0 in the middle. */
export function netBar(net: number): number {
  return Math.tanh(net / NET_BAR_SCALE);
}

/** Reads the sums of a grid the way the panels show them. */
export function readingOf(sums: Sums): Reading {
  const edge = edgeOf(sums);
  const state = stateOf(edge);
  return { ...edge, sums, state, why: whyOf(edge, state), risk: riskOf(sums, edge) };
}
