import {
  ACTION,
  F_LAST,
  F_MBP,
  F_SNAPSHOT,
  F_TOB,
  MBO,
  RTYPE_MBO,
  RTYPE_SYMBOL_MAPPING,
  SIDE,
} from "../../engine/dbn/constants.ts";
import type { DbnDecoder } from "../../engine/dbn/decoder.ts";
import { readSymbolMapping, saysRecordsSkipped } from "../../engine/dbn/records.ts";
import { UserError } from "../../engine/errors.ts";
import type { MboRecord } from "./record.ts";
import {
  type InstrumentState,
  type Requested,
  RequestedInstrument,
} from "./requested_instrument.ts";

const UNDEF_LO = -1;
const UNDEF_PRICE_HIGH = 0x7fffffff;
const UNDEF_SIZE_SIGNED = -1;

// Constants of this module are compiled in; imported ones are looked up at every use.
const INSTRUMENT_WORD = MBO.INSTRUMENT_ID >> 2;
const TS_WORD = MBO.TS_EVENT >> 2;
const RECV_WORD = MBO.TS_RECV >> 2;
const ID_WORD = MBO.ORDER_ID >> 2;
const PRICE_WORD = MBO.PRICE >> 2;
const SIZE_WORD = MBO.SIZE >> 2;
const FLAGS_BYTE = MBO.FLAGS;
const ACTION_BYTE = MBO.ACTION;
const SIDE_BYTE = MBO.SIDE;
const RECORD_TYPE = RTYPE_MBO;
const SNAPSHOT = F_SNAPSHOT;
const LAST = F_LAST;
const NO_FULL_BOOK = F_TOB | F_MBP;
const { ADD, MODIFY, FILL, CLEAR } = ACTION;
const { ASK, BID } = SIDE;

// A snapshot that began with a Clear: none, under way, or over with the record before.
const NONE = 0;
const ACTIVE = 1;
const ENDS = 2;

/** How long before a session the cut of its file may be, nanoseconds. */
const EDGE_NS = 1e9;

/** No publisher yet: no u16. */
const NO_PUBLISHER = -1;

/** Ticks up to this are exact doubles. */
const MOST_TICKS = 2 ** 53;

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

/** The part of a source's state that outlives a record: what a book cache keeps of it. */
export interface SourceState {
  counters: SourceCounters;
  /** Whether a snapshot that began with a Clear is under way, and when it was taken. */
  clearActive: boolean;
  clearLo: number;
  clearHi: number;
  /** What was learned of the instrument's ids. */
  instrument: InstrumentState;
  /** Publisher of the first kept record; -1 before there is one. */
  publisher: number;
  /** Whether the first kept record is neither of a snapshot nor a Clear; null before there is one. */
  beginsInside: boolean | null;
  /** Whether records were left out just before the current one. */
  afterGap: boolean;
}

/** Which records a source keeps. */
export interface SourceFilter extends Requested {
  /** price_int units per tick. */
  tickInt: number;
  /** Whether it is a live recording, whose flow before the window goes to the book alone. */
  isLive: boolean;
  /** Session window, UTC nanoseconds since the epoch, end exclusive. */
  startNs: bigint;
  endNs: bigint;
  /** Where the file begins, as its metadata say, UTC nanoseconds since the epoch. */
  fileStartNs: bigint;
  /** Midnight UTC of the session's date: the origin of `ts`. */
  midnightNs: bigint;
}

/**
 * The records of one instrument in one session, in file order: which count and at which time
 * (docs/pipeline.md). It is itself the current record: `next` overwrites its fields.
 *
 * Any source of bytes can drive it, through the decoder it reads from; the decoder's asides go to
 * `aside`.
 */
export class RecordSource implements MboRecord {
  action = 0;
  side = 0;
  flags = 0;
  size = 0;
  idLo = 0;
  idHi = 0;
  priceLo = 0;
  priceHi = 0;
  tsLo = 0;
  tsHi = 0;
  /** Whether the feed left out records between the kept record before and this one. */
  afterGap = false;
  /** Whether it lies before the window and is for the book alone. */
  isEarly = false;

