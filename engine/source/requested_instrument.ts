import type { SymbolMappingRecord } from "dbn-ts";
import { UserError } from "../errors.ts";
import { isParent } from "../symbol.ts";
import { severalInstruments } from "./mapped.ts";

/** What is asked for, and what a file's header says of it. */
export interface Requested {
  /** The requested instrument. */
  symbol: string;
  /** Its ids; null when the header maps nothing: mapping records do, or the file holds one instrument. */
  instrumentIds: readonly number[] | null;
  /** What to call the input in messages. */
  name: string;
}

/** What was learned of the instrument's ids, for a book cache. */
export interface InstrumentState {
  /** The one id that counts; -1 when there is none yet, or several do. */
  soleId: number;
  /** Byte at which it was met first in a file that maps none; -1 when it was mapped. */
  soleAt: number;
  /** What mapping records said of instruments, in a file whose header says nothing. */
  mappings: [id: number, symbol: string][];
}

/**
 * Which instrument_ids are the requested instrument: by the header, else by mapping records, else the
 * one that there is. An id that is mapped to another symbol is never taken for it.
 */
export class RequestedInstrument {
  /** The one id that counts, to be compared first; -1 when there is none yet, or several do. */
  soleId = -1;
  #soleAt = -1;
  readonly #ids: ReadonlySet<number> | null;
  readonly #mappings = new Map<number, string>();

  /** @param requested what is asked for */
  constructor(readonly requested: Requested) {
    const { instrumentIds } = requested;
    this.#ids = instrumentIds && instrumentIds.length > 1 ? new Set(instrumentIds) : null;
    if (instrumentIds?.length === 1) this.soleId = instrumentIds[0]!;
  }

  /** Ids that count besides `soleId`. */
  get others(): number[] {
    const { symbol } = this.requested;
    if (this.#ids !== null) return [...this.#ids];
    return [...this.#mappings].filter(([, mapped]) => mapped === symbol).map(([id]) => id);
  }

  /** Whether nothing is mapped, so that each new id has to be met. */
  get asks(): boolean {
    return this.requested.instrumentIds === null && this.#mappings.size === 0;
  }

  /**
   * Meets an id in a file that maps none: the first is the instrument's.
   *
   * @param id the id
   * @param offset byte of the record that has it
   * @throws UserError when it is the second
   */
  meet(id: number, offset: number): void {
    if (this.soleId < 0) {
      this.soleId = id;
      this.#soleAt = offset;
      return;
    }
    throw new UserError(
      `${this.requested.name}: a second instrument_id ${id} (after ${this.soleId}) at byte ` +
        `${offset}, but the file maps no symbols; get a file with its mappings`,
    );
  }

  /**
   * Hears of a mapping record, which counts where the header maps nothing.
   *
   * @param mapping what it says
   * @param offset its byte
   * @returns whether the id is the requested instrument's from now on; null where it does not count
   * @throws UserError when the instrument that was taken for the requested one is another, or a product
   * was asked for and this is its second instrument
   */
  map(
    { instrumentId: id, stypeInSymbol, stypeOutSymbol }: SymbolMappingRecord,
    offset: number,
  ): boolean | null {
    const { instrumentIds, symbol, name } = this.requested;
    if (instrumentIds !== null) return null;
    const mapped = stypeInSymbol === symbol ? symbol : stypeOutSymbol;
    if (this.#soleAt >= 0 && (id === this.soleId) !== (mapped === symbol)) {
      throw new UserError(
        `${name}: instrument_id ${this.soleId}, met at byte ${this.#soleAt}, was taken for ` +
          `${symbol} as the header maps nothing, but the symbol mapping at byte ${offset} says ` +
          `that ${id} is ${mapped}; lock the right symbol`,
      );
    }
    if (isParent(symbol) && mapped === symbol && this.soleId >= 0 && id !== this.soleId) {
      throw severalInstruments(
        name,
        symbol,
        `the symbol mapping at byte ${offset} adds ${stypeOutSymbol}`,
      );
    }
    this.#mappings.set(id, mapped);
    // An id may stand for another instrument later, and the instrument get another id.
    if (mapped === symbol) {
      this.soleId = id;
      this.#soleAt = -1;
    } else if (id === this.soleId && this.#soleAt < 0) this.soleId = -1;
    return mapped === symbol;
  }

  /**
   * Makes sure, at the end of a file of which nothing was kept, that it was of the instrument.
   *
   * @throws UserError when mapping records named instruments, and the requested one was none of them
   */
  assertMapped(): void {
    const { symbol, instrumentIds, name } = this.requested;
    const mapped = [...this.#mappings.values()];
    if (instrumentIds !== null || mapped.length === 0 || mapped.includes(symbol)) return;
    const listed = [...new Set(mapped)].filter((other) => other !== "").sort();
    const isNot = `${name}: symbol ${symbol} is not in its mapping records, which have`;
    if (listed.length === 0) throw new UserError(`${isNot} no symbol at all; choose another file`);
    throw new UserError(
      `${isNot} ${
        listed.join(", ")
      }; take one of them as the symbol (commands have it from instrument.yaml) or another file`,
    );
  }

  /** What was learned, for `restore`. */
  get state(): InstrumentState {
    return { soleId: this.soleId, soleAt: this.#soleAt, mappings: [...this.#mappings] };
  }

  /**
   * Takes up what was learned.
   *
   * @param state what `state` gave
   */
  restore({ soleId, soleAt, mappings }: InstrumentState): void {
    this.soleId = soleId;
    this.#soleAt = soleAt;
    for (const [id, symbol] of mappings) this.#mappings.set(id, symbol);
  }
}
