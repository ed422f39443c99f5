import type { EngineCore } from "./core.ts";
import {
  AFTER_WINDOW,
  ASK_INSTRUMENT,
  BAD_SIDE,
  BEFORE_WINDOW,
  BEGINS_INSIDE,
  CLEAR_NONE,
  CLEAR_STATE,
  EVENT_ID,
  FAR_PRICE,
  FLOW_TS,
  GAP_AHEAD,
  GAPS,
  IS_LIVE,
  KEPT,
  LOST_FLOW,
  MARKED_EVENT,
  MBO_RECORDS,
  OTHER_INSTRUMENT,
  PUBLISHER,
  SOLE_ID,
  TICK_INT,
  TRADES_MISSED,
  UNDEFINED_PRICE,
  UNDEFINED_SIZE,
  WINDOW_END,
  WINDOW_START,
} from "./core/layout.ts";
import {
  ACTION,
  type ErrorRecord,
  F_MBP,
  F_SNAPSHOT,
  F_TOB,
  HEADER,
  MBO,
  RecordReader,
  RTYPE_ERROR,
  RTYPE_SYMBOL_MAPPING,
  type SymbolMappingRecord,
} from "dbn-ts";
import type { Decoder } from "./dbn_input.ts";
import { UserError } from "./errors.ts";
import {
  type InstrumentState,
  type Requested,
  RequestedInstrument,
} from "./source/requested_instrument.ts";

const NO_FULL_BOOK = F_TOB | F_MBP;

/** Code of an error record: the gateway left out records. */
const RECORDS_SKIPPED = 7;

/** How long before a session the cut of its file may be, nanoseconds. */
const EDGE_NS = 1_000_000_000n;

/** No publisher yet, no first kept record yet, no flow lost. */
const NONE = -1n;

/** Ticks up to this are exact doubles. */
const MOST_TICKS = 2n ** 53n;
const MOST_U64 = 2n ** 64n - 1n;

/** Why records did not reach the engine, and how many did. */
export interface SourceCounters {
  /** MBO records of any instrument. */
  mbo: number;
  kept: number;
  otherInstrument: number;
  beforeWindow: number;
  afterWindow: number;
  undefinedPrice: number;
  undefinedSize: number;
  badSide: number;
  /** Error records of a live feed that say that records were left out. */
  gaps: number;
}

/** Which records a source keeps. */
export interface SourceFilter extends Requested {
  /** price_int units per tick. */
  tickInt: number;
  /**
   * Whether flow before the window goes to the book alone: of a live recording, and of a file in whose
   * midst the window begins.
   */
  isLive: boolean;
  /** Session window, UTC nanoseconds since the epoch, end exclusive. */
  startNs: bigint;
  endNs: bigint;
  /** Where the file begins, as its metadata say, UTC nanoseconds since the epoch. */
  fileStartNs: bigint;
  /** From when on the file has all trades: its beginning; 0 of one before which there was nothing. */
  coverageNs: bigint;
  /** Midnight UTC of the session's date: the origin of `ts`. */
  midnightNs: bigint;
}

/**
 * The records of one instrument in one session, in file order: which count and at which time
 * (docs/pipeline.md). The core goes through them; what it stops at is decided here: which instrument,
 * which publisher, whether there is a book to begin with.
 *
 * Any source of bytes can drive it, through the decoder it reads from; the decoder's asides go to
 * `aside`.
 */
export class RecordSource {
  #instrument: RequestedInstrument;
  #reader: RecordReader;
  #decoder: Decoder;
  #filter: SourceFilter;
  #core: EngineCore | null = null;
  #firstNs: bigint | null = null;

  /**
   * @param decoder gives the records; its header is complete
   * @param filter which of them are kept
   */
  constructor(decoder: Decoder, filter: SourceFilter) {
    this.#decoder = decoder;
    this.#filter = filter;
    this.#instrument = new RequestedInstrument(filter);
    this.#reader = new RecordReader(decoder);
  }

  /** Gives the records. */
  get decoder(): Decoder {
    return this.#decoder;
  }

  /** Which of them are kept. */
  get filter(): SourceFilter {
    return this.#filter;
  }

  /**
   * Tells a core that was not begun which records are kept.
   *
   * @param core the core
   */
  attach(core: EngineCore): void {
    const { tickInt } = this.filter;
    this.#core = core;
    const far = MOST_TICKS * BigInt(tickInt);
    core.set(TICK_INT, BigInt(tickInt));
    this.#tellWindow();
    core.set(FAR_PRICE, far < MOST_U64 ? far : MOST_U64);
    core.set(PUBLISHER, NONE);
    core.set(BEGINS_INSIDE, NONE);
    core.set(LOST_FLOW, NONE);
  }

