import { readable } from "./page_address.ts";

/** What names a grid: the run that it is of, and when it was. */
export interface Moment {
  readonly product_type: string;
  readonly symbol: string;
  readonly dt: string;
  /** Where the run begins; null where the session does. */
  readonly start_time: string | null;
  readonly throttle_ms: number;
  /** UTC nanoseconds since the epoch. */
  readonly ts_ns: string;
}

/**
 * A link to a grid. What else the page's address says, such as colours and zoom, stays.
 *
 * @param here address of the page
 */
export function momentLink(here: string, moment: Moment): string {
  const url = new URL(here);
  for (const [name, value] of Object.entries(moment)) {
    if (value === null) url.searchParams.delete(name);
    else url.searchParams.set(name, `${value}`);
  }
  return `${url.origin}${url.pathname}?${readable(`${url.searchParams}`)}`;
}

/**
 * Query of the page for another day: it begins where that session does, without this day's bookmarks.
 *
 * @param query of the page now
 */
export function dayLink(query: URLSearchParams, dt: string): string {
  const changed = new URLSearchParams(query);
  changed.delete("start_time");
  changed.delete("ts_ns");
  changed.delete("marks");
  changed.set("dt", dt);
  return `?${readable(`${changed}`)}`;
}
