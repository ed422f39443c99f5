import { useComputed } from "@preact/signals";
import { formatForce } from "../client/format.ts";
import type { Reading } from "../client/history/edge.ts";
import type { FourSums } from "../engine/reading/force_sums.ts";
import { type Figures, useCompared } from "./use_figure.ts";

interface Row {
  readonly label: string;
  readonly force: keyof FourSums;
  readonly tone: "draining" | "building";
}

const ROWS: readonly Row[] = [
  { label: "Vacuum above", force: "vacAbove", tone: "draining" },
  { label: "Pressure above", force: "pressAbove", tone: "building" },
  { label: "Pressure below", force: "pressBelow", tone: "building" },
  { label: "Vacuum below", force: "vacBelow", tone: "draining" },
];

/** The four forces that the edges are made of, each with its share of the largest. */
export function ForceBalanceCard(figures: Figures) {
  return (
    <section class="card" aria-labelledby="balance-title">
      <h2 id="balance-title">Force balance, by the mid</h2>
      {ROWS.map((row) => <ForceRow key={row.force} row={row} figures={figures} />)}
    </section>
  );
}

function ForceRow({ row, figures }: { row: Row; figures: Figures }) {
  const figure = useCompared(figures, ({ sums }) => sums[row.force], formatForce);
  const length = useComputed(() =>
    shareOfLargest(figures.change.value ?? figures.reading.value, row.force) * 100
  );
  return (
    <div class="force-row">
      <span>{row.label}</span>
      <svg class={row.tone} viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true">
        <rect class="track" width="100" height="4" />
        <rect width={length} height="4" fill="currentColor" />
      </svg>
      <span class={`figure ${row.tone}`}>{figure}</span>
    </div>
  );
}

function shareOfLargest(reading: Reading | null, force: keyof FourSums): number {
  if (reading === null) return 0;
  const { vacAbove, pressAbove, pressBelow, vacBelow } = reading.sums;
  const largest = Math.max(...[vacAbove, pressAbove, pressBelow, vacBelow].map(Math.abs));
  return largest > 0 ? Math.abs(reading.sums[force]) / largest : 0;
}
