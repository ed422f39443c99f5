import { encodeMetadata, SCHEMA_MBO } from "dbn-ts";
import { UserError } from "../../errors.ts";
import { parseDate, sessionTimeNs, sessionWindow } from "../../session.ts";
import { SIMULATED_DATASET } from "../data_source.ts";
import { Bystander } from "./bystander.ts";
import { Clock } from "./clock.ts";
import { type Contract, contractOf } from "./contracts.ts";
import { LEVELS, LimitBook } from "./limit_book.ts";
import { Market } from "./market.ts";
import { openBook } from "./opening_book.ts";
import { OrderFlow } from "./order_flow.ts";
import { type Drift, FairPath, PlantedPath } from "./price_path.ts";
import { QuotedFlow } from "./quoted_flow.ts";
import { Random } from "./random.ts";
import { Regimes } from "./regimes.ts";
import { Venue } from "./venue.ts";
import { Walls } from "./walls.ts";

/** What is simulated. */
export interface SimulatedSession {
  /** A future of a product in products.yaml, such as "MNQH6". */
  symbol: string;
  /** Session date, YYYY-MM-DD. */
  dt: string;
  /** A 32-bit integer: another seed, another session; and another one on every date. */
  seed: number;
  /** Busy time, HH:MM America/New_York: quiet hours come before it, nothing after. */
  from: string;
  to: string;
  /** Records a second, on average over the busy time. */
  eventsPerSecond: number;
  /**
   * How the price comes about: "regimes" (default) by the flow of orders, "none" by chance alone,
   * "planted" as the flow of orders foretells.
   */
  drift?: Drift;
}

/** What a session has that says nothing else. */
export const SIMULATOR_DEFAULTS = {
  seed: 1,
  from: "08:30",
  to: "12:00",
  eventsPerSecond: 120,
} as const;

/** Most orders that rest at a time. */
const CAPACITY = 1 << 17;

/** Numbers of the instruments: the symbol's, the next contract's, the spread's of the two. */
const INSTRUMENT_IDS = [42_005_347, 42_007_021, 42_009_988] as const;

/** First order numbers: of the snapshot, of the day, and of the other two instruments. */
const FIRST_IDS = {
  snapshot: 8_411_000_000_000,
  day: 8_412_000_000_000,
  others: 9_800_000_000_000,
};

/**
 * Price of the next contract over the first one's, and so that of their spread: so many ticks, and at
 * most this share of the price.
 */
const NEXT = { ticks: 820, share: 0.14 };

/** Events of the market from one of another instrument to the next. */
const BYSTANDER_EVERY = 9_000;

const SECOND = 1e9;

/**
 * Makes up a session of one future and writes it as a DBN file, block after block. The same session
 * gives the same bytes on every machine.
 *
 * @example
 * ```ts
 * const simulation = new Simulation(session, (bytes) => file.writeSync(bytes));
 * while (simulation.advance(10_000)) console.error(simulation.share);
 * ```
 */
export class Simulation {
  readonly #clock: Clock;
  readonly #market: Market;
  readonly #regimes: Regimes;
  readonly #walls: Walls;
  readonly #flow: OrderFlow | QuotedFlow;
  /** Whether the price goes its own way, and no regimes are. */
  readonly #isQuoted: boolean;
  readonly #others: readonly Bystander[];
  readonly #endTs: number;
  #second = 0;
  #events = 0;
  #shock = false;

