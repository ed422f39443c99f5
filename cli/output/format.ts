/**
 * How what a command writes begins, and ends where that tells more. A file that does otherwise is
 * somebody else's, and is not replaced unless that is asked for.
 */
import { SIMULATED_DATASET } from "../../engine/source/data_source.ts";
import type { CaptureFormat } from "../../engine/encode/capture_format.ts";
import type { EventFormat } from "../../engine/encode/regime_event_file.ts";
import { PARQUET_WRITER } from "../../engine/encode/capture_meta.ts";
import { PAGE_START } from "./page_start.ts";

/** A kind of file that a command writes. */
export interface OutputFormat {
  /** What such a file is, for messages. */
  name: string;
  /**
   * @param head its first bytes, {@link HEAD_BYTES} at most
   * @param tail its last bytes, {@link TAIL_BYTES} at most; left out where `head` is the whole file
   * @returns whether a command of this project wrote it
   */
  isOurs(head: Uint8Array, tail?: Uint8Array): boolean;
}

/** As many first bytes of a file as tell its kind. */
export const HEAD_BYTES = 1 << 16;

/** As many last bytes as tell who wrote a Parquet file: few of each column follow that. */
export const TAIL_BYTES = 1 << 12;

/**
 * A format whose files begin with a text.
 *
 * @param name what such a file is, for messages
 * @param starts beginnings, one of which each file has
 */
export function startingWith(name: string, ...starts: string[]): OutputFormat {
  const wanted = starts.map((start) => new TextEncoder().encode(start));
  return {
    name,
    isOurs: (head) => wanted.some((start) => start.every((byte, i) => head[i] === byte)),
  };
}

/** Where the dataset code of a DBN file stands, as text of 16 bytes filled up with NUL. */
const DATASET_AT = 8;

const ARROW: OutputFormat = {
  name: "Arrow stream of grids",
  // Continuation mark, length of the schema message, and in that the name of the first column.
  isOurs(head) {
    const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
    if (head.length < 8 || view.getUint32(0) !== 0xffffffff) return false;
    const schema = head.subarray(8, 8 + view.getUint32(4, true));
    return new TextDecoder("latin1").decode(schema).includes("ts_ns");
  },
};

/**
 * Every table in Parquet begins alike: who wrote it stands at its end. One without an end, which nobody
 * can read, is what a damaged one of ours looks like.
 */
const PARQUET: OutputFormat = {
  name: "Parquet file of this project",
  isOurs: (head, tail = head) => {
    const end = new TextDecoder("latin1").decode(tail.subarray(-TAIL_BYTES));
    return startingWith("", "PAR1").isOurs(head) &&
      (!end.endsWith("PAR1") || end.includes(PARQUET_WRITER));
  },
};

/** Formats of captures. */
export const CAPTURES: Readonly<Record<CaptureFormat, OutputFormat>> = {
  jsonl: startingWith("JSON lines of grids", '{"ts_ns":"'),
  arrow: ARROW,
  parquet: PARQUET,
};

/** The figures of an analysis, of one day or several. */
export const FIGURES: OutputFormat = startingWith(
  "JSON file of figures",
  '{\n  "instrument": {\n    "product_type": ',
  '{\n  "days": [',
);

/** The table of events of an analysis. */
export const EVENTS: Readonly<Record<EventFormat, OutputFormat>> = {
  parquet: PARQUET,
  csv: startingWith("CSV file of events", "dt,symbol,ts_ns,event_id,"),
  jsonl: startingWith("JSON lines of events", '{"dt":"'),
};

/** What a sweep leaves behind: rows and stamp of a day, and what all days say together. */
export const SWEEP = {
  rows: PARQUET,
  stamp: startingWith("stamp of a sweep", '{"stamp":{"version":'),
  figures: startingWith("summary of a sweep", '{\n  "sweep": {'),
  report: startingWith("report of a sweep", "Sweep of "),
} as const;

/** The page of an analysis. */
export const PAGE: OutputFormat = startingWith(
  "page of an analysis",
  `${PAGE_START}Regimes of `,
);

/** The report of a day. */
export const REPORT: OutputFormat = startingWith("report of an analysis", "Regimes of ");

/** What a day adds to others. */
export const SUMS: OutputFormat = startingWith("JSON file of sums", '{"study":{"dt":"');

/** What a day's files are made of. */
export const STAMP: OutputFormat = startingWith("JSON file of a stamp", '{\n  "made_of": {');

/** A simulated session: one that was bought is never replaced by it. */
export const SIMULATED: OutputFormat = {
  name: "simulated session",
  isOurs: (head) =>
    startingWith("", "DBN").isOurs(head) &&
    startingWith("", `${SIMULATED_DATASET}\0`).isOurs(head.subarray(DATASET_AT)),
};

/** The log of downloads: each line begins with its time. */
export const DOWNLOAD_LOG: OutputFormat = {
  name: "log of downloads",
  isOurs: (head) =>
    /^(?:\{"time":")?\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/.test(
      new TextDecoder("latin1").decode(head.subarray(0, 40)),
    ),
};
