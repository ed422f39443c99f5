/** The page that `analyze --html-output` writes. */
import assert from "node:assert/strict";
import { escapedJson, escapedScript, regimePage, titleOf } from "../../scripts/analyze/page.ts";
import { inProcess } from "../in_process.ts";
import { task } from "../launcher.ts";
import { smallLake } from "../small_session.ts";

const SMALL = ["--start-time", "09:10", "--eval-start", "09:15", "--eval-end", "09:40"];

/** The data that lies in a page. */
function dataOf(html: string) {
  const [, json = ""] = /<script type="application\/json"[^>]*>([^<]*)<\/script>/.exec(html) ?? [];
  return JSON.parse(json);
}

Deno.test("analyze --html-output writes one page beside the figures, with the same figures", async () => {
  await using made = await smallLake();
  const [html, json] = [`${made.lake}/page.html`, `${made.lake}/figures.json`];
  const { code, err } = await task(
    ["analyze", "--lake", made.lake, ...SMALL, "--html-output", html, "--json-output", json],
  );
  assert.deepEqual([code, err], [0, ""]);
  const page = await Deno.readTextFile(html);
  const { days, pooled } = dataOf(page);
  assert.equal(pooled, null);
  assert.deepEqual(days[0].figures, JSON.parse(await Deno.readTextFile(json)));
  assert.equal(days[0].events.directions.length, days[0].figures.event_count);
  assert.match(page, /<title>Regimes of MNQH6 on 2026-02-06<\/title>/);
  // Nothing is fetched: no address, and a policy that would refuse one.
  assert.doesNotMatch(page.replace(/<script[^]*?<\/script>/g, ""), /\b(src|href)=|url\(/);
  assert.match(page, /default-src 'none'/);
  assert.ok(page.length < 2e6);
  const names = [...Deno.readDirSync(made.lake)].map(({ name }) => name);
  assert.deepEqual(names.filter((name) => name.endsWith(".part")), []);
});

Deno.test("analyze --html-output tells a path that cannot be written before it works", async () => {
  await using made = await smallLake();
  const path = `${made.lake}/no/such/folder/page.html`;
  const args = ["--lake", made.lake, ...SMALL, "--html-output", path];
  const { code, out, err } = await inProcess("analyze", ...args);
  assert.deepEqual([code, out], [1, ""]);
  assert.match(err, /^error: [^\n]*page\.html cannot be written: [^\n]+\n$/);
});

Deno.test("a page holds hostile text without obeying it", () => {
  const text = `</script><script>alert(1)</script><!-- \u2028 \u2029 & "`;
  const day = { figures: { instrument: { symbol: text } } };
  const html = regimePage([JSON.stringify(day)], titleOf([{ symbol: text, dt: "2026-02-06" }]));
  assert.deepEqual(dataOf(html).days, [day]);
  assert.equal(html.match(/<script/g)?.length, 2);
  assert.equal(html.match(/<\/script/g)?.length, 2);
  assert.doesNotMatch(html, /<!--/);
  assert.match(html, /<title>Regimes of &lt;\/script>/);
});

Deno.test("escaping changes how JSON and script are written, not what they mean", () => {
  const value = { a: "<!--</SCRIPT>\u2028", b: [1, "<", ">"] };
  assert.deepEqual(JSON.parse(escapedJson(JSON.stringify(value))), value);
  assert.doesNotMatch(escapedJson(JSON.stringify(value)), /[<>\u2028]/);
  assert.equal(escapedScript(`a<b;"</script><!--"`), `a<b;"\\x3C/script>\\x3C!--"`);
});
