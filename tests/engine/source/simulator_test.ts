import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import fc from "fast-check";
import type { BookView } from "../../../engine/book_view.ts";
import {
  ACTION,
  DbnDecoder,
  F_LAST,
  F_SNAPSHOT,
  type MboFields,
  readMboFields,
  RTYPE_MBO,
} from "dbn-ts";
import { UserError } from "../../../engine/errors.ts";
import { loadProducts } from "../../../engine/products.ts";
import { SIMULATED_DATASET } from "../../../engine/source/data_source.ts";
import { findRawFile } from "../../../engine/source/lake.ts";
import { contractOf } from "../../../engine/source/simulator/contracts.ts";
import {
  FairPath,
  LEAD_SECONDS,
  PlantedPath,
  STRENGTH,
} from "../../../engine/source/simulator/price_path.ts";
import { LimitBook } from "../../../engine/source/simulator/limit_book.ts";
import { Market } from "../../../engine/source/simulator/market.ts";
import { QuotedFlow } from "../../../engine/source/simulator/quoted_flow.ts";
import { Venue } from "../../../engine/source/simulator/venue.ts";
import { Random } from "../../../engine/source/simulator/random.ts";
import {
  ensureSimulated,
  simulatedPath,
  writeSimulated,
} from "../../../engine/source/simulator/simulated_file.ts";
import {
  type SimulatedSession,
  Simulation,
  SIMULATOR_DEFAULTS,
} from "../../../engine/source/simulator/simulation.ts";
import { GRID_ROWS, HALF_WIDTH } from "../../../engine/wire/fields.ts";
import type { Session } from "../../oracle/arbitrary.ts";
import { ordersOf } from "../../book_orders.ts";
import { drive } from "../../drive.ts";
import { join } from "../../made_session.ts";
import { casesOf } from "../../proof.ts";

const SHORT: SimulatedSession = {
  symbol: "MNQH6",
  dt: "2026-02-06",
  seed: 1,
  from: "09:28",
  to: "09:32",
  eventsPerSecond: 60,
};

function simulate(session: SimulatedSession): Uint8Array {
  const blocks: Uint8Array[] = [];
  const simulation = new Simulation(session, (bytes) => blocks.push(bytes.slice()));
  while (simulation.advance(1000));
  return join(...blocks);
}

const digest = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");

const BYTES = simulate(SHORT);
const SESSION: Session = {
  bytes: BYTES,
  records: [],
  productType: "future_mbo",
  symbol: SHORT.symbol,
  dt: SHORT.dt,
  tickInt: 250_000_000n,
  startTime: null,
  startNs: null,
  throttleMs: 0,
  throttleNs: 0n,
  [fc.toStringMethod]: () => "a simulated session",
};

/** Every MBO record of the short session, of all instruments. */
function records(): MboFields[] {
  const decoder = new DbnDecoder();
  const found: MboFields[] = [];
  for (let given = 0; given < BYTES.length;) {
    given += decoder.push(BYTES.subarray(given));
    for (let at = decoder.next(RTYPE_MBO); at >= 0; at = decoder.next(RTYPE_MBO)) {
      found.push(readMboFields(decoder.u8, at));
    }
  }
  decoder.finish();
  return found;
}

const RECORDS = records();
const INSTRUMENT = RECORDS.at(-1)!.instrumentId;
const OWN = RECORDS.filter((record) => record.instrumentId === INSTRUMENT);
const LIVE = OWN.filter((record) => (record.flags & F_SNAPSHOT) === 0);

/** Records of each event of the short session, the snapshot left out. */
const EVENTS = LIVE.reduce<MboFields[][]>((events, record, i) => {
  if (i === 0 || (LIVE[i - 1]!.flags & F_LAST) !== 0) events.push([]);
  events.at(-1)!.push(record);
  return events;
}, []);

const formOf = (event: MboFields[]) => String.fromCharCode(...event.map((record) => record.action));

Deno.test("Simulation gives the same bytes for the same session, on every machine", () => {
  assert.equal(digest(simulate(SHORT)), digest(BYTES));
  // A change of the model changes this; a change of machine must not.
  assert.equal(digest(BYTES), "25c8319ea47b36dfa5db587221ade127b4fdd890fe671cad570060367d36a2a9");
});

