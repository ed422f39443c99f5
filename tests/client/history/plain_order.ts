/** The order of grids written the simple way, and operations that are done to both. */
import fc from "fast-check";
import type { GridOrder } from "../../../client/history/grid_order.ts";

/** Nanoseconds between the instants that grids fall on: several within a millisecond. */
export const STEP_NS = 400_000n;

/** A grid that is kept: its place in the order, and which came how. */
export interface PlainGrid {
  readonly step: number;
  readonly eventId: number;
}

/** What is done to an order. */
export type Operation =
  | { readonly kind: "play"; readonly steps: readonly number[]; readonly eventId: number }
  | { readonly kind: "seek"; readonly step: number }
  | { readonly kind: "lag" };

const MOST_STEPS = 300;

/** Playing, with gaps of all lengths; seeks anywhere, told of or not; lags. */
export const OPERATIONS: fc.Arbitrary<Operation[]> = fc.array(
  fc.oneof(
    fc.record({
      kind: fc.constant("play" as const),
      steps: fc.array(fc.oneof(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: 60 }))),
      eventId: fc.integer({ min: 0, max: 1 }),
    }),
    fc.record({ kind: fc.constant("seek" as const), step: fc.nat(MOST_STEPS) }),
    fc.record({ kind: fc.constant("lag" as const) }),
  ),
  { maxLength: 12 },
);

/** Does operations to an order, and tells each grid that is taken in. */
export function perform(
  operations: readonly Operation[],
  order: Pick<GridOrder, "place" | "breakOff">,
  placed: (grid: PlainGrid) => void = () => {},
): void {
  let step = 0;
  for (const operation of operations) {
    if (operation.kind === "play") {
      for (const by of operation.steps) {
        step += by;
        order.place(BigInt(step) * STEP_NS, operation.eventId);
        placed({ step, eventId: operation.eventId });
      }
      continue;
    }
    order.breakOff();
    if (operation.kind === "seek") step = operation.step;
  }
}

const keyOf = ({ step, eventId }: PlainGrid) => step * 10 + eventId;
const msOf = ({ step }: PlainGrid) => Math.floor(step * Number(STEP_NS) / 1e6);

/** Keeps an array of grids, and the stretches that were played without anything left out. */
export class PlainOrder {
  grids: PlainGrid[] = [];
  now: PlainGrid | null = null;
  #played: [from: number, to: number][] = [];
  #apart = true;

  constructor(readonly capacity: number) {}

  breakOff(): void {
    this.#apart = true;
  }

  place(tsNs: bigint, eventId: number) {
    const grid: PlainGrid = { step: Number(tsNs / STEP_NS), eventId };
    const { now } = this;
    const goesOn = !this.#apart && now !== null && keyOf(now) < keyOf(grid);
    const isNew = !this.grids.some((other) => keyOf(other) === keyOf(grid));
    if (isNew && this.grids.length === this.capacity) this.#giveWay(grid, goesOn ? now : null);
    if (isNew) this.grids = [...this.grids, grid].sort((a, b) => keyOf(a) - keyOf(b));
    if (goesOn) this.#played.push([keyOf(now), keyOf(grid)]);
    this.now = grid;
    this.#apart = false;
    return { number: -1, isNew, before: null };
  }

  /** Whether something may have been left out before the grid of a rank. */
  begins(rank: number): boolean {
    const [before, grid] = [this.grids[rank - 1], this.grids[rank]];
    if (before === undefined || grid === undefined) return true;
    const kept = this.grids.map(keyOf);
    const [least, most] = [kept[0]!, kept.at(-1)!];
    // Every place between the two lies in a stretch that was played, of which both ends are kept.
    let reached = keyOf(before);
    for (const [from, to] of this.#played.toSorted((a, b) => a[0] - b[0])) {
      if (Math.max(least, from) <= reached) reached = Math.max(reached, Math.min(most, to));
    }
    return reached < keyOf(grid);
  }

  #giveWay(grid: PlainGrid, stays: PlainGrid | null): void {
    const [first, last] = [this.grids[0]!, this.grids.at(-1)!];
    const isEarly = stays === first
      ? false
      : stays === last
      ? true
      : Math.abs(msOf(grid) - msOf(first)) >= Math.abs(msOf(last) - msOf(grid));
    // What was played beyond the ends is not known any more.
    this.grids = isEarly ? this.grids.slice(1) : this.grids.slice(0, -1);
    const [least, most] = [keyOf(this.grids[0]!), keyOf(this.grids.at(-1)!)];
    this.#played = this.#played
      .map(([from, to]): [number, number] => [Math.max(from, least), Math.min(to, most)])
      .filter(([from, to]) => from < to);
  }
}
