/** What a recording is called at a broker. */
import { parseDate } from "../session.ts";
import { fileSafe } from "../symbol.ts";

/** Whose recordings. */
export interface Channel {
  /** Dataset code, such as "GLBX.MDP3". */
  dataset: string;
  symbol: string;
}

/** Header that says which file bytes are of: {@link fileIdentity}. */
export const FILE_HEADER = "Spymaster-File";

/** Header that says where in the file the bytes begin. */
export const OFFSET_HEADER = "Spymaster-Offset";

/** What every subject begins with. */
const ROOT = "spymaster";

/** What a broker keeps of recordings, each in streams of its own. */
export type Kind =
  /** The bytes of the data files. */
  | "bytes"
  /** What the recorder says of each: the text of the state file as it was last. */
  | "state";

/**
 * @param channel whose recordings
 * @param kind what of them
 * @returns the stream that holds it, one for each instrument of a dataset
 */
export function streamOf(channel: Channel, kind: Kind): string {
  return [ROOT, kind, ...tokensOf(channel)].join("-");
}

/**
 * @param channel whose recordings
 * @param kind what of them
 * @param dt session date, YYYY-MM-DD; left out, any
 * @returns its subject
 */
export function subjectOf(channel: Channel, kind: Kind, dt?: string): string {
  return [ROOT, kind, ...tokensOf(channel), dt?.replaceAll("-", "") ?? "*"].join(".");
}

/**
 * @param subject the subject of a recording
 * @returns its session date, YYYY-MM-DD; null for any other subject, and a date that is none
 */
export function dateOf(subject: string): string | null {
  const [, year, month, day] = /\.(\d{4})(\d\d)(\d\d)$/.exec(subject) ?? [];
  const dt = `${year}-${month}-${day}`;
  return year !== undefined && isDate(dt) ? dt : null;
}

function tokensOf({ dataset, symbol }: Channel): string[] {
  return [dataset.toLowerCase().replaceAll(".", "-"), token(symbol)];
}

/** A dot divides subjects, a star stands for any part of one. */
function token(symbol: string): string {
  return fileSafe(symbol).replaceAll(".", "%2E").replaceAll("*", "%2A");
}

function isDate(dt: string): boolean {
  try {
    parseDate(dt);
    return true;
  } catch {
    return false;
  }
}
