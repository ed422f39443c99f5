/** Several days in one analysis, as a user starts it. */
import assert from "node:assert/strict";
import { simulatedPath } from "../../engine/source/simulator/simulated_file.ts";
import { taskHere } from "../in_process.ts";
import { writeSimulatedOnce } from "../simulated_once.ts";

const DAYS = ["2026-02-04", "2026-02-05"] as const;

/** A lake with two short simulated days, and one whose file is cut short. */
async function lakeOfDays() {
  const lake = await Deno.makeTempDir();
  for (const [seed, dt] of [...DAYS, "2026-02-06"].entries()) {
    const path = simulatedPath({ lake, symbol: "MNQH6", dt });
    const session = { symbol: "MNQH6", dt, seed, from: "09:00", to: "09:12", eventsPerSecond: 40 };
    await writeSimulatedOnce(session, path);
    if (!DAYS.some((day) => day === dt)) await Deno.truncate(path, 500_001);
  }
  return { lake, [Symbol.asyncDispose]: () => Deno.remove(lake, { recursive: true }) };
}

async function analyze(lake: string, ...args: string[]) {
  const json = `${lake}/out.json`;
  const window = ["--start-time", "09:05", "--eval-start", "09:05", "--eval-end", "09:12"]
    .concat("--baseline-runs", "20");
  const ended = await taskHere(
    ["analyze", "--lake", lake, ...window, "--json-output", json, ...args],
  );
  const written = await Deno.readTextFile(json).catch(() => "null");
  return { ...ended, figures: JSON.parse(written) };
}

Deno.test("analyze of a range reports each day with data, skips the others, and pools", async () => {
  await using made = await lakeOfDays();
  const { code, out, err, figures } = await analyze(made.lake, "--dt", "2026-02-02..2026-02-05");
  assert.equal(code, 0, err);
  for (const dt of DAYS) assert.match(out, new RegExp(`on ${dt}, SIMULATED data`));
  for (const dt of ["2026-02-02", "2026-02-03"]) assert.match(err, new RegExp(`${dt}: skipped`));
  assert.match(out, /^2 days together$/m);
  assert.equal(figures.pooled.n_days, 2);
  assert.equal(
    figures.pooled.n_events,
    figures.days.reduce((sum: number, day: { event_count: number }) => sum + day.event_count, 0),
  );
  // A day says the same whether it is analysed alone or beside others.
  for (const [i, dt] of DAYS.entries()) {
    const alone = await analyze(made.lake, "--dt", dt);
    assert.deepEqual(figures.days[i], alone.figures);
  }
});

Deno.test("analyze goes on past days that fail, names them by date, and ends with 1", async () => {
  await using made = await lakeOfDays();
  const { lake } = made;
  // Met before any day is worked on, the other failure after.
  const none = simulatedPath({ lake, symbol: "MNQH6", dt: "2026-02-09" });
  await Deno.writeTextFile(none, "no session");
  const html = `${lake}/page.html`;
  const args = ["--dt", "2026-02-04..2026-02-09", "--html-output", html];
  const { code, out, err, figures } = await analyze(lake, ...args);
  assert.equal(code, 1);
  assert.match(err, /ERROR 2026-02-09: failed: [^]*ERROR 2026-02-06: failed: .*truncated at byte/);
  assert.match(err, /^error: 2 of 4 days failed: 2026-02-06, 2026-02-09$/m);
  assert.match(out, /^2 days together$/m);
  // Whoever is sent the report or the page has not seen standard error.
  assert.match(out, /^ {2}without 2026-02-06, 2026-02-09, which failed$/m);
  assert.ok(
    (await Deno.readTextFile(html)).includes('"without 2026-02-06, 2026-02-09, which failed"'),
  );
  assert.deepEqual(
    figures.failed.map(({ dt }: { dt: string }) => dt),
    ["2026-02-06", "2026-02-09"],
  );
});

Deno.test("analyze of days that all fail says nothing of them together, and keeps what was there", async () => {
  await using made = await lakeOfDays();
  const { lake } = made;
  for (const dt of DAYS) {
    await Deno.truncate(simulatedPath({ lake, symbol: "MNQH6", dt }), 500_001);
  }
  const [events, html] = [`${lake}/events.csv`, `${lake}/page.html`];
  const before: Record<string, string> = {
    [`${lake}/out.json`]: '{"days":[]}\n',
    [events]: "dt,symbol,ts_ns,event_id\n2026-02-03,MNQH6,1,1\n",
  };
  for (const [path, text] of Object.entries(before)) await Deno.writeTextFile(path, text);
  const files = ["--events-output", events, "--html-output", html];
  const { code, out, err } = await analyze(lake, "--dt", DAYS.join(), ...files, "--force");
  assert.equal(code, 1);
  assert.match(err, /^error: 2 of 2 days failed: 2026-02-04, 2026-02-05$/m);
  assert.doesNotMatch(out, /gate passed|days together/);
  for (const [path, text] of Object.entries(before)) {
    assert.equal(await Deno.readTextFile(path), text);
  }
  await assert.rejects(Deno.stat(html), Deno.errors.NotFound);
});

Deno.test("analyze of listed dates wants data for each of them", async () => {
  await using made = await lakeOfDays();
  const { code, err, figures } = await analyze(made.lake, "--dt", "2026-02-03,2026-02-04");
  assert.equal(code, 1);
  assert.match(err, /^error: No data for 2026-02-03: /m);
  assert.equal(figures, null);
});
