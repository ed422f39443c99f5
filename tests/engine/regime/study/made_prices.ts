import type { PriceColumns } from "../../../../engine/regime/study/prices.ts";

/**
 * @param ts event times, nanoseconds
 * @param touch best bid and best ask at each, ticks
 * @param tickInt price_int units of a tick
 * @returns the columns of such snapshots
 */
export function pricesOf(
  ts: readonly number[],
  touch: readonly (readonly [bid: number, ask: number])[],
  tickInt = 1,
): PriceColumns {
  // What is less than a tick, in price_int.
  const restOf = (ticks: number) => Math.round((ticks - Math.floor(ticks)) * tickInt);
  return {
    ts: Float64Array.from(ts),
    touchTicks: Float64Array.from(touch, ([bid, ask]) => Math.floor(bid + ask)),
    touchRest: Float64Array.from(touch, ([bid, ask]) => restOf(bid + ask)),
    bid: Float64Array.from(touch, ([bid]) => bid),
    ask: Float64Array.from(touch, ([, ask]) => ask),
    tickInt,
  };
}

/**
 * Prices that wander by whole ticks, without memory.
 *
 * @param length how many snapshots
 * @param next gives numbers from 0 to 1
 */
export function wander(length: number, next: () => number): PriceColumns {
  const ts: number[] = [];
  const touch: [number, number][] = [];
  let [at, bid] = [0, 1_000];
  for (let i = 0; i < length; i++) {
    at += 1e6 * (1 + Math.floor(next() * 50));
    bid += Math.floor(next() * 5) - 2;
    ts.push(at);
    touch.push([bid, bid + 1 + Math.floor(next() * 2)]);
  }
  return pricesOf(ts, touch);
}
