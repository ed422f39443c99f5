/**
 * Random but nasty sessions, as bytes of a valid file. The descriptions of ops.ts are played one
 * after another against a rough idea of the book, so that most records name orders that rest.
 */
import fc from "fast-check";
import { encodeDbn, type OtherRecord } from "./encode.ts";
import { type Op, op, type Pick, type Place, type Size } from "./ops.ts";
import {
  F_LAST,
  F_SNAPSHOT,
  type MboRecord,
  parseDbn,
  UNDEFINED_PRICE,
  UNDEFINED_TIME,
} from "./records.ts";
import { isMalformed, type ProductType, selectRecords } from "./source.ts";

/** A generated file and how to run it. */
export interface Session {
  readonly bytes: Uint8Array;
  readonly records: readonly (MboRecord | OtherRecord)[];
  readonly productType: ProductType;
  readonly symbol: string;
  readonly dt: string;
  readonly tickInt: bigint;
  /** HH:MM America/New_York, or null. */
  readonly startTime: string | null;
  /** `startTime` as UTC nanoseconds. */
  readonly startNs: bigint | null;
  readonly throttleMs: number;
  readonly throttleNs: bigint;
  /** How a failing property prints it: parameters, then one record per line. */
  readonly [fc.toStringMethod]: () => string;
}

export const SYMBOL = "MNQH6";
export const DATE = "2026-02-06";
export const START_TIME = "09:30";

const INSTRUMENT = 42005347;
const SECOND_ID = 42005348; // a roll: the symbol has two ids on the date
const OTHER_INSTRUMENT = 42007021;
const UNMAPPED_INSTRUMENT = 1;
const MINUTE = 60_000_000_000n;
const I64_MAX = 2n ** 63n - 1n;

const atNs = (zoned: string) => Temporal.ZonedDateTime.from(zoned).epochNanoseconds;
const START_NS = atNs(`${DATE}T${START_TIME}[America/New_York]`);

/** Where the window begins. */
const OPEN_NS = {
  future_mbo: atNs(`${DATE}T00:00[UTC]`),
  equity_mbo: atNs(`${DATE}T02:00[America/New_York]`),
};

/** From a record's time to its receipt; null: unknown. */
const LAGS = [0n, 0n, 60_000n, 2_000_000_000n, -40_000n, null];

/** Where the first event may lie: before the warm-up, before the open, before the close. */
const FIRST_NS = {
  phases: { future_mbo: START_NS - 33n * MINUTE, equity_mbo: START_NS - 33n * MINUTE },
  open: {
    future_mbo: OPEN_NS.future_mbo - 5n * MINUTE,
    equity_mbo: OPEN_NS.equity_mbo - 5n * MINUTE,
  },
  close: {
    future_mbo: atNs("2026-02-07T00:00[UTC]") - 15n * MINUTE,
    equity_mbo: atNs(`${DATE}T16:00[America/New_York]`) - 15n * MINUTE,
  },
};

const MAPPINGS = [
  { rawSymbol: SYMBOL, startDate: 20260101, endDate: 20260206, symbol: String(OTHER_INSTRUMENT) },
  { rawSymbol: SYMBOL, startDate: 20260206, endDate: 20260207, symbol: String(INSTRUMENT) },
  { rawSymbol: SYMBOL, startDate: 20260101, endDate: 20260301, symbol: String(SECOND_ID) },
  { rawSymbol: SYMBOL, startDate: 20260206, endDate: 20260207, symbol: "" },
  { rawSymbol: "MNQM6", startDate: 20260206, endDate: 20260207, symbol: String(OTHER_INSTRUMENT) },
];

/** Ids over the whole u64 range; some differ in one word only. */
// deno-fmt-ignore
const IDS = [
  0n, 1n, 2n ** 31n, 2n ** 32n, 2n ** 32n + 1n, 2n ** 53n, 2n ** 53n + 1n, 2n ** 63n - 1n,
  2n ** 63n, 2n ** 63n + 1n, 2n ** 64n - 2n, 2n ** 64n - 1n,
];

/** Prices that break what assumes a positive safe integer near the market. */
// deno-fmt-ignore
const EXTREMES = [
  0n, -1n, -(2n ** 53n) - 1n, -(2n ** 63n), 2n ** 53n + 1n, I64_MAX - 1n, UNDEFINED_PRICE,
];

const CENTRES = [25_000_000_000_000n, 0n, -37_630_000_000n, 2n ** 53n, I64_MAX - 10n ** 14n];

/** Realistic tick sizes, one of them odd so that half a tick is no integer. */
const TICKS = [250_000_000n, 10_000_000n, 50_000n, 7_812_501n];

/**
 * @param maxOps most things that happen in a session; each is one record to a dozen
 * @returns arbitrary sessions; shrinking removes and simplifies what happens
 */