Deno.test("Simulation gives other bytes for another seed", () => {
  assert.notEqual(digest(simulate({ ...SHORT, seed: 2 })), digest(BYTES));
});

Deno.test("Simulation gives another flow on another date, also of the seeds beside", () => {
  /** What an order flow is, whatever its date: price, size and side of every order that is added. */
  const flowOf = (dt: string, seed: number) => {
    const decoder = new DbnDecoder();
    const bytes = simulate({ ...SHORT, dt, seed, from: "19:00", to: "19:01" });
    const hash = createHash("sha256");
    for (let given = 0; given < bytes.length;) {
      given += decoder.push(bytes.subarray(given));
      for (let at = decoder.next(RTYPE_MBO); at >= 0; at = decoder.next(RTYPE_MBO)) {
        const { action, side, price, size } = readMboFields(decoder.u8, at);
        hash.update(`${action} ${side} ${price} ${size}\n`);
      }
    }
    return hash.digest("hex");
  };
  const dates = ["2026-02-04", "2026-02-05", "2026-02-06", "2026-02-09"];
  const flows = dates.flatMap((dt) => [0, 1, 2, 3].map((seed) => flowOf(dt, seed)));
  assert.equal(new Set(flows).size, flows.length);
});

Deno.test("Simulation writes about as many records a second as asked for", () => {
  const busy = Temporal.Instant.from("2026-02-06T09:28:00-05:00").epochNanoseconds;
  const seconds = 4 * 60;
  const rate = LIVE.filter((record) => record.tsEvent >= busy).length / seconds;
  assert.ok(rate > 45 && rate < 75, `${rate} records a second`);
});

Deno.test("Simulation ends before its end, and is quiet until it begins", () => {
  const at = (time: string) => Temporal.Instant.from(`2026-02-06T${time}-05:00`).epochNanoseconds;
  assert.ok(LIVE.at(-1)!.tsEvent < at("09:32:00"));
  assert.ok(LIVE.at(-1)!.tsEvent > at("09:31:55"));
  const hour = LIVE.filter(({ tsEvent }) => tsEvent >= at("04:00:00") && tsEvent < at("05:00:00"));
  assert.ok(hour.length > 300 && hour.length < 4000, `${hour.length} records in a quiet hour`);
});

Deno.test("a simulated file passes every rule of its reader: only other instruments are dropped", () => {
  const { source: { counters }, counters: { tsBack } } = drive(SESSION, () => {});
  const { mbo, kept, otherInstrument, ...dropped } = counters;
  assert.equal(kept, OWN.length);
  assert.equal(mbo, kept + otherInstrument);
  assert.ok(otherInstrument >= 22, `${otherInstrument} records of other instruments`);
  assert.deepEqual(new Set(Object.values(dropped)), new Set([0]));
  assert.equal(tsBack, 0);
});

Deno.test("a simulated file maps its symbol, the next contract and their spread", () => {
  const decoder = new DbnDecoder();
  decoder.push(BYTES);
  const { version, dataset, symbols, mappings } = decoder.metadata!;
  assert.deepEqual([version, dataset], [3, SIMULATED_DATASET]);
  assert.deepEqual(symbols, ["MNQH6", "MNQM6", "MNQH6-MNQM6"]);
  const ids = mappings.map(({ intervals }) => Number(intervals[0]!.symbol));
  assert.deepEqual(new Set(RECORDS.map((record) => record.instrumentId)), new Set(ids));
});

Deno.test("a simulated file begins with a snapshot: a Clear at midnight, then adds entered before", () => {
  const midnight = Temporal.Instant.from("2026-02-06T00:00:00Z").epochNanoseconds;
  const snapshot = OWN.slice(0, OWN.length - LIVE.length);
  assert.ok(snapshot.length > 5000);
  assert.equal(snapshot[0]!.action, ACTION.CLEAR);
  assert.equal(snapshot[0]!.tsEvent, midnight);
  for (const [i, { action, flags, tsEvent }] of snapshot.slice(1).entries()) {
    assert.equal(action, ACTION.ADD);
    assert.ok(tsEvent < midnight);
    assert.equal((flags & F_LAST) !== 0, i === snapshot.length - 2);
  }
});

