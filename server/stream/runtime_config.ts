import { configVersion } from "../../engine/config_version.ts";
import type { InstrumentConfig } from "../../engine/instrument.ts";
import type { ResolvedRequest } from "../../engine/request.ts";
import { GRID_ROWS, HALF_WIDTH, STREAM_FIELDS } from "../../engine/wire/fields.ts";
import type { RuntimeConfigMessage } from "../../engine/wire/messages.ts";
import { isFollowed } from "../../engine/source/origin.ts";
import type { EngineRun } from "../../engine/run.ts";
import type { StreamRequest } from "./stream_request.ts";

/**
 * The first message of a stream: what is streamed and how to read it.
 *
 * @param request what the client asked for
 * @param resolved what became of it: the source, and the start time in force
 * @param instrument the locked instrument
 * @param run the run, at its first kept record at least, or its end
 */
export function runtimeConfig(
  request: StreamRequest,
  resolved: Pick<ResolvedRequest, "source" | "startTime" | "origin">,
  instrument: InstrumentConfig,
  { beginsInside, session: { records: { firstNs: recordedFromNs } } }: Pick<
    EngineRun,
    "beginsInside" | "session"
  >,
): RuntimeConfigMessage {
  const fields: readonly string[] = request.fields.columns;
  const isLive = isFollowed(resolved.origin);
  const stage = isLive ? "live" : "pre_prod";
  return {
    type: "runtime_config",
    ...instrument,
    grid_max_ticks: HALF_WIDTH,
    config_version: `${configVersion(instrument)}:k${HALF_WIDTH}`,
    mode: stage,
    deployment_stage: stage,
    stream_format: "dense_grid",
    grid_schema_fields: ["k", ...STREAM_FIELDS.filter((field) => fields.includes(field))],
    grid_rows: GRID_ROWS,
    data_source: resolved.source,
    dt: request.dt,
    start_time: resolved.startTime,
    throttle_ms: request.throttleMs,
    speed: request.speed,
    ...(beginsInside && { begins_inside: true }),
    ...(isLive && { live: true }),
    ...(isLive && recordedFromNs !== null && { recorded_from_ns: `${recordedFromNs}` }),
  };
}
