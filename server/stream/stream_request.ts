import type { SessionRequest } from "../../engine/request.ts";
import { parseStreamFields, type StreamFields } from "../../engine/wire/field_list.ts";
import { BUCKET_FIELDS } from "../../engine/wire/fields.ts";
import { readParameter, readSessionQuery } from "../session_query.ts";
import type { ServerSettings } from "../settings.ts";
import { readSpeed, readThrottleMs, readTime, readWhole } from "../../cli/values.ts";

/** What a client asked to be streamed. */
export interface StreamRequest extends SessionRequest {
  /** Event seconds per wall second. */
  speed: number;
  /** What of each grid is sent. */
  fields: StreamFields;
  /** Grids that may be on their way unacknowledged; null for a client that acknowledges none. */
  credit: number | null;
}

/** Most credit that is taken: more bounds nothing. */
const MAX_CREDIT = 10_000;

const ALL_COLUMNS: StreamFields = { columns: BUCKET_FIELDS, trades: false };

/**
 * Reads the query of a stream; what it leaves out comes from the server's settings.
 *
 * @param query the query parameters
 * @param settings the server's own
 * @throws UserError that names the parameter and its value, or the instrument that is not served
 */
export function readStreamRequest(
  query: URLSearchParams,
  settings: ServerSettings,
): StreamRequest {
  const read = <T>(name: string, reader: (name: string, text: string) => T, otherwise: T): T =>
    readParameter(query, name, reader, otherwise);
  return {
    ...readSessionQuery(query, settings),
    startTime: read<string | null>("start_time", readTime, settings.startTime),
    throttleMs: read("throttle_ms", readThrottleMs, settings.throttleMs),
    speed: read("speed", readSpeed, settings.speed),
    credit: read<number | null>(
      "credit",
      (name, text) => readWhole(name, text, 1, MAX_CREDIT),
      null,
    ),
    fields: read("fields", (_, text) => parseStreamFields(text), ALL_COLUMNS),
  };
}
