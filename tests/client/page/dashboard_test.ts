/** What the page tells of the state while no grid comes, with a surface that draws nothing. */
import assert from "node:assert/strict";
import { goToMoment, moveCursor, toggleBookmark } from "../../../client/page/closer_look.ts";
import { Dashboard } from "../../../client/page/dashboard.ts";
import { PageAddress } from "../../../client/page/page_address.ts";
import { GRID_ROWS } from "../../../engine/wire/fields.ts";
import type { GridUpdateMessage, Trade } from "../../../engine/wire/messages.ts";
import { gridHead, MNQ } from "../mnq.ts";
import { nsOf, readingOf } from "../told_states.ts";

type Told = Parameters<typeof readingOf>;

/** What the browser has and this has not. */
const FAKED = ["requestAnimationFrame", "cancelAnimationFrame", "devicePixelRatio", "innerWidth"];

/** An address that nobody sees. */
class Address extends PageAddress {
  override put(): void {}
  override putMarks(): void {}
  override putNotices(): void {}
}

/** A page of its own, to which a stream tells what the test says. */
class Page implements Disposable {
  readonly dashboard: Dashboard;

  constructor() {
    Object.assign(globalThis, {
      requestAnimationFrame: () => 1,
      cancelAnimationFrame: () => undefined,
      devicePixelRatio: 1,
      innerWidth: 400,
    });
    this.dashboard = new Dashboard(MNQ, new Address(""));
    const ends = { net: 2, shallow: 1, deep: 2 };
    this.dashboard.show({
      ...{ calm: true, ends, unsettled: false, draw: () => undefined },
      fit: ({ camera }) => camera.resize(400, 100, 1),
    });
  }

  /** A grid comes. */
  grid(ms: number, state: Told[0], over: Told[1] = [], trades: readonly Trade[] = []): void {
    const head = gridHead(0n, ms * 1_000, { ts_ns: nsOf(ms), reading: readingOf(state, over) });
    const rest_depth = new Float64Array(GRID_ROWS).fill(1);
    this.dashboard.onGrid(head, { columns: { rest_depth } }, { trades, events: [], lost: 0 });
  }

  /** The state becomes another while no grid comes. */
  becomes(state: Told[0]["state"], sinceMs: number): void {
    const reading = readingOf({ state, sinceMs });
    this.dashboard.onReading({ type: "reading", ts_ns: nsOf(sinceMs), reading });
  }

  /** The state shown, and of which moment. */
  get shown(): string {
    this.dashboard.requestDraw();
    this.dashboard.drawNow();
    const { state, shownBy, crosshair } = this.dashboard;
    return `${state.value} ${shownBy.value} ${crosshair.pinnedMs}`;
  }

  [Symbol.dispose](): void {
    this.dashboard.show(null);
    for (const name of FAKED) Reflect.deleteProperty(globalThis, name);
  }
}

Deno.test("where there is no screen, as on the server that renders a page, hardly anything is kept", () => {
  const { history } = new Dashboard(MNQ, new Address(""));
  assert.deepEqual([history.order.capacity, history.trades.capacity], [2, 1]);
});

Deno.test("a grid without a price says why; one at 0 has one, though its book is out of view", () => {
  using page = new Page();
  const { dashboard } = page;
  const none = { trades: [], events: [], lost: 0 };
  const come = (rest: number, changes: Partial<GridUpdateMessage>) => {
    const head = gridHead(0n, 40, { spot_ref_price_int: "0", ...changes });
    const rest_depth = new Float64Array(GRID_ROWS).fill(rest);
    dashboard.onGrid(head, { columns: { rest_depth } }, none);
    return [dashboard.unpriced.value, dashboard.history.order.length];
  };
  const empty = { bid_present: false, ask_present: false };
  assert.deepEqual(come(0, empty), ["the book is empty", 0]);
  assert.deepEqual(come(0, { ...empty, book_valid: false }), ["the book is being rebuilt", 0]);
  assert.deepEqual(come(0, { bid_present: false }), ["the book has one side alone", 0]);
  const far = { best_bid_price_int: "-25000000000", best_ask_price_int: "25000000000" };
  assert.deepEqual(come(0, far), [null, 1]);
});

