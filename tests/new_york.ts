/**
 * @param dt a date, YYYY-MM-DD
 * @param time a time of day, HH:MM or HH:MM:SS
 * @returns that time of that calendar date in New York, UTC nanoseconds since the epoch
 */
export function newYorkNs(dt: string, time: string): bigint {
  return Temporal.PlainDateTime.from(`${dt}T${time}`).toZonedDateTime("America/New_York")
    .epochNanoseconds;
}