  /**
   * Goes on in the session's next file: its ids and its part of the window are its own, the book is the
   * one that there is. A snapshot that it begins with tells of no gap.
   *
   * @param decoder gives its records; its header is complete, and nothing after it was read
   * @param filter which of them are kept
   */
  goOn(decoder: Decoder, filter: SourceFilter): void {
    const core = this.#core!;
    for (const id of this.#instrument.others) core.exports.dropInstrument(id);
    decoder.seek(decoder.offsetOf(decoder.position), this.decoder.recordsRead);
    decoder.moveTo(core.input());
    this.#decoder = decoder;
    this.#filter = filter;
    this.#instrument = new RequestedInstrument(filter);
    this.#reader = new RecordReader(decoder);
    this.#tellWindow();
    core.set(CLEAR_STATE, BigInt(CLEAR_NONE));
    core.set(MARKED_EVENT, core.big(EVENT_ID));
    core.set(FLOW_TS, NONE);
    this.tellInstrument();
  }

  /** Tells the core which instrument_ids count. */
  tellInstrument(): void {
    const core = this.#core!;
    const { others } = this.#instrument;
    this.#tellSole();
    for (const id of others) core.guarded(() => core.exports.addInstrument(id));
  }

  /** Counts so far. */
  get counters(): SourceCounters {
    const core = this.#core!;
    return {
      mbo: core.number(MBO_RECORDS),
      kept: core.number(KEPT),
      otherInstrument: core.number(OTHER_INSTRUMENT),
      beforeWindow: core.number(BEFORE_WINDOW),
      afterWindow: core.number(AFTER_WINDOW),
      undefinedPrice: core.number(UNDEFINED_PRICE),
      undefinedSize: core.number(UNDEFINED_SIZE),
      badSide: core.number(BAD_SIDE),
      gaps: core.number(GAPS),
    };
  }

  /**
   * Whether the file begins inside a session, so that orders from before it are missing; null before
   * the first kept record.
   */
  get beginsInside(): boolean | null {
    const value = this.#core!.big(BEGINS_INSIDE);
    return value === NONE ? null : value !== 0n;
  }

  /** Says that trades of the session may be missing from now on. */
  missTrades(): void {
    this.#core!.set(TRADES_MISSED, 1n);
  }

  /** Whether trades of the session may be missing: from before the first kept record, or in a gap. */
  get missesTrades(): boolean {
    return this.#core!.is(TRADES_MISSED);
  }

  /**
   * When the first kept record was received, UTC nanoseconds since the epoch; null before it, and where a
   * book cache stands for it.
   */
  get firstNs(): bigint | null {
    return this.#firstNs;
  }

  /** Byte of the decompressed file at which the next record begins. */
  get offset(): number {
    return this.decoder.offsetOf(this.decoder.position);
  }

  /**
   * Takes notice of a record that is none of an order: what a symbol stands for, in a file whose
   * header does not say so, and that records were left out.
   *
   * @param at index in the decoder's buffer at which it begins
   * @throws UserError when the instrument that was taken for the requested one is another
   */
  aside(at: number): void {
    const record = this.#reader.read(at);
    if (record.rtype === RTYPE_SYMBOL_MAPPING) {
      this.#map(record, this.decoder.offsetOf(at));
    } else if (record.rtype === RTYPE_ERROR && saysRecordsSkipped(record)) {
      this.#core!.count(GAPS);
      this.missTrades();
      this.#core!.set(GAP_AHEAD, 1n);
    }
  }

  /**
   * Decides about the next record's instrument_id, in a file that maps none.
   *
   * @throws UserError when it is the second one
   */
  meetInstrument(): void {
    const { decoder } = this;
    const id = decoder.u32[(decoder.position + MBO.INSTRUMENT_ID) >> 2]!;
    this.#instrument.meet(id, this.offset);
    this.#tellSole();
  }

  /**
   * Looks at the first kept record, one of a second publisher, or one that is no order's.
   *
   * @throws UserError when the file is no full book of one venue
   */
  lookAtFeed(): void {
    const { decoder, filter } = this;
    const { name, symbol } = filter;
    const core = this.#core!;
    const publisher = decoder.u32[decoder.position >> 2]! >>> 16;
    const flags = decoder.u8[decoder.position + MBO.FLAGS]!;
    if ((flags & NO_FULL_BOOK) !== 0) {
      const [what, flag] = (flags & F_TOB) !== 0
        ? ["a top-of-book feed", "F_TOB"]
        : ["a feed of price levels", "F_MBP"];
      throw new UserError(
        `${name}: the record at byte ${this.offset} has ${flag}: ${what} is no full ` +
          `order book; get the market-by-order feed of ${symbol}`,
      );
    }
    const before = core.number(PUBLISHER);
    if (before >= 0) {
      throw new UserError(
        `${name}: a second publisher_id ${publisher} at byte ${this.offset}, after ` +
          `publisher_id ${before}: books of two venues are not one; get the file of one of them`,
      );
    }
    core.set(PUBLISHER, BigInt(publisher));
    this.#firstNs = this.#receiptNs();
    const isInside = !this.#beginsBook();
    core.set(BEGINS_INSIDE, isInside ? 1n : 0n);
    const { coverageNs, startNs } = filter;
    // A recording's first snapshot is taken just before its session.
    if (isInside || (coverageNs > startNs && this.#firstNs > startNs)) this.missTrades();
  }

  /**
   * Flow that was dropped before the window is made good by a Clear or a snapshot. A file of this
   * session alone, as vendors cut them, lacks nothing for a few records at the edge of its cut.
   *
   * @throws UserError when the next record comes without a book to begin with
   */
  lookForBook(): void {
    const isMissed = this.#isBookMissed;
    this.#core!.set(LOST_FLOW, NONE);
    if (this.#beginsBook() || !isMissed) return;
    throw new UserError(
      `${this.#leavesOut()}, and neither a snapshot nor a Clear comes before the flow at byte ` +
        `${this.offset}: there is no book at the session's beginning; get a file that begins with ` +
        `the session`,
    );
  }

  /**
   * Refuses the next record's price, which is too far from 0.
   *
   * @throws UserError always
   */
  refuseFarPrice(): never {
    const { decoder, filter: { name, tickInt } } = this;
    const { buffer, byteOffset } = decoder.u8;
    const at = byteOffset + decoder.position + MBO.PRICE;
    const price = new DataView(buffer).getBigInt64(at, true);
    throw new UserError(
      `${name}: the price ${price} at byte ${this.offset + MBO.PRICE} is more than 2^53 ` +
        `ticks of ${tickInt} from 0, which are not exact; give the instrument's own tick size`,
    );
  }

  /**
   * Says that the input has ended.
   *
   * @throws UserError when mapping records named instruments, and the requested one was none of them;
   * when it has records from before the session alone
   */
  finish(): void {
    if (this.counters.kept === 0) this.#instrument.assertMapped();
    if (!this.#isBookMissed) return;
    throw new UserError(
      `${this.#leavesOut()}, and nothing of the session comes after them: there is no book at the ` +
        `session's beginning; give a date that the file holds, or another file`,
    );
  }

  /** What was learned of the instrument's ids. */
  get instrument(): InstrumentState {
    return this.#instrument.state;
  }

  /**
   * Takes up what `instrument` gave.
   *
   * @param state the state
   */
  restoreInstrument(state: InstrumentState): void {
    this.#instrument.restore(state);
    this.tellInstrument();
  }

  /** Whether flow was left out before the window that nothing has made good, but for a cut's edge. */
  get #isBookMissed(): boolean {
    const { startNs, fileStartNs } = this.filter;
    const core = this.#core!;
    if (core.big(LOST_FLOW) === NONE) return false;
    return fileStartNs < startNs || core.unsigned(LOST_FLOW) < startNs - EDGE_NS;
  }

  /** What happened to records before the window, for messages. */
  #leavesOut(): string {
    const { name, startNs } = this.filter;
    const begins = new Temporal.Instant(startNs).toString({ smallestUnit: "second" });
    return `${name}: its records before the session's beginning at ${begins} are left out`;
  }

  /** Tells the core of one mapping alone: a file may consist of them. */
  #map(mapping: SymbolMappingRecord, offset: number): void {
    const core = this.#core!;
    const counts = this.#instrument.map(mapping, offset);
    if (counts === null) return;
    const { instrumentId } = mapping;
    if (counts) core.guarded(() => core.exports.addInstrument(instrumentId));
    else core.exports.dropInstrument(instrumentId);
    this.#tellSole();
  }

  #tellWindow(): void {
    const { startNs, endNs, isLive } = this.filter;
    const core = this.#core!;
    core.set(WINDOW_START, startNs);
    core.set(WINDOW_END, endNs);
    core.set(IS_LIVE, isLive ? 1n : 0n);
  }

  #tellSole(): void {
    const { soleId, asks } = this.#instrument;
    this.#core!.set(SOLE_ID, BigInt(soleId));
    this.#core!.set(ASK_INSTRUMENT, asks ? 1n : 0n);
  }

  /** When the next record was received, or where that is not known when it happened. */
  #receiptNs(): bigint {
    const { u8: { buffer, byteOffset }, position } = this.decoder;
    const view = new DataView(buffer, byteOffset + position, MBO.BYTES);
    const receiptNs = view.getBigUint64(MBO.TS_RECV, true);
    return receiptNs === MOST_U64 ? view.getBigUint64(HEADER.TS_EVENT, true) : receiptNs;
  }

  /** Whether the next record is of a snapshot or a Clear. */
  #beginsBook(): boolean {
    const { u8, position } = this.decoder;
    return (u8[position + MBO.FLAGS]! & F_SNAPSHOT) !== 0 ||
      u8[position + MBO.ACTION]! === ACTION.CLEAR;
  }
}

/** Whether records were left out: by the error's code, or where it has none by its text. */
function saysRecordsSkipped({ err, code = 0 }: ErrorRecord): boolean {
  if (code === RECORDS_SKIPPED) return true;
  const isCoded = code > 0 && code < 0xff;
  return !isCoded && /skip|\bgap\b/i.test(err);
}
