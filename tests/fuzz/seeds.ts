/** Sound files to damage: a made one, and real ones where the shared data is. */
import { MBO } from "dbn-ts";
import { hasShared, sharedDbn } from "../shared_data.ts";
import { SMALL_DT, smallSession } from "../small_session.ts";
import type { FuzzSeed } from "./run_case.ts";

const MNQ = {
  dt: SMALL_DT,
  symbol: "MNQH6",
  productType: "future_mbo",
  tickInt: 250_000_000,
} as const;

/** A file's first records, all of them MBO. */
function head(bytes: Uint8Array, records: number): Uint8Array {
  const first = 8 + new DataView(bytes.buffer, bytes.byteOffset).getUint32(4, true);
  return bytes.slice(0, first + records * MBO.BYTES);
}

/** Snapshot and first records of the small session. */
const small: FuzzSeed = { ...MNQ, name: "small", bytes: head(smallSession(), 160) };

/** The files of the format's authors map nothing, or a contract of another day. */
function fixture(name: string): FuzzSeed {
  return {
    name,
    bytes: sharedDbn(name),
    dt: "2020-12-28",
    symbol: "ESH1",
    productType: "future_mbo",
    tickInt: 250_000_000,
  };
}

/** The seeds. */
export const SEEDS: readonly FuzzSeed[] = hasShared
  ? [
    small,
    { ...MNQ, name: "micro", bytes: sharedDbn("micro_mnqh6_20260206.dbn") },
    ...["test_data.mbo.v1.dbn", "test_data.mbo.v2.dbn", "test_data.mbo.v3.dbn"].map(fixture),
    {
      name: "es 2 s",
      bytes: head(sharedDbn("es_mbo_20240508_2s.dbn"), 200),
      dt: "2024-05-08",
      symbol: "ESM4",
      productType: "future_mbo",
      tickInt: 250_000_000,
    },
  ]
  : [small];
