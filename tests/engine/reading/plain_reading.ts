/**
 * The balance of forces in its plainest form, from docs/reading.md alone: the whole past is kept, and at
 * every instant at which something can happen it is looked back for how long a condition has held.
 */
import type { ReadGrid, Reading } from "../../../engine/reading/reading.ts";
import { HALF_WIDTH } from "../../../engine/wire/fields.ts";

const HALF_SECOND = 0.5e9;
const SECOND = 1e9;

/** Sums of a grid; `noise2` of both sides, and of each. */
interface Sums {
  vacAbove: number;
  pressAbove: number;
  pressBelow: number;
  vacBelow: number;
  noise2: number;
  noise2Above: number;
  noise2Below: number;
  drainAbove: number;
  drainBelow: number;
}

/** What a grid says, from its time to that of the next. */
interface Said {
  ns: number;
  z: number;
  up: boolean;
  down: boolean;
  drainAbove: number;
  drainBelow: number;
}

type Condition = (said: Said) => boolean;

/** What enters and keeps each state but CHOP. */
const STATES: Record<string, { enters: Condition; keeps: Condition }> = {
  "UP LEAN": { enters: ({ z }) => z > 1.6, keeps: ({ z }) => z > 0.8 },
  "UP BIAS": { enters: ({ z, up }) => z > 2.2 && up, keeps: ({ z, up }) => z > 1.1 && up },
  "DOWN LEAN": { enters: ({ z }) => z < -1.6, keeps: ({ z }) => z < -0.8 },
  "DOWN BIAS": {
    enters: ({ z, down }) => z < -2.2 && down,
    keeps: ({ z, down }) => z < -1.1 && down,
  },
};
const STRONGEST_FIRST = ["UP BIAS", "DOWN BIAS", "UP LEAN", "DOWN LEAN"];

const sideOf = (state: string) => state.split(" ")[0]!;
const isBias = (state: string) => state.endsWith("BIAS");

/** Sums by the side of the mid, bucket by bucket. */
export function plainSums(grid: ReadGrid, step: number): Sums {
  const sums = { vacAbove: 0, pressAbove: 0, pressBelow: 0, vacBelow: 0 };
  const more = { noise2: 0, noise2Above: 0, noise2Below: 0, drainAbove: 0, drainBelow: 0 };
  const isTwoSided = grid.bidPresent && grid.askPresent;
  for (let k = -HALF_WIDTH; k <= HALF_WIDTH; k++) {
    const pressure = grid.pressure[k + HALF_WIDTH]!, vacuum = grid.vacuum[k + HALF_WIDTH]!;
    const price = grid.spot + BigInt(k) * BigInt(step);
    const x = isTwoSided
      ? 2n * price - (grid.bestBid + grid.bestAsk)
      : 2n * BigInt(k) * BigInt(step);
    if (x > 80n * BigInt(step) || x < -80n * BigInt(step)) continue;
    const above = x > 0n ? 1 : x < 0n ? 0 : 0.5;
    sums.vacAbove += above * vacuum;
    sums.pressAbove += above * pressure;
    sums.pressBelow += (1 - above) * pressure;
    sums.vacBelow += (1 - above) * vacuum;
    if (x === 0n) continue;
    const net = pressure - vacuum;
    more.noise2 += net * net;
    if (x > 0n) {
      more.noise2Above += net * net;
      more.drainAbove -= net;
    } else {
      more.noise2Below += net * net;
      more.drainBelow -= net;
    }
  }
  return { ...sums, ...more };
}

/** Something that is there or not, with when it came. */
interface Flag {
  isOn: boolean;
  sinceNs: number;
}

/** Reads grids one after another. */
export class PlainReader {
  #state = "NO READING";
  #sinceNs = 0;
  #smoothed: Sums | null = null;
  /** What was said since the reading began; nothing before it has. */
  #said: Said[] = [];
  /** Why there is no reading, and since when a grid says that there could be. */
  #reason: string | null = null;
  #goodSince: number | null = null;
  #hasBegun = false;
  #support: Flag = { isOn: false, sinceNs: 0 };
  #resistance: Flag = { isOn: false, sinceNs: 0 };
  #nowNs = 0;
  #gridNs = 0;
  /** Times at which something can happen. */
  #instants: number[] = [];

  constructor(readonly step: number) {}