export function sessions(maxOps: number): fc.Arbitrary<Session> {
  return fc.record({
    opened: fc.boolean(),
    ops: fc.array(op, { minLength: 1, maxLength: maxOps, size: "max" }),
    centre: fc.oneof({ weight: 4, arbitrary: fc.constant(CENTRES[0]!) }, {
      weight: 2,
      arbitrary: fc.constantFrom(...CENTRES),
    }),
    tickInt: fc.constantFrom(...TICKS),
    productType: fc.constantFrom<ProductType[]>("future_mbo", "future_mbo", "equity_mbo"),
    where: fc.constantFrom("phases", "phases", "phases", "open", "close"),
    phased: fc.boolean(),
    throttleMs: fc.constantFrom(0, 0, 0, 0.0004, 25, 1000),
    lag: fc.constantFrom(...LAGS),
  }).map(({ opened, ops, centre, tickInt, productType, where, phased, throttleMs, lag }) => {
    const opening: Op[] = opened ? [{ kind: "jump", gap: 0n, ticks: 0 }] : [];
    const records = play([...opening, ...ops], centre, tickInt, {
      firstNs: FIRST_NS[where][productType],
      openNs: OPEN_NS[productType],
      lag,
    });
    const hasStart = phased && where === "phases";
    return {
      bytes: encodeDbn(MAPPINGS, records),
      records,
      productType,
      symbol: SYMBOL,
      dt: DATE,
      tickInt,
      startTime: hasStart ? START_TIME : null,
      startNs: hasStart ? START_NS : null,
      throttleMs,
      throttleNs: BigInt(Math.round(throttleMs * 1e6)),
      [fc.toStringMethod]: () =>
        [
          `${productType} tick ${tickInt} start ${hasStart ? START_TIME : "none"} ` +
          `throttle ${throttleMs} ms`,
          ...records.map(describe),
        ].join("\n"),
    };
  }).filter(hasBook);
}

/**
 * Whether a session has a book at its beginning. One in thousands has none though the player sees to
 * it: a snapshot that was to be it was taken after the close.
 */
function hasBook({ bytes, productType, symbol, dt }: Session): boolean {
  try {
    selectRecords(parseDbn(bytes), productType, symbol, dt);
    return true;
  } catch (error) {
    if (error instanceof Error && error.message.startsWith("no book")) return false;
    throw error;
  }
}

interface RoughOrder {
  side: string;
  price: bigint;
  qty: number;
}

/** Plays the operations; the book it keeps is rough and only there to choose likely values. */
function play(
  ops: readonly Op[],
  firstCentre: bigint,
  tick: bigint,
  { firstNs, openNs, lag }: { firstNs: bigint; openNs: bigint; lag: bigint | null },
): (MboRecord | OtherRecord)[] {
  const records: (MboRecord | OtherRecord)[] = [];
  const resting = new Map<bigint, RoughOrder>();
  let centre = firstCentre;
  let now = firstNs;

  let lostFlow = false;

  const emit = (record: Partial<MboRecord>) => {
    const received = lag === null ? UNDEFINED_TIME : now + lag * BigInt(records.length % 3);
    const whole = { ...BLANK, ts: now, recv: received, ...record };
    const isFlow = (whole.flags & F_SNAPSHOT) === 0 && whole.action !== "R";
    const isEarly = (whole.recv === UNDEFINED_TIME ? whole.ts : whole.recv) < openNs;
    // Flow that is left out before the window needs a Clear before the first one within.
    if (isFlow && !isEarly && lostFlow) {
      lostFlow = false;
      emit({ action: "R", flags: F_LAST });
    }
    const isOurs = whole.instrumentId === INSTRUMENT || whole.instrumentId === SECOND_ID;
    // What is skipped loses nothing, and makes nothing good.
    if (isOurs && isFlow && isEarly) lostFlow = true;
    else if (isOurs && !isFlow && !isMalformed(whole)) lostFlow = false;
    records.push({ ...whole, ts: BigInt.asUintN(64, whole.ts) });
    follow(resting, whole);
  };

  const playEvent = (event: Extract<Op, { kind: "event" }>) => {
    const orderId = chooseId(event.pick, resting);
    const instrumentId = event.rolled ? SECOND_ID : INSTRUMENT;
    event.steps.forEach((step, i) => {
      const order = resting.get(orderId);
      const price = step.place === null
        ? order?.price ?? centre
        : priceOf(step.place, centre, tick);
      const fitting = step.place === null ? order?.side ?? "B" : sideOf(step.place, price, centre);
      const last = i === event.steps.length - 1 ? event.last : step.end === "last";
      const flags = event.noise | (last ? F_LAST : 0);
      const size = BigInt(sizeOf(step.size, order?.qty ?? 5));
      const side = step.side ?? fitting;
      emit({ instrumentId, orderId, price, size, action: step.action, side, flags });
      if (step.end === "ts") now += 7n;
    });
  };

  const playSnapshot = (run: Extract<Op, { kind: "snapshot" }>) => {
    const adds = run.orders.map((order, i): Partial<MboRecord> => {
      const price = priceOf(order.place, centre, tick);
      return {
        orderId: IDS[order.index]!,
        price,
        size: BigInt(order.size),
        action: i === 0 ? "A" : run.action,
        side: sideOf(order.place, price, centre),
        ts: now - run.ages[i % run.ages.length]!,
      };
    });
    // Taken then, of orders entered before.
    const recv = lag === null ? UNDEFINED_TIME : now - run.clearAge;
    const clear = { action: "R", ts: now - run.clearAge - (lag ?? 0n), recv };
    const at = { none: -1, first: 0, middle: adds.length >> 1, last: adds.length }[run.clear];
    const all = at < 0 ? adds : adds.toSpliced(at, 0, clear);
    all.forEach((record, i) => {
      const last = run.last && i === all.length - 1;
      emit({ ...record, flags: F_SNAPSHOT | 8 | (last ? F_LAST : 0) });
    });
  };

  /** The touch goes away and comes back elsewhere, as one order each. */
  const playJump = (ticks: number) => {
    centre = clip(centre + BigInt(ticks) * tick);
    for (const [orderId, { side, price }] of [...resting]) {
      if (side === "B" ? price >= centre : price <= centre) {
        emit({ orderId, action: "C", size: 4294967295n, flags: F_LAST });
      }
    }
    emit({ orderId: IDS[1]!, action: "A", side: "B", price: clip(centre - tick), size: 3n });
    emit({ orderId: IDS[9]!, action: "A", side: "A", price: clip(centre), size: 4n, flags: 130 });
  };

  for (const next of ops) {
    if (next.kind !== "foreign") now += next.gap;
    if (next.kind === "event") playEvent(next);
    else if (next.kind === "snapshot") playSnapshot(next);
    else if (next.kind === "jump") playJump(next.ticks);
    else if (next.kind === "clear") {
      emit({ action: "R", flags: next.last ? 130 : 0, ts: now - next.age });
    } else if (next.what === "rtype") {
      records.push({ rtype: 0, length: 48, instrumentId: INSTRUMENT });
    } else {
      const instrumentId = next.what === "other" ? OTHER_INSTRUMENT : UNMAPPED_INSTRUMENT;
      const { flags, back } = next;
      const ts = now - back;
      records.push({ ...BLANK, action: "A", side: "B", instrumentId, flags, ts, recv: ts });
    }
  }
  return records;
}

