import {
  type ForceSums,
  forceSums,
  type GridPrices,
  isDownAligned,
  isUpAligned,
  netEdge,
} from "./force_sums.ts";
import { Held } from "./hold.ts";

/** What a reading calls the balance of forces. */
export type ReadingState =
  | "UP BIAS"
  | "UP LEAN"
  | "CHOP"
  | "DOWN LEAN"
  | "DOWN BIAS"
  | "NO READING";

/** What a reading says of the levels around the mid. */
export type RiskFlag =
  | "SUPPORT FAILING"
  | "RESISTANCE THINNING"
  | "UP ADVANTAGE"
  | "DOWN ADVANTAGE"
  | "BALANCED";

/** A grid as a reading takes it. */
export interface ReadGrid extends GridPrices {
  /** Event time, nanoseconds of any one origin. */
  ns: number;
  bookValid: boolean;
  maybeBadBook: boolean;
  /** Of each bucket, from k = -HALF_WIDTH on. */
  pressure: ArrayLike<number>;
  vacuum: ArrayLike<number>;
}

/** The balance of forces as a person can follow it. */
export interface Reading {
  state: ReadingState;
  /** Since when, on the scale of the grids' `ns`. */
  sinceNs: number;
  /** Why there is none; null when there is one. */
  reason: string | null;
  /** The net edge beside what chance would make of it. */
  clarity: number;
  drainAbove: number;
  drainBelow: number;
  risk: RiskFlag;
  /** Smoothed. */
  vacAbove: number;
  pressAbove: number;
  pressBelow: number;
  vacBelow: number;
}

/** A state, and when it began on the scale of the grids' `ns`. */
export interface StateChange {
  state: ReadingState;
  sinceNs: number;
}

/** What a reading becomes at a time, while nothing new comes. */
export interface ReadingAhead {
  /** When, on the scale of the grids' `ns`. */
  ns: number;
  reading: Reading;
}

/** Changes that are kept for who takes them, the last ones. */
export const MOST_CHANGES = 256;

/** Time constant of the smoothing, seconds. */
const TAU_S = 0.25;
/** How long conditions hold before something begins, and fail before it ends, nanoseconds. */
const ENTER_NS = 0.5e9;
const LEAVE_NS = 1e9;

/** Clarity from which a state is entered, and above which it is kept. */
const LEAN = { enter: 1.6, keep: 0.8 };
const BIAS = { enter: 2.2, keep: 1.1 };
/** The same of a side's drain. */
const DRAIN = { enter: 1.6, keep: 0.8 };

/** States of a side from CHOP up: how strong, 0 to 2, with the sign of the side. */
const STATES: Readonly<Record<number, ReadingState>> = {
  [-2]: "DOWN BIAS",
  [-1]: "DOWN LEAN",
  0: "CHOP",
  1: "UP LEAN",
  2: "UP BIAS",
};

/** What a smoothed grid says of each state. */
interface Conditions {
  clarity: number;
  upAligned: boolean;
  downAligned: boolean;
  drainAbove: number;
  drainBelow: number;
}

const NOTHING: Conditions = {
  ...{ clarity: 0, upAligned: false, downAligned: false, drainAbove: 0, drainBelow: 0 },
};

/**
 * Follows the balance of forces from grid to grid (docs/reading.md): smoothed sums, clarity, a state with
 * the times at which it is entered and left, risk by drain. What a grid says holds until the next; times
 * run between grids too. It sees every grid that the throttle lets through and nothing else, so that it is
 * the same whoever watches, at whatever speed.
 */
export class Reader {
  /** The smoothed sums; null before the first grid and after a break. */
  #smoothed: ForceSums | null = null;
  #conditions = NOTHING;
  /** Now, and when the last grid was. */
  #ns = 0;
  #gridNs = 0;
  /** -2 to 2, see STATES. */
  #strength = 0;
  #sinceNs = 0;
  /** Since when each state's condition holds; absent while it does not. */
  readonly #holding = new Map<number, number>();
  /** Since when what keeps the state has failed; null while it has not. */
  #failingSince: number | null = null;
  #support = new Held(ENTER_NS, LEAVE_NS);
  #resistance = new Held(ENTER_NS, LEAVE_NS);
  /** Why there is no reading, and since when there might be one again; null when there is one. */
  #unread: { reason: string; goodSince: number | null; sinceNs: number } | null = null;

  /** What the state became since it was asked last. */
  #changes: StateChange[] = [];

  /** @param step price_int units of a bucket */
  constructor(readonly step: number) {}

  /** Begins afresh with the next grid. */
  reset(): void {
    this.#smoothed = null;
    this.#unread = null;
    this.#changes = [];
  }

  /** What the state became since this was asked last, in order; the last is what it is now. */
  takeChanges(): StateChange[] {
    const changes = this.#changes;
    this.#changes = [];
    return changes;
  }

