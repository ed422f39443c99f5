// Where things lie in the core's linear memory, and what its calls return. Compiles as AssemblyScript,
// for the core, and as TypeScript, for its host: plain constants alone (docs/core.md).

// ---- State: values of 8 bytes, integers but for MID. What a book cache keeps ends at SAVED_END.

/** First byte of the state. */
export const STATE = 0x10000;

/** Records applied so far: the number of the last one. */
export const EVENT_ID = STATE + 0 * 8;
/** 0 after a Clear and inside a snapshot, else 1. */
export const BOOK_VALID = STATE + 1 * 8;
/** 1 from a record that doubts the book to a snapshot. */
export const MAYBE_BAD = STATE + 2 * 8;
/** 1 while a run of snapshot records is under way. */
export const IN_SNAPSHOT = STATE + 3 * 8;
/** Time of the record applied last, u64 nanoseconds since the epoch. */
export const LAST_TS = STATE + 4 * 8;
/** 1 when spot is known. */
export const SPOT_KNOWN = STATE + 5 * 8;
/** The best bid and ask that were last both present, price_int; spot comes from them. */
export const LAST_BID = STATE + 6 * 8;
export const LAST_ASK = STATE + 7 * 8;
/** A snapshot that began with a Clear: CLEAR_NONE, CLEAR_ACTIVE or CLEAR_ENDS; when it was taken. */
export const CLEAR_STATE = STATE + 8 * 8;
export const CLEAR_TS = STATE + 9 * 8;
/** publisher_id of the first kept record; -1 before there is one. */
export const PUBLISHER = STATE + 10 * 8;
/** Whether the first kept record is neither of a snapshot nor a Clear; -1 before there is one. */
export const BEGINS_INSIDE = STATE + 11 * 8;
/** 1 when records were left out before the next one. */
export const GAP_AHEAD = STATE + 12 * 8;
// Why records did not reach the book, and how many did.
export const MBO_RECORDS = STATE + 13 * 8;
export const KEPT = STATE + 14 * 8;
export const OTHER_INSTRUMENT = STATE + 15 * 8;
export const BEFORE_WINDOW = STATE + 16 * 8;
export const AFTER_WINDOW = STATE + 17 * 8;
export const UNDEFINED_PRICE = STATE + 18 * 8;
export const UNDEFINED_SIZE = STATE + 19 * 8;
export const BAD_SIDE = STATE + 20 * 8;
export const GAPS = STATE + 21 * 8;
// What did not fit the book.
export const UNKNOWN_CANCELS = STATE + 22 * 8;
export const UNKNOWN_MODIFIES = STATE + 23 * 8;
export const UNKNOWN_FILLS = STATE + 24 * 8;
export const DUPLICATE_ADDS = STATE + 25 * 8;
// What went through.
export const BOOK_ONLY = STATE + 26 * 8;
export const TS_BACK = STATE + 27 * 8;
export const TS_BACK_FIRST = STATE + 28 * 8;
export const BOUNDARIES = STATE + 29 * 8;
export const CROSSED = STATE + 30 * 8;
export const GRIDS = STATE + 31 * 8;
/** Trades of the session: whether there were any, extremes (price_int), contracts, and the two
 * halves of contracts times price_int, a signed integer of 128 bits. */
export const TRADED = STATE + 32 * 8;
export const TRADE_HIGH = STATE + 33 * 8;
export const TRADE_LOW = STATE + 34 * 8;
export const TRADE_VOLUME = STATE + 35 * 8;
export const NOTIONAL_LO = STATE + 36 * 8;
export const NOTIONAL_HI = STATE + 37 * 8;
/** The last record that was of a snapshot, or from before the window of a live recording. */
export const MARKED_EVENT = STATE + 38 * 8;
/** Time of the last flow before the last snapshot, u64 nanoseconds since the epoch; -1 for none. */
export const FLOW_TS = STATE + 39 * 8;
/** Where a gap began whose end the next flow tells; -1 for none. */
export const GAP_FROM = STATE + 40 * 8;
/** 1 when trades of the session may have been before the first kept record, or in a gap. */
export const TRADES_MISSED = STATE + 41 * 8;
/** After the last value that a book cache keeps. */
export const SAVED_END = STATE + 42 * 8;

