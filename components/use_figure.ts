import { type ReadonlySignal, useComputed } from "@preact/signals";
import { formatSigned, NOTHING } from "../client/format.ts";
import type { Reading } from "../client/history/edge.ts";

/** What a card of figures shows. */
export interface Figures {
  /** The reading of the moment shown. */
  reading: ReadonlySignal<Reading | null>;
  /** How it differs from the one that it is compared with, which is shown in its place; null without. */
  change: ReadonlySignal<Reading | null>;
}

/**
 * Text of a figure that has no sign, or of how it differs, which has one.
 *
 * @param pick the figure
 * @param show formats it
 * @param showChange formats the difference
 */
export function useCompared(
  { reading, change }: Figures,
  pick: (reading: Reading) => number,
  show: (value: number) => string,
  showChange: (value: number) => string = formatSigned,
): ReadonlySignal<string> {
  return useComputed(() => {
    if (change.value !== null) return showChange(pick(change.value));
    return reading.value === null ? NOTHING : show(pick(reading.value));
  });
}

/**
 * Text of one figure of a reading, a dash while there is no reading.
 *
 * @param reading the reading shown
 * @param show picks and formats the figure
 */
export function useFigure(
  reading: ReadonlySignal<Reading | null>,
  show: (reading: Reading) => string,
): ReadonlySignal<string> {
  return useComputed(() => reading.value === null ? NOTHING : show(reading.value));
}
