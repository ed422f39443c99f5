/** Lines of a live gateway's protocol: `key=value` joined by `|`, ended by LF, in UTF-8. */
import { ProtocolError } from "./protocol_error.ts";

/** Longest line that is taken, bytes. */
export const MOST_LINE_BYTES = 64 * 1024;

/** What a line says, by key; a key alone, as in `start_session`, has an empty value. */
export type ControlFields = ReadonlyMap<string, string>;

const LF = 10;

/**
 * Writes a line.
 *
 * @param fields keys and values, in order; a null value is a key alone
 * @returns its bytes, LF included
 * @throws ProtocolError when one of them holds what would end it: `|`, CR or LF
 */
export function controlLine(
  fields: Readonly<Record<string, string | number | null>>,
): Uint8Array<ArrayBuffer> {
  const parts = Object.entries(fields).map(([key, value]) => {
    const part = value === null ? key : `${key}=${value}`;
    if (/[|\r\n]/.test(part)) {
      throw new ProtocolError(`${key}: its value holds |, CR or LF, which no line may; change it`);
    }
    return part;
  });
  return new TextEncoder().encode(`${parts.join("|")}\n`);
}

/**
 * @param line a line, without LF
 * @returns what it says; of a key that comes twice the last value
 */
export function parseControlLine(line: string): ControlFields {
  const parts = line.replace(/\r$/, "").split("|").filter((part) => part !== "");
  return new Map(parts.map((part) => {
    const at = part.indexOf("=");
    return at < 0 ? [part, ""] : [part.slice(0, at), part.slice(at + 1)];
  }));
}

/** Finds lines in bytes that are cut anywhere. */
export class ControlLines {
  #bytes: Uint8Array = new Uint8Array();

  /**
   * Gives the next bytes.
   *
   * @param bytes a piece, which is copied
   */
  push(bytes: Uint8Array): void {
    const joined = new Uint8Array(this.#bytes.length + bytes.length);
    joined.set(this.#bytes);
    joined.set(bytes, this.#bytes.length);
    this.#bytes = joined;
  }

  /**
   * @returns the next line; null when it is not whole yet
   * @throws ProtocolError when it is longer than {@link MOST_LINE_BYTES}
   */
  next(): ControlFields | null {
    const end = this.#bytes.indexOf(LF);
    if ((end < 0 ? this.#bytes.length : end) > MOST_LINE_BYTES) {
      throw new ProtocolError(
        `a line of more than ${MOST_LINE_BYTES} bytes came: this is no live gateway; check its ` +
          "address",
      );
    }
    if (end < 0) return null;
    const line = new TextDecoder().decode(this.#bytes.subarray(0, end));
    this.#bytes = this.#bytes.subarray(end + 1);
    return parseControlLine(line);
  }

  /** Takes what follows the last line. */
  takeRest(): Uint8Array {
    const rest = this.#bytes;
    this.#bytes = new Uint8Array();
    return rest;
  }
}