const BLANK: MboRecord = {
  instrumentId: INSTRUMENT,
  ts: 0n,
  recv: 0n,
  orderId: 0n,
  price: UNDEFINED_PRICE,
  size: 0n,
  flags: 0,
  action: "N",
  side: "N",
};

function follow(resting: Map<bigint, RoughOrder>, record: MboRecord): void {
  const { orderId, action, side, price } = record;
  const size = Number(record.size);
  const old = resting.get(orderId);
  if (action === "R") resting.clear();
  if (action === "A" || action === "M") {
    resting.delete(orderId); // so that the latest is the last
    if (size > 0) resting.set(orderId, { side, price, qty: size });
  }
  if (old === undefined || (action !== "C" && action !== "F")) return;
  if (size >= old.qty) resting.delete(orderId);
  else old.qty -= size;
}

function chooseId(pick: Pick, resting: ReadonlyMap<bigint, RoughOrder>): bigint {
  const ids = pick.resting && resting.size > 0 ? [...resting.keys()].reverse() : IDS;
  return ids[pick.index % ids.length]!;
}

function sizeOf(size: Size, own: number): number {
  if (size === "own") return own;
  if (size === "part") return Math.ceil(own / 2);
  if (size === "over") return Math.min(own + 3, 4294967294);
  return size;
}

function priceOf(place: Place, centre: bigint, tick: bigint): bigint {
  if (place.extreme !== null) return EXTREMES[place.extreme % EXTREMES.length]!;
  return clip(centre + BigInt(place.ticks) * tick + BigInt(place.rest) * tick / 1000n);
}

function sideOf(place: Place, price: bigint, centre: bigint): string {
  return (price < centre) !== place.crossing ? "B" : "A";
}

/** Into the range of defined prices. */
function clip(price: bigint): bigint {
  if (price >= I64_MAX) return I64_MAX - 1n;
  return price < -(2n ** 63n) ? -(2n ** 63n) : price;
}

function describe(record: MboRecord | OtherRecord): string {
  if ("rtype" in record) return `rtype ${record.rtype}`;
  const { instrumentId, ts, action, side, orderId, price, size, flags } = record;
  const marks = `${flags & F_SNAPSHOT ? " snapshot" : ""}${flags & F_LAST ? " last" : ""}`;
  return `${instrumentId} ts ${ts} ${action}${side} id ${orderId} price ${price} size ${size}${marks}`;
}
