import type { HistoricalClient, ServiceState } from "../historical.ts";
import { ServiceError } from "../service_error.ts";

/**
 * Asks what the service has of a job. One that is done is still to be had when its files are listed.
 *
 * @param client asks the service
 * @param id the job's number
 * @param signal ends it early
 * @returns the service's state of it; "expired" when its files are gone; "error" when the service
 * does not know it
 * @throws ServiceError when the service does not tell
 */
export async function stateAtService(
  client: HistoricalClient,
  id: string,
  signal?: AbortSignal,
): Promise<ServiceState | "error"> {
  const details = await unlessGone(client.jobDetails(id, { signal }));
  if (details === null) return "error";
  if (details.state !== "done") return details.state;
  return await unlessGone(client.listFiles(id, { signal })) === null ? "expired" : "done";
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
