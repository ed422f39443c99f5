import assert from "node:assert/strict";
import type { SessionOutlineMessage } from "../../engine/wire/messages.ts";
import { Outlines } from "../../server/session/outlines.ts";
import { hasShared } from "../shared_data.ts";
import { smallSession } from "../small_session.ts";
import { servedOnce, type ServedSession, serveEs, serveSmall } from "./served_session.ts";

async function ask(
  { server }: ServedSession,
  query = "",
): Promise<{ status: number; body: string }> {
  const response = await fetch(
    `http://127.0.0.1:${server.port}/v1/vacuum-pressure/session${query}`,
  );
  assert.equal(response.headers.get("content-type"), "application/json");
  assert.equal(response.headers.get("cache-control"), "no-store");
  return { status: response.status, body: await response.text() };
}

/** The outline as a plain count over the oracle's records gives it, of a future's UTC day. */
function plainOutline({ kept, dt, instrument }: ServedSession): SessionOutlineMessage {
  const startNs = BigInt(Date.parse(`${dt}T00:00Z`)) * 1_000_000n;
  const within = kept.map(({ ts }) => ts).filter((ts) => ts >= startNs);
  const records = new Array<number>(24 * 60).fill(0);
  for (const ts of within) records[Number((ts - startNs) / 60_000_000_000n)]! += 1;
  return {
    dt,
    symbol: instrument.symbol,
    data_source: "databento",
    window_start_ns: `${startNs}`,
    start_ns: `${within[0]}`,
    end_ns: `${within.at(-1)}`,
    bin_seconds: 60,
    records,
  };
}

for (
  const [name, serve, ignore] of [
    ["the small session", () => serveSmall(), false],
    ["ESH4", serveEs, !hasShared],
  ] as const
) {
  Deno.test({
    name: `the outline of ${name} is that of a plain count over its records`,
    ignore,
    async fn() {
      await using served = await serve();
      const { status, body } = await ask(served, `?dt=${served.dt}`);
      assert.equal(status, 200);
      const outline = JSON.parse(body);
      assert.deepEqual(outline, plainOutline(served));
      assert.ok(outline.records.some((count: number) => count > 400));
    },
  });
}

Deno.test("outlines asked for at once and later are one pass over the file", async () => {
  await using served = await serveSmall();
  const request = {
    tickInt: 250_000_000,
    origin: { path: served.path },
    productType: served.instrument.product_type,
    symbol: served.instrument.symbol,
    dt: served.dt,
  };
  const outlines = new Outlines();
  const first = outlines.of(request);
  assert.equal(outlines.of(request), first);
  await first;
  assert.equal(outlines.of({ ...request }), first);
  const answers = await Promise.all([1, 2, 3].map(() => ask(served)));
  for (const { body } of answers) assert.deepEqual(JSON.parse(body), plainOutline(served));
});

Deno.test("a file that is another since has an outline of its own", async () => {
  await using served = await serveSmall();
  const whole = JSON.parse((await ask(served)).body);
  await Deno.writeFile(served.path, smallSession().subarray(0, -56 * 1_000));
  const shorter = JSON.parse((await ask(served)).body);
  const count = ({ records }: SessionOutlineMessage) => records.reduce((sum, n) => sum + n, 0);
  assert.ok(count(shorter) < count(whole));
});

const small = servedOnce(() => serveSmall());

/** Lines that are logged meanwhile. */
async function logged(run: () => Promise<unknown>): Promise<string[]> {
  const lines: string[] = [];
  const { error } = console;
  console.error = (line: string) => lines.push(line);
  try {
    await run();
  } finally {
    console.error = error;
  }
  return lines;
}

Deno.test("an outline of what is not there fills no log; one of a damaged file is told", async () => {
  await using served = await serveSmall();
  assert.deepEqual(await logged(() => ask(served, "?dt=2026-02-05")), []);
  assert.deepEqual(await logged(() => ask(served, "?dt=2026-02-30")), []);
  await Deno.writeFile(served.path, smallSession().subarray(0, -20));
  const lines = await logged(() => ask(served));
  assert.equal(lines.length, 1);
  assert.match(lines[0]!, /outline refused.*truncated at byte/);
});

for (
  const [query, status, message] of [
    ["?dt=2026-02-30", 400, /dt: "2026-02-30" is not a date/],
    ["?symbol=../../etc", 400, /symbol: .* is not a symbol/],
    ["?product_type=option", 400, /product_type: "option" is not a product type/],
    ["?symbol=ESH6", 400, /locked to future_mbo MNQH6/],
    ["?dt=2026-02-05", 404, /No .dbn or .dbn.zst file for 2026-02-05 in lake\/raw\//],
  ] as const
) {
  Deno.test(`an outline of ${query} is answered with ${status} and no path of the machine`, async () => {
    const served = await small();
    const answer = await ask(served, query);
    assert.equal(answer.status, status);
    const { error, ...more } = JSON.parse(answer.body);
    assert.deepEqual(more, {});
    assert.match(error, message);
    assert.ok(!answer.body.includes(served.lake));
  });
}

Deno.test("an empty lake is answered with 404 and no path of the machine", async () => {
  await using served = await serveSmall();
  await Deno.remove(`${served.lake}/raw`, { recursive: true });
  const { status, body } = await ask(served);
  assert.equal(status, 404);
  assert.match(body, /Raw DBN directory not found: lake\/raw/);
  assert.ok(!body.includes(served.lake));
});

Deno.test("a truncated file is answered with 500 and where, and is tried again once mended", async () => {
  const whole = smallSession();
  await using served = await serveSmall();
  await Deno.writeFile(served.path, whole.subarray(0, -20));
  for (let i = 0; i < 2; i++) {
    const { status, body } = await ask(served);
    assert.equal(status, 500);
    assert.match(body, /lake\/raw\/.*truncated at byte/);
    assert.ok(!body.includes(served.lake));
  }
  await Deno.writeFile(served.path, whole);
  assert.equal((await ask(served)).status, 200);
});
