import { markdownTable } from "../../cli/table.ts";
import type { Samples } from "./samples.ts";
import { DISTANCES, RETURN_SECONDS, type SessionStatistics } from "./statistics.ts";

/** A row: what it says, and its text for a session. */
type Row = readonly [name: string, cell: (s: SessionStatistics) => string];

/** What has no value, as the kurtosis of a mid that stands still. */
const NONE = "–";

const percent = (share: number) => Number.isNaN(share) ? NONE : `${(share * 100).toFixed(1)} %`;
const number = (value: number) =>
  Number.isNaN(value) ? NONE : value >= 100 ? value.toFixed(0) : value.toPrecision(3);

const plain = (value: number) => Number.isNaN(value) ? NONE : `${value}`;

/** Seconds in the unit that suits them. */
function duration(seconds: number): string {
  if (!(seconds > 0)) return Number.isNaN(seconds) ? NONE : `${seconds}`;
  const [unit, scale] = seconds < 1e-3 ? ["µs", 1e6] : seconds < 1 ? ["ms", 1e3] : ["s", 1];
  return `${number(seconds * scale)} ${unit}`;
}

function quantiles(samples: Samples, shares: number[], text: (value: number) => string): string {
  return shares.map((share) => text(samples.quantile(share))).join(" / ");
}

/** Changes of the mid over a number of seconds, in ticks. */
function returns({ mids }: SessionStatistics, seconds: number): number[] {
  const last = mids.filter((_, i) => i % seconds === 0);
  return last.slice(1).map((mid, i) => mid - last[i]!);
}

/** Standard deviation, share of zeros, and kurtosis (3 for a normal distribution). */
function returnCell(s: SessionStatistics, seconds: number): string {
  const changes = returns(s, seconds);
  const moment = (power: number) =>
    changes.reduce((sum, change) => sum + change ** power, 0) / changes.length;
  const still = changes.filter((change) => change === 0).length / changes.length;
  const kurtosis = moment(4) / moment(2) ** 2;
  return `${number(Math.sqrt(moment(2)))} / ${percent(still)} / ${number(kurtosis)}`;
}

const ROWS: readonly Row[] = [
  ["Records, events", (s) => `${s.records}, ${s.events}`],
  [
    "Add / cancel / modify",
    (s) => ["A", "C", "M"].map((a) => percent(s.actions.of(a))).join(" / "),
  ],
  ["Trade / fill", (s) => ["T", "F"].map((a) => percent(s.actions.of(a))).join(" / ")],
  [
    "Modifies: price / size up / size down / same",
    (s) =>
      ["price", "size up", "size down", "same"].map((m) => percent(s.modifies.of(m))).join(" / "),
  ],
  ["Events A / C / M alone", (s) => ["A", "C", "M"].map((f) => percent(s.forms.of(f))).join(" / ")],
  [
    "Events T F C / T F M / T F F C C / longer trades",
    (s) => ["TFC", "TFM", "TFFCC", "T…"].map((f) => percent(s.forms.of(f))).join(" / "),
  ],
  ["Records per event, mean", (s) => number(s.recordsPerEvent.mean())],
  [
    "Fills per trade, mean; 50 / 90 / 99 %",
    (s) => `${number(s.fillsPerTrade.mean())}; ${quantiles(s.fillsPerTrade, [.5, .9, .99], plain)}`,
  ],
  [
    "Contracts per trade, mean; 50 / 90 / 99 %",
    (s) => `${number(s.tradeSize.mean())}; ${quantiles(s.tradeSize, [.5, .9, .99], plain)}`,
  ],
  [
    "Contracts per added order, mean; 50 / 90 / 99 %",
    (s) => `${number(s.orderSize.mean())}; ${quantiles(s.orderSize, [.5, .9, .99], plain)}`,
  ],
  [
    "Time between events, 10 / 25 / 50 / 75 / 90 / 99 %",
    (s) => quantiles(s.gaps, [.1, .25, .5, .75, .9, .99], duration),
  ],
  [
    "Order lifetime, 10 / 25 / 50 / 75 / 90 %",
    (s) => quantiles(s.lifetimes, [.1, .25, .5, .75, .9], duration),
  ],
  ["Orders that end filled", (s) => percent(s.ends.of("filled"))],
  [
    "Spread 1 / 2 / 3 / 4 or more ticks, by time",
    (s) => {
      const shares = ["1", "2", "3"].map((ticks) => s.spread.of(ticks));
      // Of an auction's book, which is crossed, nothing is so wide.
      return [...shares, s.spread.where((ticks) => Number(ticks) >= 4)].map(percent).join(" / ");
    },
  ],
  [
    "Adds inside / at the best price / 1 / 2–4 / 5–9 / 10 or more behind",
    (s) => byDistance(s.addDistance),
  ],
  ["Cancels, likewise", (s) => byDistance(s.cancelDistance)],
  ...DISTANCES.map((distance, i): Row => [
    `Queue ${distance} ticks from the best price: contracts, orders; 10 / 50 / 90 % of contracts`,
    (s) =>
      `${number(s.depths[i]!.mean())}, ${number(s.counts[i]!.mean())}; ${
        quantiles(s.depths[i]!, [.1, .5, .9], plain)
      }`,
  ]),
  ...RETURN_SECONDS.map((seconds): Row => [
    `Mid over ${seconds} s: standard deviation in ticks / unchanged / kurtosis`,
    (s) => returnCell(s, seconds),
  ]),
];

function byDistance(samples: Samples): string {
  const bands = [[-Infinity, -1], [0, 0], [1, 1], [2, 4], [5, 9], [10, Infinity]] as const;
  return bands.map(([from, to]) => percent(samples.share(from, to))).join(" / ");
}

/**
 * @param columns headings and statistics
 * @returns a Markdown table with a column for each session
 */
export function statisticsTable(columns: readonly [string, SessionStatistics][]): string {
  const rows = [
    ["", ...columns.map(([heading]) => heading)],
    ...ROWS.map(([name, cell]) => [name, ...columns.map(([, s]) => cell(s))]),
  ];
  return markdownTable(rows, "left").join("\n");
}
