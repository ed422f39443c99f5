import { PAGE_START } from "../../cli/output/page_start.ts";
import { partitionFolder } from "../capture/layout.ts";
import { type DayRow, HEADS } from "./days_report.ts";
import { escapedText, titleOf } from "./page.ts";

const STYLE =
  `body { font: 14px/1.5 system-ui, sans-serif; margin: 2rem; color-scheme: light dark; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { padding: 0.1rem 0.8rem; text-align: right; }
th:first-child, td:first-child { text-align: left; }
pre { overflow-x: auto; }`;

/**
 * Makes the index of a folder of days: what each came to, with the way to its page, and what they say
 * together. It grows by a row a day.
 *
 * @param symbol what was analysed
 * @param rows what each day came to
 * @param withPage the dates that have a page
 * @param report what they say together
 */
export function indexPage(
  symbol: string,
  rows: readonly DayRow[],
  withPage: ReadonlySet<string>,
  report: string,
): string {
  const title = escapedText(titleOf(rows.map(({ dt }) => ({ symbol, dt }))));
  const cells = rows.map(({ dt, symbol, cells }) => {
    const page = `${partitionFolder(".", dt, symbol)}/regime.html`;
    const way = page.split("/").map(encodeURIComponent).join("/");
    const name = withPage.has(dt) ? `<a href="${way}">${dt}</a>` : dt;
    return `<tr><td>${name}</td>${
      cells.map((cell) => `<td>${escapedText(cell)}</td>`).join("")
    }</tr>`;
  });
  return `${PAGE_START}${title}</title>
<style>
${STYLE}
</style>
</head>
<body>
<h1>${title}</h1>
<table>
<thead><tr><th>day</th>${HEADS.map((head) => `<th>${escapedText(head)}</th>`).join("")}</tr></thead>
<tbody>
${cells.join("\n")}
</tbody>
</table>
<pre>
${escapedText(report)}
</pre>
</body>
</html>
`;
}