  readonly counters: SourceCounters = {
    mbo: 0,
    kept: 0,
    otherInstrument: 0,
    beforeWindow: 0,
    afterWindow: 0,
    undefinedPrice: 0,
    undefinedSize: 0,
    badSide: 0,
    gaps: 0,
  };

  /** The current record's ts; in an array, because a field would be a new object for every number. */
  readonly #ts = new Float64Array(1);
  /** Index in the decoder's buffer at which the current record begins. */
  #at = 0;
  readonly #instrument: RequestedInstrument;
  readonly #startTs: number;
  readonly #endTs: number;
  readonly #midnightLo: number;
  readonly #midnightHi: number;
  /** Prices whose high word is at or beyond this, either way, may be too many ticks from 0. */
  readonly #farHi: number;
  #clear = NONE;
  #clearLo = 0;
  #clearHi = 0;
  #publisher = NO_PUBLISHER;
  #beginsInside: boolean | null = null;
  #gapAhead = false;
  /** Time of the first flow dropped before the window that nothing made good since. */
  readonly #lostFlow = new Float64Array([Infinity]);

  /**
   * @param decoder gives the records; its header is complete
   * @param filter which of them are kept
   */
  constructor(readonly decoder: DbnDecoder, readonly filter: SourceFilter) {
    const { startNs, endNs, midnightNs, tickInt } = filter;
    this.#instrument = new RequestedInstrument(filter);
    this.#startTs = Number(startNs - midnightNs);
    this.#endTs = Number(endNs - midnightNs);
    this.#midnightLo = Number(midnightNs & 0xffffffffn);
    this.#midnightHi = Number(midnightNs >> 32n);
    this.#farHi = Math.floor(MOST_TICKS / 4294967296 * tickInt);
  }

  /**
   * Whether the file begins inside a session, so that orders from before it are missing; null before
   * the first kept record.
   */
  get beginsInside(): boolean | null {
    return this.#beginsInside;
  }

  get ts(): number {
    return this.#ts[0]!;
  }

