/** Prints statistics of sessions side by side, as a Markdown table. */
import { UserError } from "../engine/errors.ts";
import { loadProducts, productRoot } from "../engine/products.ts";
import { midnightNs, sessionTimeNs } from "../engine/session.ts";
import { MBO, readMboFields } from "dbn-ts";
import { EngineRun } from "../engine/run.ts";
import { RawInput } from "../engine/source/raw_input.ts";
import { newCommand, parseFlags, runCommand } from "../cli/command.ts";
import { SessionStatistics } from "./compare/statistics.ts";
import { statisticsTable } from "./compare/table.ts";

/** Between grids, which nobody looks at. */
const DAY_MS = 86_400_000;

/** The symbol that a file was requested for first, and the UTC date on which it begins. */
async function sessionOf(path: string): Promise<{ symbol: string; dt: string }> {
  const input = await RawInput.open(path, { capacity: 4096 });
  input.close();
  const { symbols: [symbol], start } = input.metadata;
  if (symbol === undefined) throw new UserError(`${path}: its metadata names no symbol`);
  return { symbol, dt: new Date(Number(start / 1_000_000n)).toISOString().slice(0, 10) };
}

/**
 * @param text a file, and with "@HH:MM" or "@HH:MM-HH:MM" the part of it that counts, New York
 * @returns its heading and statistics
 */
async function statisticsOf(text: string): Promise<[string, SessionStatistics]> {
  const [, path = text, from, to] = /^(.+)@([\d:]+)(?:-([\d:]+))?$/.exec(text) ?? [];
  const { symbol, dt } = await sessionOf(path);
  const midnight = midnightNs(dt);
  const tickInt = Math.round(loadProducts().get(productRoot(symbol))!.tick * 1e9);
  const timeOf = (time: string, isEnd: boolean) =>
    Number(sessionTimeNs("future_mbo", dt, { name: path, text: time, isEnd }) - midnight);
  const startTs = from === undefined ? 0 : timeOf(from, false);
  const endTs = to === undefined ? Infinity : timeOf(to, true);
  if (endTs <= startTs) throw new UserError(`${path}: ${to} is not after ${from} on ${dt}`);
  const statistics = new SessionStatistics(tickInt, startTs, endTs);
  const request = { origin: { path }, productType: "future_mbo", symbol, dt, tickInt } as const;
  const run = await EngineRun.open({ ...request, startNs: null, throttleMs: DAY_MS });
  try {
    const { pipeline: { book, source }, session: { decoder } } = run;
    const recordBytes = decoder.metadata!.tsOut ? MBO.BYTES_TS_OUT : MBO.BYTES;
    for (;;) {
      const { bestBid, bestAsk } = book;
      const { kept } = source.counters;
      const progress = await run.advance(1);
      if (progress === "end") break;
      // The bytes of a record stay where they are until more are asked for.
      if (source.counters.kept === kept) continue;
      const record = readMboFields(decoder.u8, decoder.position - recordBytes);
      const ts = Number(record.tsEvent - midnight);
      if (ts >= statistics.endTs) break;
      statistics.add({ ...record, ts }, { bestBid, bestAsk });
    }
  } finally {
    run.close();
  }
  return [`${symbol} ${dt}${from ? ` from ${from}` : ""}${to ? ` to ${to}` : ""}`, statistics];
}

await runCommand(async () => {
  const command = newCommand("compare", "Compares sessions: a Markdown table of statistics.", [
    ["a.dbn", "one session, whole"],
    ["a.dbn.zst@18:01 b.dbn@09:30-10:30", "from 18:01 New York, and one hour"],
  ], "deno run --allow-read --allow-env=LOG_STREAM,LOG_TOKENS scripts/compare_sessions.ts")
    .argument(
      "<files...>",
      ".dbn or .dbn.zst files of futures, each with @from or @from-to if in part",
    );
  parseFlags(command, Deno.args);
  const columns: [string, SessionStatistics][] = [];
  for (const text of command.args) columns.push(await statisticsOf(text));
  console.log(statisticsTable(columns));
});
