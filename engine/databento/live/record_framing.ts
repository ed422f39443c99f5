import { HEADER, secondFileAt } from "dbn-ts";
import { leastBytes } from "./notices.ts";
import { ProtocolError } from "./protocol_error.ts";

/** Cuts a stream of records, which comes in pieces cut anywhere, into whole ones. */
export class RecordFraming {
  #rest: Uint8Array = new Uint8Array();

  /**
   * @param version DBN version, 1 to 3
   * @param extra bytes that each record is longer than its type: 8 with ts_out, else 0
   */
  constructor(readonly version: number, readonly extra: number) {}

  /** Bytes of a record that is there in part. */
  get torn(): number {
    return this.#rest.length;
  }

  /**
   * Takes the next bytes.
   *
   * @param bytes a piece
   * @returns all records that are whole now, one after the other; perhaps a view of the piece
   * @throws ProtocolError at a record that is shorter than its type, and where another file begins: what
   * follows could not be read
   */
  take(bytes: Uint8Array): Uint8Array {
    const all = this.#rest.length === 0 ? bytes : joined(this.#rest, bytes);
    let end = 0;
    while (end < all.length) {
      const length = all[end]! * 4;
      if (all.length - end < 2) break;
      const least = leastBytes(all[end + 1]!, this.version) + this.extra;
      if (length < least) {
        throw new ProtocolError(
          `a record of rtype ${all[end + 1]} and ${length} bytes came, but it has at least ` +
            `${least}: the connection is out of step`,
        );
      }
      if (end + length > all.length) break;
      if (secondFileAt(all, end) !== null) {
        throw new ProtocolError("a second header came: the connection is out of step");
      }
      end += length;
    }
    this.#rest = end < all.length ? all.slice(end) : new Uint8Array();
    return all.subarray(0, end);
  }
}

/**
 * Goes through whole records.
 *
 * @param bytes as `take` gives them
 * @param visit is given the index at which each begins, and its rtype
 */
export function eachRecord(
  bytes: Uint8Array,
  visit: (at: number, rtype: number, length: number) => void,
): void {
  for (let at = 0; at < bytes.length;) {
    const length = bytes[at]! * 4;
    visit(at, bytes[at + HEADER.RTYPE]!, length);
    at += length;
  }
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array {
  const both = new Uint8Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}
