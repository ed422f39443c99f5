import { FLOAT_FIELDS, GRID_ROWS } from "../wire/fields.ts";
import type { GridFrame } from "../grid_frame.ts";
import { padded } from "./trailing_roll.ts";

/** Snapshots in a batch. */
export const BATCH = 64;

/** Values of a snapshot's two forces: pressure of every bucket, then vacuum. */
export const FORCES = 2 * GRID_ROWS;

/** The derivatives that projection rolls, in the order a snapshot holds them. */
export const CHAIN_FIELDS = FLOAT_FIELDS.slice(FLOAT_FIELDS.indexOf("v_rest_depth"));

const CHAIN_VALUES = CHAIN_FIELDS.length * GRID_ROWS;

/** Length of a snapshot's derivatives: a row as {@link TrailingRoll} takes it. */
export const CHAINS = padded(CHAIN_VALUES);

const CHAINS_AT = FLOAT_FIELDS.indexOf("v_rest_depth") * GRID_ROWS;
const HEAD = 8;
const LENGTH = BATCH * (HEAD + FORCES + CHAINS);

/**
 * Up to 64 snapshots: what the analysis needs of a grid, and no more. All of it lies in one buffer,
 * so that a batch can be handed to another thread and back.
 */
export class SnapshotBatch {
  count = 0;
  /** Event time, nanoseconds since midnight UTC of the date. */
  readonly ts: Float64Array;
  /** Mid price, dollars. */
  readonly mid: Float64Array;
  /** best bid + best ask, exactly: whole ticks, and what is left, 0 to one tick, in price_int. */
  readonly touchTicks: Float64Array;
  readonly touchRest: Float64Array;
  /** Best bid, best ask and spot, ticks. */
  readonly bid: Float64Array;
  readonly ask: Float64Array;
  readonly spot: Float64Array;
  /** Number of the record that the snapshot shows the state after. */
  readonly eventId: Float64Array;
  /** FORCES values of each snapshot. */
  readonly forces: Float64Array;
  /** CHAINS values of each snapshot. */
  readonly chains: Float64Array;

  /** @param buffer that of another batch, to see what it holds */
  constructor(readonly buffer: ArrayBuffer = new ArrayBuffer(LENGTH * 8)) {
    let at = 0;
    const take = (length: number) =>
      new Float64Array(buffer, 8 * (at += length) - 8 * length, length);
    this.ts = take(BATCH);
    this.mid = take(BATCH);
    this.touchTicks = take(BATCH);
    this.touchRest = take(BATCH);
    this.bid = take(BATCH);
    this.ask = take(BATCH);
    this.spot = take(BATCH);
    this.eventId = take(BATCH);
    this.forces = take(BATCH * FORCES);
    this.chains = take(BATCH * CHAINS);
  }

  /**
   * Takes in a grid, unless its book is not valid or lacks a side.
   *
   * @param frame the grid
   * @param pricesOnly whether its buckets are left out
   * @returns whether the batch is full now
   */
  add(frame: GridFrame, pricesOnly = false): boolean {
    if (!frame.bookValid || !frame.bidPresent || !frame.askPresent) return false;
    const i = this.count++;
    this.ts[i] = frame.ts;
    this.mid[i] = frame.midPrice;
    const sum = frame.bestBid + frame.bestAsk;
    const tickInt = BigInt(frame.tickInt);
    const over = sum % tickInt;
    const rest = over < 0n ? over + tickInt : over;
    this.touchTicks[i] = Number((sum - rest) / tickInt);
    this.touchRest[i] = Number(rest);
    this.bid[i] = Number(frame.bestBid) / frame.tickInt;
    this.ask[i] = Number(frame.bestAsk) / frame.tickInt;
    this.spot[i] = Number(frame.spot) / frame.tickInt;
    this.eventId[i] = frame.eventId;
    if (pricesOnly) return this.count === BATCH;
    this.forces.set(frame.values.subarray(0, FORCES), i * FORCES);
    this.chains.set(frame.values.subarray(CHAINS_AT, CHAINS_AT + CHAIN_VALUES), i * CHAINS);
    return this.count === BATCH;
  }
}
