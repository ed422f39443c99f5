import { momentOf } from "../format.ts";
import type {
  GridUpdateMessage,
  ReadingMessage,
  SessionMessage,
} from "../../engine/wire/messages.ts";

const STATES = [
  "UP BIAS",
  "UP LEAN",
  "CHOP",
  "DOWN LEAN",
  "DOWN BIAS",
  "NO READING",
] as const satisfies readonly ReadingMessage["state"][];

const RISKS = [
  "SUPPORT FAILING",
  "RESISTANCE THINNING",
  "UP ADVANTAGE",
  "DOWN ADVANTAGE",
  "BALANCED",
] as const satisfies readonly ReadingMessage["risk"][];

/** The figures of a reading, in the order in which they are kept. */
const FIGURES = [
  "clarity",
  "drain_above",
  "drain_below",
  "vac_above",
  "press_above",
  "press_below",
  "vac_below",
] as const satisfies readonly (keyof ReadingMessage)[];

/** The figures of a session's trades; each has a bit that tells whether it is known. */
const TRADED = [
  "high",
  "low",
  "vwap",
  "volume",
] as const satisfies readonly (keyof SessionMessage)[];

/** The prices among them. */
export type SessionPrice = Exclude<typeof TRADED[number], "volume">;

/** A state and the instant at which it began. */
export interface StateBegin {
  readonly state: ReadingMessage["state"];
  /** Milliseconds since the epoch, with what is less than one; UTC nanoseconds since the epoch. */
  readonly sinceMs: number;
  readonly sinceNs: string;
}

/** A reading, and when it became that while no grid came. */
export interface Became {
  /** Milliseconds since the epoch, with what is less than one. */
  readonly ms: number;
  readonly reading: ReadingMessage;
}

/** Beginnings of a reading that are remembered. */
const MOST_ANEW = 256;

/** In place of a state, or of what is known of the trades: the head had none. */
const ABSENT = 255;

/**
 * The reading and the session's trades that came with each grid kept, by slot (grid_order.ts). All of
 * it lies in typed arrays that are allocated once.
 */
export class FlowHistory {
  readonly capacity: number;
  readonly #states: Uint8Array;
  readonly #risks: Uint8Array;
  readonly #sinceNs: BigInt64Array;
  readonly #sinceMs: Float64Array;
  /** By slot, where there were some: states that were over by the grid, and not told before. */
  readonly #over = new Map<number, readonly StateBegin[]>();
  /** Where the balance began to be read anew, UTC nanoseconds since the epoch: the last ones. */
  readonly #anew = new Set<string>();
  /** What was told of the time after the grid that came last, in order. */
  #became: readonly Became[] = [];
  /** That grid. */
  #becameAfter = -1;
  readonly #figures: Float64Array;
  /** Which reason, from 1; 0 is none. There are a few in all. */
  readonly #reasons: Uint8Array;
  readonly #reasonTexts: string[] = [];
  readonly #known: Uint8Array;
  readonly #traded: BigInt64Array;

  /** @param capacity number of grids kept */
  constructor(capacity: number) {
    this.capacity = capacity;
    this.#states = new Uint8Array(capacity);
    this.#risks = new Uint8Array(capacity);
    this.#sinceNs = new BigInt64Array(capacity);
    this.#sinceMs = new Float64Array(capacity);
    this.#figures = new Float64Array(capacity * FIGURES.length);
    this.#reasons = new Uint8Array(capacity);
    this.#known = new Uint8Array(capacity);
    this.#traded = new BigInt64Array(capacity * TRADED.length);
  }

