/** The changes of the state as the page tells them: at their instants, whatever grids it was sent. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { History } from "../../../client/history/history.ts";
import { summaryAt } from "../../../client/history/grid_summary.ts";
import { changeFrom, stateChanges } from "../../../client/history/state_changes.ts";
import type { MarketState } from "../../../client/state_words.ts";
import { instrumentOf } from "../../../client/stream/instrument.ts";
import type { GridUpdateMessage } from "../../../engine/wire/messages.ts";
import { gridHead, MNQ } from "../mnq.ts";
import { readingOf, tell } from "../told_states.ts";

const STATES: readonly MarketState[] = ["CHOP", "UP LEAN", "UP BIAS", "DOWN LEAN", "NO READING"];

const INSTRUMENT = instrumentOf(MNQ);

const told = (history: History) =>
  stateChanges(history).map(({ state, timeMs }) => `${state} ${timeMs.toFixed(3)}`);

/** States with how long each lasts, milliseconds. */
const LIVES = fc.array(
  fc.tuple(fc.nat(STATES.length - 1), fc.integer({ min: 1, max: 90_000 }).map((us) => us / 1e3)),
  { minLength: 1, maxLength: 20 },
);

Deno.test("whichever grids are kept, the changes are the same, each at its instant", () => {
  fc.assert(
    fc.property(LIVES, fc.array(fc.boolean()), (lives, kept) => {
      const begins: [state: MarketState, sinceMs: number][] = [];
      let endMs = 1_000;
      for (const [i, lasts] of lives) {
        const state = STATES[i]!;
        if (state !== begins.at(-1)?.[0]) begins.push([state, endMs]);
        endMs += lasts;
      }
      // A grid each 25 ms, the first and the last of them always kept.
      const times = Array.from(
        { length: Math.ceil((endMs - 1_000) / 25) + 1 },
        (_, i) => 1_000 + 25 * i,
      );
      const some = times.filter((_, i) => i === 0 || i === times.length - 1 || kept[i]);
      for (const shown of [times, some]) {
        const history = new History(128);
        let before = -Infinity;
        for (const ms of shown) {
          const known = begins.filter(([, sinceMs]) => sinceMs <= ms);
          const [state, sinceMs] = known.at(-1)!;
          const over = known.slice(0, -1).filter(([, sinceMs]) => before > 0 && sinceMs > before);
          tell(history, ms, { state, sinceMs }, over);
          before = ms;
        }
        const wanted = begins.slice(1).map(([state, ms]) => `${state} ${ms.toFixed(3)}`);
        assert.deepEqual(told(history), wanted);
      }
    }),
    { numRuns: 200 },
  );
});

Deno.test("of what was left out the state is told from the first grid after it on", () => {
  const history = new History(16);
  tell(history, 100, { state: "CHOP", sinceMs: 40 });
  history.breakOff("lag");
  tell(history, 400, { state: "UP BIAS", sinceMs: 350 }, [["UP LEAN", 330]]);
  tell(history, 500, null);
  tell(history, 600, { state: "UP BIAS", sinceMs: 350 });
  assert.deepEqual(told(history), ["UP BIAS 400.000", "UP BIAS 600.000"]);
});

Deno.test("a state that was over is told by the first grid behind it, whichever came with it", () => {
  const wanted = ["UP LEAN 200.000", "CHOP 300.000"];
  const grid = (history: History, ms: number, over = false) =>
    tell(
      history,
      ms,
      { state: "CHOP", sinceMs: ms < 300 ? 40 : 300 },
      over ? [["UP LEAN", 200]] : [],
    );
  // A kept grid comes again, after another one than before.
  const again = new History(16);
  grid(again, 400);
  again.breakOff();
  grid(again, 100);
  grid(again, 400, true);
  assert.deepEqual(told(again), wanted);
  // One that comes behind it tells of it.
  const behind = new History(16);
  grid(behind, 400);
  behind.breakOff();
  grid(behind, 100);
  grid(behind, 500, true);
  assert.deepEqual(told(behind), wanted);
  // One comes between it and the one that told of it.
  const between = new History(16);
  grid(between, 100);
  grid(between, 500, true);
  between.breakOff();
  grid(between, 400);
  assert.deepEqual(told(between), wanted);
});

