import type { PooledView } from "../../engine/wire/regime_view.ts";
import { STANDALONE_SCRIPT } from "../launch/client_inputs.ts";
import { PAGE_START } from "../../cli/output/page_start.ts";

/** Style sheets of the page, each after those it builds on. */
const STYLE_SHEETS = [
  "static/vacuum_pressure_colours.css",
  "static/regime.css",
  "static/regime_charts.css",
] as const;

/**
 * Makes the page of an analysis: one HTML file that needs nothing else and no network.
 *
 * @param days the views of the days, as JSON
 * @param title what the browser calls it
 * @param pooled what several days say together; null for one
 */
export function regimePage(
  days: readonly string[],
  title: string,
  pooled: PooledView | null = null,
): string {
  const styles = STYLE_SHEETS.map((path) => Deno.readTextFileSync(path)).join("\n");
  const script = Deno.readTextFileSync(STANDALONE_SCRIPT);
  const data = `{"days":[${days.join(",")}],"pooled":${JSON.stringify(pooled)}}`;
  return `${PAGE_START}${escapedText(title)}</title>
<style>
body { margin: 0; background: var(--ground); }
${styles}
</style>
</head>
<body>
<div id="page"><noscript>This page draws its charts with JavaScript.</noscript></div>
<script type="application/json" id="regime-data">${escapedJson(data)}</script>
<script type="module">${escapedScript(script)}</script>
</body>
</html>
`;
}

/**
 * @param days what is analysed, at least one
 * @returns what the browser calls their page
 */
export function titleOf(days: readonly { symbol: string; dt: string }[]): string {
  const [first, last] = [days[0]!, days.at(-1)!];
  const dates = first === last ? `on ${first.dt}` : `from ${first.dt} to ${last.dt}`;
  return `Regimes of ${first.symbol} ${dates}`;
}

/**
 * @param json JSON of any content
 * @returns the same value, written so that it ends no script element and breaks no line of script
 */
export function escapedJson(json: string): string {
  // Only within strings can these stand in JSON, and there an escape means the same.
  return json.replaceAll(
    /[<>\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/**
 * @param script a script
 * @returns the same, written so that no part of it ends its element or begins a comment: within
 * strings and regular expressions, where alone these stand, an escape means the same
 */
export function escapedScript(script: string): string {
  return script.replaceAll(/<(?=\/script|!--)/gi, "\\x3C");
}

/** @param text any @returns it as text of HTML */
export function escapedText(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}
