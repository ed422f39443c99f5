import { type ReadonlySignal, useComputed } from "@preact/signals";
import { NOTHING } from "../client/format.ts";
import type { Reading } from "../client/history/edge.ts";

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
