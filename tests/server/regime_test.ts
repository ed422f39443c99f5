/** Analyses that the server makes for the page /regime, over real sockets. */
import assert from "node:assert/strict";
import { setImmediate } from "node:timers/promises";
import { analyzeDay } from "../../engine/regime/analyze_day.ts";
import { app } from "../../main.ts";
import type { RegimeMessage } from "../../engine/wire/regime_messages.ts";
import { readAnalysisQuery } from "../../server/regime/analysis_query.ts";
import { servedOnce, type ServedSession, serveSmall } from "./served_session.ts";

const WINDOW = "start_time=09:28&eval_start=09:31&eval_end=09:40";

const small = servedOnce(() => serveSmall());

interface Heard {
  messages: RegimeMessage[];
  code: number;
}

/** Opens an analysis, and hears it to its end. */
function analysis({ server }: ServedSession, query: string) {
  const socket = new WebSocket(`ws://127.0.0.1:${server.port}/v1/regime/analysis?${query}`);
  const messages: RegimeMessage[] = [];
  const begun = Promise.withResolvers<void>();
  const ended = Promise.withResolvers<Heard>();
  socket.addEventListener("message", ({ data }) => {
    messages.push(JSON.parse(data));
    begun.resolve();
  });
  socket.addEventListener("close", ({ code }) => {
    begun.resolve();
    ended.resolve({ messages, code });
  });
  return { socket, messages, begun: begun.promise, ended: ended.promise };
}

function resultOf({ messages }: Heard) {
  const last = messages.at(-1);
  assert.equal(last?.type, "result", JSON.stringify(last)?.slice(0, 200));
  return last as Extract<RegimeMessage, { type: "result" }>;
}

function errorOf({ messages }: Heard): string {
  const last = messages.at(-1);
  assert.equal(last?.type, "error");
  return (last as Extract<RegimeMessage, { type: "error" }>).message;
}

Deno.test("an analysis tells its progress, and ends with what analyze finds; its JSON is kept", async () => {
  const served = await small();
  const query = `${WINDOW}&tp_ticks=4&directional_bands=4,60`;
  const heard = await analysis(served, query).ended;
  assert.equal(heard.code, 1000);
  const { view, json } = resultOf(heard);
  const shares = heard.messages.flatMap((one) => one.type === "progress" ? [one.share] : []);
  assert.ok(shares.length > 0 && shares.every((share) => share > 0 && share <= 1));
  assert.deepEqual(heard.messages[0], {
    type: "warning",
    message: "--directional-bands: 60 reach beyond 50 buckets and are left out",
  });
  const { day } = await readAnalysisQuery(
    new URLSearchParams(query),
    served.server.service.settings,
  );
  const expected = await analyzeDay(day);
  assert.deepEqual(view.figures, JSON.parse(JSON.stringify(expected.payload)));
  assert.equal(view.figures.trade_target_params.tp_ticks, 4);

  const kept = await fetch(`http://127.0.0.1:${served.server.port}${json}`);
  assert.equal(kept.headers.get("content-type"), "application/json");
  assert.deepEqual(await kept.json(), view.figures);
  const unknown = await app.handler()(
    new Request("http://localhost/v1/regime/results/none.json"),
  );
  assert.equal(unknown.status, 404);
  assert.match((await unknown.json()).error, /analyse again/);
});

Deno.test("one analysis runs at a time: a second is told so, and may come when it has ended", async () => {
  const served = await small();
  const both = await Promise.all([analysis(served, WINDOW).ended, analysis(served, WINDOW).ended]);
  const [done, busy] = both.sort((a, b) => a.code - b.code);
  resultOf(done!);
  assert.equal(busy!.code, 1013);
  assert.match(
    errorOf(busy!),
    /^An analysis of .+ runs, and one runs at a time: try again later\.$/,
  );
  resultOf(await analysis(served, WINDOW).ended);
});