Deno.test("simulated times, sequences and order numbers rise", () => {
  for (const [i, record] of LIVE.entries()) {
    assert.ok(record.tsRecv > record.tsEvent);
    assert.ok(record.tsInDelta > 0);
    const before = LIVE[i - 1];
    if (before === undefined) continue;
    const isNewEvent = (before.flags & F_LAST) !== 0;
    assert.ok(isNewEvent ? record.tsEvent > before.tsEvent : record.tsEvent === before.tsEvent);
    assert.ok(record.tsRecv >= before.tsRecv);
    assert.ok(record.sequence >= before.sequence);
  }
  const taken = EVENTS.map(([first]) => first!)
    .filter(({ action }) => action === ACTION.ADD || action === ACTION.TRADE);
  for (const [i, { orderId }] of taken.entries()) {
    assert.ok(i === 0 || orderId > taken[i - 1]!.orderId);
  }
  assert.ok(taken[0]!.orderId > 2n ** 32n);
});

Deno.test("simulated events have the venue's forms", () => {
  const forms = new Set(EVENTS.map(formOf));
  for (const form of forms) assert.match(form, /^(?:[ACM]|(?:TF+)+[CM]+A?)$/);
  for (const form of ["A", "C", "M", "TFC", "TFM", "TFFCC", "TFFCM"]) {
    assert.ok(forms.has(form), form);
  }
  assert.ok(EVENTS.some((event) => formOf(event).lastIndexOf("T") > 0), "a trade at two prices");
  assert.ok(EVENTS.some((event) => formOf(event).endsWith("A")), "a rest that stays");
});

Deno.test("simulated records name orders that rest, and change them as they say", () => {
  const orders = new Map<bigint, MboFields>();
  const modifies = { up: 0, down: 0, price: 0 };
  for (const record of OWN.slice(1)) {
    const { action, orderId, size, side, price } = record;
    if (action === ACTION.TRADE) continue;
    const known = orders.get(orderId);
    assert.ok(size > 0);
    if (action === ACTION.ADD) assert.equal(known, undefined, `order ${orderId} is added twice`);
    else assert.equal(known?.side, side, `order ${orderId} is not there`);
    if (action === ACTION.CANCEL) assert.equal(size, known?.size);
    if (action === ACTION.FILL) {
      assert.ok(size <= known!.size);
      assert.equal(price, known!.price);
      continue;
    }
    if (action === ACTION.MODIFY && known) {
      if (price !== known.price) modifies.price++;
      else if (size > known.size) modifies.up++;
      else modifies.down++;
    }
    if (action === ACTION.CANCEL) orders.delete(orderId);
    else orders.set(orderId, record);
  }
  assert.ok(Math.min(...Object.values(modifies)) > 50, JSON.stringify(modifies));
});

Deno.test("a trade's fills add up to it, and what they leave is what the venue says", () => {
  const snapshot = OWN.slice(0, OWN.length - LIVE.length);
  const sizes = new Map(snapshot.map(({ orderId, size }) => [orderId, size]));
  for (const event of EVENTS) {
    const filled = new Map<bigint, number>();
    let open = 0;
    for (const { action, orderId, size } of event) {
      if (action === ACTION.TRADE) open += size;
      if (action === ACTION.FILL) {
        open -= size;
        filled.set(orderId, size);
      } else if (action === ACTION.MODIFY && filled.has(orderId)) {
        assert.equal(size, sizes.get(orderId)! - filled.get(orderId)!);
      } else if (action === ACTION.CANCEL && filled.has(orderId)) {
        assert.equal(size, filled.get(orderId));
      }
    }
    assert.equal(open, 0);
    for (const { action, orderId, size } of event) {
      if (action !== ACTION.FILL && action !== ACTION.TRADE) sizes.set(orderId, size);
    }
  }
});

Deno.test("the engine's guarantees hold on a simulated session, at every grid", () => {
  let grids = 0;
  drive(SESSION, (frame, { book }) => {
    assert.ok(frame.bestBid < frame.bestAsk, `crossed at event ${frame.eventId}`);
    if (grids++ % 50 !== 0) return;
    assert.ok(frame.values.every(Number.isFinite));
    assert.ok(frame.column("pressure_variant").every((force) => force >= 0));
    assert.ok(frame.column("vacuum_variant").every((force) => force >= 0));
    assert.deepEqual(
      [...frame.column("rest_depth")],
      depthOf(book, Number(frame.spot / 250_000_000n)),
    );
  });
  assert.ok(grids > 10_000);
});

