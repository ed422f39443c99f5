/** Drives the plain engine as `tests/engine/drive.ts` drives the product's. */
import { DbnDecoder } from "../../engine/dbn/decoder.ts";
import { instrumentIds } from "../../engine/dbn/metadata.ts";
import { midnightNs, sessionWindow } from "../../engine/session.ts";
import { isLiveRecording } from "../../engine/source/mapped.ts";
import type { Cut, DriveInput } from "../engine/drive.ts";
import { GridFrame } from "./grid/frame.ts";
import { Pipeline } from "./pipeline.ts";
import { RecordSource } from "./record_source.ts";

/**
 * @param session a session
 * @param onGrid called with each grid, which the next one overwrites
 * @param cut how the input is cut; default all at once
 * @returns the pipeline at the end of the input
 */
export function drivePlain(
  session: DriveInput,
  onGrid: (frame: GridFrame, pipeline: Pipeline) => void,
  cut: Cut = { piece: Infinity, budget: Infinity },
): Pipeline {
  const { bytes, dt, productType, symbol, tickInt, startNs, throttleNs } = session;
  let source: RecordSource | null = null;
  const decoder = new DbnDecoder({
    capacity: 4096,
    onAside: (at, rtype) => source?.aside(at, rtype),
  });
  let given = 0;
  const give = () => {
    const piece = bytes.subarray(given, given + Math.min(cut.piece, bytes.length, decoder.wanted));
    given += decoder.push(piece);
    return piece.length > 0;
  };
  while (decoder.metadata === null) if (!give()) decoder.finish();
  const { metadata } = decoder;
  const midnight = midnightNs(dt);
  source = new RecordSource(decoder, {
    ...sessionWindow(productType, dt),
    midnightNs: midnight,
    instrumentIds: metadata.mappings.length === 0
      ? null
      : instrumentIds(metadata, dt, "session").get(symbol) ?? [],
    symbol,
    tickInt: Number(tickInt),
    isLive: isLiveRecording(metadata),
    fileStartNs: metadata.start,
    name: "session",
  });
  const pipeline = new Pipeline(source, new GridFrame(Number(tickInt)), {
    tickInt: Number(tickInt),
    startTs: startNs === null ? null : Number(startNs - midnight),
    throttleNs: Number(throttleNs),
  });
  for (;;) {
    const stop = pipeline.run(cut.budget);
    if (stop === "grid") onGrid(pipeline.frame, pipeline);
    if (stop === "input" && !give()) break;
  }
  decoder.finish();
  source.finish();
  return pipeline;
}
