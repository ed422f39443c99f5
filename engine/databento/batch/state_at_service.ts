import type { BatchJob, HistoricalClient, ServiceState } from "../historical.ts";
import { ServiceError } from "../service_error.ts";

/** What the service has of a job. */
export interface StateAtService extends Pick<BatchJob, "unknownState"> {
  /** "expired" when its files are gone; "error" when the service does not know it. */
  state: ServiceState | "error";
}

/**
 * Asks what the service has of a job. One that is done is still to be had when its files are listed.
 *
 * @param client asks the service
 * @param id the job's number; null for one that has none, which the service knows nothing of
 * @param signal ends it early
 * @returns what it has of it
 * @throws ServiceError when the service does not tell
 */
export async function stateAtService(
  client: HistoricalClient,
  id: string | null,
  signal?: AbortSignal,
): Promise<StateAtService> {
  const details = id === null ? null : await unlessGone(client.jobDetails(id, { signal }));
  if (details === null) return { state: "error", unknownState: null };
  const { state, unknownState } = details;
  const isGone = state === "done" &&
    await unlessGone(client.listFiles(details.id, { signal })) === null;
  return { state: isGone ? "expired" : state, unknownState };
}

/**
 * @param error what was thrown
 * @returns whether the service said that it does not have what was asked for, any more or at all
 */
export function isGone(error: unknown): boolean {
  return error instanceof ServiceError && [404, 410].includes(error.status);
}

async function unlessGone<T>(answer: Promise<T>): Promise<T | null> {
  try {
    return await answer;
  } catch (error) {
    if (isGone(error)) return null;
    throw error;
  }
}
