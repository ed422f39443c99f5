import assert from "node:assert/strict";
import { digestOf, wantedJob } from "../../../../engine/databento/batch/wanted_job.ts";

const { request } = wantedJob(
  {
    ...{ dataset: "GLBX.MDP3", schema: "mbo", root: "MNQ", date: "2026-02-06" },
    product: "future_mbo",
  },
  ["MNQH6"],
  "raw_symbol",
);

Deno.test("digestOf() is the same however the day is written, on a machine in any zone", () => {
  const before = Deno.env.get("TZ");
  try {
    for (const zone of ["UTC", "Asia/Tokyo", "Pacific/Apia", "America/New_York"]) {
      Deno.env.set("TZ", zone);
      for (
        const midnight of [
          "T00:00:00.000000000Z",
          "T00:00:00Z",
          "T00:00:00",
          "T00:00:00.000000000",
          " 00:00:00",
          " 00:00:00+00:00",
          "T00:00",
        ]
      ) {
        const told = { start: `2026-02-06${midnight}`, end: `2026-02-07${midnight}` };
        assert.equal(digestOf({ ...request, ...told }), digestOf(request), `${zone} ${midnight}`);
      }
      const other = { ...request, start: "2026-02-06T00:00:00-05:00" };
      assert.notEqual(digestOf(other), digestOf(request));
    }
  } finally {
    if (before === undefined) Deno.env.delete("TZ");
    else Deno.env.set("TZ", before);
  }
});
