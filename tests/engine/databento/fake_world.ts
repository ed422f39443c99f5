/** What the played service knows: instruments, and the files its jobs yield. */
import { createHash } from "node:crypto";
import { zstdCompressSync } from "node:zlib";
import { encodeMbo, encodeMetadata, encodeRecord, RTYPE_DEFINITION } from "dbn-ts";
import type { Definition } from "../../../engine/databento/batch/definitions.ts";
import { join, mbo } from "../dbn/sample.ts";

const SCHEMA_NUMBERS: Record<string, number> = { mbo: 0, definition: 9, statistics: 10 };

/** Midnight UTC of a date, nanoseconds since the epoch. */
export function midnight(date: string): bigint {
  return BigInt(Date.parse(`${date}T00:00:00Z`)) * 1_000_000n;
}

/** A definition of an option or future, with what differs from a call that expires at 21:00 UTC. */
export function definition(
  rawSymbol: string,
  underlying: string,
  expires: string,
  more: Partial<Definition> = {},
): Definition {
  return {
    instrumentId: [...rawSymbol].reduce((sum, letter) => sum * 31 + letter.charCodeAt(0) | 0, 7) >>>
      0,
    rawSymbol,
    underlying,
    instrumentClass: "C",
    expiration: midnight(expires) + 75_600_000_000_000n,
    minPriceIncrement: 250_000_000n,
    ...more,
  };
}

/** Definitions as the service streams them: Zstandard DBN of a version. */
export function definitionStream(
  definitions: readonly Definition[],
  date: string,
  version = 3,
): Uint8Array {
  const start = midnight(date);
  const metadata = encodeMetadata({
    version,
    dataset: "GLBX.MDP3",
    schema: SCHEMA_NUMBERS["definition"]!,
    start,
    end: start + 86_400_000_000_000n,
    symbols: [],
    mappings: [],
  });
  const records = definitions.map((one) =>
    encodeRecord({ rtype: RTYPE_DEFINITION, publisherId: 1, tsEvent: start, ...one }, version)
  );
  return new Uint8Array(zstdCompressSync(join(metadata, ...records)));
}

/** A batch job as it was asked for. */
export type Asked = Readonly<Record<string, string>>;

/** The data file of a job before compression: a small DBN file that tells jobs apart. */
export function dataFile(asked: Asked): Uint8Array {
  const start = midnight(asked["start"]!);
  const seed = createHash("sha256").update(JSON.stringify(Object.entries(asked).sort())).digest();
  const metadata = encodeMetadata({
    dataset: asked["dataset"]!,
    schema: SCHEMA_NUMBERS[asked["schema"]!]!,
    start,
    end: start + 86_400_000_000_000n,
    symbols: asked["symbols"]!.split(",").slice(0, 20),
    mappings: [],
  });
  // Order numbers without a pattern, so that the compressed file is nearly as long.
  const records = Array.from({ length: 400 }, (_, i) => {
    const noise = createHash("sha256").update(seed).update(`${i}`).digest();
    return encodeMbo(mbo({
      tsEvent: start + BigInt(i) * 1_000_000_000n,
      orderId: noise.readBigUInt64LE(0),
      price: BigInt(noise.readInt32LE(8)) * 250_000_000n,
      sequence: noise.readUInt32LE(12),
    }));
  });
  return join(metadata, ...records);
}

/** The data file of a job as it is downloaded: Zstandard in two frames. */
export function compressedFile(asked: Asked): Uint8Array {
  const file = dataFile(asked);
  const middle = file.length >> 1;
  return join(
    new Uint8Array(zstdCompressSync(file.subarray(0, middle))),
    new Uint8Array(zstdCompressSync(file.subarray(middle))),
  );
}

/** Name of a job's data file. */
export function dataFileName(asked: Asked): string {
  return `glbx-mdp3-${asked["start"]!.replaceAll("-", "")}.${asked["schema"]}.dbn.zst`;
}

/** SHA-256 as the service writes it. */
export function hashOf(bytes: Uint8Array): string {
  return `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
}

/** Instruments and prices. */
export interface World {
  /** Front month by root, or by root and date ("MNQ 2026-02-06"). */
  fronts: Record<string, string>;
  /** Definitions by parent symbol. */
  parents: Record<string, Definition[]>;
  /** Further symbols that a parent resolves to, such as user-defined spreads. */
  extras: Record<string, string[]>;
  /** Parents that are answered with status 422. */
  failing: string[];
  /** DBN version of definition streams. */
  version: number;
}

/** A world with MNQH6 and its options of 2026-02-06, some of them beside the point. */
export function smallWorld(): World {
  const date = "2026-02-06";
  return {
    fronts: { MNQ: "MNQH6", ES: "ESH6" },
    parents: {
      "MQ1.OPT": [
        definition("MQ1G6 C21500", "MNQH6", date),
        definition("MQ1G6 P21500", "MNQH6", date, { instrumentClass: "P" }),
        definition("MQ1G6 C21600", "MNQM6", date),
        definition("MQ1G6 C21700", "MNQH6", "2026-02-13"),
        definition("MQ1G6 SPREAD", "MNQH6", date, { instrumentClass: "T" }),
      ],
      "EW1.OPT": [definition("EW1G6 C6000", "ESH6", date)],
    },
    extras: { "MQ1.OPT": ["UD:1V: GN 2525"] },
    failing: [],
    version: 3,
  };
}
