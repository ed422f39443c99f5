import assert from "node:assert/strict";
import { Playhead } from "../../server/stream/playhead.ts";

/** A playhead that starts at 1,000 ms of event time, and a wall clock that the test moves. */
function bench(speed = 1) {
  const wall = { ms: 0 };
  return { wall, playhead: new Playhead(speed, 1_000, 0, () => wall.ms) };
}

/** One that has shown the grid at 1,200 ms. */
function playing(speed = 1) {
  const { wall, playhead } = bench(speed);
  assert.equal(playhead.decide(1_200), "show");
  return { wall, playhead };
}

Deno.test("the first grid shows at once, and until then the start is where the stream is", () => {
  const { playhead } = bench();
  assert.equal(playhead.ms, 1_000);
  assert.equal(playhead.hasArrived, false);
  assert.equal(playhead.decide(1_200), "show");
  assert.equal(playhead.ms, 1_200);
  assert.equal(playhead.hasArrived, true);
});

Deno.test("a grid waits for as long as its event time is away, at the speed in force", () => {
  const { wall, playhead } = playing(2);
  assert.equal(playhead.decide(1_300), 50);
  wall.ms = 20;
  assert.equal(playhead.decide(1_300), 30);
  playhead.speed = 10;
  assert.equal(playhead.decide(1_300), 6);
  wall.ms = 26;
  assert.equal(playhead.decide(1_300), "show");
});

Deno.test("lateness does not add up: a late grid does not move the clock", () => {
  const { wall, playhead } = playing();
  wall.ms = 150;
  assert.equal(playhead.decide(1_300), "show");
  assert.equal(playhead.decide(1_400), 50);
});

Deno.test("a pause stops the clock, and resuming goes on where it stood", () => {
  const { wall, playhead } = playing();
  wall.ms = 40;
  playhead.paused = true;
  wall.ms = 5_000;
  assert.equal(playhead.ms, 1_240);
  assert.equal(playhead.decide(1_300), Infinity);
  playhead.paused = false;
  assert.equal(playhead.decide(1_300), 60);
});

Deno.test("paused before its first grid a stream shows none until it is asked to", () => {
  const { playhead } = bench();
  playhead.paused = true;
  assert.equal(playhead.decide(1_200), Infinity);
  assert.equal(playhead.ms, 1_000);
  playhead.step();
  assert.equal(playhead.decide(1_200), "show");
  assert.equal(playhead.decide(1_201), Infinity);
});

Deno.test("a step shows one grid, however far, and moves the clock there without a leap", () => {
  const { wall, playhead } = playing();
  playhead.paused = true;
  playhead.step();
  assert.equal(playhead.ms, 1_200);
  assert.equal(playhead.decide(900_000), "show");
  assert.equal(playhead.ms, 900_000);
  assert.equal(playhead.decide(900_001), Infinity);
  wall.ms = 7;
  playhead.paused = false;
  assert.equal(playhead.decide(900_010), 10);
});

Deno.test("two steps show two grids", () => {
  const { playhead } = playing();
  playhead.paused = true;
  playhead.step();
  playhead.step();
  assert.deepEqual([1_300, 1_400, 1_500].map((ms) => playhead.decide(ms)), [
    "show",
    "show",
    Infinity,
  ]);
});

Deno.test("a seek ahead passes grids by and shows the first at or after its time", () => {
  const { playhead } = playing();
  playhead.seek(5_000);
  assert.equal(playhead.rewinds, false);
  assert.equal(playhead.ms, 5_000);
  assert.equal(playhead.passes(4_999), true);
  assert.equal(playhead.ms, 5_000);
  assert.equal(playhead.decide(5_100), "show");
  assert.equal(playhead.ms, 5_100);
  assert.equal(playhead.decide(5_200), 100);
});

Deno.test("a seek to what is shown or passed by starts over, one to what waits does not", () => {
  for (const [ms, rewinds] of [[1_100, true], [1_200, true], [1_201, false]] as const) {
    const { playhead } = playing();
    assert.equal(typeof playhead.decide(9_000), "number");
    playhead.seek(ms);
    assert.equal(playhead.rewinds, rewinds, `${ms}`);
  }
  const { playhead } = playing();
  playhead.seek(5_000);
  playhead.passed(4_000);
  playhead.seek(3_000);
  assert.equal(playhead.rewinds, true);
});

Deno.test("while a run is to start over its grids are passed by; begun anew it is as at first", () => {
  const { playhead } = playing();
  playhead.restart();
  assert.equal(playhead.rewinds, true);
  assert.equal(playhead.passes(1_300), true);
  assert.equal(playhead.ms, 1_000);
  playhead.rewound();
  assert.equal(playhead.hasBegun, false);
  assert.equal(playhead.decide(1_200), "show");
});

Deno.test("a restart undoes a seek", () => {
  const { playhead } = playing();
  playhead.seek(5_000);
  playhead.restart();
  playhead.rewound();
  assert.equal(playhead.decide(1_200), "show");
});

Deno.test("a seek or restart while paused shows one grid and stays paused", () => {
  for (const go of ["seek", "restart"] as const) {
    const { playhead } = playing();
    playhead.paused = true;
    if (go === "seek") playhead.seek(5_000);
    else playhead.restart();
    playhead.rewound();
    assert.equal(playhead.decide(5_000), "show");
    assert.equal(playhead.decide(5_001), Infinity);
  }
});

Deno.test("a silence since the last grid, and a time before it, is a leap of the clock", () => {
  for (
    const [ms, resumedMs, turn] of [
      [61_201, 61_201, "leap"],
      [90_000, 61_201, "leap"],
      [1_199, -Infinity, "leap"],
      // However far apart grids are, what was not silent is waited for.
      [200_000, -Infinity, 198_800],
      [200_000, 1_200, 198_800],
    ] as const
  ) {
    const { playhead } = playing();
    assert.equal(playhead.decide(ms, false, resumedMs), turn);
    assert.equal(playhead.ms, turn === "leap" ? ms : 1_200);
  }
});

Deno.test("a start told later moves the beginning, but not what is sought meanwhile", () => {
  const { playhead } = bench();
  playhead.startsAt(2_000);
  assert.equal(playhead.ms, 2_000);
  playhead.seek(3_000);
  playhead.startsAt(2_500);
  assert.equal(playhead.ms, 3_000);
  playhead.restart();
  assert.equal(playhead.ms, 2_500);
});

Deno.test("the share of a seek is told from the last grid shown, or from the start", () => {
  const { playhead } = playing();
  playhead.seek(2_200);
  assert.equal(playhead.share(1_700), 0.5);
  playhead.seek(1_100);
  playhead.rewound();
  assert.equal(playhead.share(1_050), 0.5);
});

Deno.test("who is behind waits for what comes, who is far behind has what others leave", () => {
  let wall = 0;
  const playhead = new Playhead(1, 0, 0, () => wall);
  assert.equal(playhead.isWaitingPast(0), false);
  assert.equal(playhead.decide(0), "show");
  assert.equal(playhead.isWaitingPast(25), false);
  wall = 30;
  assert.equal(playhead.isWaitingPast(25), true);
  wall = 1_100;
  assert.equal(playhead.isWaitingPast(25), false);
  playhead.step();
  assert.equal(playhead.isWaitingPast(25), true);
});