  take(grid: ReadGrid, isAfterBreak = false): void {
    const isFirst = !this.#hasBegun && this.#reason === null;
    const ns = isFirst ? grid.ns : Math.max(grid.ns, this.#nowNs);
    if (isFirst) this.#nowNs = ns;
    else this.#goTo(ns);
    const reason = !grid.bookValid
      ? "rebuilt"
      : grid.maybeBadBook
      ? "doubt"
      : !grid.bidPresent || !grid.askPresent
      ? "one side"
      : grid.bestBid > grid.bestAsk
      ? "crossed"
      : null;
    const before = this.#gridNs;
    this.#gridNs = ns;
    if (isAfterBreak) {
      this.#smoothed = null;
      this.#said = [];
      this.#goodSince = null;
    }
    if (reason !== null) {
      if (this.#reason === null) {
        this.#state = "NO READING";
        this.#sinceNs = ns;
      }
      this.#reason = reason;
      this.#goodSince = null;
      this.#smoothed = null;
      this.#said = [];
      this.#hasBegun = false;
      return;
    }
    const sums = plainSums(grid, this.step);
    const weight = 1 - Math.exp(-((ns - before) / 1e9) / 0.25);
    const old = this.#smoothed;
    this.#smoothed = old === null
      ? sums
      : mapped(sums, (value, name) => old[name] + weight * (value - old[name]));
    this.#said.push(saying(this.#smoothed, ns));
    this.#instants.push(ns + HALF_SECOND, ns + SECOND);
    if (this.#reason !== null) this.#goodSince ??= ns;
    else if (isFirst || isAfterBreak) this.#begin(ns);
  }

  read(ns = this.#nowNs): Partial<Reading> {
    if (ns > this.#nowNs) this.#goTo(ns);
    const said = this.#said.at(-1) ?? { z: 0, drainAbove: 0, drainBelow: 0 };
    const { vacAbove = 0, pressAbove = 0, pressBelow = 0, vacBelow = 0 } = this.#smoothed ?? {};
    return {
      state: this.#state as Reading["state"],
      sinceNs: this.#sinceNs,
      clarity: said.z,
      ...{ drainAbove: said.drainAbove, drainBelow: said.drainBelow },
      risk: this.#risk(),
      ...{ vacAbove, pressAbove, pressBelow, vacBelow },
    };
  }

  #risk(): Reading["risk"] {
    const support = this.#support, resistance = this.#resistance, said = this.#said.at(-1);
    if (this.#state === "NO READING") return "BALANCED";
    if (support.isOn && resistance.isOn) {
      if (support.sinceNs !== resistance.sinceNs) {
        return support.sinceNs < resistance.sinceNs ? "SUPPORT FAILING" : "RESISTANCE THINNING";
      }
      return said!.drainBelow >= said!.drainAbove ? "SUPPORT FAILING" : "RESISTANCE THINNING";
    }
    if (support.isOn) return "SUPPORT FAILING";
    if (resistance.isOn) return "RESISTANCE THINNING";
    if (this.#state === "CHOP") return "BALANCED";
    return sideOf(this.#state) === "UP" ? "UP ADVANTAGE" : "DOWN ADVANTAGE";
  }

  #goTo(ns: number): void {
    for (;;) {
      const at = Math.min(...this.#instants);
      if (at > ns) break;
      this.#instants = this.#instants.filter((instant) => instant > at);
      this.#happen(at);
    }
    this.#nowNs = ns;
  }

  #happen(ns: number): void {
    if (this.#goodSince !== null && ns - this.#goodSince >= HALF_SECOND) this.#begin(ns);
    if (!this.#hasBegun) return;
    while (this.#changes(ns));
    this.#flag(this.#support, ns, (said) => said.drainBelow);
    this.#flag(this.#resistance, ns, (said) => said.drainAbove);
  }

  #begin(ns: number): void {
    const now = { ...this.#said.at(-1)!, ns };
    this.#said = [now];
    this.#instants = [ns + HALF_SECOND, ns + SECOND];
    this.#reason = null;
    this.#goodSince = null;
    this.#hasBegun = true;
    this.#state = STRONGEST_FIRST.find((state) => STATES[state]!.enters(now)) ?? "CHOP";
    this.#sinceNs = ns;
    this.#support = { isOn: now.drainBelow > 1.6, sinceNs: ns };
    this.#resistance = { isOn: now.drainAbove > 1.6, sinceNs: ns };
  }

  /** One change of state at an instant, entering before leaving; whether there was one. */
  #changes(ns: number): boolean {
    const now = this.#state;
    const mayEnter = STRONGEST_FIRST.filter((state) =>
      now === "CHOP" || sideOf(state) !== sideOf(now) || (isBias(state) && !isBias(now))
    );
    const entered = mayEnter.find((state) => this.#held(STATES[state]!.enters, ns) >= HALF_SECOND);
    if (entered !== undefined) this.#state = entered;
    else {
      if (now === "CHOP") return false;
      const { keeps } = STATES[now]!;
      if (this.#held((said) => !keeps(said), ns) < SECOND) return false;
      const lean = `${sideOf(now)} LEAN`;
      this.#state = isBias(now) && STATES[lean]!.keeps(this.#said.at(-1)!) ? lean : "CHOP";
    }
    this.#sinceNs = ns;
    return true;
  }

  #flag(flag: Flag, ns: number, drain: (said: Said) => number): void {
    const changes = flag.isOn
      ? this.#held((said) => !(drain(said) > 0.8), ns) >= SECOND
      : this.#held((said) => drain(said) > 1.6, ns) >= HALF_SECOND;
    if (!changes) return;
    flag.isOn = !flag.isOn;
    flag.sinceNs = ns;
  }

  /** For how long a condition has held; -1 when it does not. More than a second is a second. */
  #held(condition: Condition, ns: number): number {
    let since = Infinity;
    for (let i = this.#said.length - 1; i >= 0 && condition(this.#said[i]!); i--) {
      since = this.#said[i]!.ns;
      if (ns - since >= SECOND) return SECOND;
    }
    return since === Infinity ? -1 : ns - since;
  }
}

function mapped(sums: Sums, as: (value: number, name: keyof Sums) => number): Sums {
  const names = Object.keys(sums) as (keyof Sums)[];
  return Object.fromEntries(names.map((name) => [name, as(sums[name], name)])) as unknown as Sums;
}

function saying(sums: Sums, ns: number): Said {
  const { vacAbove, pressAbove, pressBelow, vacBelow, noise2, noise2Above, noise2Below } = sums;
  const net = pressBelow + vacAbove - (pressAbove + vacBelow);
  return {
    ns,
    z: noise2 === 0 ? 0 : net / Math.sqrt(noise2),
    up: vacAbove > pressAbove && pressBelow > vacBelow,
    down: vacBelow > pressBelow && pressAbove > vacAbove,
    drainAbove: noise2Above === 0 ? 0 : sums.drainAbove / Math.sqrt(noise2Above),
    drainBelow: noise2Below === 0 ? 0 : sums.drainBelow / Math.sqrt(noise2Below),
  };
}
