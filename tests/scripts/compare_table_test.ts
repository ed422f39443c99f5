/** What a comparison of sessions prints. */
import assert from "node:assert/strict";
import { SessionStatistics } from "../../scripts/compare/statistics.ts";
import { statisticsTable } from "../../scripts/compare/table.ts";

Deno.test("statisticsTable() has a dash for what has no value, as of a mid that stands still", () => {
  const empty = new SessionStatistics(250_000_000, 0, 10);
  const still = new SessionStatistics(250_000_000, 0, 10);
  still.mids.push(4, 4, 4);
  const table = statisticsTable([["empty", empty], ["still", still]]);
  assert.ok(!/NaN|Infinity/.test(table), table);
  assert.match(table, /Mid over 1 s: [^|]*\| – \/ – \/ – +\| 0\.00 \/ 100\.0 % \/ – +\|/);
});
