import { createHash } from "node:crypto";
import type { BatchRequest } from "../historical.ts";

/** The dataset of CME Globex. */
export const DATASET = "GLBX.MDP3";

/** What jobs are about; the name of the lake's folder. */
export type Product = "future_mbo" | "future_option_mbo";

/** What makes a job: one day of one root in one schema. */
export interface JobParts {
  dataset: string;
  /** "mbo" or "statistics". */
  schema: string;
  /** Root of the future, such as "MNQ". */
  root: string;
  /** YYYY-MM-DD. */
  date: string;
  product: Product;
}

/** A job that should be there. */
export interface WantedJob extends JobParts {
  /** Its name in the tracker, see {@link jobKey}. */
  key: string;
  request: BatchRequest;
}

/**
 * @param parts what makes a job
 * @returns its key, `dataset|schema|root|date|product`
 */
export function jobKey({ dataset, schema, root, date, product }: JobParts): string {
  return [dataset, schema, root, date, product].join("|");
}

/**
 * @param key a key of {@link jobKey}
 * @returns what it was made of
 */
export function partsOf(key: string): JobParts {
  const [dataset = "", schema = "", root = "", date = "", product = ""] = key.split("|");
  return { dataset, schema, root, date, product: product as Product };
}

/**
 * A job for exactly one day.
 *
 * @param parts what makes it
 * @param symbols symbols of one kind
 * @param stypeIn the kind: "raw_symbol" or "parent"
 */
export function wantedJob(
  parts: JobParts,
  symbols: readonly string[],
  stypeIn: "raw_symbol" | "parent",
): WantedJob {
  const { dataset, schema, date } = parts;
  return {
    ...parts,
    key: jobKey(parts),
    request: {
      dataset,
      symbols,
      schema,
      stype_in: stypeIn,
      stype_out: "instrument_id",
      start: date,
      end: dayAfter(date),
      encoding: "dbn",
      compression: "zstd",
      split_duration: "day",
      delivery: "download",
    },
  };
}

/**
 * @param date YYYY-MM-DD
 * @returns the next day
 */
export function dayAfter(date: string): string {
  return `${Temporal.PlainDate.from(date).add({ days: 1 })}`;
}

/**
 * A digest that two requests share exactly when they ask for the same: neither the order of symbols
 * nor how a time is written matters.
 *
 * @param request a request as it is sent, or as the service tells it
 * @returns SHA-256, 64 hexadecimal digits
 */
export function digestOf(request: BatchRequest): string {
  const { start, end, symbols, ...rest } = request;
  const plain = {
    ...rest,
    start: momentOf(start),
    end: momentOf(end),
    symbols: [...new Set(symbols)].sort(),
  };
  const entries = Object.entries(plain).sort(([a], [b]) => a < b ? -1 : 1);
  return createHash("sha256").update(JSON.stringify(entries)).digest("hex");
}

/**
 * A date, or a time with up to nine digits of the second, as milliseconds; other text as it is. Without a
 * zone it is of UTC, as the service has it, wherever this machine is.
 */
function momentOf(text: string): number | string {
  const plain = text.replace(/(\.\d{3})\d+/, "$1");
  const hasNoZone = /[T ]\d\d:\d\d(:\d\d(\.\d+)?)?$/.test(plain);
  const ms = Date.parse(hasNoZone ? `${plain}Z` : plain);
  return Number.isNaN(ms) ? text : ms;
}
