/** The view of an analysis says what the analysis says. */
import assert from "node:assert/strict";
import { regimeModel } from "../../../client/regime/model.ts";
import { edgeText, midText, readingAt, windowWords } from "../../../client/regime/reading.ts";
import { sharesOf } from "../../../client/regime/shares.ts";
import { loadInstrument } from "../../../engine/instrument.ts";
import { analyzeDay } from "../../../engine/regime/analyze_day.ts";
import { RegimeAnalysis } from "../../../engine/regime/analysis.ts";
import { BATCH, SnapshotBatch } from "../../../engine/regime/snapshot_batch.ts";
import { REGIME_DEFAULTS } from "../../../engine/regime/params.ts";
import { sideState, signOf } from "../../../engine/regime/states.ts";
import { regimeView } from "../../../engine/regime/regime_view.ts";
import { resolveRequest } from "../../../engine/request.ts";
import { OUTCOME_NAMES, SIDE_STATE_NAMES } from "../../../engine/wire/regime_view.ts";
import { projectFile } from "../../project.ts";
import { SMALL_DT, smallLake } from "../../small_session.ts";

const params = { ...REGIME_DEFAULTS, tpTicks: 4, slTicks: 3 };
const window = { startTime: "09:10", evalStart: "09:15", evalEnd: "09:40" };

async function smallAnalysis() {
  await using made = await smallLake();
  const instrument = loadInstrument(projectFile("instrument.yaml"));
  const { product_type: productType, symbol } = instrument;
  const session = { productType, symbol, dt: SMALL_DT, startTime: window.startTime };
  const request = await resolveRequest(instrument, { ...session, throttleMs: 250 }, made);
  const result = await analyzeDay({ request, lake: made.lake, instrument, window, params });
  return { result, view: regimeView(result, { params, throttleMs: 250, instrument }) };
}

const { result, view } = await smallAnalysis();
const model = regimeModel(JSON.parse(JSON.stringify(view)));
const midnightMs = Number(result.midnightNs / 1_000_000n);
const msOf = (ts: number) => midnightMs + Math.floor(ts / 1e6);

Deno.test("a view is JSON, and its figures are the JSON output", () => {
  assert.deepEqual(JSON.parse(JSON.stringify(view)), view);
  assert.deepEqual(view.figures, result.payload);
});

Deno.test("a view has every event with its outcome", () => {
  const { events } = model;
  assert.ok(result.trades.length > 10);
  assert.deepEqual(
    result.trades.map((_, i) => [
      events.times[i],
      events.directions[i] === 1 ? "up" : "down",
      OUTCOME_NAMES[events.outcomes[i]!],
      events.entries[i],
      events.exits[i],
    ]),
    result.trades.map(({ ts, direction, outcome, entryPrice, exitPrice }) => [
      msOf(ts),
      direction,
      outcome,
      entryPrice,
      exitPrice,
    ]),
  );
  assert.equal(events.times.length, result.trades.length);
});

Deno.test("a view says in which session its hours are, and of a time of the day before which day", () => {
  const { figures } = view;
  const hours = "future_mbo, captured from 09:10, evaluated 09:15 to 09:40 New York";
  assert.equal(windowWords(figures), hours);
  const globex = { ...figures, window: { ...figures.window, session: "globex" as const } };
  assert.equal(windowWords(globex), `${hours}, globex session`);
  const timeIn = (dt: string) => {
    const other = { ...figures, instrument: { ...figures.instrument, dt } };
    return readingAt({ ...model, view: { ...model.view, figures: other } }, view.from_ms, 1).time;
  };
  assert.match(timeIn(SMALL_DT), /^09:1\d:[\d.]+ EST$/);
  assert.match(timeIn("2026-02-07"), /^09:1\d:[\d.]+ EST, Fri$/);
});

Deno.test("a view's parameters are those that make it again", () => {
  const parameters = new Map(view.parameters);
  assert.equal(parameters.get("throttle_ms"), "250");
  assert.equal(parameters.get("tp_ticks"), "4");
  assert.equal(parameters.get("directional_bands"), "4,8,16");
  // The throttle is one more, and of the two ways to say how long a trade is held one is in force.
  assert.equal(parameters.size, Object.keys(REGIME_DEFAULTS).length);
});