  /** Byte of the decompressed file at which the current record begins. */
  get offset(): number {
    return this.decoder.offsetOf(this.#at);
  }

  /**
   * Goes on to the next kept record among the bytes that have arrived.
   *
   * @returns false when the decoder needs more input
   * @throws UserError on a damaged record; on a second instrument where none is mapped; on a second
   * publisher or a record of a feed that is no full book; where the session has no book at its
   * beginning; TruncatedError where another file begins
   */
  next(): boolean {
    const { decoder, counters } = this;
    const { u8, u32, i32 } = decoder;
    for (;;) {
      const at = decoder.next(RECORD_TYPE);
      if (at < 0) return false;
      counters.mbo++;
      const word = at >> 2;
      const id = u32[word + INSTRUMENT_WORD]!;
      if (id !== this.#instrument.soleId && !this.#instrument.isOther(id, decoder.offsetOf(at))) {
        counters.otherInstrument++;
        continue;
      }
      const action = u8[at + ACTION_BYTE]!;
      const flags = u8[at + FLAGS_BYTE]!;
      let tsLo = i32[word + TS_WORD]!;
      let tsHi = i32[word + TS_WORD + 1]!;
      let recvLo = i32[word + RECV_WORD]!;
      let recvHi = i32[word + RECV_WORD + 1]!;
      if (recvLo === UNDEF_LO && recvHi === UNDEF_LO) {
        recvLo = tsLo;
        recvHi = tsHi;
      } else if (tsLo === UNDEF_LO && tsHi === UNDEF_LO) {
        tsLo = recvLo;
        tsHi = recvHi;
      }
      const inSnapshot = (flags & SNAPSHOT) !== 0;
      if (this.#clear === ENDS) this.#clear = NONE;
      if (inSnapshot) {
        if (action === CLEAR) {
          this.#clear = ACTIVE;
          this.#clearLo = recvLo;
          this.#clearHi = recvHi;
        }
        if (this.#clear === ACTIVE) {
          // The run goes as a whole, with the time at which the snapshot was taken.
          tsLo = recvLo = this.#clearLo;
          tsHi = recvHi = this.#clearHi;
        }
      }
      const recv = ((recvHi >>> 0) - this.#midnightHi) * 4294967296 +
        ((recvLo >>> 0) - this.#midnightLo);
      if (recv >= this.#endTs) {
        counters.afterWindow++;
        if (inSnapshot && (flags & LAST) !== 0 && this.#clear === ACTIVE) this.#clear = ENDS;
        continue;
      }
      if (recv < this.#startTs && !inSnapshot && action !== CLEAR && !this.filter.isLive) {
        counters.beforeWindow++;
        if (recv < this.#lostFlow[0]!) this.#lostFlow[0] = recv;
        continue;
      }
      const side = u8[at + SIDE_BYTE]!;
      const sizeWord = i32[word + SIZE_WORD]!;
      const priceLo = i32[word + PRICE_WORD]!;
      const priceHi = i32[word + PRICE_WORD + 1]!;
      // Which action it is cannot be foretold, that one of these holds can: it hardly ever does.
      // Nor can the side: A and B are next to each other, and one comparison tells them from others.
      if (
        priceHi >= this.#farHi || priceHi < -this.#farHi ||
        (priceLo === UNDEF_LO && priceHi === UNDEF_PRICE_HIGH) ||
        sizeWord === UNDEF_SIZE_SIGNED || (side - ASK) >>> 0 > 1
      ) {
        if (this.#isUnusable(action, side, sizeWord, priceLo, priceHi)) continue;
        if (action === ADD || action === MODIFY) this.#refuseFarPrice(at, priceLo, priceHi);
      }
      if (u32[word]! >>> 16 !== this.#publisher || (flags & NO_FULL_BOOK) !== 0) {
        this.#lookAtFeed(at, flags, inSnapshot || action === CLEAR);
      }
      if (this.#lostFlow[0]! < Infinity) this.#lookForBook(at, inSnapshot || action === CLEAR);
      // A run ends with its F_LAST record, or before a kept record outside of it.
      if (!inSnapshot) this.#clear = NONE;
      else if (this.#clear === ACTIVE && (flags & LAST) !== 0) this.#clear = ENDS;
      counters.kept++;
      this.action = action;
      this.side = side;
      this.flags = flags;
      this.size = sizeWord >>> 0;
      this.idLo = i32[word + ID_WORD]!;
      this.idHi = i32[word + ID_WORD + 1]!;
      this.priceLo = priceLo;
      this.priceHi = priceHi;
      this.tsLo = tsLo;
      this.tsHi = tsHi;
      this.#ts[0] = ((tsHi >>> 0) - this.#midnightHi) * 4294967296 +
        ((tsLo >>> 0) - this.#midnightLo);
      this.#at = at;
      this.isEarly = recv < this.#startTs && this.filter.isLive;
      this.afterGap = this.#gapAhead;
      this.#gapAhead = false;
      return true;
    }
  }

  /**
   * Takes notice of a record that is none of an order: what a symbol stands for, in a file whose
   * header does not say so, and that records were left out.
   *
   * @param at index in the decoder's buffer at which it begins
   * @param rtype its type
   * @throws UserError when the instrument that was taken for the requested one is another
   */
  aside(at: number, rtype: number): void {
    const { u8, metadata } = this.decoder;
    const { version } = metadata!;
    if (rtype === RTYPE_SYMBOL_MAPPING) {
      this.#instrument.map(readSymbolMapping(u8, at, version), this.decoder.offsetOf(at));
    } else if (saysRecordsSkipped(u8, at, version)) {
      this.counters.gaps++;
      this.#gapAhead = true;
    }
  }

  /**
   * Says that the input has ended.
   *
   * @throws UserError when mapping records named instruments, and the requested one was none of them
   */
  finish(): void {
    if (this.counters.kept === 0) this.#instrument.assertMapped();
  }

  /**
   * The state as it was before the current record, so that a source that resumes at `offset` reads
   * it again and ends up the same. Call it when the current record is the first of a phase.
   */
  stateBeforeCurrent(): SourceState {
    const { counters } = this;
    return {
      counters: { ...counters, mbo: counters.mbo - 1, kept: counters.kept - 1 },
      clearActive: this.#clear !== NONE,
      clearLo: this.#clearLo,
      clearHi: this.#clearHi,
      instrument: this.#instrument.state,
      publisher: this.#publisher,
      beginsInside: this.#beginsInside,
      afterGap: this.afterGap,
    };
  }

  /**
   * Takes up a state that `stateBeforeCurrent` gave.
   *
   * @param state the state
   */
  restore(state: SourceState): void {
    Object.assign(this.counters, state.counters);
    this.#clear = state.clearActive ? ACTIVE : NONE;
    this.#clearLo = state.clearLo;
    this.#clearHi = state.clearHi;
    this.#instrument.restore(state.instrument);
    this.#publisher = state.publisher;
    this.#beginsInside = state.beginsInside;
    this.#gapAhead = state.afterGap;
  }

  /** The first kept record, a second publisher, or a record that is no order's. */
  #lookAtFeed(at: number, flags: number, beginsBook: boolean): void {
    const { decoder, filter: { name, symbol } } = this;
    const publisher = decoder.u32[at >> 2]! >>> 16;
    if ((flags & NO_FULL_BOOK) !== 0) {
      const [what, flag] = (flags & F_TOB) !== 0
        ? ["a top-of-book feed", "F_TOB"]
        : ["a feed of price levels", "F_MBP"];
      throw new UserError(
        `${name}: the record at byte ${decoder.offsetOf(at)} has ${flag}: ${what} is no full ` +
          `order book; get the market-by-order feed of ${symbol}`,
      );
    }
    if (publisher === this.#publisher) return;
    if (this.#publisher !== NO_PUBLISHER) {
      throw new UserError(
        `${name}: a second publisher_id ${publisher} at byte ${decoder.offsetOf(at)}, after ` +
          `publisher_id ${this.#publisher}: books of two venues are not one; get the file of one ` +
          `of them`,
      );
    }
    this.#publisher = publisher;
    this.#beginsInside = !beginsBook;
  }

  /**
   * Flow that was dropped before the window is made good by a Clear or a snapshot. A file of this
   * session alone, as vendors cut them, lacks nothing for a few records at the edge of its cut.
   */
  #lookForBook(at: number, beginsBook: boolean): void {
    const { decoder, filter: { name, startNs, fileStartNs } } = this;
    const isEdge = fileStartNs >= startNs && this.#lostFlow[0]! >= this.#startTs - EDGE_NS;
    this.#lostFlow[0] = Infinity;
    if (beginsBook || isEdge) return;
    const begins = new Temporal.Instant(startNs).toString({ smallestUnit: "second" });
    throw new UserError(
      `${name}: its records before the session's beginning at ${begins} are left out, and neither ` +
        `a snapshot nor a Clear comes before the flow at byte ${decoder.offsetOf(at)}: there is ` +
        `no book at the session's beginning; get a file that begins with the session`,
    );
  }

  #refuseFarPrice(at: number, lo: number, hi: number): void {
    const { decoder, filter: { name, tickInt } } = this;
    const price = (BigInt(hi) << 32n) | BigInt(lo >>> 0);
    const ticks = price / BigInt(tickInt);
    if (ticks > -BigInt(MOST_TICKS) && ticks < BigInt(MOST_TICKS)) return;
    throw new UserError(
      `${name}: the price ${price} at byte ${decoder.offsetOf(at) + MBO.PRICE} is more than 2^53 ` +
        `ticks of ${tickInt} from 0, which are not exact; lock the instrument's own tick size`,
    );
  }

  /** Counts a record that the book rules skip; whether it is one. */
  #isUnusable(
    action: number,
    side: number,
    sizeWord: number,
    priceLo: number,
    priceHi: number,
  ): boolean {
    const { counters } = this;
    if (action === ADD || action === MODIFY) {
      if (priceLo === UNDEF_LO && priceHi === UNDEF_PRICE_HIGH) {
        counters.undefinedPrice++;
        return true;
      }
      if (side !== ASK && side !== BID) {
        counters.badSide++;
        return true;
      }
    } else if (action !== FILL) {
      return false;
    }
    if (sizeWord !== UNDEF_SIZE_SIGNED) return false;
    counters.undefinedSize++;
    return true;
  }
}