Deno.test("a gap of the feed is told to the notices", () => {
  using page = new Page();
  const { dashboard } = page;
  dashboard.notices.choose({ state: true });
  const told = () => dashboard.notices.told.value.length;
  page.grid(1_000, { state: "CHOP", sinceMs: 900 });
  page.grid(2_000, { state: "UP LEAN", sinceMs: 1_500 });
  assert.equal(told(), 1);
  dashboard.onGap(2_000, 9_000);
  page.grid(9_100, { state: "DOWN LEAN", sinceMs: 9_100 }, [["CHOP", 3_000]]);
  assert.equal(told(), 1);
  page.grid(9_900, { state: "CHOP", sinceMs: 9_800 });
  assert.equal(told(), 2);
});

Deno.test("what was played before tells nothing of now", () => {
  using page = new Page();
  page.grid(1_000, { state: "CHOP", sinceMs: 900 });
  page.grid(2_000, { state: "CHOP", sinceMs: 900 });
  page.becomes("UP LEAN", 3_000);
  assert.equal(page.shown, "UP LEAN now null");
  // Sought back to before the last grid, and to it: it is 3,000 no more.
  page.dashboard.onBreak();
  page.grid(1_000, { state: "CHOP", sinceMs: 900 });
  assert.equal(page.shown, "CHOP now null");
  page.grid(2_000, { state: "CHOP", sinceMs: 900 });
  assert.equal(page.shown, "CHOP now null");
  page.grid(5_000, { state: "DOWN LEAN", sinceMs: 4_000 }, [["UP LEAN", 3_000]]);
  // Nor when the grid after it is known, and what came between.
  page.dashboard.onBreak();
  page.grid(2_000, { state: "CHOP", sinceMs: 900 });
  assert.equal(page.shown, "CHOP now null");
  page.becomes("UP LEAN", 3_000);
  assert.equal(page.shown, "UP LEAN now null");
});

Deno.test("a change told since the last grid is gone to as any other", () => {
  using page = new Page();
  const { dashboard } = page;
  page.grid(1_000, { state: "CHOP", sinceMs: 900 });
  page.grid(1_500, { state: "DOWN LEAN", sinceMs: 1_250 });
  page.becomes("CHOP", 2_000);
  page.becomes("UP LEAN", 3_000);
  const behind: (number | null)[] = [];
  const walk = [1, -1, -1, -1, -1, 1, 1, 1, 1].map((by) => {
    dashboard.showChange(by as 1 | -1);
    const { shown } = page;
    behind.push(dashboard.summary.value!.behindMs);
    return shown;
  });
  assert.deepEqual(walk, [
    "UP LEAN now null",
    "UP LEAN hand 3000",
    "CHOP hand 2000",
    ...["DOWN LEAN hand 1250", "DOWN LEAN hand 1250"],
    "CHOP hand 2000",
    ...["UP LEAN hand 3000", "UP LEAN hand 3000", "UP LEAN hand 3000"],
  ]);
  // Now is the last of them, not the grid before.
  assert.deepEqual(behind, [null, null, 1_000, 1_750, 1_750, 1_000, null, null, null]);
  // So it is from a notice: the stream is sent nowhere.
  goToMoment(dashboard, nsOf(2_000));
  assert.equal(page.shown, "CHOP hand 2000");
  assert.equal(dashboard.playback.seeking.value, null);
});

Deno.test("the price cursor at the newest grid leaves the state what it is", () => {
  using page = new Page();
  page.grid(1_000, { state: "CHOP", sinceMs: 900 });
  page.becomes("UP LEAN", 3_000);
  assert.equal(page.shown, "UP LEAN now null");
  page.dashboard.playback.paused.value = true;
  assert.ok(moveCursor(page.dashboard, 1));
  assert.equal(page.shown, "UP LEAN hand null");
});

Deno.test("an instant to which a grid is held has bookmarks, and back from it that grid comes first", () => {
  using page = new Page();
  const { dashboard } = page;
  for (const [i, ms] of [1_000, 2_000, 5_000].entries()) {
    page.grid(ms, i < 2 ? { state: "CHOP", sinceMs: 900 } : { state: "UP LEAN", sinceMs: 3_000 });
  }
  dashboard.playback.paused.value = true;
  assert.equal(page.shown, "UP LEAN now null");
  dashboard.showChange(-1);
  assert.equal(page.shown, "UP LEAN hand 3000");
  // A bookmark of it is of the instant too.
  const { marks } = dashboard;
  toggleBookmark(dashboard);
  assert.deepEqual(marks.marks.value.moments, [nsOf(3_000)]);
  dashboard.follow();
  goToMoment(dashboard, nsOf(3_000));
  assert.equal(page.shown, "UP LEAN hand 3000");
  toggleBookmark(dashboard);
  assert.deepEqual(marks.marks.value.moments, []);
  const times = [-1, -1, 1, 1].map((by) => {
    dashboard.stepBy(by as 1 | -1);
    void page.shown;
    return dashboard.summary.value?.timeMs;
  });
  assert.deepEqual(times, [2_000, 1_000, 2_000, 5_000]);
});

