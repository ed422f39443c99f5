import type { DaysMessage } from "../../engine/wire/messages.ts";
import { WEEKDAY } from "../format.ts";
import { fetchJson } from "./fetch_json.ts";

/** A day to choose. */
export interface Day {
  /** Session date, YYYY-MM-DD. */
  readonly dt: string;
  readonly label: string;
}

/** Days of one kind, the newest first. */
export interface DayGroup {
  readonly title: string;
  readonly days: readonly Day[];
}

/**
 * The days to choose from, real and simulated told apart.
 *
 * @param days as the server lists them
 * @param shown the day shown, which is in the list whatever the server says
 */
export function dayGroups(
  days: DaysMessage["days"],
  shown: { readonly dt: string; readonly simulated: boolean },
): DayGroup[] {
  const all = days.some(({ dt }) => dt === shown.dt) ? days : [...days, {
    dt: shown.dt,
    data_source: shown.simulated ? "simulator" as const : "databento" as const,
    live: false,
  }];
  const group = (title: string, source: string) => ({
    title,
    days: all.filter(({ data_source }) => data_source === source)
      .sort((a, b) => b.dt.localeCompare(a.dt))
      .map(({ dt, live }) => ({
        dt,
        label: `${WEEKDAY.format(new Date(`${dt}T00:00Z`))} ${dt}${live ? " · live" : ""}`,
      })),
  });
  return [group("Real", "databento"), group("Simulated", "simulator")]
    .filter(({ days }) => days.length > 0);
}

/**
 * Asks the server for the days that it can serve.
 *
 * @returns null when it does not say, or is not there
 */
export async function fetchDays(url: string): Promise<DaysMessage["days"] | null> {
  const message = await fetchJson<DaysMessage>(url);
  return message === null ? null : message.days;
}
