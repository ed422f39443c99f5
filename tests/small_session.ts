/** A small made session in a lake of its own, for tests that need files but no licensed data. */
import { encodeMbo, encodeMetadata, type MboFields } from "dbn-ts";
import { zstdCompressSync } from "node:zlib";
import { join, MIDNIGHT_NS } from "./made_session.ts";

/** Session date of the made file. */
export const SMALL_DT = "2026-02-06";
/** A start time with warm-up, bootstrap and grids around it. */
export const SMALL_START = "09:35";

/** Its instrument_id. */
export const SMALL_INSTRUMENT_ID = 42005347;
const OTHER_ID = 42007021;
const TICK = 250_000_000n;
const F_LAST = 128;
const F_SNAPSHOT = 32;

/** A lake that is removed when the `using` block ends. */
export interface SmallLake extends AsyncDisposable {
  readonly lake: string;
  /** The raw file. */
  readonly path: string;
}

/**
 * @param root the product
 * @returns the bytes of a DBN v3 file: a midnight snapshot, then adds, cancels, moves and trades of
 * its contract H6 from 09:00 to 09:40 New York, 8 events a second, with records of another instrument between
 */
export function smallSession(root = "MNQ"): Uint8Array {
  const bytes = made.get(root) ?? makeSession(root);
  made.set(root, bytes);
  return bytes.slice();
}

/** What was made once, by its product. */
const made = new Map<string, Uint8Array>();

function makeSession(root: string): Uint8Array {
  const mapping = (rawSymbol: string, id: number) => ({
    rawSymbol,
    intervals: [{ startDate: 20260206, endDate: 20260207, symbol: `${id}` }],
  });
  const parts = [encodeMetadata({
    dataset: "GLBX.MDP3",
    schema: 0,
    start: MIDNIGHT_NS,
    end: MIDNIGHT_NS + 86_400_000_000_000n,
    symbols: [`${root}H6`, `${root}M6`],
    mappings: [mapping(`${root}H6`, SMALL_INSTRUMENT_ID), mapping(`${root}M6`, OTHER_ID)],
  })];
  const write = (fields: Partial<MboFields>) => {
    const { tsEvent = 0n } = fields;
    parts.push(encodeMbo({
      publisherId: 1,
      instrumentId: SMALL_INSTRUMENT_ID,
      orderId: 0n,
      price: 0x7fffffffffffffffn,
      size: 0,
      flags: F_LAST,
      channelId: 0,
      action: "R".charCodeAt(0),
      side: "N".charCodeAt(0),
      tsRecv: tsEvent,
      tsInDelta: 0,
      sequence: parts.length,
      tsEvent,
      ...fields,
    }));
  };
  writeRecords(write);
  return join(...parts);
}

interface Order {
  readonly id: bigint;
  readonly side: string;
  /** Ticks from the middle. */
  readonly ticks: number;
  size: number;
}

type Write = (fields: Partial<MboFields>) => void;

const code = (letter: string) => letter.charCodeAt(0);

const price = (side: string, ticks: number) =>
  100_000n * TICK + TICK * BigInt(side === "B" ? -ticks : ticks);

/** A trade in the venue's form: T, F, then C or M with what is left. */
function writeTrade(write: Write, order: Order, tsEvent: bigint, size: number): void {
  const at = { tsEvent, price: price(order.side, order.ticks), orderId: order.id, flags: 0 };
  const aggressor = order.side === "B" ? "A" : "B";
  write({ ...at, action: code("T"), side: code(aggressor), orderId: 0n, size });
  write({ ...at, action: code("F"), side: code(order.side), size });
  const left = order.size - size;
  write({
    ...at,
    action: code(left === 0 ? "C" : "M"),
    side: code(order.side),
    size: left === 0 ? order.size : left,
    flags: F_LAST,
  });
  order.size = left;
}

function writeRecords(write: Write): void {
  const random = lehmer(20260206);
  const orders: Order[] = [];
  let nextId = 6_413_238_832_874n;
  const add = (side: string, ticks: number, more: Partial<MboFields>) => {
    const order = { id: nextId++, side, ticks, size: 1 + random(9) };
    orders.push(order);
    write({
      action: code("A"),
      side: code(side),
      orderId: order.id,
      price: price(side, ticks),
      size: order.size,
      ...more,
    });
  };
  const old = MIDNIGHT_NS - 3_600_000_000_000n;
  write({ tsEvent: MIDNIGHT_NS, flags: F_SNAPSHOT });
  for (let i = 0; i < 80; i++) {
    const flags = i === 79 ? F_SNAPSHOT | F_LAST : F_SNAPSHOT;
    add(i % 2 ? "A" : "B", 1 + (i >> 2), { tsEvent: old + BigInt(i), flags });
  }
  let ts = MIDNIGHT_NS + 14n * 3_600_000_000_000n;
  for (let i = 0; i < 19_200; i++) {
    ts += BigInt(1_000_000 + random(248_000_000));
    const tsEvent = ts;
    if (i % 50 === 0) write({ instrumentId: OTHER_ID, tsEvent });
    const choice = random(10);
    const order = orders[random(orders.length)]!;
    if (choice < 5 || orders.length < 60) {
      add(random(2) ? "A" : "B", 1 + random(45), { tsEvent });
    } else if (choice < 8) {
      orders.splice(orders.indexOf(order), 1);
      const { id, side, ticks, size } = order;
      write({
        action: code("C"),
        side: code(side),
        orderId: id,
        price: price(side, ticks),
        size,
        tsEvent,
      });
    } else if (choice < 9) {
      order.size = 1 + random(12);
      const { id, side, ticks, size } = order;
      write({
        action: code("M"),
        side: code(side),
        orderId: id,
        price: price(side, ticks),
        size,
        tsEvent,
      });
    } else {
      writeTrade(write, order, tsEvent, 1 + random(order.size));
      if (order.size === 0) orders.splice(orders.indexOf(order), 1);
    }
  }
}

/** Park and Miller's generator: whole numbers from 0 to below `n`. */
function lehmer(seed: number): (n: number) => number {
  let state = seed;
  return (n) => {
    state = state * 48271 % 0x7fffffff;
    return state % n;
  };
}

/**
 * Makes a lake that holds the small session.
 *
 * @param zst whether as a .dbn.zst file
 * @param root the product
 */
export async function smallLake(zst = false, root = "MNQ"): Promise<SmallLake> {
  const lake = await Deno.makeTempDir({ prefix: "spymaster_lake_" });
  const dir =
    `${lake}/raw/source=databento/product_type=future_mbo/symbol=${root}/table=market_by_order_dbn`;
  await Deno.mkdir(dir, { recursive: true });
  const path = `${dir}/glbx-mdp3-20260206.mbo.dbn${zst ? ".zst" : ""}`;
  const bytes = smallSession(root);
  await Deno.writeFile(path, zst ? zstdCompressSync(bytes) : bytes);
  return {
    lake,
    path,
    [Symbol.asyncDispose]: () => Deno.remove(lake, { recursive: true }),
  };
}
