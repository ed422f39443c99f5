/** What a client of a stream sees of its time: grids with their executions, and where they lie. */
import assert from "node:assert/strict";
import { ensureBookCache } from "../../engine/cache.ts";
import { resolveRequest } from "../../engine/request.ts";
import { EngineRun, type RunExtras } from "../../engine/run.ts";
import { midnightNs } from "../../engine/session.ts";
import type { GridUpdateMessage, Trade } from "../../engine/wire/messages.ts";
import { fingerprint, type Shown } from "../drive.ts";
import { nyNs, type ServedSession } from "./served_session.ts";
import type { StreamReader } from "./stream_client.ts";

/** A grid as it came. */
export interface TimedGrid {
  head: GridUpdateMessage;
  rows: Uint8Array;
  /** The executions before it. */
  trades: Trade[];
  /** Nanoseconds from midnight UTC on. */
  ns: number;
}

/**
 * Reads grids.
 *
 * @param stream the stream
 * @param isEnough whether those so far are enough; default at the end of the stream
 */
export async function gridsOf(
  stream: StreamReader,
  isEnough: (grids: readonly TimedGrid[]) => boolean = () => false,
): Promise<TimedGrid[]> {
  const grids: TimedGrid[] = [];
  let trades: Trade[] = [];
  while (!isEnough(grids)) {
    const message = await stream.next();
    if (message === null) break;
    assert.ok(!(message instanceof Uint8Array));
    if (message.type === "error") throw new Error(message.message);
    if (message.type === "trades") trades = message.trades;
    if (message.type !== "grid_update") continue;
    const rows = await stream.next();
    assert.ok(rows instanceof Uint8Array);
    const tsNs = BigInt(message.ts_ns);
    const ns = Number(tsNs % 86_400_000_000_000n);
    grids.push({ head: message, rows, trades, ns });
    trades = [];
  }
  return grids;
}

/** A grid of a plain run. */
export interface PlainGrid {
  kind: Shown;
  tsNs: bigint;
  eventId: number;
  /** Nanoseconds from midnight UTC on. */
  ns: number;
  bits: string;
  pressure: number[];
}

/**
 * What a plain run over a served session gives.
 *
 * @param served the session
 * @param startTime of the run
 * @param throttleMs of the run
 * @param extras what it gives besides grids
 */
export async function plainRun(
  { instrument, lake, dt }: ServedSession,
  startTime: string | null,
  throttleMs: number,
  extras: RunExtras = {},
): Promise<PlainGrid[]> {
  const { product_type: productType, symbol } = instrument;
  const request = { productType, symbol, dt, startTime, throttleMs };
  const run = await EngineRun.open(await resolveRequest(instrument, request, { lake }), extras);
  await ensureBookCache(run, { lake });
  const grids: PlainGrid[] = [];
  for (let at = await run.advance(5_000); at !== "end"; at = await run.advance(5_000)) {
    if (at !== "grid" && at !== "history" && at !== "settled") continue;
    const { tsNs, eventId } = run.frame;
    grids.push({
      ...{ kind: at, tsNs, eventId, ns: Number(tsNs - midnightNs(dt)) },
      bits: fingerprint(run.frame),
      pressure: [...run.frame.column("pressure_variant")],
    });
  }
  run.close();
  return grids;
}

/** The last of each cell of so many nanoseconds. */
export function lastOfCells<Grid extends { ns: number }>(
  grids: readonly Grid[],
  widthNs: number,
): Grid[] {
  return grids.filter(({ ns }, i) =>
    i + 1 === grids.length ||
    Math.floor(grids[i + 1]!.ns / widthNs) !== Math.floor(ns / widthNs)
  );
}

/** Nanoseconds. */
export const SECOND = 1e9;
/** A day in nanoseconds. */
export const DAY_NS = 86_400_000_000_000n;

/** Numbers of the last records of grids. */
export const idsOf = (grids: readonly TimedGrid[]) => grids.map(({ head }) => head.event_id);
/** Those of grids that are history, and the others. */
export const historyOf = (grids: readonly TimedGrid[]) => grids.filter(({ head }) => head.history);
export const restOf = (grids: readonly TimedGrid[]) => grids.filter(({ head }) => !head.history);

/** Nanoseconds since midnight UTC of a New York time of a session. */
export function nsOf(served: ServedSession, time: string): number {
  return Number(nyNs(served.dt, time) % DAY_NS);
}

/** The whole of a stream; a machine that lags for seconds leaves out some of it, and is asked again. */
export async function all(served: ServedSession, query: string): Promise<TimedGrid[]> {
  for (let asked = 1;; asked++) {
    const stream = served.server.connect(query);
    const grids = await gridsOf(stream);
    if (stream.dropped === 0) return grids;
    assert.ok(asked < 5, `${stream.dropped} grids were left out`);
  }
}

/** Asks for an instant. */
export function seekTo(stream: StreamReader, tsNs: bigint): void {
  stream.socket.send(JSON.stringify({ type: "control", action: "seek", ts_ns: `${tsNs}` }));
}

/** Grids up to the first that is no history, and it. */
export async function arrival(stream: StreamReader): Promise<TimedGrid[]> {
  return await gridsOf(stream, (grids) => grids.length > 0 && !grids.at(-1)!.head.history);
}

/** A minute before the small session's end: some four hundred grids come from there on. */
export const LATE_START = "09:38";

/** The small session's end, as fast as it comes. */
export const PLAIN =
  `start_time=${LATE_START}&speed=1000&fields=rest_depth,pressure_variant,trades`;
