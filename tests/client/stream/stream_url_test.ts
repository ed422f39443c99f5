import assert from "node:assert/strict";
import { outlineUrl, streamUrl } from "../../../client/stream/stream_url.ts";

Deno.test("streamUrl() leaves out what the page leaves out", () => {
  assert.equal(
    streamUrl("http://localhost:8002", new URLSearchParams(), ["rest_depth"]),
    "ws://localhost:8002/v1/vacuum-pressure/stream?fields=rest_depth&credit=256" +
      "&history=60&rate=60&settle=1&reading=1&session=1",
  );
});

Deno.test("streamUrl() passes on the stream's parameters and keeps the page's own", () => {
  const query = "?symbol=ESH4&dt=2023-12-25&start_time=18:30&speed=2&palette=blue&fields=k";
  const url = new URL(
    streamUrl("https://host", new URLSearchParams(query), ["rest_depth", "last_event_id"]),
  );
  assert.equal(url.protocol, "wss:");
  assert.deepEqual(Object.fromEntries(url.searchParams), {
    symbol: "ESH4",
    dt: "2023-12-25",
    start_time: "18:30",
    speed: "2",
    fields: "rest_depth,last_event_id",
    credit: "256",
    ...{ history: "60", rate: "60", settle: "1", reading: "1", session: "1" },
  });
});

Deno.test("streamUrl() passes on a wrong value for the server to name", () => {
  const url = new URL(
    streamUrl("http://host", new URLSearchParams("?speed=a b&dt="), ["rest_depth"]),
  );
  assert.equal(url.searchParams.get("speed"), "a b");
  assert.equal(url.searchParams.get("dt"), "");
});

Deno.test("outlineUrl() names the session alone", () => {
  const query = new URLSearchParams("symbol=ESH4&dt=2023-12-25&start_time=18:30&speed=2");
  assert.equal(
    outlineUrl("https://host", query),
    "https://host/v1/vacuum-pressure/session?symbol=ESH4&dt=2023-12-25",
  );
});