/** Whether a grid was emitted, and the time of the last one. */
export const EMITTED = STATE + 42 * 8;
export const EMITTED_TS = STATE + 43 * 8;
/** Spot in ticks. */
export const SPOT_TICK = STATE + 44 * 8;
/** Best prices: whether there is one, and price_int. */
export const BID_PRESENT = STATE + 45 * 8;
export const BID_PRICE = STATE + 46 * 8;
export const ASK_PRESENT = STATE + 47 * 8;
export const ASK_PRICE = STATE + 48 * 8;
/** (best bid + best ask) / 2 in dollars, a double; 0 when a side is missing. Of the last grid. */
export const MID = STATE + 49 * 8;
/** 0 an outline without a book, 1 book only, 2 full engine without grids, 3 grids. */
export const PHASE = STATE + 58 * 8;
/** Records of any type passed by the last call of `run`. */
export const PASSED = STATE + 50 * 8;
/** Address of the record that is next. */
export const AT = STATE + 51 * 8;
/** Executions that wait in EXCHANGE. */
export const TRADES = STATE + 52 * 8;
/** Time of the first flow dropped before the window that nothing made good; -1 when there is none. */
export const LOST_FLOW = STATE + 53 * 8;
/** Times of the first and last record of an outline; -1 before there is one. */
export const OUTLINE_FIRST = STATE + 54 * 8;
export const OUTLINE_LAST = STATE + 55 * 8;
/** Work done beside that of records themselves, in all: probes, levels moved, slots of grown tables. */
export const WORK = STATE + 56 * 8;
/** 1 when the last record was outside a snapshot and did not end its event. */
export const EVENT_OPEN = STATE + 59 * 8;
/** 1 when warm-up begins within an event that has had fills, which a book cache does not keep. */
export const WARMUP_FILLS = STATE + 57 * 8;

// What is asked for; the host writes it before the first record.
/** price_int units per tick. */
export const TICK_INT = STATE + 60 * 8;
/** Session window, u64 nanoseconds since the epoch, end exclusive. */
export const WINDOW_START = STATE + 61 * 8;
export const WINDOW_END = STATE + 62 * 8;
/** Whether flow before the window goes to the book alone, as in a live recording. */
export const IS_LIVE = STATE + 63 * 8;
/** First times of phases 2 and 3, u64 nanoseconds since the epoch. */
export const WARMUP_TS = STATE + 64 * 8;
export const EMIT_TS = STATE + 65 * 8;
/** Least event time between grids, nanoseconds. */
export const THROTTLE = STATE + 66 * 8;
/** Whether executions are handed out. */
export const WANTS_TRADES = STATE + 67 * 8;
/** The instrument_id to compare first; -1 when there is none. */
export const SOLE_ID = STATE + 68 * 8;
/** Whether the host is asked about instrument_ids that are not known. */
export const ASK_INSTRUMENT = STATE + 69 * 8;
/** Prices at this many price_int units from 0 are too far, u64. */
export const FAR_PRICE = STATE + 70 * 8;
/** An odd number that nobody foresees: the tables are keyed by it. */
export const HASH_KEY = STATE + 71 * 8;
/** Minutes of an outline, whose counts are i64 in EXCHANGE. */
export const BIN_COUNT = STATE + 72 * 8;
/** First time of warm-up whose boundaries are emitted, as history; u64, all ones for none. */
export const HISTORY_TS = STATE + 73 * 8;
/** Whether a boundary that came too soon to be emitted is, once its event time has passed. */
export const SETTLES = STATE + 74 * 8;
/** When the last boundary is due that came too soon, u64; all ones when there is none. */
export const SETTLE_TS = STATE + 75 * 8;
/** The record that it came with. */
export const SETTLE_EVENT = STATE + 76 * 8;
/** Whether the depth of each side is written, behind the other columns: bids, then asks. */
export const WANTS_SIDES = STATE + 77 * 8;
/** The gap that was met: from when to when, u64 nanoseconds since the epoch; whether the next record
 * is the one that told of it. */
export const GAP_BEGIN = STATE + 78 * 8;
export const GAP_END = STATE + 79 * 8;
export const GAP_TOLD = STATE + 80 * 8;
/** Whether totals of buckets are kept, and written behind the depth of each side. */
export const WANTS_TOTALS = STATE + 81 * 8;
/** Whether sweeps and reserves are handed out; how many wait in BOOK_EVENTS. */
export const WANTS_EVENTS = STATE + 82 * 8;
export const EVENTS_WAITING = STATE + 83 * 8;
/** When the last silence was over, u64 nanoseconds since the epoch: the record's time that ended it. */
export const RESUMED_TS = STATE + 84 * 8;
/** After the last value of the state. */
export const STATE_END = STATE + 85 * 8;
/** Longer than this without a record is a silence, nanoseconds. */
export const SILENCE = 60000000000;

