import assert from "node:assert/strict";
import { bucketsOf, instrumentOf, type PageDefaults } from "../../../client/stream/instrument.ts";
import type { RuntimeConfigMessage } from "../../../engine/wire/messages.ts";
import { MNQ } from "../mnq.ts";

const FUTURE: PageDefaults = { ...MNQ, bucket_size_dollars: 1 };

Deno.test("instrumentOf() takes a tick as the bucket of a future", () => {
  assert.equal(instrumentOf(FUTURE).bucketSize, 0.25);
});

Deno.test("instrumentOf() takes the bucket size as the bucket of an equity", () => {
  assert.equal(instrumentOf({ ...FUTURE, product_type: "equity_mbo" }).bucketSize, 1);
});

Deno.test("instrumentOf() calls simulated what comes from the simulator, and no page defaults", () => {
  assert.equal(instrumentOf(FUTURE).simulated, false);
  for (const data_source of ["simulator", "databento"] as const) {
    const config = { ...FUTURE, data_source } as unknown as RuntimeConfigMessage;
    assert.equal(instrumentOf(config).simulated, data_source === "simulator");
  }
});

Deno.test("bucketsOf() divides price integers exactly", () => {
  const instrument = instrumentOf(FUTURE);
  assert.equal(bucketsOf("25014250000000", instrument), 100057);
  assert.equal(bucketsOf("-37750000000", instrument), -151);
  assert.equal(bucketsOf("9223372036750000000", instrument), 36893488147);
  const fine = instrumentOf({ ...FUTURE, tick_size: 0.00005 });
  assert.equal(bucketsOf("1084550000", fine), 21691);
});
