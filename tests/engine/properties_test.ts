/**
 * The guarantees of a grid, each on generated sessions, and the whole engine against the plain
 * oracle. A failure prints the seed and the smallest session that shows it.
 */
import assert from "node:assert/strict";
import fc from "fast-check";
import { zstdCompressSync } from "node:zlib";
import type { BookView } from "../../engine/book_view.ts";
import { ensureBookCache } from "../../engine/cache.ts";
import type { GridFrame } from "../../engine/grid_frame.ts";
import { EngineRun } from "../../engine/run.ts";
import { FLOAT_FIELDS, GRID_ROWS, HALF_WIDTH } from "../../engine/wire/fields.ts";
import { type Session, sessions } from "../oracle/arbitrary.ts";
import { bucketOf } from "../oracle/buckets.ts";
import { runOracle } from "../oracle/engine.ts";
import { ordersOf } from "../book_orders.ts";
import { drive, fingerprint, fingerprints } from "../drive.ts";
import { casesOf } from "../proof.ts";
import { assertSameGrid } from "../same_grid.ts";

const SESSIONS = sessions(60);

function forAll(numRuns: number, holds: (session: Session) => void): void {
  fc.assert(fc.property(SESSIONS, holds), { numRuns });
}

/** Runs a session to its end; the check sees every grid and the book behind it. */
function forEachGrid(
  numRuns: number,
  check: (frame: GridFrame, book: BookView, session: Session) => void,
): void {
  let grids = 0;
  forAll(numRuns, (session) => {
    drive(session, (frame, pipeline) => {
      grids++;
      check(frame, pipeline.book, session);
    });
  });
  assert.ok(grids > numRuns, `only ${grids} grids were looked at`);
}

Deno.test("engine equals the oracle on generated sessions", () => {
  forAll(casesOf(50, 200), (session) => {
    const expected = runOracle(session);
    let index = 0;
    const { book, counters, source } = drive(session, (frame) => {
      const grid = expected.grids[index++];
      assert.ok(grid, "a grid that the oracle does not have");
      assertSameGrid(frame, grid);
    });
    assert.equal(index, expected.grids.length, "grids");
    assert.equal(counters.grids, expected.grids.length, "emitted");
    assert.equal(counters.boundaries, expected.boundaries, "boundaries");
    assert.equal(counters.bookOnly, expected.bookOnly, "book only");
    assert.equal(counters.tsBack, expected.backwards, "ts back");
    assert.equal(book.eventId, expected.finalEventId, "event id");
    const { kept, undefinedPrice, undefinedSize, badSide } = source.counters;
    assert.equal(kept, expected.kept.length, "kept");
    assert.equal(undefinedPrice + undefinedSize + badSide, expected.skipped, "skipped");
    const orders = [...expected.book.orders].map(([id, { side, price, qty }]) =>
      `${id} ${side} ${price} ${qty}`
    );
    assert.deepEqual(restingOrders(book).sort(), orders.sort());
    assert.equal(book.valid, expected.book.valid, "book valid");
    assert.equal(book.inSnapshot, expected.book.inSnapshot, "in snapshot");
    const spot = book.spotKnown ? BigInt(book.spotTick) * session.tickInt : null;
    assert.equal(spot, expected.book.spot, "spot");
  });
});

Deno.test("a grid has all 101 buckets", () => {
  forEachGrid(50, (frame) => {
    assert.equal(frame.lastEventId.length, GRID_ROWS);
    for (const field of FLOAT_FIELDS) assert.equal(frame.column(field).length, GRID_ROWS);
  });
});

Deno.test("no value of a grid is NaN or infinite", () => {
  forEachGrid(100, (frame) => {
    assert.ok(frame.values.every(Number.isFinite));
    assert.ok(Number.isFinite(frame.midPrice));
  });
});

Deno.test("pressure and vacuum are never negative", () => {
  forEachGrid(100, (frame) => {
    assert.ok(frame.column("pressure_variant").every((force) => force >= 0));
    assert.ok(frame.column("vacuum_variant").every((force) => force >= 0));
  });
});

Deno.test("rest_depth equals the book", () => {
  forEachGrid(100, (frame, book, { tickInt }) => {
    const depth = new Array<number>(GRID_ROWS).fill(0);
    for (const { price, qty } of ordersOf(book)) {
      const k = bucketOf(price, frame.spot, tickInt);
      if (k >= -HALF_WIDTH && k <= HALF_WIDTH) depth[Number(k) + HALF_WIDTH]! += qty;
    }
    if (!frame.spotKnown) depth.fill(0);
    assert.deepEqual([...frame.column("rest_depth")], depth);
  });
});

