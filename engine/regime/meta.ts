import { createHash } from "node:crypto";
import type { DataSource } from "../source/data_source.ts";
import type { FileMeta } from "../source/file_hash.ts";

/** What an analysis went through. */
export interface RunMeta {
  data_source: DataSource;
  /** First and last snapshot up to the end of the evaluation, UTC nanoseconds since the epoch. */
  first_ts_ns: string;
  last_ts_ns: string;
  snapshots: number;
  eval_snapshots: number;
  events: number;
  /** SHA-256 of times since midnight and best prices of the snapshots: the same for the same session. */
  snapshots_sha256: string;
}

/** What it takes to make figures again. */
export interface DayMeta {
  /** The project's. */
  version: string;
  /** Which instrument's configuration. */
  config_version: string;
  /** Every parameter by its flag's name, without the dashes before it and with _ for -. */
  parameters: Readonly<Record<string, string>>;
  file: FileMeta;
}

/** @param columns any @returns SHA-256 of their bytes, one after another */
export function hashOf(columns: readonly Float64Array[]): string {
  const hash = createHash("sha256");
  for (const { buffer, byteOffset, byteLength } of columns) {
    hash.update(new Uint8Array(buffer, byteOffset, byteLength));
  }
  return hash.digest("hex");
}
