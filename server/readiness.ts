import type { DefaultSession } from "./default_session.ts";
import { publicMessage } from "./public_message.ts";
import type { Service } from "./service.ts";
import type { DataSource } from "../engine/source/data_source.ts";

/** Whether a stream that is opened now would be served. */
export interface Readiness {
  /** Where the default session comes from; null when there is no data. */
  source: DataSource | null;
  /** What is in the way; null when nothing is. */
  problem: string | null;
}

/**
 * Tells whether a server can serve its default session now.
 *
 * @param service the server
 * @param session what the lake holds of it
 * @returns what is in the way, if anything
 */
export function readiness(service: Service, session: DefaultSession): Readiness {
  const { settings: { lake, maxStreams }, streams } = service;
  const problem = session.source === null
    ? publicMessage(session.problem, lake)
    : streams.isStopping
    ? "the server stops"
    : streams.connections.taken >= maxStreams
    ? "too many streams are open; try again later"
    : null;
  return { source: session.source, problem };
}