  /**
   * Writes the beginning of the file: metadata and the books at midnight.
   *
   * @param session what to simulate
   * @param write takes the file's next bytes, valid until it returns
   * @throws UserError when the symbol is no known future, or a time none of the session's
   */
  constructor(session: SimulatedSession, write: (bytes: Uint8Array) => void) {
    const { symbol, dt, seed, from, to, eventsPerSecond, drift = "regimes" } = session;
    const contract = contractOf(symbol);
    const window = sessionWindow("future_mbo", dt);
    const timeOf = (text: string, name = text, isEnd = false) =>
      Number(sessionTimeNs("future_mbo", dt, { name, text, isEnd }) - window.startNs);
    const schedule = {
      from: timeOf(from, "from"),
      to: timeOf(to, "to", true),
      rate: eventsPerSecond,
      timeOf,
    };
    if (schedule.to <= schedule.from) {
      throw new UserError(
        `the simulated session would end at ${to}, not after it begins at ${from}`,
      );
    }
    const random = new Random(seedOf(seed, dt));
    const venue = new Venue(window.startNs, contract.tickInt, random, write);
    const book = new LimitBook(CAPACITY);
    const [instrumentId, nextId, spreadId] = INSTRUMENT_IDS;
    const baseTick = contract.startTick - LEVELS / 2;
    this.#endTs = schedule.to;
    this.#clock = new Clock(schedule, random);
    this.#market = new Market(book, venue, random, instrumentId, baseTick, FIRST_IDS.day);
    this.#regimes = new Regimes(random, contract.startTick);
    this.#walls = new Walls(random);
    this.#isQuoted = drift !== "regimes";
    if (drift === "regimes") {
      this.#flow = new OrderFlow(this.#market, this.#regimes, this.#walls, random);
    } else {
      const Path = drift === "none" ? FairPath : PlantedPath;
      const path = new Path(new Random(seedOf(~seed, dt)), schedule.from);
      this.#flow = new QuotedFlow(this.#market, path, random);
    }
    const spreadTick = Math.min(NEXT.ticks, Math.round(NEXT.share * contract.startTick));
    const nextTick = contract.startTick + spreadTick;
    this.#others = [
      new Bystander(venue, random, nextId, nextTick, FIRST_IDS.others),
      new Bystander(venue, random, spreadId, spreadTick, 2 * FIRST_IDS.others),
    ];
    write(metadataOf(contract, dt, window.startNs, window.endNs));
    for (const other of this.#others) other.snapshot();
    openBook(book, venue, random, {
      instrumentId,
      baseTick,
      lowestLevel: this.#market.lowestLevel,
      firstId: FIRST_IDS.snapshot,
    });
  }

  /** How much of the session's time has passed, 0 to 1. */
  get share(): number {
    return Math.min(1, this.#clock.ts / this.#endTs);
  }

  /**
   * Lets events happen.
   *
   * @param events how many at most
   * @returns false at the end of the session, when all is written
   */
  advance(events: number): boolean {
    for (let i = 0; i < events; i++) {
      this.#clock.advance(this.#shock, this.#regimes.pace);
      const { ts } = this.#clock;
      if (ts >= this.#endTs) {
        this.#market.venue.flush();
        return false;
      }
      for (; !this.#isQuoted && this.#second * SECOND <= ts; this.#second++) this.#stepSecond();
      this.#events++;
      if (this.#events % BYSTANDER_EVERY === 0) {
        this.#others[(this.#events / BYSTANDER_EVERY) % 2]!.act(ts);
      } else {
        this.#market.ts = ts;
        this.#shock = this.#flow.next();
      }
    }
    return true;
  }

  #stepSecond(): void {
    const { bestBid, bestAsk } = this.#market.book;
    this.#regimes.step((bestBid + bestAsk - LEVELS) / 2);
    this.#walls.step(bestBid, bestAsk);
  }
}

/** The date whose sessions have the seed itself. */
const SEED_DATE = "2026-02-06";

/** 2^32 over the golden ratio: of all steps the one whose multiples stay furthest from one another. */
const DAY_STEP = 0x9e3779b1;

/**
 * Takes the date into the seed, so that no day is another one's flow. Within fifty years no two dates
 * come nearer to each other than 80,000 seeds.
 */
function seedOf(seed: number, dt: string): number {
  const days = parseDate(SEED_DATE).until(parseDate(dt), { largestUnit: "days" }).days;
  return (seed + Math.imul(days, DAY_STEP)) >>> 0;
}

function metadataOf(
  { symbol, nextSymbol }: Contract,
  dt: string,
  start: bigint,
  end: bigint,
): Uint8Array {
  const dateOf = (days: number) =>
    Number(parseDate(dt).add({ days }).toString().replaceAll("-", ""));
  const symbols = [symbol, nextSymbol, `${symbol}-${nextSymbol}`];
  return encodeMetadata({
    dataset: SIMULATED_DATASET,
    schema: SCHEMA_MBO,
    start,
    end,
    symbols,
    mappings: symbols.map((rawSymbol, i) => ({
      rawSymbol,
      intervals: [{ startDate: dateOf(0), endDate: dateOf(1), symbol: `${INSTRUMENT_IDS[i]}` }],
    })),
  });
}
