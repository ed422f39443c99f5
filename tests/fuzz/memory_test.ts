/** What a hostile file leads the engine to hold: never more than four times its size. */
import assert from "node:assert/strict";
import { ACTION, encodeMbo, encodeMetadata, F_LAST, SIDE } from "dbn-ts";
import { EngineRun } from "../../engine/run.ts";
import { join, MIDNIGHT_NS } from "../made_session.ts";
import { SMALL_DT } from "../small_session.ts";

/** Just above 3 * 2^15: tables grow when three quarters are taken, and the old place is still there. */
const ORDERS = 99_100;
const MAX_RATIO = 4;
const TICK = 250_000_000n;

/** Bytes of a run's book and all else that it keeps. */
function bytesOf({ pipeline: { core } }: EngineRun): number {
  return core.exports.memory.buffer.byteLength;
}

/** A file of buy orders at the same time, all of which stay. */
function fileOf(orders: number, price: (i: bigint) => bigint): Uint8Array {
  const parts = [encodeMetadata({
    dataset: "GLBX.MDP3",
    schema: 0,
    start: MIDNIGHT_NS,
    end: MIDNIGHT_NS + 86_400_000_000_000n,
    symbols: [],
    mappings: [],
  })];
  for (let i = 0; i < orders; i++) {
    parts.push(encodeMbo({
      publisherId: 1,
      instrumentId: 1,
      orderId: BigInt(i),
      price: price(BigInt(i)),
      size: 1,
      flags: F_LAST,
      channelId: 0,
      action: ACTION.ADD,
      side: SIDE.BID,
      tsEvent: MIDNIGHT_NS,
      tsRecv: MIDNIGHT_NS,
      tsInDelta: 0,
      sequence: i,
    }));
  }
  return join(...parts);
}

/** A run over a file of its own, at its end. */
async function replayed(bytes: Uint8Array): Promise<EngineRun> {
  const path = await Deno.makeTempFile({ suffix: ".dbn" });
  await Deno.writeFile(path, bytes);
  const run = await EngineRun.open({
    origin: { path },
    productType: "future_mbo",
    symbol: "any",
    dt: SMALL_DT,
    tickInt: Number(TICK),
    startNs: null,
    throttleMs: 25,
    capacity: 4096,
  });
  while (await run.advance(Infinity) !== "end");
  run.close();
  await Deno.remove(path);
  return run;
}

const PRICES: readonly (readonly [name: string, price: (i: bigint) => bigint])[] = [
  ["at one price", () => 80_000n * TICK],
  ["at prices far apart", (i) => (80_000n + 3n * i) * TICK],
  ["off the raster, each in a bucket of its own", (i) => (80_000n + 5n * i) * TICK + 1n + i],
  ["too far from 0 for a tick to be kept with its order", (i) => (1n << 62n) + 5n * i * TICK],
];

for (const [name, price] of PRICES) {
  Deno.test(`orders ${name} take no more than ${MAX_RATIO} times their records`, async () => {
    const few = await replayed(fileOf(1_000, price));
    const bytes = fileOf(ORDERS, price);
    const many = await replayed(bytes);
    // What is there for any file is there for a few orders.
    const ratio = (bytesOf(many) - bytesOf(few)) / bytes.length;
    assert.equal(many.pipeline.book.orderCount, ORDERS);
    assert.ok(ratio > 0.2 && ratio < MAX_RATIO, `${ratio.toFixed(2)} times`);
  });
}