Deno.test("changeFrom() finds the change after and before a moment, and nothing beyond the ends", () => {
  const changes = [10, 20.5, 30].map((timeMs) => ({ state: "CHOP" as const, timeMs }));
  const from = (timeMs: number, by: 1 | -1) => changeFrom(changes, timeMs, by)?.timeMs ?? null;
  assert.deepEqual([0, 10, 20, 20.5, 30].map((ms) => from(ms, 1)), [10, 20.5, 20.5, 30, null]);
  assert.deepEqual([40, 30, 20.5, 10].map((ms) => from(ms, -1)), [30, 20.5, 10, null]);
});

Deno.test("what the state has become since the last grid is that of now, until another comes", () => {
  const history = new History(16);
  tell(history, 100, { state: "CHOP", sinceMs: 40 });
  tell(history, 200, { state: "CHOP", sinceMs: 40 });
  history.flows.becomes(650, readingOf({ state: "UP LEAN", sinceMs: 650 }));
  const stateAt = (grid: number, untilMs: number | null) =>
    summaryAt(history, history.order.at(grid), 0.25, undefined, untilMs).flow?.state;
  assert.deepEqual([stateAt(1, null), stateAt(1, 650), stateAt(1, 651)], [
    ...["UP LEAN", "CHOP", "UP LEAN"],
  ]);
  assert.equal(stateAt(0, Infinity), "CHOP");
  tell(history, 900, { state: "DOWN LEAN", sinceMs: 800 }, [["UP LEAN", 650]]);
  assert.deepEqual([stateAt(1, 700), stateAt(2, Infinity)], ["UP LEAN", "DOWN LEAN"]);
  assert.deepEqual(told(history), ["UP LEAN 650.000", "DOWN LEAN 800.000"]);
});

Deno.test("where a grid is held the reading is that of the moment pointed at", () => {
  const history = new History(16);
  tell(history, 100, { state: "NO READING", sinceMs: 40 });
  tell(history, 400, { state: "CHOP", sinceMs: 350 }, [["UP LEAN", 230]]);
  const at = (ms: number) => {
    const { flow, atMs } = summaryAt(history, history.order.at(0), 0.25, ms, ms);
    assert.equal(atMs, ms);
    const { state, since_ts_ns, risk, reason } = flow!;
    return `${state} ${Number(since_ts_ns) / 1e6} ${risk} ${reason}`;
  };
  assert.equal(at(100), "NO READING 40 BALANCED crossed");
  assert.equal(at(230), "NO READING 40 BALANCED crossed");
  assert.equal(at(231), "UP LEAN 230 UP ADVANTAGE undefined");
  assert.equal(at(399), "CHOP 350 BALANCED undefined");
  assert.equal(summaryAt(history, history.now, 0.25).flow?.state, "CHOP");
  // One that went and came back has begun anew.
  tell(history, 800, { state: "CHOP", sinceMs: 750 }, [["UP LEAN", 700]]);
  const back = summaryAt(history, history.order.at(1), 0.25, 760, 760);
  assert.deepEqual([back.flow?.state, back.flow?.since_ts_ns], ["CHOP", "750000000"]);
  // What began with the grid itself is its own, with its reason.
  tell(history, 900, { state: "NO READING", sinceMs: 900 });
  tell(history, 950, { state: "NO READING", sinceMs: 900 });
  const blind = summaryAt(history, history.order.at(3), 0.25, 940, 940);
  assert.equal(blind.flow?.reason, "crossed");
});

