/**
 * The package dbn-ts over a dense day, by itself: its decoder, and records as objects. Times are those
 * of the processor.
 */
import { DbnDecoder, type DbnRecord, readDbn, readDbnStream, RTYPE_MBO } from "dbn-ts";
import { denseDay } from "./dense_day.ts";
import { nsPerRecord, printTable, type Row, runsOf, spread } from "./measure.ts";

const runs = runsOf(Deno.args);
const path = await denseDay();
const inMemory = await Deno.readFile(path);

/** The last objects, kept so that none can be left unmade. */
const kept = new Array<DbnRecord | null>(1024).fill(null);

const ROWS: readonly Row[] = [
  ["decoder, from a file", decode],
  ["objects, from memory", objects],
  ["objects, from a stream", streamedObjects],
];

/** Adds up every word of every record, so that none is left out. */
async function decode(): Promise<number> {
  using file = await Deno.open(path);
  const decoder = new DbnDecoder();
  let sum = 0;
  for (;;) {
    const bytes = file.readSync(decoder.space());
    if (bytes === null) break;
    decoder.wrote(bytes);
    sum = (sum + sumOfBuffer(decoder)) | 0;
  }
  decoder.finish();
  if (!Number.isInteger(sum)) throw new Error("not decoded");
  return decoder.recordsRead;
}

/** A call for every buffer: V8 compiles what is called often better than what runs long. */
function sumOfBuffer(decoder: DbnDecoder): number {
  const { i32 } = decoder;
  let sum = 0;
  for (let at = decoder.next(RTYPE_MBO); at >= 0; at = decoder.next(RTYPE_MBO)) {
    const i = at >> 2;
    sum = (sum + i32[i]! + i32[i + 1]! + i32[i + 2]! + i32[i + 3]! + i32[i + 4]! + i32[i + 5]! +
      i32[i + 6]! + i32[i + 7]! + i32[i + 8]! + i32[i + 9]! + i32[i + 10]! + i32[i + 11]! +
      i32[i + 12]! + i32[i + 13]!) | 0;
  }
  return sum;
}

function objects(): number {
  let records = 0;
  for (const record of readDbn(inMemory).records) kept[records++ & 1023] = record;
  return records;
}

async function streamedObjects(): Promise<number> {
  using file = await Deno.open(path);
  async function* pieces() {
    const buffer = new Uint8Array(1 << 18);
    for (let n = await file.read(buffer); n !== null; n = await file.read(buffer)) {
      yield buffer.subarray(0, n);
    }
  }
  let records = 0;
  for await (const record of (await readDbnStream(pieces())).records) {
    kept[records++ & 1023] = record;
  }
  return records;
}

const rounds = await nsPerRecord(ROWS, runs);
printTable([
  ["dbn-ts", "ns a record", "least", "most", "M records/s"],
  ...ROWS.map(([name], i) => {
    const { median, min, max } = spread(rounds.map((times) => times[i]!));
    return [name, ...[median, min, max, 1e3 / median].map((value) => value.toFixed(1))];
  }),
]);
