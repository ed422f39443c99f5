import { type Signal, signal } from "@preact/signals";

/** Marks of a kind that an address may hold. */
export const MOST_MARKS = 16;

/** What a reader has marked; all of it stands in the page's address. */
export interface Marks {
  /** Moments, UTC nanoseconds since the epoch, earliest first. */
  readonly moments: readonly string[];
  /** Prices in dollars, highest first. */
  readonly prices: readonly number[];
}

/** The address's names for them. */
const MOMENTS = "marks";
const PRICES = "lines";

/** Of a moment: 2001 to 2262, which is as far as 64 bits tell. */
const MOMENT = /^[1-9]\d{18}$/;
const LAST_NS = 2n ** 63n;
const PRICE = /^-?\d{1,9}(\.\d{1,9})?$/;

/**
 * Reads marks off an address.
 *
 * @param query query of the page's address
 * @returns the marks that make sense, and how many do not or are too many
 */
export function readMarks(query: URLSearchParams): Marks & { readonly ignored: number } {
  const texts = (name: string) => (query.get(name) ?? "").split(",").filter((text) => text !== "");
  const moments = texts(MOMENTS);
  const prices = texts(PRICES);
  const goodMoments = moments.filter((text) => MOMENT.test(text) && BigInt(text) < LAST_NS);
  const goodPrices = prices.filter((text) => PRICE.test(text)).map(Number);
  const kept = {
    moments: [...new Set(goodMoments)].slice(0, MOST_MARKS),
    prices: [...new Set(goodPrices)].slice(0, MOST_MARKS),
  };
  const twice = goodMoments.length - new Set(goodMoments).size +
    goodPrices.length - new Set(goodPrices).size;
  const ignored = moments.length + prices.length - kept.moments.length - kept.prices.length - twice;
  return { ...inOrder(kept), ignored };
}

/** Where prices that are marked have their lines, in ticks: one from an address may lie between two. */
export function lineTicks(prices: readonly number[], bucketSize: number): number[] {
  return prices.map((price) => price / bucketSize);
}

/** Writes marks into an address; where there are none it names none. */
export function writeMarks(query: URLSearchParams, { moments, prices }: Marks): void {
  for (const [name, texts] of [[MOMENTS, moments], [PRICES, prices.map(decimal)]] as const) {
    if (texts.length === 0) query.delete(name);
    else query.set(name, texts.join(","));
  }
}

/** A price as the address has it: a small number would be written with an exponent. */
function decimal(price: number): string {
  const text = `${price}`;
  return text.includes("e") ? price.toFixed(9).replace(/0+$/, "") : text;
}

/** The marks of a page, and what the address had besides. */
export class ReaderMarks {
  readonly marks: Signal<Marks>;
  /** Marks in the address that make no sense, or are too many; 0 once that was read. */
  readonly ignored: Signal<number>;
  readonly #note: (marks: Marks) => void;

  /**
   * @param query query of the page's address
   * @param note writes marks into it
   */
  constructor(query: URLSearchParams, note: (marks: Marks) => void) {
    const { ignored, ...marks } = readMarks(query);
    this.marks = signal<Marks>(marks);
    this.ignored = signal(ignored);
    this.#note = note;
  }

  /**
   * Marks a moment, or takes its mark away.
   *
   * @param tsNs UTC nanoseconds since the epoch
   * @returns whether it is marked now; null where there are too many marks for one more
   */
  toggleMoment(tsNs: string): boolean | null {
    const { moments, prices } = this.marks.value;
    const [changed, isMarked] = toggled(moments, tsNs);
    if (isMarked !== null) this.#set({ moments: changed, prices });
    return isMarked;
  }

  /**
   * Marks a price, or takes its mark away.
   *
   * @param price dollars
   * @returns whether it is marked now; null where there are too many marks for one more
   */
  togglePrice(price: number): boolean | null {
    const { moments, prices } = this.marks.value;
    // What the address can hold: a tick in binary may be a hair off.
    const [changed, isMarked] = toggled(prices, Number(price.toFixed(9)));
    if (isMarked !== null) this.#set({ moments, prices: changed });
    return isMarked;
  }

  #set(marks: Marks): void {
    this.marks.value = inOrder(marks);
    this.#note(this.marks.value);
  }
}

function toggled<Mark>(marks: readonly Mark[], mark: Mark): [readonly Mark[], boolean | null] {
  if (marks.includes(mark)) return [marks.filter((known) => known !== mark), false];
  return marks.length < MOST_MARKS ? [[...marks, mark], true] : [marks, null];
}

function inOrder({ moments, prices }: Marks): Marks {
  return { moments: moments.toSorted(), prices: prices.toSorted((a, b) => b - a) };
}
