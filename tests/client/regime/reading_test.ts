import assert from "node:assert/strict";
import { axisPriceText } from "../../../client/regime/reading.ts";

Deno.test("a price beside an axis says where it stands, between two ticks too", () => {
  assert.equal(axisPriceText(40_002.5, 2.5, 0), "40\u202f002.5");
  assert.equal(axisPriceText(40_005, 5, 0), "40\u202f005");
  assert.equal(axisPriceText(25_000.025, 0.025, 2), "25\u202f000.025");
  assert.equal(axisPriceText(25_000, 1, 2), "25\u202f000.00");
});