Deno.test("a settled boundary whose book cannot be read has no reading: the stream's is of the grid before", () => {
  const risk = "SUPPORT FAILING";
  const reading = { ...readingOf({ state: "UP BIAS", sinceMs: 40 }), risk } as const;
  const books: readonly [Partial<GridUpdateMessage>, string | undefined][] = [
    [{}, undefined],
    [{ book_valid: false }, "the book is being rebuilt"],
    [{ maybe_bad_book: true }, "the book is in doubt: the source lost records"],
    [{ bid_present: false, ask_present: false }, "the book is empty"],
    [{ bid_present: false }, "the book has one side alone"],
    [{ ask_present: false }, "the book has one side alone"],
    [{ best_bid_price_int: "25000500000000" }, "the book is crossed"],
    [{ best_bid_price_int: "25000250000000" }, undefined],
  ];
  for (const [book, reason] of books) {
    const history = new History(4);
    const settled = gridHead(0n, 5, { settled: true, reading, ...book });
    history.record(settled, { columns: {} }, INSTRUMENT, []);
    // What is due without a grid is of the grid before, too.
    history.flows.becomes(400, readingOf({ state: "UP LEAN", sinceMs: 400 }));
    for (const untilMs of [125, null]) {
      const { flow } = summaryAt(history, history.now, 0.25, undefined, untilMs);
      assert.equal(flow?.reason, reason);
      if (reason === undefined) assert.notEqual(flow?.state, "NO READING");
      else {
        assert.deepEqual([flow?.state, flow?.since_ts_ns, flow?.risk], [
          ...["NO READING", "125000000", "BALANCED"],
        ]);
      }
    }
  }
});

Deno.test("what began after a grid whose book cannot be read is shown where that is held", () => {
  const history = new History(4);
  const reading = readingOf({ state: "CHOP", sinceMs: 40 });
  const settled = gridHead(0n, 5, { reading, settled: true, bid_present: false });
  history.record(settled, { columns: {} }, INSTRUMENT, []);
  // A fast replay has left out the grids between the two.
  tell(history, 4_000, { state: "UP LEAN", sinceMs: 3_000 });
  const stateAt = (ms: number) => summaryAt(history, history.order.at(0), 0.25, ms, ms).flow?.state;
  assert.deepEqual([stateAt(2_500), stateAt(3_500)], ["NO READING", "UP LEAN"]);
});

Deno.test("a state may be older where the earliest grid has it, and where a seek began to read anew", () => {
  const history = new History(16);
  const mayBeOlder = () => history.mayBeOlder(summaryAt(history, history.now, 0.25).flow!);
  tell(history, 100.9, { state: "CHOP", sinceMs: 100.9 });
  assert.ok(mayBeOlder());
  tell(history, 300, { state: "UP LEAN", sinceMs: 101 });
  assert.ok(!mayBeOlder());
  // A lag does not have the balance read anew, a gap of the feed does.
  history.breakOff("lag");
  tell(history, 900, { state: "CHOP", sinceMs: 900 });
  assert.ok(!mayBeOlder());
  history.noteGap(900, 1_000);
  tell(history, 1_040, { state: "UP LEAN", sinceMs: 1_000 }, [["CHOP", 950]]);
  assert.ok(mayBeOlder());
  history.noteGap(1_050, 2_000);
  tell(history, 2_010, { state: "NO READING", sinceMs: 1_045 });
  assert.ok(!mayBeOlder());
  tell(history, 3_000, { state: "CHOP", sinceMs: 2_600 });
  assert.ok(!mayBeOlder());
  history.breakOff();
  // History has the last grid of a cell, and at its beginning none may have a reading.
  tell(history, 9_000, null);
  tell(history, 9_080, { state: "CHOP", sinceMs: 9_010 });
  assert.ok(mayBeOlder());
  tell(history, 60_000, { state: "CHOP", sinceMs: 9_010 });
  assert.ok(mayBeOlder());
  tell(history, 61_000, { state: "UP LEAN", sinceMs: 60_500 });
  assert.ok(!mayBeOlder());
  history.breakOff();
  tell(history, 70_000, { state: "CHOP", sinceMs: 69_990 }, [["NO READING", 69_950]]);
  assert.ok(!mayBeOlder());
  // A gap that was waited for when the stream was sent back is told before the first grid there.
  history.breakOff();
  history.noteGap(71_000, 90_000);
  tell(history, 20_000, { state: "CHOP", sinceMs: 20_000 });
  assert.ok(mayBeOlder());
  // The snapshot after one may have been taken before the last record that came.
  tell(history, 21_000, { state: "UP LEAN", sinceMs: 20_500 });
  history.noteGap(22_000, 20_000);
  tell(history, 23_000, { state: "CHOP", sinceMs: 23_000 }, [["CHOP", 21_500]]);
  assert.ok(mayBeOlder());
});
