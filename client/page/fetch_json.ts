/**
 * Asks the server for something.
 *
 * @param url where it is
 * @returns null when the server does not give it, is not there, or is cut off in the middle
 */
export async function fetchJson<Message>(url: string): Promise<Message | null> {
  try {
    const response = await fetch(url);
    return response.ok ? await response.json() : null;
  } catch {
    return null;
  }
}
