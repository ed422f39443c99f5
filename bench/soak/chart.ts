import type { Sample } from "./samples.ts";

const WIDTH = 760;
const PANEL = 110;
const GAP = 34;
const LEFT = 60;

/** A row of the chart: what is drawn against the minutes. */
interface Panel {
  title: string;
  lines: readonly (keyof Sample)[];
}

const PANELS: readonly Panel[] = [
  { title: "Resident memory, MB", lines: ["rssMb"] },
  { title: "Open file handles", lines: ["handles"] },
  { title: "Grids sent a second", lines: ["gridsPerSecond"] },
  { title: "Grids late, ms: p50 and p99", lines: ["lateP50", "lateP99"] },
  { title: "Event loop delay, ms: p99 and p99.9", lines: ["loopP99", "loopP999"] },
];
const COLOURS = ["#2f6f9f", "#c0562f"];

/**
 * Draws the samples of a soak.
 *
 * @param samples at least two
 * @returns an SVG document
 */
export function soakChart(samples: readonly Sample[]): string {
  const height = PANELS.length * (PANEL + GAP) + GAP;
  const panels = PANELS.map((panel, i) => drawPanel(panel, samples, GAP + i * (PANEL + GAP)));
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" ` +
    `font-family="sans-serif" font-size="11" fill="#555">\n` +
    `<rect width="${WIDTH}" height="${height}" fill="#fff"/>\n${panels.join("\n")}\n</svg>\n`;
}

function drawPanel({ title, lines }: Panel, samples: readonly Sample[], top: number): string {
  const right = WIDTH - 16;
  const lastMinute = samples.at(-1)!.minute;
  const most = niceCeiling(Math.max(...lines.flatMap((line) => samples.map((s) => s[line]))));
  const x = (minute: number) => LEFT + (right - LEFT) * minute / lastMinute;
  const y = (value: number) => top + PANEL * (1 - value / most);
  const paths = lines.map((line, i) => {
    const points = samples.map((s) => `${x(s.minute).toFixed(1)},${y(s[line]).toFixed(1)}`);
    return `<polyline points="${points.join(" ")}" fill="none" stroke="${COLOURS[i]}" ` +
      `stroke-width="1.2"/>`;
  });
  const rule = (value: number) =>
    `<path d="M${LEFT} ${y(value)}H${right}" stroke="#ddd"/>` +
    `<text x="${LEFT - 6}" y="${y(value) + 4}" text-anchor="end">${value}</text>`;
  return `<text x="${LEFT}" y="${top - 8}" fill="#222">${title}</text>` +
    [0, most / 2, most].map(rule).join("") + paths.join("") +
    `<text x="${right}" y="${top + PANEL + 14}" text-anchor="end">` +
    `${lastMinute.toFixed(0)} min</text>`;
}

/** The least of 1, 2, 5 times a power of ten that is not below a value. */
function niceCeiling(value: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(value, 1e-3)));
  return [1, 2, 5, 10].map((step) => step * power).find((step) => step >= value)!;
}
