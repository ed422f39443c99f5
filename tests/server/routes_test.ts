import assert from "node:assert/strict";
import { app } from "../../main.ts";
import { projectFile } from "../project.ts";

const answer = app.handler();

function ask(path: string): Promise<Response> {
  return answer(new Request(`http://localhost${path}`));
}

for (const path of ["/", "/vacuum-pressure.html"]) {
  Deno.test(`${path} leads to the page and keeps the query`, async () => {
    const response = await ask(`${path}?symbol=MNQH6&dt=2026-02-06`);
    assert.equal(response.status, 302);
    assert.equal(
      response.headers.get("location"),
      "/vacuum-pressure?symbol=MNQH6&dt=2026-02-06",
    );
  });
}

Deno.test("/vacuum-pressure is one island that knows the server's own settings", async () => {
  const response = await ask("/vacuum-pressure?dt=2026-02-06");
  assert.equal(response.status, 200);
  const [, name, props = ""] =
    /<fresh-island data-name="(\w+)" data-props="([^"]*)">/.exec(await response.text()) ?? [];
  assert.equal(name, "VacuumPressure");
  const { defaults, query } = JSON.parse(props.replaceAll("&quot;", '"'));
  assert.equal(query, "?dt=2026-02-06");
  assert.deepEqual(Object.keys(defaults), [
    "product_type",
    "symbol",
    "dt",
    "start_time",
    "throttle_ms",
    "speed",
    "tick_size",
    "bucket_size_dollars",
    "contract_multiplier",
    "price_decimals",
  ]);
  assert.equal(defaults.start_time, null);
});

Deno.test("/vacuum-pressure holds no inline script, style sheet or event handler", async () => {
  const html = await (await ask("/vacuum-pressure")).text();
  assert.doesNotMatch(html, /<style|\son\w+=/);
  for (const [script] of html.matchAll(/<script[^]*?<\/script>/g)) {
    assert.match(script, /^<script type="module" src="\/build\/client\.js[^"]*"><\/script>$/);
  }
});

Deno.test("a trailing slash is the same page", async () => {
  // /health tells of a file of the lake what is known, and that is known once it was looked into.
  await ask("/ready");
  for (const path of ["/vacuum-pressure", "/regime", "/health"]) {
    const [plain, slashed] = await Promise.all([ask(path), ask(`${path}/`)]);
    assert.equal(slashed.status, 200, path);
    assert.equal(await slashed.text(), await plain.text(), path);
  }
});

Deno.test("/build/ serves the client script alone", async () => {
  assert.equal((await ask("/build/client.js")).status, 200);
  const built = [...Deno.readDirSync(projectFile("static/build"))].map(({ name }) => name);
  assert.ok(built.includes("inputs.sha256"));
  for (const name of ["", ...built.filter((name) => name !== "client.js")]) {
    for (
      const path of [`/build/${name}`, `/build//${name}`, `/build/./${name}`, `/build/%2e/${name}`]
    ) {
      assert.equal((await ask(path)).status, 404, path);
    }
  }
});

Deno.test("/health names the service, the instrument and the date", async () => {
  const health = await (await ask("/health")).json();
  assert.equal(health.status, "ok");
  assert.equal(health.service, "vacuum-pressure");
  assert.match(health.dt, /^\d{4}-\d\d-\d\d$/);
  assert.ok(health.symbol);
});

Deno.test("an unknown path gets a page that names it, escaped, and leads on", async () => {
  const response = await ask("/%3Cscript%3Ealert(1)%3C/script%3E");
  assert.equal(response.status, 404);
  const html = await response.text();
  assert.match(html, /<h1>404<\/h1>/);
  assert.match(html, /href="\/vacuum-pressure"/);
  assert.doesNotMatch(html, /<script>alert/);
});
