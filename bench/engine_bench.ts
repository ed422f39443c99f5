/** The engine over a small made session held in memory. */
import { DbnDecoder } from "../engine/dbn/decoder.ts";
import { GridFrame } from "../engine/grid/frame.ts";
import { Pipeline } from "../engine/pipeline.ts";
import { sessionWindow } from "../engine/session.ts";
import { RecordSource } from "../engine/source/record_source.ts";
import { midnightNs } from "../engine/source/replay.ts";
import { GridEncoder } from "../engine/wire/arrow.ts";
import { BUCKET_FIELDS } from "../engine/wire/fields.ts";
import { SMALL_DT, SMALL_INSTRUMENT_ID, smallSession } from "../tests/small_session.ts";

const TICK_INT = 250_000_000;
const bytes = smallSession();
const decoder = new DbnDecoder({ capacity: bytes.length });
const encoder = new GridEncoder(BUCKET_FIELDS);
decoder.push(bytes);
// The prelude tells how long the metadata behind it is.
const firstRecord = 8 + new DataView(bytes.buffer).getUint32(4, true);

function play(throttleNs: number, onGrid: (frame: GridFrame) => void): void {
  decoder.seek(firstRecord, 0);
  decoder.push(bytes.subarray(firstRecord));
  const source = new RecordSource(decoder, {
    ...sessionWindow("future_mbo", SMALL_DT),
    midnightNs: midnightNs(SMALL_DT),
    instrumentIds: [SMALL_INSTRUMENT_ID],
    name: "session",
  });
  const options = { tickInt: TICK_INT, startTs: null, throttleNs };
  const pipeline = new Pipeline(source, new GridFrame(TICK_INT), options);
  while (pipeline.run(Infinity) === "grid") onGrid(pipeline.frame);
}

Deno.bench("full engine, one grid (23,500 records)", () => play(86_400e9, () => {}));
Deno.bench(
  "full engine, a grid every 25 ms as Arrow",
  () => play(25e6, (frame) => encoder.encode(frame)),
);
