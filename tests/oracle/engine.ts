/**
 * The whole engine in its plainest form: records in, grids out. Every rule is one line of code
 * that can be held against the line of the specification it comes from.
 */
import {
  applyAction,
  type Book,
  clearBook,
  emptyBook,
  forgetEvent,
  type Touch,
  updateBest,
} from "./book.ts";
import {
  applyTouch,
  type Bucket,
  bucketDepths,
  K,
  rememberDepths,
  shiftBuckets,
  shown,
  zeroBuckets,
} from "./buckets.ts";
import { F_LAST, F_SNAPSHOT, type MboRecord, parseDbn } from "./records.ts";
import { type ProductType, selectRecords, type Source } from "./source.ts";

export interface OracleInput {
  /** A decompressed DBN file. */
  readonly bytes: Uint8Array;
  readonly productType: ProductType;
  readonly symbol: string;
  /** YYYY-MM-DD */
  readonly dt: string;
  readonly tickInt: bigint;
  /** UTC nanoseconds of `start_time`; null runs the full engine from the first record. */
  readonly startNs: bigint | null;
  readonly throttleNs: bigint;
  /** How long before the start boundaries of warm-up are told; absent: none is. */
  readonly historyNs?: bigint;
  /** Only the last n boundaries may emit; absent: all. */
  readonly onlyLastBoundaries?: number | null;
  /** Called before each kept record, with the book as it is then. */
  readonly observe?: (book: Book, record: MboRecord) => void;
  /** Called with the touches of each record of the full engine, outside of snapshots. */
  readonly onTouches?: (touches: readonly Touch[], eventId: number) => void;
}

/** An emitted grid; an absent best price is 0, an unknown spot is null with 101 zero rows. */
export interface OracleGrid {
  readonly tsNs: bigint;
  readonly eventId: number;
  readonly midPrice: number;
  readonly spot: bigint | null;
  readonly bestBid: bigint;
  readonly bestAsk: bigint;
  readonly bookValid: boolean;
  readonly lastEventId: readonly number[];
  column(field: string): readonly number[];
}

export interface OracleRun {
  readonly grids: readonly OracleGrid[];
  /** Grids of warm-up. */
  readonly history: readonly OracleGrid[];
  readonly book: Book;
  readonly kept: readonly MboRecord[];
  readonly skipped: number;
  readonly backwards: number;
  /** Kept records before the full engine took over. */
  readonly bookOnly: number;
  /** Boundaries of phases 2 and 3. */
  readonly boundaries: number;
  readonly finalEventId: number;
}

const WARM_UP_NS = 30n * 60n * 1_000_000_000n;

/** Runs the oracle over a whole file. */
export function runOracle(input: OracleInput): OracleRun {
  const file = parseDbn(input.bytes);
  return runKept(selectRecords(file, input.productType, input.symbol, input.dt), input);
}

/**
 * Runs the oracle over records.
 *
 * @param source the records
 * @param input how
 * @param early how many of them come before the session and go to the book alone
 */
export function runKept(
  source: Source,
  input: Omit<OracleInput, "bytes" | "productType" | "symbol" | "dt">,
  early = 0,
): OracleRun {
  const { startNs, throttleNs, tickInt: tick } = input;
  const { kept } = source;
  // Each phase begins once and is never left: phase 2 at the first kept record that reaches it.
  const reached = (record: MboRecord, i: number) =>
    i >= early && (startNs === null || record.ts >= startNs - WARM_UP_NS);
  const firstFull = kept.findIndex(reached);
  const bookOnly = firstFull < 0 ? kept.length : firstFull;
  const boundaryAt = kept.map((_, i) => i >= bookOnly && isBoundary(kept, i));
  const boundaries = boundaryAt.filter(Boolean).length;
  const firstEligible = boundaries - (input.onlyLastBoundaries ?? boundaries);

  const book = emptyBook();
  let buckets = zeroBuckets();
  const grids: OracleGrid[] = [];
  const history: OracleGrid[] = [];
  const historyFrom = startNs === null ? null : startNs - (input.historyNs ?? 0n);
  let boundary = 0;
  kept.forEach((record, i) => {
    input.observe?.(book, record);
    const full = i >= bookOnly;
    const onTouches = full ? input.onTouches : undefined;
    buckets = step(book, buckets, record, kept[i - 1], i + 1, tick, full, onTouches);
    if (!boundaryAt[i] || boundary++ < firstEligible) return;
    const last = grids.at(-1);
    const due = last === undefined
      ? startNs === null || record.ts >= startNs // phase 3 begins at a boundary, not at a record
      : record.ts - last.tsNs >= throttleNs;
    if (due) grids.push(gridOf(book, buckets, record.ts, i + 1, tick));
    if (last !== undefined || due || historyFrom === null || record.ts < historyFrom) return;
    const before = history.at(-1);
    if (before === undefined || record.ts - before.tsNs >= throttleNs) {
      history.push(gridOf(book, buckets, record.ts, i + 1, tick));
    }
  });
  const { skipped, backwards } = source;
  return {
    grids,
    history,
    book,
    kept,
    skipped,
    backwards,
    bookOnly,
    boundaries,
    finalEventId: kept.length,
  };
}