  /**
   * Takes the next grid.
   *
   * @param grid the grid
   * @param isAfterBreak whether it is not known what came between it and the one before: then it begins
   * afresh, as with the first
   */
  take(grid: ReadGrid, isAfterBreak = false): void {
    const isFirst = this.#smoothed === null && this.#unread === null;
    const ns = isFirst ? grid.ns : Math.max(grid.ns, this.#ns);
    if (!isFirst) this.#pass(ns);
    const before = this.#gridNs;
    this.#ns = this.#gridNs = ns;
    if (isAfterBreak) {
      this.#smoothed = null;
      if (this.#unread !== null) this.#unread = { ...this.#unread, goodSince: null };
    }
    const reason = whyUnread(grid);
    if (reason !== null) {
      const sinceNs = this.#unread?.sinceNs ?? ns;
      if (this.#unread === null) this.#note("NO READING", ns);
      this.#unread = { reason, goodSince: null, sinceNs };
      this.#smoothed = null;
      this.#conditions = NOTHING;
      return;
    }
    const sums = forceSums(grid.pressure, grid.vacuum, grid, this.step);
    const begins = this.#smoothed === null;
    this.#smoothed = begins ? sums : smooth(this.#smoothed!, sums, (ns - before) / 1e9);
    this.#conditions = conditionsOf(this.#smoothed);
    if (this.#unread !== null) this.#unread.goodSince ??= ns;
    else if (begins) this.#begin(ns);
    else this.#hear(ns);
  }

  /**
   * Tells the balance at a time after the last grid, with nothing new.
   *
   * @param ns the time; default the last that was told
   */
  read(ns = this.#ns): Reading {
    if (ns > this.#ns) {
      this.#pass(ns);
      this.#ns = ns;
    }
    const { clarity, drainAbove, drainBelow } = this.#conditions;
    const { vacAbove, pressAbove, pressBelow, vacBelow } = this.#smoothed ?? ZERO;
    const unread = this.#unread;
    return {
      state: unread ? "NO READING" : STATES[this.#strength]!,
      sinceNs: unread ? unread.sinceNs : this.#sinceNs,
      reason: unread?.reason ?? null,
      ...{ clarity, drainAbove, drainBelow },
      risk: unread ? "BALANCED" : this.#risk(),
      ...{ vacAbove, pressAbove, pressBelow, vacBelow },
    };
  }

  /** What the reading becomes, and when, if no grid comes after the last one; nothing changes by it. */
  ahead(): ReadingAhead[] {
    // Mostly nothing is due.
    if (this.#changesAt === Infinity) return [];
    const then = this.#copy();
    const ahead: ReadingAhead[] = [];
    for (let ns = then.#changesAt; ns < Infinity; ns = then.#changesAt) {
      ahead.push({ ns, reading: then.read(ns) });
    }
    return ahead;
  }

  /** When something changes next, if no grid comes before; Infinity when nothing does. */
  get #changesAt(): number {
    const unread = this.#unread;
    if (unread !== null) return unread.goodSince === null ? Infinity : unread.goodSince + ENTER_NS;
    const entersAt = this.#nextEntry()?.at ?? Infinity;
    const risksAt = Math.min(this.#support.changesAt, this.#resistance.changesAt);
    return Math.min(entersAt, this.#leavesAt, risksAt);
  }

  /** When the state is left, if nothing is entered before; Infinity while it is kept. */
  get #leavesAt(): number {
    return this.#failingSince === null ? Infinity : this.#failingSince + LEAVE_NS;
  }

  /** One that is as this is now, and goes its own way. */
  #copy(): Reader {
    const copy = new Reader(this.step);
    // Neither is changed, only replaced by another.
    copy.#smoothed = this.#smoothed;
    copy.#conditions = this.#conditions;
    copy.#ns = this.#ns;
    copy.#gridNs = this.#gridNs;
    copy.#strength = this.#strength;
    copy.#sinceNs = this.#sinceNs;
    for (const [strength, since] of this.#holding) copy.#holding.set(strength, since);
    copy.#failingSince = this.#failingSince;
    copy.#support = this.#support.copy();
    copy.#resistance = this.#resistance.copy();
    copy.#unread = this.#unread;
    return copy;
  }

  /** Begins with what the conditions say at once. */
  #begin(ns: number): void {
    const { drainAbove, drainBelow } = this.#conditions;
    this.#holding.clear();
    this.#failingSince = null;
    this.#strength = [2, -2, 1, -1].find((strength) => this.#enters(strength)) ?? 0;
    this.#sinceNs = ns;
    this.#note(STATES[this.#strength]!, ns);
    this.#support.begin(drainBelow > DRAIN.enter, ns);
    this.#resistance.begin(drainAbove > DRAIN.enter, ns);
    this.#hear(ns);
  }

  /** Notes since when what holds does. */
  #hear(ns: number): void {
    for (const strength of [2, -2, 1, -1]) {
      if (!this.#enters(strength)) this.#holding.delete(strength);
      else if (!this.#holding.has(strength)) this.#holding.set(strength, ns);
    }
    if (this.#keeps(this.#strength)) this.#failingSince = null;
    else this.#failingSince ??= ns;
    const { drainAbove, drainBelow } = this.#conditions;
    this.#support.hear(drainBelow > DRAIN.enter, drainBelow > DRAIN.keep, ns);
    this.#resistance.hear(drainAbove > DRAIN.enter, drainAbove > DRAIN.keep, ns);
  }

  /** Lets time pass: what is due happens at its instant, one after the other. */
  #pass(ns: number): void {
    const unread = this.#unread;
    if (unread !== null) {
      if (unread.goodSince === null || unread.goodSince + ENTER_NS > ns) return;
      this.#unread = null;
      this.#begin(unread.goodSince + ENTER_NS);
    }
    for (;;) {
      const entry = this.#nextEntry();
      const leavesAt = this.#leavesAt;
      const at = Math.min(entry?.at ?? Infinity, leavesAt);
      if (at > ns) break;
      // Entering goes before leaving.
      if (entry !== null && entry.at <= leavesAt) this.#become(entry.strength, at);
      else {
        const lean = Math.sign(this.#strength);
        const isBias = Math.abs(this.#strength) === 2;
        this.#become(isBias && this.#keeps(lean) ? lean : 0, at);
      }
    }
    this.#support.pass(ns);
    this.#resistance.pass(ns);
  }

  /** The state that is due first, the stronger of two at one instant. */
  #nextEntry(): { strength: number; at: number } | null {
    let next: { strength: number; at: number } | null = null;
    for (const [strength, since] of this.#holding) {
      const isOther = Math.sign(strength) !== Math.sign(this.#strength);
      if (!isOther && Math.abs(strength) <= Math.abs(this.#strength)) continue;
      // What was due before the state that is in force is due since then.
      const at = Math.max(since + ENTER_NS, this.#sinceNs);
      const isStronger = next !== null && at === next.at &&
        Math.abs(strength) > Math.abs(next.strength);
      if (next === null || at < next.at || isStronger) next = { strength, at };
    }
    return next;
  }

  #note(state: ReadingState, sinceNs: number): void {
    this.#changes.push({ state, sinceNs });
    if (this.#changes.length > MOST_CHANGES) this.#changes.shift();
  }

  #become(strength: number, ns: number): void {
    this.#strength = strength;
    this.#sinceNs = ns;
    this.#note(STATES[strength]!, ns);
    this.#failingSince = this.#keeps(strength) ? null : ns;
  }

  /** Whether a state's condition holds. */
  #enters(strength: number): boolean {
    return this.#holds(strength, LEAN.enter, BIAS.enter);
  }

  /** Whether what keeps a state holds. */
  #keeps(strength: number): boolean {
    return strength === 0 || this.#holds(strength, LEAN.keep, BIAS.keep);
  }

  #holds(strength: number, lean: number, bias: number): boolean {
    const { clarity, upAligned, downAligned } = this.#conditions;
    const z = clarity * Math.sign(strength);
    if (Math.abs(strength) === 1) return z > lean;
    return z > bias && (strength > 0 ? upAligned : downAligned);
  }

  #risk(): RiskFlag {
    const support = this.#support, resistance = this.#resistance;
    const { drainAbove, drainBelow } = this.#conditions;
    if (support.isOn && resistance.isOn) {
      const isSupport = support.since === resistance.since
        ? drainBelow >= drainAbove
        : support.since < resistance.since;
      return isSupport ? "SUPPORT FAILING" : "RESISTANCE THINNING";
    }
    if (support.isOn) return "SUPPORT FAILING";
    if (resistance.isOn) return "RESISTANCE THINNING";
    if (this.#strength === 0) return "BALANCED";
    return this.#strength > 0 ? "UP ADVANTAGE" : "DOWN ADVANTAGE";
  }
}

const ZERO = { vacAbove: 0, pressAbove: 0, pressBelow: 0, vacBelow: 0 };

/** Why a grid cannot be read; null when it can. */
function whyUnread(
  { bookValid, maybeBadBook, bidPresent, askPresent, bestBid, bestAsk }: ReadGrid,
): string | null {
  if (!bookValid) return "the book is being rebuilt";
  if (maybeBadBook) return "the book is in doubt: the source lost records";
  if (!bidPresent && !askPresent) return "the book is empty";
  if (!bidPresent || !askPresent) return "the book has one side alone";
  if (bestBid > bestAsk) return "the book is crossed";
  return null;
}

function smooth(before: ForceSums, now: ForceSums, seconds: number): ForceSums {
  const weight = 1 - Math.exp(-seconds / TAU_S);
  const smoothed = { ...before };
  for (const name of Object.keys(now) as (keyof ForceSums)[]) {
    smoothed[name] += weight * (now[name] - before[name]);
  }
  return smoothed;
}

function conditionsOf(sums: ForceSums): Conditions {
  return {
    clarity: ratio(netEdge(sums), sums.noise2Above + sums.noise2Below),
    upAligned: isUpAligned(sums),
    downAligned: isDownAligned(sums),
    drainAbove: ratio(sums.drainAbove, sums.noise2Above),
    drainBelow: ratio(sums.drainBelow, sums.noise2Below),
  };
}

/** A sum beside what chance makes of it; 0 where there is nothing. */
function ratio(sum: number, noise2: number): number {
  return noise2 === 0 ? 0 : sum / Math.sqrt(noise2);
}