  /** Memory that a grid takes, bytes. */
  get bytesPerGrid(): number {
    const bytes = [this.#states, this.#risks, this.#reasons, this.#known];
    const all = [...bytes, this.#sinceNs, this.#sinceMs, this.#figures, this.#traded];
    return all.reduce((sum, { byteLength }) => sum + byteLength, 0) / this.capacity;
  }

  /** Keeps what the head of a grid says in the place of the one that had its slot. */
  write(number: number, { reading, session }: GridUpdateMessage): void {
    const slot = number % this.capacity;
    this.#over.delete(slot);
    this.#states[slot] = reading === undefined ? ABSENT : STATES.indexOf(reading.state);
    if (reading !== undefined) {
      this.#risks[slot] = RISKS.indexOf(reading.risk);
      this.#sinceNs[slot] = BigInt(reading.since_ts_ns);
      this.#sinceMs[slot] = momentOf(reading.since_ts_ns);
      if (reading.changes !== undefined) this.#over.set(slot, beginsOf(reading).slice(0, -1));
      this.#reasons[slot] = this.#reasonOf(reading.reason);
      for (let i = 0; i < FIGURES.length; i++) {
        this.#figures[slot * FIGURES.length + i] = reading[FIGURES[i]!];
      }
    }
    this.#known[slot] = ABSENT;
    if (session === undefined) return;
    let known = 0;
    for (let i = 0; i < TRADED.length; i++) {
      const value = session[TRADED[i]!];
      if (value === null) continue;
      known |= 1 << i;
      this.#traded[slot * TRADED.length + i] = BigInt(value);
    }
    this.#known[slot] = known;
  }

  /**
   * Notes that a state was over by a grid that is kept, though another told of it; nothing where that
   * grid knows of it, or knows otherwise.
   */
  addOver(number: number, begin: StateBegin): void {
    const told = this.told(number);
    const isBefore = (one: StateBegin, other: StateBegin) =>
      BigInt(one.sinceNs) < BigInt(other.sinceNs);
    const own = told.at(-1);
    if (own === undefined || !isBefore(begin, own)) return;
    if (told.some(({ sinceNs }) => sinceNs === begin.sinceNs)) return;
    const at = told.findIndex((other) => isBefore(begin, other));
    this.#over.set(number % this.capacity, told.toSpliced(at, 0, begin).slice(0, -1));
  }

  /**
   * Notes that the balance began to be read anew: the state that it began with may be older.
   *
   * @param reading that came first
   * @param fromMs from when on, milliseconds since the epoch: what goes on from before is not anew
   */
  readsAnew(reading: ReadingMessage, fromMs: number): void {
    const begin = beginsOf(reading).find(({ sinceMs }) => sinceMs >= fromMs);
    if (begin === undefined) return;
    this.#anew.add(begin.sinceNs);
    if (this.#anew.size > MOST_ANEW) this.#anew.delete(this.#anew.values().next().value!);
  }

  /** Whether a state of which it is said since when it is, UTC nanoseconds since the epoch, is one of those. */
  wasReadAnew(sinceNs: string): boolean {
    return this.#anew.has(sinceNs);
  }

  /** Notes that a grid came, also one that is kept: what comes after it is told anew. */
  comes(number: number): void {
    this.#became = [];
    this.#becameAfter = number;
  }

  /**
   * Notes what the reading has become since the grid that came last.
   *
   * @param ms when, milliseconds since the epoch, with what is less than one
   */
  becomes(ms: number, reading: ReadingMessage): void {
    this.#became = [...this.#became, { ms, reading }];
  }

  /**
   * What the reading has become since a grid, in order; nothing where another has come.
   *
   * @param number of a grid
   */
  became(number: number): readonly Became[] {
    return number === this.#becameAfter ? this.#became : [];
  }

  /** State of a grid's reading; null where none came with it. For ribbons: no object is made. */
  state(number: number): ReadingMessage["state"] | null {
    return STATES[this.#states[number % this.capacity]!] ?? null;
  }

  /** Since when a grid's state is what it is, milliseconds since the epoch. No object is made. */
  sinceMs(number: number): number {
    return this.#sinceMs[number % this.capacity]!;
  }

  /** The states that a grid tells of, in order, its own the last; none where none came with it. */
  told(number: number): StateBegin[] {
    const slot = number % this.capacity;
    const state = this.state(number);
    if (state === null) return [];
    return [...this.over(number), beginOf(state, `${this.#sinceNs[slot]}`)];
  }

  /** Those of them that were over by the grid. */
  over(number: number): readonly StateBegin[] {
    return this.#over.get(number % this.capacity) ?? [];
  }

  /** The reading that came with a grid, or null. */
  reading(number: number): ReadingMessage | null {
    const slot = number % this.capacity;
    const state = this.state(number);
    if (state === null) return null;
    const figure = (name: typeof FIGURES[number]) =>
      this.#figures[slot * FIGURES.length + FIGURES.indexOf(name)]!;
    const reason = this.#reasonTexts[this.#reasons[slot]! - 1];
    return {
      state,
      ...(reason === undefined ? {} : { reason }),
      since_ts_ns: `${this.#sinceNs[slot]}`,
      clarity: figure("clarity"),
      drain_above: figure("drain_above"),
      drain_below: figure("drain_below"),
      risk: RISKS[this.#risks[slot]!]!,
      vac_above: figure("vac_above"),
      press_above: figure("press_above"),
      press_below: figure("press_below"),
      vac_below: figure("vac_below"),
    };
  }

  /** The session's trades up to a grid, or null where they did not come with it. */
  session(number: number): SessionMessage | null {
    const slot = number % this.capacity;
    const known = this.#known[slot]!;
    if (known === ABSENT) return null;
    const [high, low, vwap, volume] = TRADED.map((_, i) =>
      known & (1 << i) ? `${this.#traded[slot * TRADED.length + i]}` : null
    );
    return { high: high!, low: low!, vwap: vwap!, volume: volume! };
  }

  /**
   * A price of the session's trades up to a grid, price_int. For lines: no object is made.
   *
   * @returns NaN where it is not known
   */
  sessionPrice(number: number, price: SessionPrice): number {
    const slot = number % this.capacity;
    const known = this.#known[slot]!;
    const i = TRADED.indexOf(price);
    if (known === ABSENT || (known & (1 << i)) === 0) return NaN;
    return Number(this.#traded[slot * TRADED.length + i]);
  }

  #reasonOf(reason: string | undefined): number {
    if (reason === undefined) return 0;
    const at = this.#reasonTexts.indexOf(reason);
    if (at >= 0) return at + 1;
    // There is a handful; one more than a byte tells is not worth a word.
    return this.#reasonTexts.length < ABSENT ? this.#reasonTexts.push(reason) : 0;
  }
}

/** The states that a reading tells of, in order, its own the last. */
export function beginsOf({ changes = [], state, since_ts_ns }: ReadingMessage): StateBegin[] {
  return [...changes, { state, since_ts_ns }].map((begun) =>
    beginOf(begun.state, begun.since_ts_ns)
  );
}

function beginOf(state: StateBegin["state"], sinceNs: string): StateBegin {
  return { state, sinceMs: momentOf(sinceNs), sinceNs };
}