Deno.test("reading the charts gives what the snapshots of the column say", () => {
  const { series } = result;
  assert.equal(view.mid.values.length, series.ts.length);
  const times = series.ts.map(msOf);
  for (let i = 50; i + 50 < times.length; i += 37) {
    const columnMs = 2000;
    const reading = readingAt(model, times[i]!, columnMs);
    const first = times.findLastIndex((ms) => ms <= times[i]! - columnMs / 2);
    const last = times.findLastIndex((ms) => ms <= times[i]! + columnMs / 2);
    const said = (values: Float64Array, text: (value: number) => string) => {
      const within = values.subarray(first, last + 1);
      const [least, greatest] = [text(Math.min(...within)), text(Math.max(...within))];
      return least === greatest ? least : `${least} to ${greatest}`;
    };
    assert.equal(reading.mid, said(series.mid, (mid) => midText(model, mid)));
    const rounded = series.directionEdge.map((edge) => Math.round(edge * 1e4) / 1e4);
    assert.equal(reading.edge, said(rounded, edgeText));
    const events = [...model.events.times].filter((ms) => Math.abs(ms - times[i]!) <= columnMs / 2);
    assert.equal([...reading.up, ...reading.down].reduce((sum, n) => sum + n), events.length);
  }
});

Deno.test("lanes lie as in the book, and each says the state of its own side and band", () => {
  const names = [..."above 16,above 8,above 4,below 4,below 8,below 16".split(",")];
  assert.deepEqual(model.lanes.map(({ name }) => name), names);
  const { series } = result;
  for (const { side, band, score } of series.lanes) {
    const { ribbon } = model.lanes[names.indexOf(`${side} ${band}`)]!;
    // Time in a state, counted from the snapshots.
    const held = new Map<string, number>();
    for (let i = 0; i + 1 < series.ts.length; i++) {
      const state = sideState(signOf(score[i]!, params.spectrumThreshold));
      held.set(state, (held.get(state) ?? 0) + msOf(series.ts[i + 1]!) - msOf(series.ts[i]!));
    }
    const shown = new Map<string, number>();
    ribbon.states.forEach((state, i) => {
      const name = SIDE_STATE_NAMES[state]!;
      shown.set(name, (shown.get(name) ?? 0) + ribbon.bounds[i + 1]! - ribbon.bounds[i]!);
    });
    assert.deepEqual(new Map([...shown].sort()), new Map([...held].sort()));
  }
});

Deno.test("over a stretch without snapshots nothing is drawn, read or counted", () => {
  const { productType, symbol } = { productType: "future_mbo", symbol: "MNQH6" } as const;
  const analysis = new RegimeAnalysis({
    ...{ productType, symbol, dt: SMALL_DT, dataSource: "databento", tickInt: 250_000_000 },
    ...{ window: { startTime: "09:00", evalStart: "09:00", evalEnd: "09:30" } },
    ...{ throttleMs: 25, contractMultiplier: 2 },
  }, params);
  let batch = new SnapshotBatch();
  // 09:00 is 14:00 UTC; a snapshot a second for ten minutes, and again from 09:20 on.
  for (let second = 0; second < 20 * 60; second++) {
    const i = batch.count++;
    batch.ts[i] = 14 * 3600e9 + (second + (second < 600 ? 0 : 600)) * 1e9;
    batch.mid[i] = 25_000;
    if (batch.count < BATCH) continue;
    analysis.push(batch);
    batch = new SnapshotBatch();
  }
  analysis.push(batch);
  const instrument = loadInstrument(projectFile("instrument.yaml"));
  const view = regimeView(analysis.finish(), { params, throttleMs: 25, instrument });
  const from = view.from_ms + 599_000;
  assert.deepEqual(view.holes_ms, [[from, from + 601_000]]);
  assert.deepEqual(view.posture, { lengths_ms: [599_000, 601_000, 599_000], states: [0, -1, 0] });
  const model = regimeModel(view);
  const said = (ms: number) => {
    const { mid, edge, direction, posture, lanes } = readingAt(model, ms, 1_000);
    return [mid, edge, direction, posture, lanes[0]];
  };
  assert.deepEqual(said(from - 5_000), [
    ...["25\u202f000.000", "0.000", "flat", "transition", "transition"],
  ]);
  assert.deepEqual(said(from + 300_000), ["–", "–", null, "–", "–"]);
  const [share] = sharesOf(model.posture, { from: view.from_ms, to: view.to_ms }, 1, 5);
  assert.equal(share!.toFixed(3), (1198 / 1799).toFixed(3));
});
