/** What a live gateway says in records: of type error and system, in each version of DBN. */
import {
  RTYPE_DEFINITION,
  RTYPE_ERROR,
  RTYPE_MBO,
  RTYPE_SYMBOL_MAPPING,
  RTYPE_SYSTEM,
} from "dbn-ts";

/** Codes of system records. */
export const SYSTEM = {
  HEARTBEAT: 0,
  SUBSCRIPTION_ACK: 1,
  SLOW_READER: 2,
  REPLAY_COMPLETED: 3,
  END_OF_INTERVAL: 4,
  UNSUBSCRIBED: 5,
} as const;

/** Codes of error records. */
export const ERROR = {
  AUTHENTICATION: 1,
  KEY_DEACTIVATED: 2,
  CONNECTION_LIMIT: 3,
  SYMBOL: 4,
  SUBSCRIPTION: 5,
  INTERNAL: 6,
  SKIPPED: 7,
  AGED_OUT: 8,
} as const;

/** What a record has that says nothing of its kind. */
const NO_CODE = 255;

/** An error or system record. */
export interface Notice {
  isError: boolean;
  /** One of {@link SYSTEM} or {@link ERROR}; 255 for none of them. */
  code: number;
  text: string;
}

/** Where text and code are; version 1 has no code. */
const LAYOUT = {
  1: { text: 64, system: null, error: null },
  2: { text: 303, system: 319, error: 318 },
} as const;

/** What texts say of what version 1 has no code for, and what has none. */
const SYSTEM_WORDS: readonly (readonly [RegExp, number])[] = [
  [/heartbeat/i, SYSTEM.HEARTBEAT],
  [/replay.*(complete|finished)|finished.*replay/i, SYSTEM.REPLAY_COMPLETED],
  [/slow/i, SYSTEM.SLOW_READER],
  [/subscri/i, SYSTEM.SUBSCRIPTION_ACK],
];
const ERROR_WORDS: readonly (readonly [RegExp, number])[] = [
  [/deactivat/i, ERROR.KEY_DEACTIVATED],
  [/authenticat|api key/i, ERROR.AUTHENTICATION],
  [/connection.*limit|too many/i, ERROR.CONNECTION_LIMIT],
  [/skipped/i, ERROR.SKIPPED],
  [/aged out|no longer available/i, ERROR.AGED_OUT],
  [/symbol|resol/i, ERROR.SYMBOL],
  [/subscri/i, ERROR.SUBSCRIPTION],
];

/** Length of an instrument definition in versions 1, 2 and 3, bytes. */
const DEFINITION_BYTES = [360, 400, 520] as const;

/**
 * Least length of a record in bytes, ts_out not counted: of a shorter one readers say that the file is
 * damaged.
 *
 * @param rtype its type
 * @param version DBN version, 1 to 3
 */
export function leastBytes(rtype: number, version: number): number {
  switch (rtype) {
    case RTYPE_MBO:
      return 56;
    case RTYPE_ERROR:
    case RTYPE_SYSTEM:
      return version === 1 ? 80 : 320;
    case RTYPE_SYMBOL_MAPPING:
      return version === 1 ? 80 : 176;
    case RTYPE_DEFINITION:
      return DEFINITION_BYTES[version - 1]!;
    default:
      return 16;
  }
}

/**
 * Reads an error or system record.
 *
 * @param bytes bytes that hold it whole
 * @param at index at which it begins
 * @param version DBN version, 1 to 3
 * @returns what it says; null for a record of another type
 */
export function noticeAt(bytes: Uint8Array, at: number, version: number): Notice | null {
  const rtype = bytes[at + 1];
  const isError = rtype === RTYPE_ERROR;
  if (!isError && rtype !== RTYPE_SYSTEM) return null;
  const layout = LAYOUT[version === 1 ? 1 : 2];
  const codeAt = isError ? layout.error : layout.system;
  const length = codeAt === null ? layout.text : codeAt - 16;
  const text = textIn(bytes.subarray(at + 16, at + 16 + length));
  const code = codeAt === null ? NO_CODE : bytes[at + codeAt]!;
  return { isError, text, code: code === NO_CODE ? codeOf(isError, text) : code };
}

function codeOf(isError: boolean, text: string): number {
  const words = isError ? ERROR_WORDS : SYSTEM_WORDS;
  return words.find(([said]) => said.test(text))?.[1] ?? NO_CODE;
}

function textIn(field: Uint8Array): string {
  const nul = field.indexOf(0);
  return new TextDecoder().decode(nul < 0 ? field : field.subarray(0, nul));
}

/** What is refused for good has nothing to do with how much is going on. */
const LICENCE = /licen[cs]e|entitle|not authori[sz]ed|not subscribed to/i;
const REFUSED = /authenti|\bkey\b|deactivat|credential|dataset|invalid|denied|forbidden/i;
const PASSING = /limit|internal|unavailable|overload|time[d ]?.?out|try again|maintenance|busy/i;

/**
 * Whether an error is not to be met again unchanged: the key, the licence or the symbol is wrong.
 *
 * @param error an error record
 */
export function isFatal({ code, text }: Pick<Notice, "code" | "text">): boolean {
  const { AUTHENTICATION, KEY_DEACTIVATED, SYMBOL } = ERROR;
  return code === AUTHENTICATION || code === KEY_DEACTIVATED || code === SYMBOL ||
    LICENCE.test(text);
}

/**
 * Whether a refused authentication is not to be repeated unchanged.
 *
 * @param text what the gateway said of it
 */
export function isFatalRefusal(text: string): boolean {
  return LICENCE.test(text) || REFUSED.test(text) && !PASSING.test(text);
}
