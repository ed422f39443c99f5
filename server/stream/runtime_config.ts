import { configVersion } from "../../engine/instrument.ts";
import { GRID_FIELDS, GRID_ROWS, HALF_WIDTH } from "../../engine/wire/fields.ts";
import type { RuntimeConfigMessage } from "../../engine/wire/messages.ts";
import type { ServerSettings } from "../settings.ts";
import type { StreamRequest } from "./stream_request.ts";

/**
 * The first message of a stream: what is streamed and how to read it.
 *
 * @param request what the client asked for
 * @param settings the server's
 */
export function runtimeConfig(
  request: StreamRequest,
  { instrument, dataSource }: ServerSettings,
): RuntimeConfigMessage {
  const fields: readonly string[] = request.fields.columns;
  return {
    type: "runtime_config",
    ...instrument,
    grid_max_ticks: HALF_WIDTH,
    config_version: `${configVersion(instrument)}:k${HALF_WIDTH}`,
    mode: "pre_prod",
    deployment_stage: "pre_prod",
    stream_format: "dense_grid",
    grid_schema_fields: GRID_FIELDS.filter((field) => field === "k" || fields.includes(field)),
    grid_rows: GRID_ROWS,
    data_source: dataSource,
    dt: request.dt,
    start_time: request.startTime,
    throttle_ms: request.throttleMs,
    speed: request.speed,
  };
}
