import { messageOf } from "../../cli/error_line.ts";
import { UserError } from "../../engine/errors.ts";
import { resolveRequest } from "../../engine/request.ts";
import { BIN_SECONDS } from "../../engine/minute_counts.ts";
import type { SessionOutlineMessage } from "../../engine/wire/messages.ts";
import { log } from "../log.ts";
import { publicMessage } from "../public_message.ts";
import { readSessionQuery } from "../session_query.ts";
import type { ServerSettings } from "../settings.ts";
import { type Outlines, TooManyOutlines } from "./outlines.ts";

const BAD_REQUEST = 400;
const NOT_FOUND = 404;
const INTERNAL_ERROR = 500;
const UNAVAILABLE = 503;

/** What is answered to a request for a session's outline. */
export interface OutlineAnswer {
  /** HTTP status. */
  status: number;
  body: SessionOutlineMessage | { error: string };
}

/**
 * Tells where a session has data (docs/stream.md, "Session outline").
 *
 * @param query product_type, symbol and dt; what it leaves out comes from the server's settings
 * @param service the server
 * @returns the outline, or why there is none: 400 for wrong parameters, 404 when no file serves
 * them, 500 when the file is damaged, 503 when too many others are asked for
 */
export async function sessionOutline(
  query: URLSearchParams,
  { settings, outlines }: { settings: ServerSettings; outlines: Outlines },
): Promise<OutlineAnswer> {
  let failure = BAD_REQUEST;
  try {
    const asked = readSessionQuery(query, settings);
    failure = NOT_FOUND;
    const request = { ...asked, startTime: null, throttleMs: 0 };
    const found = await resolveRequest(settings.instrument, request, { lake: settings.lake });
    failure = INTERNAL_ERROR;
    const { windowStartNs, firstNs, lastNs, records } = await outlines.of(found);
    return {
      status: 200,
      body: {
        dt: asked.dt,
        symbol: asked.symbol,
        data_source: found.source,
        window_start_ns: `${windowStartNs}`,
        start_ns: firstNs === null ? null : `${firstNs}`,
        end_ns: lastNs === null ? null : `${lastNs}`,
        bin_seconds: BIN_SECONDS,
        records,
      },
    };
  } catch (error) {
    if (error instanceof TooManyOutlines) {
      return { status: UNAVAILABLE, body: { error: "too many days are being read; try again" } };
    }
    if (!(error instanceof UserError)) throw error;
    // Whoever asks for what is not there may do so without end.
    const level = failure === INTERNAL_ERROR ? "WARNING" : "DEBUG";
    log(level, "outline refused", { error: error.message });
    return { status: failure, body: { error: publicMessage(messageOf(error), settings.lake) } };
  }
}
