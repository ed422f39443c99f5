import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import { EVENT_FORMATS, EventFileWriter } from "../../engine/encode/regime_event_file.ts";
import { UserError } from "../../engine/errors.ts";
import { assertReadable } from "../../engine/readable_file.ts";
import type { DayMeta } from "../../engine/regime/meta.ts";
import type { RegimePayload } from "../../engine/regime/payload.ts";
import type { PooledDay } from "../../engine/regime/pooled.ts";
import type { RegimeResult } from "../../engine/regime/result.ts";
import { storedSums, sumsOf } from "../../engine/regime/stored_sums.ts";
import type { FileMeta } from "../../engine/source/file_hash.ts";
import { removePartsOf } from "../../engine/whole_file.ts";
import type { FolderFlags } from "../../cli/analyze_folder.ts";
import {
  EVENTS,
  FIGURES,
  type OutputFormat,
  PAGE,
  REPORT,
  STAMP,
  SUMS,
} from "../../cli/output/format.ts";
import { makeFolderIn, openOutput, type OutputRules } from "../../cli/output_file.ts";
import { partitionFolder } from "../capture/layout.ts";

/** Names of a day's files, each with its format. A day has some of them, the stamp last. */
const FORMATS = new Map<string, OutputFormat>([
  ["figures.json", FIGURES],
  ["sums.json", SUMS],
  ["report.txt", REPORT],
  ...EVENT_FORMATS.map((format) => [`events.${format}`, EVENTS[format]] as const),
  ["regime.html", PAGE],
  ["stamp.json", STAMP],
]);

/** What tells that a day is done: what it was made of, and that its files are those. */
interface Stamp {
  made_of: DayMeta;
  /** SHA-256 of each of its files, by name. */
  files: Readonly<Record<string, string>>;
}

/** What a day is to be made of; of what file is left out where that is not here. */
export type MadeOf = Omit<DayMeta, "file"> & { file?: FileMeta };

/** Texts of a day that are made elsewhere. */
export interface DayTexts {
  report: string;
  /** The page; null where none is wanted. */
  page: string | null;
}

/** A day of a data set, as it is added up. */
export interface FoundDay extends PooledDay {
  payload: RegimePayload;
  hasPage: boolean;
}

/**
 * A folder of days: `dt=…/symbol=…/` with the files of each. Every file is whole or absent, and the stamp
 * that names them with their hashes is written last, so a day is done or not, whoever was killed and
 * whoever else writes there.
 */
export class DayFolder {
  readonly #flags: FolderFlags;
  readonly #rules: Omit<OutputRules, "format">;

  /**
   * @param flags the folder, and what a day has there
   * @param rules what may be replaced
   */
  constructor(flags: FolderFlags, rules: Omit<OutputRules, "format">) {
    this.#flags = flags;
    this.#rules = rules;
  }

