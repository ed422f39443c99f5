/**
 * The stages of the engine over a dense day, each as a ratio to decoding in the same round. Times are
 * those of the processor, so that what else runs on the machine counts for less.
 */
import { DbnDecoder, RTYPE_MBO } from "dbn-ts";
import { countMinutes } from "../engine/minute_counts.ts";
import { EngineRun } from "../engine/run.ts";
import { sessionTimeNs } from "../engine/session.ts";
import { GridEncoder } from "../engine/encode/arrow.ts";
import { BUCKET_FIELDS } from "../engine/wire/fields.ts";
import { DENSE_DAY, denseDay } from "./dense_day.ts";
import { nsPerRecord, printTable, type Row, runsOf, spread } from "./measure.ts";

const TICK_INT = 250_000_000;
const DAY_MS = 86_400_000;

const runs = runsOf(Deno.args);
const path = await denseDay();
const encoder = new GridEncoder(BUCKET_FIELDS);
let grids = 0;

/** What is measured, each from opening the file to its end. */
const STAGES: readonly Row[] = [
  ["read and decode all fields", decode],
  ["records of the instrument", select],
  // Warm-up would begin after the file's end: book only, all the way.
  ["book only", () => drive("18:59", 25, () => {})],
  ["full engine, one grid", () => drive(null, DAY_MS, () => {})],
  ["a grid every 25 ms", () => drive(null, 25, () => {})],
  [
    "a grid every 25 ms as Arrow",
    () => {
      grids = 0;
      return drive(null, 25, ({ frame }) => {
        encoder.encode(frame);
        grids++;
      });
    },
  ],
];

function open(startTime: string | null, throttleMs: number): Promise<EngineRun> {
  const { symbol, dt } = DENSE_DAY;
  return EngineRun.open({
    origin: { path },
    symbol,
    dt,
    productType: "future_mbo",
    tickInt: TICK_INT,
    startNs: startTime === null
      ? null
      : sessionTimeNs("future_mbo", dt, { name: "start", text: startTime }),
    throttleMs,
  });
}

/** Adds up every word of every record, so that none is left out. */
async function decode(): Promise<number> {
  // By itself: over the memory of a core typed arrays are slower.
  using file = await Deno.open(path);
  const decoder = new DbnDecoder();
  const { i32 } = decoder;
  let sum = 0;
  let records = 0;
  for (;;) {
    const bytes = file.readSync(decoder.space());
    if (bytes === null) break;
    decoder.wrote(bytes);
    for (let at = decoder.next(RTYPE_MBO); at >= 0; at = decoder.next(RTYPE_MBO)) {
      const i = at >> 2;
      sum = (sum + i32[i]! + i32[i + 1]! + i32[i + 2]! + i32[i + 3]! + i32[i + 4]! + i32[i + 5]! +
        i32[i + 6]! + i32[i + 7]! + i32[i + 8]! + i32[i + 9]! + i32[i + 10]! + i32[i + 11]! +
        i32[i + 12]! + i32[i + 13]!) | 0;
      records++;
    }
  }
  decoder.finish();
  if (!Number.isInteger(sum)) throw new Error("not decoded");
  return records;
}

/** Goes through the records that the engine would get. */
async function select(): Promise<number> {
  using run = disposable(await open(null, 0));
  const { session } = run.run;
  const { records } = await countMinutes(session);
  if (records.length === 0) throw new Error("not selected");
  return session.records.counters.mbo;
}

/** Drives a run to its end; every grid is handed over. */
async function drive(
  startTime: string | null,
  throttleMs: number,
  onGrid: (run: EngineRun) => void,
): Promise<number> {
  using run = disposable(await open(startTime, throttleMs));
  for (;;) {
    const pending = run.run.advance(50_000);
    const progress = typeof pending === "string" ? pending : await pending;
    if (progress === "end") return run.run.session.records.counters.mbo;
    if (progress === "grid") onGrid(run.run);
  }
}

function disposable(run: EngineRun): { run: EngineRun } & Disposable {
  return { run, [Symbol.dispose]: () => run.close() };
}

const rounds = await nsPerRecord(STAGES, runs);
printTable([
  ["stage", "ns a record", "least", "most", "M records/s", "ratio", "least", "most"],
  ...STAGES.map(([name], i) => {
    const ns = spread(rounds.map((times) => times[i]!));
    const ratio = spread(rounds.map((times) => times[i]! / times[0]!));
    return [
      name,
      ...[ns.median, ns.min, ns.max, 1e3 / ns.median].map((value) => value.toFixed(1)),
      ...[ratio.median, ratio.min, ratio.max].map((value) => value.toFixed(2)),
    ];
  }),
]);
const records = await decode();
const perGrid = spread(rounds.map((times) => (times[5]! - times[3]!) * records / grids / 1e3));
console.log(
  `\n${records.toLocaleString("en-US")} records, ${grids.toLocaleString("en-US")} grids; ` +
    `${perGrid.median.toFixed(2)} µs a grid, encoding included (${perGrid.min.toFixed(2)} to ` +
    `${perGrid.max.toFixed(2)})`,
);
