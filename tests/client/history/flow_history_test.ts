import assert from "node:assert/strict";
import { FlowHistory } from "../../../client/history/flow_history.ts";
import type { ReadingMessage, SessionMessage } from "../../../engine/wire/messages.ts";
import { gridHead } from "../mnq.ts";

const STARTS_NS = 1_770_388_867_325_000_000n;

const READING: ReadingMessage = {
  state: "UP LEAN",
  since_ts_ns: "1770388867325000001",
  clarity: 1.75,
  drain_above: 0.5,
  drain_below: -1.25,
  risk: "UP ADVANTAGE",
  vac_above: 10.1,
  press_above: 3.7,
  press_below: 0,
  vac_below: 2.5,
};
const SESSION: SessionMessage = {
  high: "25000250000000",
  low: "-250000000",
  vwap: null,
  volume: "0",
};

Deno.test("a FlowHistory gives back what came with each grid", () => {
  const flows = new FlowHistory(4);
  const blind: ReadingMessage = { ...READING, state: "NO READING", reason: "crossed" };
  flows.write(5, { ...gridHead(STARTS_NS, 1), reading: READING, session: SESSION });
  flows.write(6, { ...gridHead(STARTS_NS, 2), reading: blind });
  assert.deepEqual(flows.reading(5), READING);
  assert.deepEqual(flows.session(5), SESSION);
  assert.deepEqual([flows.reading(6), flows.session(6)], [blind, null]);
  assert.equal(flows.state(6), "NO READING");
});

Deno.test("a FlowHistory has nothing of a grid that came without", () => {
  const flows = new FlowHistory(4);
  flows.write(1, { ...gridHead(STARTS_NS, 1), reading: READING, session: SESSION });
  flows.write(5, gridHead(STARTS_NS, 2));
  assert.deepEqual([flows.state(5), flows.reading(5), flows.session(5)], [null, null, null]);
});

Deno.test("a FlowHistory has the prices of the session's trades as numbers, NaN where they are unknown", () => {
  const flows = new FlowHistory(4);
  flows.write(5, { ...gridHead(STARTS_NS, 1), session: SESSION });
  flows.write(6, gridHead(STARTS_NS, 2));
  const prices = (grid: number) =>
    (["high", "low", "vwap"] as const).map((price) => flows.sessionPrice(grid, price));
  assert.deepEqual([prices(5), prices(6)], [[25_000_250_000_000, -250_000_000, NaN], [
    NaN,
    NaN,
    NaN,
  ]]);
});
