/** The stages of the engine over a dense day, each as a ratio to decoding in the same process. */
import { SIDE } from "../engine/dbn/constants.ts";
import { EngineRun } from "../engine/run.ts";
import { etTimeNs } from "../engine/session.ts";
import { GridEncoder } from "../engine/wire/arrow.ts";
import { BUCKET_FIELDS } from "../engine/wire/fields.ts";
import { DENSE_DAY, denseDay } from "./dense_day.ts";
import { type Measured, nsPerUnit, printTable, runsOf } from "./measure.ts";

const TICK_INT = 250_000_000;
const DAY_MS = 86_400_000;

const runs = runsOf(Deno.args);
const path = await denseDay();

function open(startTime: string | null, throttleMs: number): Promise<EngineRun> {
  const { symbol, dt } = DENSE_DAY;
  return EngineRun.open({
    path,
    symbol,
    dt,
    productType: "future_mbo",
    tickInt: TICK_INT,
    startNs: startTime === null ? null : etTimeNs(dt, `${startTime}:00`),
    throttleMs,
  });
}

/** Reads every record and adds up its fields, so that none is left out. */
async function decode(): Promise<number> {
  using run = disposable(await open(null, 0));
  const { records, bytes, decoder } = run.run.replay;
  let sum = 0;
  do {
    while (records.next()) {
      sum += records.tsLo + records.priceLo + records.priceHi + records.idLo + records.size;
      sum += records.side === SIDE.BID ? records.action : records.flags;
    }
  } while (await bytes.fill(decoder));
  if (!Number.isFinite(sum)) throw new Error("not decoded");
  return records.counters.mbo;
}

/** Drives a run to its end; every grid is handed over. */
async function drive(
  startTime: string | null,
  throttleMs: number,
  onGrid: (run: EngineRun) => void,
): Promise<void> {
  using run = disposable(await open(startTime, throttleMs));
  for (;;) {
    const pending = run.run.advance(50_000);
    const progress = typeof pending === "string" ? pending : await pending;
    if (progress === "end") return;
    if (progress === "grid") onGrid(run.run);
  }
}

function disposable(run: EngineRun): { run: EngineRun } & Disposable {
  return { run, [Symbol.dispose]: () => run.close() };
}

const records = await decode();
const encoder = new GridEncoder(BUCKET_FIELDS);
let grids = 0;
const rows: Measured[] = [
  await nsPerUnit("read and decode", runs, records, async () => void await decode()),
  // Warm-up would begin after the file's end: book only, all the way.
  await nsPerUnit("book only", runs, records, () => drive("18:59", 25, () => {})),
  await nsPerUnit("full engine, one grid", runs, records, () => drive(null, DAY_MS, () => {})),
  await nsPerUnit("full engine, a grid every 25 ms as Arrow", runs, records, () => {
    grids = 0;
    return drive(null, 25, ({ frame }) => {
      encoder.encode(frame);
      grids++;
    });
  }),
];
const base = rows[0]!.median;
printTable([
  ["stage", "ns a record", "least", "most", "M records/s", "ratio"],
  ...rows.map(({ name, median, min, max }) => [
    name,
    ...[median, min, max].map((value) => value.toFixed(1)),
    (1e3 / median).toFixed(1),
    (median / base).toFixed(1),
  ]),
]);
const [emitted, engine] = [rows[3]!.median, rows[2]!.median];
console.log(
  `\n${records.toLocaleString("en-US")} records, ${grids.toLocaleString("en-US")} grids: ` +
    `${((emitted - engine) * records / grids / 1e3).toFixed(2)} µs a grid, encoding included`,
);