// ---- Fixed places.

/** Tables of the core: where their slots are. */
export const TABLES = 0x10800;
/** Heaps of far levels. */
export const HEAPS = 0x10980;
/** Free blocks of the allocator by size. */
export const FREE_BLOCKS = 0x10a00;
export const COLUMN_COUNT = 19;
/** The grid as columns of 101 values of 8 bytes, one behind the other in the order of core.ts. */
export const COLUMNS = 0x11000;
/** Depth by side, where it is asked for: two columns more. */
export const SIDES = COLUMNS + COLUMN_COUNT * 101 * 8;
/** Totals of buckets, where they are asked for: four columns more. */
export const TOTALS = SIDES + 2 * 101 * 8;
/** Columns behind those of every grid. */
export const EXTRA_COLUMNS = 6;
/** Sweeps and reserves that wait. */
export const BOOK_EVENTS = 0x16000;
export const BOOK_EVENTS_BYTES = 0x2000;
/** Buckets around spot. */
export const BUCKETS = 0x18000;
/** Executions, and orders or levels on their way from or to the host. */
export const EXCHANGE = 0x20000;
export const EXCHANGE_BYTES = 0x10000;
/** Which dense levels hold depth: a bit each, asks then bids. */
export const USED = 0x30000;
/** Ticks of the dense levels, and from their asks to their bids in bytes. */
export const WINDOW = 0x4000;
export const TO_BIDS = WINDOW * 8;
/** Dense levels: depth by tick, i64, asks then bids. */
export const LEVELS = 0x40000;
/** From a dense level to the depth of its bucket at odd prices, and where that begins. */
export const TO_ODD = 2 * TO_BIDS;
export const ODD_DEPTH = LEVELS + TO_ODD;
/** From here on memory is given out. */
export const HEAP = 0xc0000;

/** Bytes of an execution in EXCHANGE: ts u64, price_int i64, size u32, side u32. */
export const TRADE_BYTES = 24;
/** Bytes of an event in BOOK_EVENTS: ts u64, event_id i64, price_int i64; price_int of a sweep's first
 * execution, or a reserve's order id, i64; contracts of a sweep, or those filled of a reserve's order,
 * i64; time of that order's first fill u64; of a reserve the contracts it shows more and in all, u32
 * each; prices of a sweep, or refills, u32; kind u8, side u8, 2 bytes of nothing. */
export const BOOK_EVENT_BYTES = 64;
export const SWEEP = 1;
export const RESERVE = 2;
/** Bytes of an order in EXCHANGE: id u64, price_int i64, quantity u32, 1 for a bid u32. */
export const ORDER_BYTES = 24;
/** Bytes of a level in EXCHANGE: price_int i64, depth i64. */
export const LEVEL_BYTES = 16;

/** Rows of a grid, and how far they reach from spot. */
export const ROWS = 101;
export const REACH = 50;

// ---- What `run` stops at.

/** There is no more complete record. */
export const STOP_INPUT = 0;
/** A grid is in COLUMNS. */
export const STOP_GRID = 1;
/** The next record is the first of warm-up. */
export const STOP_WARMUP = 2;
/** The budget of work is used up. */
export const STOP_BUDGET = 3;
/** EXCHANGE is full of executions. */
export const STOP_TRADES = 4;
/** The next record is none of an order that can be passed unseen, or too short. */
export const STOP_LOOK = 5;
/** The next record has an instrument_id that is not known. */
export const STOP_INSTRUMENT = 6;
/** The next record is the first kept, of another publisher, or of a feed that is no full book. */
export const STOP_FEED = 7;
/** Flow was dropped before the window, and the next record is the first kept after it. */
export const STOP_FLOW = 8;
/** The next record's price is too far from 0. */
export const STOP_PRICE = 9;
/** A grid of warm-up is in COLUMNS. */
export const STOP_HISTORY = 10;
/** A grid that came too soon is in COLUMNS: nothing has come since for the throttle's time. */
export const STOP_SETTLED = 11;

/** A gap of the feed is known, before the record that is next. */
export const STOP_GAP = 12;

export const CLEAR_NONE = 0;
export const CLEAR_ACTIVE = 1;
export const CLEAR_ENDS = 2;
