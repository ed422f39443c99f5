/** Notices of what happens to the book: what is asked for, once each, and nothing else. */
import assert from "node:assert/strict";
import fc from "fast-check";
import {
  NO_RULES,
  type NoticeRules,
  readNoticeRules,
  writeNoticeRules,
} from "../../../client/page/notice_rules.ts";
import { MOST_NOTICES, Notices } from "../../../client/page/notices.ts";
import { History } from "../../../client/history/history.ts";
import { instrumentOf } from "../../../client/stream/instrument.ts";
import type { BookEventMessage, ReadingMessage } from "../../../engine/wire/messages.ts";
import { GRID_ROWS, HALF_WIDTH, type StreamField } from "../../../engine/wire/fields.ts";
import { gridHead, MNQ } from "../mnq.ts";
import { nsOf, readingOf } from "../told_states.ts";

const INSTRUMENT = instrumentOf(MNQ);

const amount = fc.option(fc.integer({ min: 1, max: 1e9 }));
const RULES: fc.Arbitrary<NoticeRules> = fc.record({
  ...{ wall: amount, spread: amount, sweep: amount },
  ...{ state: fc.boolean(), sound: fc.boolean() },
}, { noNullPrototype: true });

Deno.test("rules come back from the address that they were written into", () => {
  fc.assert(fc.property(RULES, RULES, (rules, before) => {
    const query = new URLSearchParams("dt=2026-02-06");
    writeNoticeRules(query, before);
    writeNoticeRules(query, rules);
    assert.deepEqual(readNoticeRules(new URLSearchParams(`${query}`)), rules);
    assert.equal(query.get("dt"), "2026-02-06");
  }));
});

Deno.test("rules of an address that make no sense are none", () => {
  const wrong = ["wall:-1", "spread:0", "sweep:1e3", "state:1", "sound:off", "x", "wall", ":"];
  const query = new URLSearchParams({ notices: wrong.join(",") });
  assert.deepEqual(readNoticeRules(query), NO_RULES);
  assert.deepEqual(readNoticeRules(new URLSearchParams()), NO_RULES);
});

/** A page that is told of grids around 25,000, where spot is, one after the other. */
class Told {
  readonly history = new History(64);
  readonly notices: Notices;
  #event = 0;
  #seen = 0;

  constructor(rules: string, readonly instrument = INSTRUMENT) {
    this.notices = new Notices(new URLSearchParams({ notices: rules }), () => {});
  }

