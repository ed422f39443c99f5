/** Which records of a file reach the engine, and at which time: the record filter, step by step. */
import {
  type DbnFile,
  F_LAST,
  F_SNAPSHOT,
  type MappingInterval,
  type MboRecord,
  UNDEFINED_PRICE,
  UNDEFINED_SIZE,
  UNDEFINED_TIME,
} from "./records.ts";

export type ProductType = "future_mbo" | "equity_mbo";

/** The records that reach the engine; their ts is snapshot time where that applies. */
export interface Source {
  readonly kept: readonly MboRecord[];
  /** Malformed records of the instrument inside the window. */
  readonly skipped: number;
  /** Kept records whose ts is below that of the kept record before. */
  readonly backwards: number;
  /** Whether the first kept record is neither of a snapshot nor a Clear. */
  readonly beginsInside: boolean;
}

/**
 * @param file the parsed file
 * @param productType decides the session window
 * @param symbol the requested instrument
 * @param dt the requested date, YYYY-MM-DD
 * @returns the kept records in file order
 * @throws Error when the symbol is not mapped, an unmapped file has a second instrument, or there is
 * no book at the session's beginning
 */
export function selectRecords(
  file: DbnFile,
  productType: ProductType,
  symbol: string,
  dt: string,
): Source {
  const isOurs = instrumentFilter(file, symbol, dt);
  const [windowStart, windowEnd] = sessionWindow(productType, dt);
  const kept: MboRecord[] = [];
  let skipped = 0;
  let backwards = 0;
  let clearTs: bigint | null = null; // when the snapshot under way was taken, when a Clear leads it
  let lostFlow: bigint | null = null; // first one dropped before the window, nothing good after it
  for (const raw of file.records) {
    if (!isOurs(raw.instrumentId)) continue;
    const snapshot = (raw.flags & F_SNAPSHOT) !== 0;
    const malformed = isMalformed(raw);
    const recv = raw.recv === UNDEFINED_TIME ? raw.ts : raw.recv;
    // A Clear sets snapshot time wherever it lies: its run then goes with it, in or out of the window.
    if (snapshot && raw.action === "R") clearTs = recv;
    const inRun = snapshot && clearTs !== null;
    const ts: bigint = inRun ? clearTs! : raw.ts === UNDEFINED_TIME ? recv : raw.ts;
    const windowTs: bigint = inRun ? clearTs! : recv;
    // The run ends with its F_LAST also where it is outside the window and nothing of it is kept.
    // Inside, a malformed record is as if not in the file, so its F_LAST ends nothing.
    const outside = windowTs >= windowEnd;
    if (snapshot && (raw.flags & F_LAST) !== 0 && (outside || !malformed)) clearTs = null;
    if (outside) continue;
    const isFlow = !snapshot && raw.action !== "R";
    if (windowTs < windowStart && isFlow) {
      lostFlow ??= windowTs;
      continue;
    }
    if (malformed) {
      skipped++;
      continue;
    }
    if (isFlow) assertBook(lostFlow, file.start, windowStart);
    lostFlow = null;
    // Only a kept record without F_SNAPSHOT ends a run: one that the window drops does not.
    if (!snapshot) clearTs = null;
    const previous = kept.at(-1);
    if (previous !== undefined && ts < previous.ts) backwards++;
    const price = raw.price === UNDEFINED_PRICE ? 0n : raw.price;
    kept.push({ ...raw, ts, price });
  }
  assertBook(lostFlow, file.start, windowStart);
  const [first] = kept;
  const beginsInside = first !== undefined && (first.flags & F_SNAPSHOT) === 0 &&
    first.action !== "R";
  return { kept, skipped, backwards, beginsInside };
}

function assertBook(lostFlow: bigint | null, fileStart: bigint, windowStart: bigint): void {
  if (lostFlow === null) return;
  const isEdge = fileStart >= windowStart && lostFlow >= windowStart - 1_000_000_000n;
  if (!isEdge) throw new Error("no book at the session's beginning");
}

function instrumentFilter(file: DbnFile, symbol: string, dt: string): (id: number) => boolean {
  if (file.mappings.length === 0) {
    const ids = new Set(file.records.map((record) => record.instrumentId));
    if (ids.size > 1) throw new Error(`second instrument in a file that maps nothing: ${[...ids]}`);
    return () => true;
  }
  const date = Number(dt.replaceAll("-", ""));
  const covers = (m: MappingInterval) =>
    m.symbol !== "" && m.startDate <= date && date < m.endDate && m.rawSymbol === symbol;
  const ids = new Set(file.mappings.filter(covers).map((m) => Number(m.symbol)));
  if (ids.size === 0) throw new Error(`symbol ${symbol} is not in the mapping`);
  return (id) => ids.has(id);
}

/** An A or M without a price or side, an A, M or F without a size. */
export function isMalformed(record: MboRecord): boolean {
  const { action, side, price, size } = record;
  if (action === "A" || action === "M") {
    return price === UNDEFINED_PRICE || (side !== "A" && side !== "B") || size === UNDEFINED_SIZE;
  }
  return action === "F" && size === UNDEFINED_SIZE;
}

/** Start (inclusive) and end (exclusive) of the session, UTC nanoseconds. */
function sessionWindow(productType: ProductType, dt: string): [bigint, bigint] {
  const date = Temporal.PlainDate.from(dt);
  const at = (day: Temporal.PlainDate, plainTime: string, timeZone: string) =>
    day.toZonedDateTime({ timeZone, plainTime }).epochNanoseconds;
  return productType === "future_mbo"
    ? [at(date, "00:00", "UTC"), at(date.add({ days: 1 }), "00:00", "UTC")]
    : [at(date, "02:00", "America/New_York"), at(date, "16:00", "America/New_York")];
}