/** Depth of a grid's rows, summed up from the orders. */
function depthOf(book: BookView, spotTick: number): number[] {
  const depth = new Array<number>(GRID_ROWS).fill(0);
  for (const { price, qty } of ordersOf(book)) {
    const row = Number(price / 250_000_000n) - spotTick + HALF_WIDTH;
    if (row >= 0 && row < GRID_ROWS) depth[row]! += qty;
  }
  return depth;
}

/** Best bid and ask of the short session with another drift, whenever they are others, in ticks. */
function quotesOf(bytes: Uint8Array): [bid: number, ask: number][] {
  const quotes: [number, number][] = [];
  const { book, source: { counters }, counters: { tsBack } } = drive(
    { ...SESSION, bytes },
    ({ bestBid, bestAsk, bidPresent, askPresent }) => {
      assert.ok(bidPresent && askPresent);
      const [bid, ask] = [Number(bestBid / 250_000_000n), Number(bestAsk / 250_000_000n)];
      const last = quotes.at(-1);
      if (last?.[0] !== bid || last[1] !== ask) quotes.push([bid, ask]);
    },
  );
  const { mbo, kept, otherInstrument, ...dropped } = counters;
  assert.equal(mbo, kept + otherInstrument);
  assert.deepEqual([new Set(Object.values(dropped)), tsBack], [new Set([0]), 0]);
  assert.deepEqual(new Set(Object.values(book.counters)), new Set([0]));
  return quotes;
}

/** The steps of the bid in them. */
function stepsOf(quotes: readonly [bid: number, ask: number][]): number[] {
  return quotes.slice(1).map(([bid], i) => bid - quotes[i]![0]);
}

for (const drift of ["none", "planted"] as const) {
  Deno.test(`a session of drift ${drift} is one of its own, the same each time`, () => {
    const digests = [{ drift }, { drift }, { drift, seed: 2 }, { drift, dt: "2026-02-05" }]
      .map((change) => digest(simulate({ ...SHORT, ...change })));
    digests.push(digest(BYTES));
    assert.equal(digests[0], digests[1]);
    assert.equal(new Set(digests).size, 4);
  });

  Deno.test(`drift ${drift}: bid and ask are a tick apart and go a tick at a time, both ways`, () => {
    const quotes = quotesOf(simulate({ ...SHORT, drift }));
    for (const [bid, ask] of quotes) assert.equal(ask - bid, 1);
    const steps = stepsOf(quotes);
    assert.deepEqual(new Set(steps), new Set([1, -1]));
    assert.ok(steps.length > 200, `${steps.length} moves`);
  });
}

Deno.test("drift none: nothing that orders do moves the price", () => {
  // Few orders or many, and the same path: at its end an event more or less has come.
  const paths = [4, 60, 180].map((eventsPerSecond) =>
    stepsOf(quotesOf(simulate({ ...SHORT, drift: "none", eventsPerSecond })))
  );
  const common = Math.min(...paths.map(({ length }) => length));
  for (const path of paths) {
    assert.ok(path.length - common < 20);
    assert.deepEqual(path.slice(0, common), paths[0]!.slice(0, common));
  }
});

Deno.test("a price that is quoted goes on where a side has gaps, and turns at the ends of the book", () => {
  const random = new Random(3);
  const venue = new Venue(0n, 250_000_000, random, () => {});
  const book = new LimitBook(1 << 10);
  const market = new Market(book, venue, random, 1, 0, 1);
  for (const [isBid, levels] of [[true, [1, 2]], [false, [3, 9]]] as const) {
    for (const level of levels) book.add(level, isBid, 1, level);
  }
  market.requote(true, [2, 1]);
  assert.deepEqual([book.bestBid, book.bestAsk, book.count[3], book.count[4]], [3, 4, 2, 1]);
  // Down by one, then no further: below there would be no bid behind.
  let steps = 0;
  const down = {
    nextTs: 0,
    step: () => (++steps, down.nextTs += 1, -1 as const),
    lean: () => 0 as const,
  };
  const flow = new QuotedFlow(market, down, random);
  const bids: number[] = [];
  for (market.ts = 0; market.ts < 6; market.ts++) {
    flow.next();
    bids.push(book.bestBid);
  }
  assert.deepEqual([steps, bids], [6, [2, 3, 2, 3, 2, 3]]);
});