Deno.test("at an instant between two grids the trades up to it are listed and counted", () => {
  using page = new Page();
  const { dashboard } = page;
  const trade = (ms: number, size: number): Trade => [nsOf(ms), "25000000000000", size, "B"];
  page.grid(1_000, { state: "CHOP", sinceMs: 900 });
  page.grid(2_000, { state: "CHOP", sinceMs: 900 }, [], [trade(1_500, 1)]);
  page.grid(5_000, { state: "UP LEAN", sinceMs: 3_000.5 }, [], [
    ...[trade(2_500, 2), trade(3_000.5, 4), trade(3_000.75, 8)],
  ]);
  dashboard.playback.paused.value = true;
  dashboard.choose({ tradeList: true });
  void page.shown;
  dashboard.showChange(-1);
  assert.ok(moveCursor(dashboard, -1));
  assert.equal(page.shown, "UP LEAN hand 3000.5");
  assert.equal(dashboard.target?.tick, 100_000);
  assert.deepEqual(dashboard.list.trades.value.map(({ size }) => size), [4, 2, 1]);
  assert.equal(dashboard.cell.traded.value?.volume, 7);
  // The grid before it has its own.
  dashboard.stepBy(-1);
  void page.shown;
  assert.deepEqual(dashboard.list.trades.value.map(({ size }) => size), [1]);
});

Deno.test("what comes with a grid that cannot be shown is a hole in what is known", () => {
  using page = new Page();
  const { dashboard } = page;
  const { history } = dashboard;
  const trade = (ms: number): Trade => [nsOf(ms), "25000000000000", 1, "B"];
  page.grid(1_000, { state: "CHOP", sinceMs: 900 });
  page.grid(2_000, { state: "CHOP", sinceMs: 900 }, [], [trade(1_500)]);
  // Spot is not known.
  const unknown = { spot_ref_price_int: "0", bid_present: false };
  const head = gridHead(0n, 2_500_000, { ts_ns: nsOf(2_500), ...unknown });
  const happened = { trades: [trade(2_400)], events: [], lost: 0 };
  dashboard.onGrid(head, { columns: {} }, happened);
  page.grid(3_000, { state: "CHOP", sinceMs: 900 }, [], [trade(2_900)]);
  assert.equal(history.volumes.upTo(2_000)?.hasHoles, false);
  assert.equal(history.volumes.upTo(3_000)?.hasHoles, true);
  assert.ok(history.order.begins(history.order.rankOf(history.now)));
});

Deno.test("grids within a millisecond are told apart by the keys that go from moment to moment", () => {
  using page = new Page();
  const { dashboard } = page;
  const { history } = dashboard;
  page.grid(999.5, { state: "CHOP", sinceMs: 900 });
  page.grid(1_000.25, { state: "UP LEAN", sinceMs: 1_000.25 });
  page.grid(1_000.5, { state: "UP BIAS", sinceMs: 1_000.375 });
  page.grid(1_000.75, { state: "UP BIAS", sinceMs: 1_000.375 });
  dashboard.onBreak();
  page.grid(1_100.5, { state: "DOWN LEAN", sinceMs: 1_050 });
  dashboard.playback.paused.value = true;
  void page.shown;
  const at = () => {
    const shown = page.shown;
    return `${history.time(dashboard.summary.value!.number)}: ${shown}`;
  };
  const walk = (step: (by: 1 | -1) => void) => (by: 1 | -1) => {
    step(by);
    return at();
  };
  const changes = [-1, -1, -1, -1, 1] as const;
  assert.deepEqual(changes.map(walk((by) => dashboard.showChange(by))), [
    "1000.25: UP BIAS hand 1000.375",
    "1000.25: UP LEAN hand 1000.25",
    "1000.25: UP LEAN hand 1000.25",
    "1000.25: UP LEAN hand 1000.25",
    "1000.25: UP BIAS hand 1000.375",
  ]);
  // Behind a break the change is told of by the first grid there, which is what is shown.
  assert.equal(walk((by) => dashboard.showChange(by))(1), "1100.5: DOWN LEAN hand 1100.5");
  const steps = [-1, -1, -1] as const;
  assert.deepEqual(steps.map(walk((by) => dashboard.stepBy(by))), [
    "1000.75: UP BIAS hand null",
    "1000.5: UP BIAS hand null",
    "1000.25: UP LEAN hand null",
  ]);
  // The change that a grid tells of itself is where one is already.
  assert.equal(walk((by) => dashboard.showChange(by))(1), "1000.25: UP BIAS hand 1000.375");
  dashboard.stepBy(1);
  assert.equal(at(), "1000.5: UP BIAS hand null");
  assert.equal(walk((by) => dashboard.showChange(by))(-1), "1000.25: UP BIAS hand 1000.375");
});

