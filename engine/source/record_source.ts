import { ACTION, F_LAST, F_SNAPSHOT, MBO, RTYPE_MBO, SIDE } from "../dbn/constants.ts";
import type { DbnDecoder } from "../dbn/decoder.ts";
import { UserError } from "../errors.ts";
import type { MboRecord } from "../record.ts";

const UNDEF_LO = -1;
const UNDEF_PRICE_HIGH = 0x7fffffff;
const UNDEF_SIZE_SIGNED = -1;

// Constants of this module are compiled in; imported ones are looked up at every use.
const INSTRUMENT_WORD = MBO.INSTRUMENT_ID >> 2;
const TS_WORD = MBO.TS_EVENT >> 2;
const ID_WORD = MBO.ORDER_ID >> 2;
const PRICE_WORD = MBO.PRICE >> 2;
const SIZE_WORD = MBO.SIZE >> 2;
const FLAGS_BYTE = MBO.FLAGS;
const ACTION_BYTE = MBO.ACTION;
const SIDE_BYTE = MBO.SIDE;
const RECORD_TYPE = RTYPE_MBO;
const SNAPSHOT = F_SNAPSHOT;
const LAST = F_LAST;
const { ADD, MODIFY, FILL, CLEAR } = ACTION;
const { ASK, BID } = SIDE;

// A snapshot that began with a Clear: none, under way, or over with the record before.
const NONE = 0;
const ACTIVE = 1;
const ENDS = 2;

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
}

/** The part of a source's state that outlives a record: what a book cache keeps of it. */
export interface SourceState {
  counters: SourceCounters;
  /** Whether a snapshot that began with a Clear is under way, and the Clear's ts_event. */
  clearActive: boolean;
  clearLo: number;
  clearHi: number;
  /** The one instrument of a file that maps none; -1 before it is met. */
  soleInstrument: number;
}

/** Which records a source keeps. */
export interface SourceFilter {
  /** Ids of the requested instrument; null when the file maps nothing and holds one instrument. */
  instrumentIds: readonly number[] | null;
  /** Session window, UTC nanoseconds since the epoch, end exclusive. */
  startNs: bigint;
  endNs: bigint;
  /** Midnight UTC of the session's date: the origin of `ts`. */
  midnightNs: bigint;
  /** What to call the input in messages. */
  name: string;
}

/**
 * The records of one instrument in one session, in file order (spec/pipeline.md, "Which records
 * reach the engine"). It is itself the current record: `next` overwrites its fields.
 *
 * Any source of bytes can drive it, through the decoder it reads from.
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

  readonly counters: SourceCounters = {
    mbo: 0,
    kept: 0,
    otherInstrument: 0,
    beforeWindow: 0,
    afterWindow: 0,
    undefinedPrice: 0,
    undefinedSize: 0,
    badSide: 0,
  };

  /** The current record's ts; in an array, because a field would be a new object for every number. */
  readonly #ts = new Float64Array(1);
  /** Index in the decoder's buffer at which the current record begins. */
  #at = 0;
  readonly #ids: ReadonlySet<number> | null;
  #soleId = -1;
  readonly #startTs: number;
  readonly #endTs: number;
  readonly #midnightLo: number;
  readonly #midnightHi: number;
  #clear = NONE;
  #clearLo = 0;
  #clearHi = 0;

  /**
   * @param decoder gives the records; its header is complete
   * @param filter which of them are kept
   */
  constructor(readonly decoder: DbnDecoder, readonly filter: SourceFilter) {
    const { instrumentIds, startNs, endNs, midnightNs } = filter;
    this.#ids = instrumentIds && instrumentIds.length > 1 ? new Set(instrumentIds) : null;
    if (instrumentIds?.length === 1) this.#soleId = instrumentIds[0]!;
    this.#startTs = Number(startNs - midnightNs);
    this.#endTs = Number(endNs - midnightNs);
    this.#midnightLo = Number(midnightNs & 0xffffffffn);
    this.#midnightHi = Number(midnightNs >> 32n);
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
   * @throws UserError on a damaged record, or on a second instrument where none is mapped
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
      if (id !== this.#soleId && !this.#isRequested(id, at)) {
        counters.otherInstrument++;
        continue;
      }
      const action = u8[at + ACTION_BYTE]!;
      const flags = u8[at + FLAGS_BYTE]!;
      let tsLo = i32[word + TS_WORD]!;
      let tsHi = i32[word + TS_WORD + 1]!;
      const inSnapshot = (flags & SNAPSHOT) !== 0;
      if (this.#clear === ENDS) this.#clear = NONE;
      if (inSnapshot) {
        if (action === CLEAR) {
          this.#clear = ACTIVE;
          this.#clearLo = tsLo;
          this.#clearHi = tsHi;
        } else if (this.#clear === ACTIVE) {
          tsLo = this.#clearLo;
          tsHi = this.#clearHi;
        }
      }
      const ts = ((tsHi >>> 0) - this.#midnightHi) * 4294967296 +
        ((tsLo >>> 0) - this.#midnightLo);
      if (ts >= this.#endTs) {
        counters.afterWindow++;
        if (inSnapshot && (flags & LAST) !== 0 && this.#clear === ACTIVE) this.#clear = ENDS;
        continue;
      }
      if (ts < this.#startTs && !inSnapshot && action !== CLEAR) {
        counters.beforeWindow++;
        continue;
      }
      const side = u8[at + SIDE_BYTE]!;
      const sizeWord = i32[word + SIZE_WORD]!;
      const priceLo = i32[word + PRICE_WORD]!;
      const priceHi = i32[word + PRICE_WORD + 1]!;
      // Which action it is cannot be foretold, that one of these holds can: it hardly ever does.
      // Nor can the side: A and B are next to each other, and one comparison tells them from others.
      if (
        (priceLo === UNDEF_LO && priceHi === UNDEF_PRICE_HIGH) ||
        sizeWord === UNDEF_SIZE_SIGNED || (side - ASK) >>> 0 > 1
      ) {
        if (this.#isUnusable(action, side, sizeWord, priceLo, priceHi)) continue;
      }
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
      this.#ts[0] = ts;
      this.#at = at;
      return true;
    }
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
      soleInstrument: this.#soleId,
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
    this.#soleId = state.soleInstrument;
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

  /** Whether an id other than the sole one counts: one of several, or the first of an unmapped file. */
  #isRequested(id: number, at: number): boolean {
    if (this.filter.instrumentIds !== null) return this.#ids !== null && this.#ids.has(id);
    if (this.#soleId < 0) {
      this.#soleId = id;
      return true;
    }
    throw new UserError(
      `${this.filter.name}: a second instrument_id ${id} (after ${this.#soleId}) at byte ` +
        `${this.decoder.offsetOf(at)}, but the file maps no symbols; get a file with its mappings`,
    );
  }
}