/**
 * Whether an event ends with record i: it has F_LAST, or it is outside a snapshot and the next
 * kept record has another ts (a smaller one counts). So a snapshot is a boundary only with F_LAST,
 * and the last record of the file is none without it.
 */
function isBoundary(kept: readonly MboRecord[], i: number): boolean {
  const record = kept[i]!;
  const next = kept[i + 1];
  if ((record.flags & F_LAST) !== 0) return true;
  return !inSnapshot(record) && next !== undefined && next.ts !== record.ts;
}

/** The book rules 2-7 for one record; returns the buckets after it. */
function step(
  book: Book,
  buckets: Bucket[],
  record: MboRecord,
  previous: MboRecord | undefined,
  eventId: number,
  tick: bigint,
  full: boolean,
  onTouches: OracleInput["onTouches"],
): Bucket[] {
  const last = (record.flags & F_LAST) !== 0;
  let next = buckets;
  if (book.inSnapshot && !inSnapshot(record)) next = endSnapshot(book, next, tick, full);
  if (previous !== undefined && previous.ts !== record.ts) forgetEvent(book);
  if (inSnapshot(record)) {
    if (!book.inSnapshot && record.action !== "R" && book.orders.size > 0) clearBook(book);
    book.inSnapshot = true;
    applyAction(book, record);
    book.valid = false;
    if (last) next = endSnapshot(book, next, tick, full);
  } else {
    book.valid = true; // before the action: a Clear then makes it false
    const touches = applyAction(book, record);
    onTouches?.(touches, eventId);
    next = moveSpot(book, next, tick);
    if (full && book.spot !== null) {
      next = [...next];
      for (const touch of touches) {
        applyTouch(next, touch, book, book.spot, tick, record.ts, eventId);
      }
    }
  }
  if (last) forgetEvent(book);
  return next;
}

function endSnapshot(book: Book, buckets: Bucket[], tick: bigint, full: boolean): Bucket[] {
  book.inSnapshot = false;
  book.valid = true;
  const next = moveSpot(book, buckets, tick);
  if (!full || book.spot === null) return next;
  return rememberDepths(next, bucketDepths(book, book.spot, tick));
}

/** Steps 5 and 6. */
function moveSpot(book: Book, buckets: Bucket[], tick: bigint): Bucket[] {
  const before = book.spot;
  updateBest(book, tick);
  if (before === null || book.spot === null || book.spot === before) return buckets;
  return shiftBuckets(buckets, (book.spot - before) / tick);
}

function gridOf(
  book: Book,
  buckets: readonly Bucket[],
  ts: bigint,
  eventId: number,
  tick: bigint,
): OracleGrid {
  const { spot, bestBid, bestAsk } = book;
  const depths = spot === null ? new Array(2 * K + 1).fill(0) : bucketDepths(book, spot, tick);
  const rows = buckets.map((bucket, i) => shown(bucket, depths[i]!, ts));
  const column = (field: string) => rows.map((row) => row[field]!);
  return {
    tsNs: ts,
    eventId,
    midPrice: bestBid === null || bestAsk === null ? 0 : Number(bestBid + bestAsk) / 2 * 1e-9,
    spot,
    bestBid: bestBid ?? 0n,
    bestAsk: bestAsk ?? 0n,
    bookValid: book.valid,
    lastEventId: column("last_event_id"),
    column,
  };
}

function inSnapshot(record: MboRecord): boolean {
  return (record.flags & F_SNAPSHOT) !== 0;
}