Deno.test("at a grid's own moment no force has faded, however it was gone to", () => {
  using page = new Page();
  const { dashboard } = page;
  page.grid(999.5, { state: "CHOP", sinceMs: 900 });
  page.grid(1_000.9, { state: "UP LEAN", sinceMs: 1_000.9 });
  page.grid(1_500, { state: "UP LEAN", sinceMs: 1_000.9 });
  dashboard.playback.paused.value = true;
  void page.shown;
  dashboard.showChange(-1);
  assert.ok(moveCursor(dashboard, 1));
  assert.equal(page.shown, "UP LEAN hand 1000.9");
  assert.deepEqual([dashboard.summary.value?.timeMs, dashboard.cell.reading.value?.heldMs], [
    1_000.9,
    0,
  ]);
});

Deno.test("a bookmark of an instant has it to the nanosecond, and is taken away there", () => {
  using page = new Page();
  const { dashboard } = page;
  const START = 1_770_388_867_325_000_000n;
  const told = [
    { atNs: 0n, state: "CHOP", sinceNs: 0n },
    { atNs: 300_007n, state: "UP LEAN", sinceNs: 300_007n },
    { atNs: 25_000_013n, state: "CHOP", sinceNs: 700_009n },
  ] as const;
  for (const [i, { atNs, state, sinceNs }] of told.entries()) {
    const since_ts_ns = `${START + sinceNs}`;
    const reading = { ...readingOf({ state, sinceMs: 0 }), since_ts_ns };
    const ts_ns = `${START + atNs}`;
    const rest_depth = new Float64Array(GRID_ROWS).fill(1);
    dashboard.onGrid(gridHead(0n, i, { ts_ns, reading }), { columns: { rest_depth } }, {
      ...{ trades: [], events: [], lost: 0 },
    });
  }
  dashboard.playback.paused.value = true;
  void page.shown;
  const { marks } = dashboard;
  // A change between two grids, and one that a grid tells of itself.
  for (const instant of [700_009n, 300_007n]) {
    dashboard.showChange(-1);
    void page.shown;
    toggleBookmark(dashboard);
    assert.deepEqual(marks.marks.value.moments, [`${START + instant}`]);
    toggleBookmark(dashboard);
    assert.deepEqual(marks.marks.value.moments, []);
  }
  // So is one from a link, which nothing here is of.
  marks.toggleMoment(`${START + 5_000_003n}`);
  goToMoment(dashboard, `${START + 5_000_003n}`);
  void page.shown;
  toggleBookmark(dashboard);
  assert.deepEqual(marks.marks.value.moments, []);
});

Deno.test("a cell that is held is of the moment that was clicked, wherever the picture goes", () => {
  using page = new Page();
  const { dashboard } = page;
  const { camera, crosshair, history } = dashboard;
  page.grid(1_000, { state: "CHOP", sinceMs: 900 });
  page.grid(6_000, { state: "UP LEAN", sinceMs: 3_000 });
  assert.equal(page.shown, "UP LEAN now null");
  const moment = () => {
    const shown = page.shown;
    const { x } = dashboard.target!;
    return `${shown} ${dashboard.summary.value?.atMs} ${camera.columns.times[x]}`;
  };
  crosshair.point({ x: camera.columns.xOfTime(4_000)!, y: 50 });
  const pointed = moment();
  assert.equal(pointed, "UP LEAN hand null 4000 4000");
  dashboard.toggleHold();
  assert.equal(moment(), pointed);
  crosshair.point({ x: 0, y: 0 });
  page.grid(9_000, { state: "DOWN LEAN", sinceMs: 8_000 });
  assert.equal(moment(), pointed);
  camera.zoomTime(-1, 0, history);
  assert.equal(moment(), pointed);
  dashboard.toggleHold();
  assert.ok(!crosshair.isHeld);
});