Deno.test("drift none: each move is a fair coin's, whatever came before", () => {
  const path = new FairPath(new Random(7), 0);
  const steps = Array.from({ length: 20_000 }, () => path.step());
  /** How far a count is from half of so many, in standard deviations. */
  const deviations = (count: number, of: number) => (count - of / 2) / Math.sqrt(of / 4);
  for (const lag of [0, 1, 2, 3, 10]) {
    const up = steps.filter((step, i) => i >= lag && (lag === 0 ? 1 : steps[i - lag]) === step);
    assert.ok(Math.abs(deviations(up.length, steps.length - lag)) < 4, `lag ${lag}`);
  }
});

Deno.test("drift planted: what orders lean to is where the price goes some seconds later", () => {
  const path = new PlantedPath(new Random(7), 0);
  const leads: { ts: number; lean: number }[] = [];
  let came = 0;
  const moves = 5_000;
  for (let i = 0; i < moves; i++) {
    const ts = path.nextTs;
    // Asked before it happens, as the flow of orders does.
    leads.push({ ts, lean: path.lean(ts) });
    const step = path.step();
    const told = leads.findLast((lead) => lead.ts <= ts - LEAD_SECONDS * 1e9);
    if (told?.lean === step) came++;
  }
  const share = (1 + STRENGTH) / 2;
  assert.ok(came / moves > share - 0.1 && came / moves < share + 0.02, `${came / moves}`);
});

Deno.test("the price moves in a simulated session", () => {
  const spots = new Set<bigint>();
  drive(SESSION, (frame) => spots.add(frame.spot));
  assert.ok(spots.size > 8, `${spots.size} prices`);
});

Deno.test("Simulation refuses times that leave nothing, or are outside the session", () => {
  const refused = (change: Partial<SimulatedSession>, message: RegExp) =>
    assert.throws(() => simulate({ ...SHORT, ...change }), (error) => {
      assert.ok(error instanceof UserError);
      assert.match(error.message, message);
      return true;
    });
  refused({ to: "09:28" }, /09:28/);
  refused({ from: "09:30", to: "20:00" }, /would end at 20:00, not after it begins at 09:30/);
  refused({ dt: "2026-11-01", from: "19:30" }, /from 19:30 is not in the session of 2026-11-01/);
  refused({ dt: "2026-02-30" }, /not a date/);
  refused({ symbol: "XXH6" }, /Cannot extract product root/);
});

Deno.test("contractOf() knows the tick and the next contract of a future", () => {
  const next = (symbol: string) => contractOf(symbol).nextSymbol;
  assert.deepEqual(["MNQH6", "ESZ9", "ESZ29", "CLF6", "CLX6", "6EM6"].map(next), [
    ...["MNQM6", "ESH0", "ESH30", "CLG6", "CLZ6", "6EU6"],
  ]);
  const { root, tickInt, startTick } = contractOf("6EM6");
  assert.deepEqual([root, tickInt], ["6E", 50_000]);
  assert.ok(startTick > 8192);
});

Deno.test("every product has a price of its own to begin at, on its ticks", () => {
  const dollars = Object.fromEntries([...loadProducts()].map(([root]) => {
    const { startTick, tickInt } = contractOf(`${root}H6`);
    return [root, startTick * tickInt * 1e-9];
  }));
  const about: Record<string, number> = {
    ...{ ES: 6_900, YM: 49_500, ZN: 112, SR3: 96.4, "6J": 0.0064, GC: 4_900, ZC: 430, BTC: 70_000 },
  };
  for (const [root, price] of Object.entries(about)) {
    assert.ok(Math.abs(dollars[root]! - price) < 1e-6 * price, `${root} ${dollars[root]}`);
  }
  const pairs = [["ES", "MES"], ["SI", "SIL"], ["6E", "M6E"], ["CL", "QM"], ["NG", "QG"]] as const;
  for (const [one, other] of pairs) assert.ok(Math.abs(dollars[one]! / dollars[other]! - 1) < 0.01);
});

