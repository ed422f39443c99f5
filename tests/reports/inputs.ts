/** Inputs of the kinds that users report, and commands over them. */
import assert from "node:assert/strict";
import type { GridUpdateMessage } from "../../engine/wire/messages.ts";
import { taskHere } from "../in_process.ts";
import type { Ended } from "../launcher.ts";
import { MIDNIGHT_NS } from "../made_session.ts";
import { sharedFile } from "../shared_data.ts";

/** The folder of MNQ in a lake. */
export const MNQ_FOLDER =
  "raw/source=databento/product_type=future_mbo/symbol=MNQ/table=market_by_order_dbn";

/** A grid of a capture, as a JSON line has it. */
export interface GridLine extends Omit<GridUpdateMessage, "type"> {
  buckets: number[][];
}

/** @param name an input of the reports */
export function report(name: string): string {
  return sharedFile("data", "reports", name);
}

/** @param name a lock of the reports, without its ending */
export function locked(name: string): Record<string, string> {
  return { VP_INSTRUMENT_CONFIG_PATH: sharedFile("data", "reports", "locks", `${name}.yaml`) };
}

/** A folder that is removed when the `using` block ends. */
export async function folder(): Promise<AsyncDisposable & { path: string }> {
  const path = await Deno.makeTempDir({ prefix: "spymaster_report_" });
  return { path, [Symbol.asyncDispose]: () => Deno.remove(path, { recursive: true }) };
}

/** Captures to standard output. */
export function capture(args: string[], env?: Record<string, string>): Promise<Ended> {
  return taskHere(["capture", ...args, "--output", "-"], env);
}

/** Makes sure that a command ended with an error of one line. */
export function assertRefused({ code, err }: Ended, message: RegExp, exit = 1): void {
  assert.equal(code, exit, err);
  assert.match(err, /^error: [^\n]+\n$/);
  assert.match(err, message);
}

/** The grids of a capture that went well and said nothing but what is expected. */
export function gridsOf({ code, out, err }: Ended, said = /^$/): GridLine[] {
  assert.equal(code, 0, err);
  assert.match(err, said);
  return out === "" ? [] : out.trimEnd().split("\n").map((line) => JSON.parse(line));
}

/** Best bid, best ask, event id and time after midnight UTC of 2026-02-06 of a grid. */
export function touchOf(grid: GridLine | undefined) {
  assert.ok(grid, "no such grid");
  return {
    bid: grid.bid_present ? BigInt(grid.best_bid_price_int) : null,
    ask: grid.ask_present ? BigInt(grid.best_ask_price_int) : null,
    at: BigInt(grid.ts_ns) - MIDNIGHT_NS,
  };
}