Deno.test("closing cancels an analysis, and the next one may begin", async () => {
  const served = await small();
  const first = analysis(served, WINDOW);
  await first.begun;
  first.socket.close();
  await first.ended;
  // The server hears of the closing a moment later.
  while (served.server.service.analyses.connections.taken > 0) await setImmediate();
  resultOf(await analysis(served, WINDOW).ended);
});

const REFUSED: readonly (readonly [query: string, message: RegExp])[] = [
  ["tp_ticks=0", /^--tp-ticks: "0" is not a whole number, 1 or more$/],
  ["eval_start=25:00", /^--eval-start: "25:00" is not a time of day/],
  [
    "eval_end=09:00",
    /^--eval-end 09:00 is not after --eval-start 09:00 in the session of 2026-02-06 \(--eval-start by default\)$/,
  ],
  ["eval_minutes=9&eval_end=10:00", /^--eval-minutes 9 and --eval-end 10:00 both say/],
  ["dt=2026-02-05,2026-02-06", /^--dt: a page shows one day/],
  ["dt=2026-02-05", /^No \.dbn or \.dbn\.zst file for 2026-02-05 in lake\//],
  ["symbol=ESH6", /ESH6/],
  [`micro_windows=${Array.from({ length: 380 }, (_, i) => i + 1)}`, /^--micro-windows: 380 values/],
  ["projection_rollup_windows=1000000", /"1000000" is above 10000, the most that is taken$/],
  ["normalization_window=1000000000", /"1000000000" is above 100000, the most that is taken$/],
  ["force=1", /^unknown parameter "force"$/],
  ["input=/etc/passwd", /^unknown parameter "input"$/],
  ["lake=/", /^unknown parameter "lake"$/],
  ["json_output=x", /^unknown parameter "json_output"$/],
  ["html_output=x", /^unknown parameter "html_output"$/],
  ["days_output=x", /^unknown parameter "days_output"$/],
  ["jobs=2", /^unknown parameter "jobs"$/],
  ["start_time=09:39&eval_start=09:39&eval_end=09:40&throttle_ms=5000", /at least 200 and 50/],
];

Deno.test("a wrong analysis is refused in the words of the task, and names no path of the machine", async () => {
  const served = await small();
  for (const [query, message] of REFUSED) {
    const heard = await analysis(served, query).ended;
    assert.equal(heard.code, 1008, query);
    assert.match(errorOf(heard), message);
    assert.ok(!errorOf(heard).includes(served.lake), errorOf(heard));
  }
});

Deno.test("a stream goes on while an analysis runs", async () => {
  const served = await small();
  const stream = served.server.connect("start_time=09:10&speed=10");
  await stream.until("runtime_config");
  while (!(await stream.next() instanceof Uint8Array));
  const { begun, messages, ended } = analysis(served, WINDOW);
  await begun;
  let grids = 0;
  while (messages.at(-1)?.type !== "result") {
    assert.notEqual(messages.at(-1)?.type, "error");
    if (await stream.next() instanceof Uint8Array) grids++;
  }
  assert.ok(grids > 0);
  resultOf(await ended);
  await stream.close();
});

Deno.test("an analysis is for WebSockets of this server's pages alone", async () => {
  const ask = (headers: Record<string, string>) =>
    app.handler()(new Request("http://localhost/v1/regime/analysis", { headers }));
  assert.equal((await ask({})).status, 426);
  const foreign = await ask({ upgrade: "websocket", origin: "https://evil.example" });
  assert.equal(foreign.status, 403);
  assert.match(await foreign.text(), /evil\.example may not start an analysis/);
});

Deno.test("/regime is one island that knows every flag a page may set, and nothing inline", async () => {
  const html = await (await app.handler()(new Request("http://localhost/regime"))).text();
  assert.match(html, /<fresh-island data-name="Regime"/);
  for (const name of ["dt", "start_time", "eval_end", "tp_ticks", "projection_buckets"]) {
    assert.match(html, new RegExp(`name="${name}"`));
  }
  assert.doesNotMatch(html, /<style|\sstyle=|\son\w+=|name="(lake|input|json_output)"/);
});