Deno.test("total depth equals the sum of resting orders", () => {
  forEachGrid(100, (_frame, book) => {
    let bids = 0n;
    let asks = 0n;
    for (const { isBid, qty } of ordersOf(book)) {
      if (isBid) bids += BigInt(qty);
      else asks += BigInt(qty);
    }
    assert.equal(total(book, true), bids);
    assert.equal(total(book, false), asks);
  });
});

Deno.test("a bucket that no record touched keeps its state through a spot shift", () => {
  let before: { tsNs: bigint; eventId: number; spot: bigint; rows: Map<bigint, number[]> } | null =
    null;
  let kept = 0;
  forEachGrid(200, (frame, _book, { tickInt }) => {
    const rows = new Map(Array.from({ length: GRID_ROWS }, (_, row) => [
      frame.spot / tickInt + BigInt(row - HALF_WIDTH),
      rowOf(frame, row),
    ]));
    // With the same time nothing fades between two grids.
    const { tsNs, eventId, spot } = frame;
    if (before?.tsNs === tsNs && before.eventId < eventId) {
      const isShifted = before.spot !== spot;
      for (const [tick, row] of rows) {
        const was = before.rows.get(tick);
        // One that was touched, or left the view and came back, is told by its last event.
        if (was === undefined || row.at(-1) !== was.at(-1)) continue;
        assert.deepEqual(row, was, `tick ${tick}`);
        if (isShifted && row.at(-1)! > 0) kept++;
      }
    }
    before = { tsNs, eventId, spot, rows };
  });
  assert.ok(kept > 10, `only ${kept} such buckets were seen`);
});

Deno.test("the same records give the same grids bit for bit, however the input is cut", () => {
  forAll(40, (session) => {
    const whole = fingerprints(session);
    for (const piece of [1, 7, 55, 56, 57]) {
      assert.deepEqual(fingerprints(session, { piece, budget: Infinity }), whole);
    }
  });
});

Deno.test("the same records give the same grids bit for bit, with pauses in between", () => {
  forAll(40, (session) => {
    const whole = fingerprints(session);
    for (const budget of [1, 3, 50]) {
      assert.deepEqual(fingerprints(session, { piece: 1000, budget }), whole);
    }
  });
});

Deno.test("the same records give the same grids bit for bit, on a cache miss or hit, plain or zst", async () => {
  const lake = await Deno.makeTempDir();
  let hits = 0;
  try {
    const phased = SESSIONS.filter((session) => session.startTime !== null);
    await fc.assert(
      fc.asyncProperty(phased, async (session) => {
        const plain = `${lake}/session_${hits}.dbn`;
        await Deno.writeFile(plain, session.bytes);
        await Deno.writeFile(`${plain}.zst`, zstdCompressSync(session.bytes));
        const expected = fingerprints(session);
        for (const path of [plain, plain, `${plain}.zst`, `${plain}.zst`]) {
          const [grids, hit] = await replay(session, path, lake);
          assert.deepEqual(grids, expected);
          if (hit) hits++;
        }
      }),
      { numRuns: 25 },
    );
  } finally {
    await Deno.remove(lake, { recursive: true });
  }
  assert.ok(hits > 10, `only ${hits} cache hits`);
});

/** A run as the service does it: from a file, by way of the book cache. */
async function replay(session: Session, path: string, lake: string): Promise<[string[], boolean]> {
  const run = await EngineRun.open({
    ...session,
    origin: { path },
    tickInt: Number(session.tickInt),
  });
  const grids: string[] = [];
  const cache = await ensureBookCache(run, { lake });
  for (let progress = await run.advance(100); progress !== "end";) {
    if (progress === "grid") grids.push(fingerprint(run.frame));
    progress = await run.advance(100);
  }
  run.close();
  assert.equal(cache?.problem, null);
  return [grids, cache.hit];
}

/** What a row keeps of its bucket; rest_depth is the book's own. */
function rowOf(frame: GridFrame, row: number): number[] {
  const fields = FLOAT_FIELDS.filter((field) => field !== "rest_depth");
  return [...fields.map((field) => frame.column(field)[row]!), Number(frame.lastEventId[row]!)];
}

function restingOrders(book: BookView): string[] {
  return ordersOf(book).map(({ id, isBid, price, qty }) =>
    `${id} ${isBid ? "B" : "A"} ${price} ${qty}`
  );
}

function total(book: BookView, isBid: boolean): bigint {
  let sum = 0n;
  book.forEachLevel(isBid, (_price, depth) => sum += depth);
  return sum;
}