  /** Names of a day's files besides the stamp. */
  get #names(): string[] {
    const { events, pages } = this.#flags;
    return [
      ...["figures.json", "sums.json", "report.txt"],
      ...(events === null ? [] : [`events.${events}`]),
      ...(pages ? ["regime.html"] : []),
    ];
  }

  /**
   * Whether a day is done, with all that is wanted of it. What was left of it by runs that were killed is
   * removed.
   *
   * @param dt session date
   * @param symbol its instrument
   * @param madeOf what it is to be made of
   */
  holds(dt: string, symbol: string, madeOf: MadeOf): boolean {
    const folder = this.#of(dt, symbol);
    const stamp = stampIn(folder);
    if (stamp === null || !isMadeOf(stamp, madeOf)) return false;
    if (!this.#names.every((name) => name in stamp.files)) return false;
    const isWhole = Object.entries(stamp.files).every(([name, hash]) => {
      const bytes = bytesIn(folder, name);
      return bytes !== null && hashOf(bytes) === hash;
    });
    if (isWhole) { for (const name of FORMATS.keys()) removePartsOf(`${folder}/${name}`); }
    return isWhole;
  }

  /** @returns whether there is anything of a day, done or not, of these parameters or others */
  has(dt: string, symbol: string): boolean {
    return bytesIn(this.#of(dt, symbol), "stamp.json") !== null;
  }

  /**
   * Writes a day.
   *
   * @param result what was found, with what it was made of
   * @param texts report and page
   * @throws UserError when a file may or can not be written
   */
  write({ payload, study, counts, events }: RegimeResult, { report, page }: DayTexts): void {
    const { instrument: { dt, symbol }, meta } = payload;
    const folder = this.#of(dt, symbol);
    makeFolderIn(this.#flags.dir, folder);
    const format = this.#flags.events;
    const files = new Map<string, Uint8Array>([
      ["figures.json", bytesOf(`${JSON.stringify(payload, null, 2)}\n`)],
      ["sums.json", bytesOf(`${storedSums({ study, counts })}\n`)],
      ["report.txt", bytesOf(`${report}\n`)],
    ]);
    if (format !== null) {
      const writer = new EventFileWriter(format, meta);
      files.set(`events.${format}`, Buffer.concat([writer.add(events), writer.end()]));
    }
    if (page !== null) files.set("regime.html", bytesOf(page));
    for (const [name, bytes] of files) this.#write(folder, name, bytes);
    // What an earlier run had besides is of other figures.
    for (const name of FORMATS.keys()) {
      if (name !== "stamp.json" && !files.has(name)) this.#remove(folder, name);
    }
    const stamp: Stamp = {
      made_of: madeOfMeta(meta),
      files: Object.fromEntries([...files].map(([name, bytes]) => [name, hashOf(bytes)])),
    };
    this.#write(folder, "stamp.json", bytesOf(`${JSON.stringify(stamp, null, 2)}\n`));
  }

  /**
   * Reads a day that is done.
   *
   * @param dt session date
   * @param symbol its instrument
   * @param madeOf what it is to be made of
   * @returns it; null when it is not done, or another run has replaced it
   */
  read(dt: string, symbol: string, madeOf: MadeOf): FoundDay | null {
    const folder = this.#of(dt, symbol);
    const stamp = stampIn(folder);
    if (stamp === null || !isMadeOf(stamp, madeOf)) return null;
    const textOf = (name: string) => {
      const bytes = bytesIn(folder, name);
      return bytes !== null && hashOf(bytes) === stamp.files[name] ? decoder.decode(bytes) : null;
    };
    const [figures, sums] = [textOf("figures.json"), textOf("sums.json")];
    if (figures === null || sums === null) return null;
    return {
      payload: JSON.parse(figures),
      ...sumsOf(sums),
      hasPage: "regime.html" in stamp.files,
    };
  }

  /** @returns the instruments that there is anything of on a date */
  symbolsOf(dt: string): string[] {
    const folder = `${this.#flags.dir}/dt=${dt}`;
    const prefix = "symbol=";
    try {
      return [...Deno.readDirSync(folder)].map(({ name }) => name)
        .filter((name) => name.startsWith(prefix))
        .map((name) => decodeURIComponent(name.slice(prefix.length)));
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return [];
      throw error;
    }
  }

  #of(dt: string, symbol: string): string {
    return partitionFolder(this.#flags.dir, dt, symbol);
  }

  #write(folder: string, name: string, bytes: Uint8Array): void {
    using output = openOutput(`${folder}/${name}`, { ...this.#rules, format: FORMATS.get(name)! });
    output.write(bytes);
    output.finish();
  }

  #remove(folder: string, name: string): void {
    const path = `${folder}/${name}`;
    removePartsOf(path);
    const bytes = bytesIn(folder, name);
    if (bytes === null || !FORMATS.get(name)!.isOurs(bytes)) return;
    Deno.removeSync(path);
  }
}

/** @param meta of a day's figures @returns what they were made of */
export function madeOfMeta(meta: RegimePayload["meta"]): DayMeta {
  const { version, config_version, parameters, file, file_before: before } = meta;
  return {
    version: version!,
    config_version: config_version!,
    parameters: parameters!,
    file: file!,
    ...(before && { file_before: before }),
  };
}

const decoder = new TextDecoder();

function isMadeOf({ made_of }: Stamp, { file, file_before: before, ...asked }: MadeOf): boolean {
  const { file: found, file_before: foundBefore, ...had } = made_of;
  if (!isDeepStrictEqual(had, asked)) return false;
  return file === undefined || isDeepStrictEqual([found, foundBefore], [file, before]);
}

function stampIn(folder: string): Stamp | null {
  const bytes = bytesIn(folder, "stamp.json");
  if (bytes === null || !STAMP.isOurs(bytes)) return null;
  try {
    return JSON.parse(decoder.decode(bytes));
  } catch {
    // What was damaged since is as good as absent.
    return null;
  }
}

function bytesIn(folder: string, name: string): Uint8Array<ArrayBuffer> | null {
  try {
    assertReadable(`${folder}/${name}`);
    return Deno.readFileSync(`${folder}/${name}`);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw new UserError(`${folder}/${name} cannot be read: ${(error as Error).message}`);
  }
}

function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text);
}

function hashOf(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}
