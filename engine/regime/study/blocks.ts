import { TARGET } from "./prices.ts";

/** A stretch of event time, nanoseconds since midnight UTC of the date; its end exclusive. */
export interface Stretch {
  startTs: number;
  endTs: number;
}

/** What a block of time counted. */
export interface Block {
  events: number;
  targets: number;
  /** Its nominal length, hours. */
  hours: number;
}

const HOUR_NS = 3600e9;

/**
 * Cuts a stretch of time into blocks from its start, the last one as long as what is left.
 *
 * @param stretch the stretch
 * @param length of a block, nanoseconds
 * @param times of all events
 * @param outcome of all events, as codes
 */
export function blocksOf(
  { startTs, endTs }: Stretch,
  length: number,
  times: Float64Array,
  outcome: Int8Array,
): Block[] {
  const count = Math.max(1, Math.ceil((endTs - startTs) / length));
  const blocks = Array.from({ length: count }, (_, i): Block => ({
    events: 0,
    targets: 0,
    hours: (Math.min(endTs, startTs + (i + 1) * length) - (startTs + i * length)) / HOUR_NS,
  }));
  times.forEach((ts, i) => {
    if (ts < startTs || ts >= endTs) return;
    const block = blocks[Math.min(count - 1, Math.floor((ts - startTs) / length))]!;
    block.events++;
    if (outcome[i] === TARGET) block.targets++;
  });
  return blocks;
}