  /**
   * @param values columns by the bucket that they hold something in
   * @returns what was told of the grid
   */
  grid(
    values: Partial<Record<StreamField, Readonly<Record<number, number>>>> = {},
    changes: Parameters<typeof gridHead>[2] = {},
    events: readonly BookEventMessage[] = [],
  ): string[] {
    const columns = Object.fromEntries(
      Object.entries(values).map(([field, byBucket]) => {
        const column = new Float64Array(GRID_ROWS);
        for (const [k, value] of Object.entries(byBucket)) column[Number(k) + HALF_WIDTH] = value;
        return [field, column];
      }),
    );
    const head = gridHead(0n, ++this.#event, changes);
    this.history.record(head, { columns }, this.instrument, [], events);
    const { history, instrument } = this;
    this.notices.look(history, history.now, head.reading, events, instrument);
    const told = this.notices.told.value;
    const added = told.filter(({ serial }) => serial > this.#seen);
    this.#seen = told[0]?.serial ?? 0;
    for (const { tsNs, words } of added) {
      // A state has an instant of its own.
      if (!words.startsWith("State")) assert.equal(tsNs, head.ts_ns);
    }
    return added.map(({ words }) => words);
  }
}

Deno.test("a wall that goes is told once, with how it went", () => {
  const told = new Told("wall:50");
  const bids = (depth: number, pulled = 0, filled = 0) => (
    { bid_depth: { [-3]: depth }, pulled_total: { [-3]: pulled }, filled_total: { [-3]: filled } }
  );
  assert.deepEqual(told.grid(bids(49)), []);
  assert.deepEqual(told.grid(bids(80, 100, 10)), []);
  assert.deepEqual(told.grid(bids(60, 115, 15)), []);
  // Less than a wall, but not gone.
  assert.deepEqual(told.grid(bids(25, 140, 25)), []);
  assert.deepEqual(told.grid(bids(24, 141, 25)), [
    "Wall of 80 gone, bid 24\u202f999.25: 24 left; pulled 26, filled 10",
  ]);
  assert.deepEqual(told.grid(bids(0, 160, 30)), []);
  // Neither pulled nor filled.
  told.grid(bids(90, 160, 30));
  assert.deepEqual(told.grid(bids(0, 160, 30)), [
    "Wall of 90 gone, bid 24\u202f999.25: 0 left; the book was cleared",
  ]);
  // Totals of two runs are not compared: grids of one may be kept where another plays.
  told.grid(bids(90, 160, 30));
  told.history.countsFrom("another run");
  assert.deepEqual(told.grid(bids(0, 3, 1)), [
    "Wall of 90 gone, bid 24\u202f999.25: 0 left; how is not known",
  ]);
  // One that goes out of the grid is not seen to go.
  told.grid(bids(90, 160, 30));
  assert.deepEqual(told.grid({}, { spot_ref_price_int: "25020000000000" }), []);
  assert.deepEqual(told.grid(bids(0, 200, 30)), []);
});

Deno.test("a spread that widens is told when it does, and again only after it was not wide", () => {
  const told = new Told("spread:3");
  const ask = (ticks: number) => (
    { best_ask_price_int: `${25_000_000_000_000 + ticks * 250_000_000}` }
  );
  assert.deepEqual(told.grid({}, ask(2)), []);
  const words = ["Spread is 3 ticks: 25\u202f000.00 × 25\u202f000.75"];
  assert.deepEqual(told.grid({}, ask(3)), words);
  assert.deepEqual(told.grid({}, ask(5)), []);
  // Without a side there is no spread, and what was wide still is.
  assert.deepEqual(told.grid({}, { ...ask(0), ask_present: false }), []);
  assert.deepEqual(told.grid({}, ask(4)), []);
  assert.deepEqual(told.grid({}, ask(1)), []);
  assert.deepEqual(told.grid({}, ask(3)), words);
});

Deno.test("a spread is counted in ticks where a bucket has several", () => {
  const equity = { ...MNQ, product_type: "equity_mbo", tick_size: 0.01, bucket_size_dollars: 0.5 };
  const told = new Told("spread:3", instrumentOf(equity));
  const ask = (cents: number) => (
    { best_ask_price_int: `${25_000_000_000_000 + cents * 10_000_000}` }
  );
  assert.deepEqual(told.grid({}, ask(1)), []);
  assert.deepEqual(told.grid({}, ask(4)), [
    "Spread is 4 ticks: 25\u202f000.00 × 25\u202f000.04",
  ]);
});

Deno.test("a spread that is wide when it is first seen, or after a break, has not widened", () => {
  const told = new Told("spread:1");
  const ask = (ticks: number) => (
    { best_ask_price_int: `${25_000_000_000_000 + ticks * 250_000_000}` }
  );
  assert.deepEqual(told.grid({}, ask(5)), []);
  assert.deepEqual(told.grid({}, ask(0)), []);
  assert.deepEqual(told.grid({}, ask(1)), ["Spread is 1 tick: 25\u202f000.00 × 25\u202f000.25"]);
  told.grid({}, ask(0));
  told.notices.breakOff();
  assert.deepEqual(told.grid({}, ask(5)), []);
  // What is typed digit by digit is asked for digit by digit.
  told.grid({}, ask(0));
  told.notices.choose({ spread: 2 });
  assert.deepEqual(told.grid({}, ask(5)), []);
});

Deno.test("a change of state is told, but not the first state, nor across a break", () => {
  const told = new Told("state");
  const reading = (state: ReadingMessage["state"]) => ({
    reading: {
      ...{ state, since_ts_ns: "1", clarity: 0, drain_above: 0, drain_below: 0 },
      ...{ risk: "BALANCED", vac_above: 0, press_above: 0, press_below: 0, vac_below: 0 },
    } as ReadingMessage,
  });
  assert.deepEqual(told.grid({}, reading("CHOP")), []);
  assert.deepEqual(told.grid({}, reading("UP LEAN")), ["State is Up lean, was Chop"]);
  assert.deepEqual(told.grid({}, reading("UP LEAN")), []);
  told.notices.breakOff();
  assert.deepEqual(told.grid({}, reading("DOWN BIAS")), []);
});

Deno.test("a state that began after the last grid is told at once, and not again with the next", () => {
  const told = new Told("state");
  const grid = (...of: Parameters<typeof readingOf>) =>
    told.grid({}, { reading: readingOf(...of) });
  const hear = (state: ReadingMessage["state"], sinceMs: number) =>
    told.notices.hear(readingOf({ state, sinceMs }));
  grid({ state: "CHOP", sinceMs: 10 });
  hear("UP LEAN", 40);
  hear("UP BIAS", 50);
  const words = () => told.notices.told.value.map(({ words }) => words);
  const both = ["State is Up bias, was Up lean", "State is Up lean, was Chop"];
  assert.deepEqual(words(), both);
  grid({ state: "CHOP", sinceMs: 70 }, [["UP LEAN", 40], ["UP BIAS", 50]]);
  assert.deepEqual(words(), ["State is Chop, was Up bias", ...both]);
  // A feed brought late what belies it.
  hear("DOWN LEAN", 90);
  grid({ state: "CHOP", sinceMs: 70 });
  assert.deepEqual(words().slice(0, 2), [
    "State is Chop, was Down lean",
    "State is Down lean, was Chop",
  ]);
});

Deno.test("each change of the state is told with its instant, of several between two grids too", () => {
  const told = new Told("state");
  const grid = (...of: Parameters<typeof readingOf>) =>
    told.grid({}, { reading: readingOf(...of) });
  const notices = () =>
    told.notices.told.value.map(({ words, tsNs }) => `${words} ${Number(tsNs) / 1e6}`);
  grid({ state: "CHOP", sinceMs: 10 });
  grid({ state: "UP BIAS", sinceMs: 40.5 }, [["UP LEAN", 30]]);
  const both = [
    "State is Up bias, was Up lean 40.5",
    "State is Up lean, was Chop 30",
  ];
  assert.deepEqual(notices(), both);
  // What was left out in a lag is told still.
  told.notices.breakOff("lag");
  grid({ state: "UP BIAS", sinceMs: 70 }, [["CHOP", 60]]);
  assert.deepEqual(notices(), [
    "State is Up bias, was Chop 70",
    "State is Chop, was Up bias 60",
    ...both,
  ]);
});

Deno.test("nothing is told across a gap of the feed, of the book or the state, nor of what was in it", () => {
  const told = new Told("wall:50,spread:3,state");
  const grid = (depth: number, ticks: number, ...of: Parameters<typeof readingOf>) =>
    told.grid({ bid_depth: { [-3]: depth } }, {
      best_ask_price_int: `${25_000_000_000_000 + ticks * 250_000_000}`,
      reading: readingOf(...of),
    });
  grid(80, 1, { state: "UP BIAS", sinceMs: 10 });
  told.notices.noteGap(100, 900);
  assert.deepEqual(
    grid(0, 3, { state: "DOWN LEAN", sinceMs: 950 }, [
      ...[["UP LEAN", 90], ["CHOP", 110], ["DOWN BIAS", 900]] as const,
    ]),
    ["State is Down lean, was Down bias", "State is Up lean, was Up bias"],
  );
  // What had no reading before it, and has none after, is as it was.
  grid(0, 1, { state: "NO READING", sinceMs: 960 });
  told.notices.noteGap(1_000, 2_000);
  assert.deepEqual(grid(0, 1, { state: "NO READING", sinceMs: 960 }), []);
  assert.deepEqual(grid(80, 3, { state: "CHOP", sinceMs: 2_500 }), [
    ...["Spread is 3 ticks: 25\u202f000.00 × 25\u202f000.75", "State is Chop, was No reading"],
  ]);
});

Deno.test("a stretch that is played again tells of each change once, whatever is kept of it", () => {
  const grids = {
    fine: [[400, 300, "UP LEAN"], [700, 600, "CHOP"], [1_000, 600, "CHOP"]],
    coarse: [[1_000, 600, "CHOP", ["UP LEAN", 300]]],
  } as const;
  for (const first of ["fine", "coarse"] as const) {
    const told = new Told("state");
    const play = (how: "fine" | "coarse") => {
      const before = told.notices.told.value.length;
      told.notices.breakOff();
      told.history.breakOff();
      const grid = (ms: number, ...of: Parameters<typeof readingOf>) =>
        told.grid({}, { ts_ns: nsOf(ms), event_id: ms, reading: readingOf(...of) });
      grid(100, { state: "CHOP", sinceMs: 10 });
      for (const [ms, sinceMs, state, over] of grids[how]) {
        grid(ms, { state, sinceMs }, over === undefined ? [] : [over]);
      }
      return told.notices.told.value.slice(0, -before || undefined).map(({ words }) => words);
    };
    const wanted = ["State is Chop, was Up lean", "State is Up lean, was Chop"];
    assert.deepEqual(play(first), wanted, first);
    assert.deepEqual(play(first === "fine" ? "coarse" : "fine"), wanted, `not ${first}`);
  }
});

const SWEEP: BookEventMessage = {
  ...{ event: "sweep", ts_ns: "1", event_id: 1, side: "A", price_int: "25000000000000" },
  ...{ from_price_int: "25000500000000", prices: 3, size: 20 },
};

Deno.test("sweeps of a size are told; what was not asked for never is", () => {
  const told = new Told("sweep:20");
  const words = "A seller swept 3 prices, 25\u202f000.50 to 25\u202f000.00: 20";
  assert.deepEqual(told.grid({}, {}, [{ ...SWEEP, size: 19 }, SWEEP]), [words]);
  const silent = new Told("sound");
  const wall = { bid_depth: { 0: 1_000 } };
  for (const values of [wall, {}]) assert.deepEqual(silent.grid(values, {}, [SWEEP]), []);
  assert.equal(silent.notices.isShown.value, false);
});

Deno.test("the latest notices are kept, and shown again when there is another after they were closed", () => {
  const told = new Told("sweep:1");
  for (let i = 0; i < MOST_NOTICES + 3; i++) told.grid({}, {}, [SWEEP]);
  const { notices } = told;
  assert.equal(notices.told.value.length, MOST_NOTICES);
  assert.equal(notices.told.value[0]!.serial, MOST_NOTICES + 3);
  notices.isShown.value = false;
  told.grid({}, {}, [SWEEP]);
  assert.equal(notices.isShown.value, true);
});
