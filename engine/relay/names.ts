/** What a recording is called at a broker. */
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

/**
 * @param channel whose recordings
 * @returns the stream that holds them, a name of its own for each instrument of a dataset
 */
export function streamOf(channel: Channel): string {
  return tokensOf(channel).join("-");
}

/**
 * @param channel whose recordings
 * @returns the subjects of all of them
 */
export function subjectsOf(channel: Channel): string {
  return [...tokensOf(channel), ">"].join(".");
}

/**
 * @param channel whose recording
 * @param dt session date, YYYY-MM-DD
 * @param what the bytes of the data file, the text of the state file, or * for both
 * @returns its subject
 */
export function subjectOf(channel: Channel, dt: string, what: "bytes" | "state" | "*"): string {
  return [...tokensOf(channel), dt.replaceAll("-", ""), what].join(".");
}

/**
 * @param subject the subject of a recording's bytes
 * @returns its session date, YYYY-MM-DD; null for any other subject
 */
export function dateOf(subject: string): string | null {
  const [, year, month, day] = /\.(\d{4})(\d\d)(\d\d)\.bytes$/.exec(subject) ?? [];
  return year === undefined ? null : `${year}-${month}-${day}`;
}

function tokensOf({ dataset, symbol }: Channel): string[] {
  return [ROOT, dataset.toLowerCase().replaceAll(".", "-"), token(symbol)];
}

/** A dot divides subjects, a star stands for any part of one. */
function token(symbol: string): string {
  return fileSafe(symbol).replaceAll(".", "%2E").replaceAll("*", "%2A");
}
