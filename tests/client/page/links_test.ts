import assert from "node:assert/strict";
import { dayGroups } from "../../../client/page/day_list.ts";
import { dayLink, momentLink } from "../../../client/page/links.ts";
import { readSpeed } from "../../../client/page/speeds.ts";

const MOMENT = {
  ...{ product_type: "future_mbo", symbol: "MNQH6", dt: "2026-02-06", start_time: "09:25" },
  ...{ throttle_ms: 25, ts_ns: "1770388867325000007" },
};

Deno.test("momentLink() names the run and the very grid, and keeps what the reader chose", () => {
  const link = momentLink("http://host:1/vacuum-pressure?theme=light&start_time=10:00", MOMENT);
  const url = new URL(link);
  assert.equal(url.pathname, "/vacuum-pressure");
  assert.deepEqual(Object.fromEntries(url.searchParams), {
    theme: "light",
    ...MOMENT,
    throttle_ms: "25",
  });
  assert.ok(link.includes("start_time=09:25"));
});

Deno.test("momentLink() of a stream that begins with its session has no start time", () => {
  const link = momentLink("http://host/vacuum-pressure?start_time=10:00", {
    ...MOMENT,
    start_time: null,
  });
  assert.equal(new URL(link).searchParams.get("start_time"), null);
});

Deno.test("dayLink() changes the day, and leaves its moments behind", () => {
  const query = new URLSearchParams("dt=2026-02-06&start_time=09:25&ts_ns=7&marks=7,8&lines=1.5");
  assert.equal(dayLink(query, "2026-02-05"), "?dt=2026-02-05&lines=1.5");
  assert.equal(query.get("dt"), "2026-02-06");
});

Deno.test("dayGroups() tells real from simulated, marks what is live, newest first", () => {
  const day = (dt: string, data_source: "databento" | "simulator", live = false) => ({
    ...{ dt, data_source, live, size: 1 },
  });
  const groups = dayGroups(
    [
      day("2026-02-04", "databento"),
      day("2026-02-05", "databento", true),
      day("2026-02-06", "simulator"),
    ],
    { dt: "2026-02-06", simulated: true },
  );
  assert.deepEqual(groups.map(({ title, days }) => [title, ...days.map(({ label }) => label)]), [
    ["Real", "Thu 2026-02-05 · live", "Wed 2026-02-04"],
    ["Simulated", "Fri 2026-02-06"],
  ]);
});

Deno.test("dayGroups() has the day shown, whatever the server says", () => {
  const groups = dayGroups([], { dt: "2026-02-06", simulated: false });
  assert.deepEqual(groups, [{
    title: "Real",
    days: [{ dt: "2026-02-06", label: "Fri 2026-02-06" }],
  }]);
});

Deno.test("readSpeed() takes numbers that the server takes", () => {
  const texts = ["10", " 0.5 ", "20×", "1000", ".25", "0.1"];
  assert.deepEqual(texts.map(readSpeed), [10, 0.5, 20, 1000, 0.25, 0.1]);
  for (const text of ["", "fast", "0", "0.09", "1001", "-1", "1e3", "Infinity"]) {
    assert.equal(readSpeed(text), null, text);
  }
});
