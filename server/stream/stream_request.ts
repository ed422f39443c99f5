import type { SessionRequest } from "../../engine/request.ts";
import { parseStreamFields, type StreamFields } from "../../engine/wire/field_list.ts";
import { BUCKET_FIELDS } from "../../engine/wire/fields.ts";
import { readParameter, readSessionQuery } from "../session_query.ts";
import type { ServerSettings } from "../settings.ts";
import { MOST_HISTORY_MS } from "./history_cells.ts";
import { readSpeed, readThrottleMs, readTime, readWhole } from "../../cli/values.ts";

/** What a client asked to be streamed. */
export interface StreamRequest extends SessionRequest {
  /** Event seconds per wall second. */
  speed: number;
  /** What of each grid is sent. */
  fields: StreamFields;
  /** Event seconds before the first grid whose grids are wanted too. */
  history: number;
  /** Grids a wall second that are wanted at most, evenly spaced in event time; null for all. */
  rate: number | null;
  /** Whether boundaries are wanted that came too soon to be emitted, once they have settled. */
  settle: boolean;
  /** Whether the balance of forces, and the session's trades, come with each grid. */
  reading: boolean;
  session: boolean;
  /** Grids that may be on their way unacknowledged; null for a client that acknowledges none. */
  credit: number | null;
}

/** Most credit that is taken: more bounds nothing. */
const MAX_CREDIT = 10_000;

/** Highest `rate`: screens are no faster. */
const MOST_RATE = 240;

const ALL_COLUMNS: StreamFields = {
  columns: BUCKET_FIELDS,
  trades: false,
  events: false,
};

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
    history: read("history", (name, text) => readWhole(name, text, 0, MOST_HISTORY_MS / 1e3), 0),
    rate: read<number | null>("rate", (name, text) => readWhole(name, text, 1, MOST_RATE), null),
    settle: read("settle", readFlag, false),
    reading: read("reading", readFlag, false),
    session: read("session", readFlag, false),
  };
}

function readFlag(name: string, text: string): boolean {
  return readWhole(name, text, 0, 1) === 1;
}
