import { signal } from "@preact/signals";
import { type Box, type BoxFigures, boxOf, type Corner, measure } from "../history/box_figures.ts";
import type { History } from "../history/history.ts";

/** The box that is measured: from one corner, until the other is marked to what is pointed at. */
export class Measuring {
  /** What happened in the box; null while there is none. */
  readonly figures = signal<BoxFigures | null>(null);
  /** Whether a drag measures though no key is held. */
  readonly isArmed = signal(false);
  /** Whether its other corner is still to be marked. */
  readonly isOpen = signal(false);
  #first: Corner | null = null;
  #box: Box | null = null;
  /** What the figures are of. */
  #measured: Box | null = null;
  #known = "";

  /** The box, or null. */
  get box(): Box | null {
    return this.#box;
  }

  /** Marks a corner: the first of a box, or the other one. */
  mark(corner: Corner): void {
    if (this.isOpen.value) {
      this.extend(corner);
      return this.close();
    }
    this.#first = corner;
    this.isOpen.value = true;
    this.extend(corner);
  }

  /** Leaves the box as it is. */
  close(): void {
    this.isOpen.value = false;
    this.isArmed.value = false;
  }

  /** Moves the corner that is still to be marked. */
  extend(corner: Corner): void {
    if (!this.isOpen.value || this.#first === null) return;
    const box = boxOf(this.#first, corner);
    const known = this.#box;
    if (
      known !== null && known.fromMs === box.fromMs && known.toMs === box.toMs &&
      known.low === box.low && known.high === box.high
    ) return;
    this.#box = box;
  }

  /** Measures, where the box or what is kept of it has changed. */
  look(history: History): void {
    const box = this.#box;
    if (box === null) return;
    const { order, trades, volumes } = history;
    const grids = order.rankAt(box.toMs) - order.rankAt(box.fromMs);
    // Trades may come of grids that are kept, and with the grid after the box.
    const toldMs = volumes.toldSince(box.toMs);
    const known = `${grids} ${trades.count(box.fromMs, box.toMs)} ${toldMs}`;
    if (box === this.#measured && known === this.#known) return;
    this.#measured = box;
    this.#known = known;
    this.figures.value = measure(history, box);
  }

  /** Takes the box away. */
  clear(): void {
    this.#first = this.#box = this.#measured = null;
    this.isOpen.value = false;
    this.isArmed.value = false;
    this.figures.value = null;
  }
}