Deno.test("prices of every product stay at a tick or more, on the ticks, near where they began", () => {
  const products = [...loadProducts().keys()].map((root) => contractOf(`${root}H6`))
    .toSorted((a, b) => a.startTick - b.startTick);
  // Prices of few ticks have the least room; those of all products take long to go through hours.
  const longRuns = casesOf(8, products.length);
  for (const [i, { root, startTick, tickInt }] of products.entries()) {
    const decoder = new DbnDecoder();
    const times = i < longRuns ? { from: "00:10", to: "00:11" } : { from: "19:00", to: "19:01" };
    const bytes = simulate({ ...SHORT, symbol: `${root}H6`, ...times });
    const seen = { trades: 0, bad: 0 };
    for (let given = 0; given < bytes.length;) {
      given += decoder.push(bytes.subarray(given));
      for (let at = decoder.next(RTYPE_MBO); at >= 0; at = decoder.next(RTYPE_MBO)) {
        const { action, price, instrumentId } = readMboFields(decoder.u8, at);
        if (action === ACTION.CLEAR) continue;
        if (price < BigInt(tickInt) || price % BigInt(tickInt) !== 0n) seen.bad++;
        if (action !== ACTION.TRADE || instrumentId !== INSTRUMENT) continue;
        seen.trades++;
        if (Math.abs(Number(price) / tickInt / startTick - 1) > 0.3) seen.bad++;
      }
    }
    assert.equal(seen.bad, 0, root);
    assert.ok(seen.trades > 5, `${root}: ${seen.trades} trades`);
  }
});

Deno.test("contractOf() refuses what is no contract", () => {
  for (const symbol of ["MNQ", "MNQA6", "MNQH6-MNQM6", "AAPL"]) {
    assert.throws(() => contractOf(symbol), UserError, symbol);
  }
});

Deno.test("ensureSimulated() makes the default session once, where the lake finds it", async () => {
  const lake = await Deno.makeTempDir();
  try {
    const request = { lake, symbol: "MNQH6", dt: "2026-02-06" };
    const shares: number[] = [];
    const path = simulatedPath(request);
    assert.deepEqual(await ensureSimulated(request, (share) => shares.push(share)), {
      path,
      made: true,
    });
    assert.deepEqual(shares, shares.toSorted((a, b) => a - b));
    assert.ok(shares.length > 10 && shares.every((share) => share >= 0 && share <= 1));
    const found = await findRawFile({ ...request, productType: "future_mbo" });
    assert.deepEqual(found, { path, source: "simulator", isRecording: false, isLive: false });
    const { size, mtime } = await Deno.stat(path);
    const records = size / 56;
    assert.ok(records > 1.4e6 && records < 1.7e6, `${records} records`);
    assert.deepEqual(await ensureSimulated(request), { path, made: false });
    assert.deepEqual((await Deno.stat(path)).mtime, mtime);
    assert.equal([...Deno.readDirSync(path.slice(0, path.lastIndexOf("/")))].length, 1);
  } finally {
    await Deno.remove(lake, { recursive: true });
  }
});

Deno.test("of several that simulate one session at once each makes it, and all end with the same file", async () => {
  const dir = await Deno.makeTempDir();
  try {
    const path = `${dir}/some.dbn`;
    await Promise.all([writeSimulated(SHORT, path), writeSimulated(SHORT, path)]);
    assert.equal(digest(await Deno.readFile(path)), digest(BYTES));
    assert.deepEqual([...Deno.readDirSync(dir)].map((entry) => entry.name), ["some.dbn"]);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
});

Deno.test("writeSimulated() leaves nothing behind when it cannot write, or what to write", async () => {
  const dir = await Deno.makeTempDir();
  try {
    await Deno.mkdir(`${dir}/taken`);
    await assert.rejects(writeSimulated(SHORT, `${dir}/taken`), /cannot be written/);
    const bad = { ...SHORT, ...SIMULATOR_DEFAULTS, to: "08:00" };
    await assert.rejects(writeSimulated(bad, `${dir}/bad.dbn`), UserError);
    assert.deepEqual([...Deno.readDirSync(dir)].map((entry) => entry.name), ["taken"]);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
});
