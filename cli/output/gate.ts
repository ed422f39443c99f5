/** Which paths a command may write: never what it reads, nothing but files, nobody else's. */
import { fstatSync } from "node:fs";
import { basename, dirname, join, normalize } from "node:path";
import { systemReason, UserError } from "../../engine/errors.ts";
import { instrumentFile, projectFile } from "../environment.ts";
import { nameOf } from "../../engine/source/raw_file.ts";
import { STANDARD_INPUT } from "../../engine/source/standard_input.ts";
import { HEAD_BYTES, type OutputFormat, TAIL_BYTES } from "./format.ts";

/** What tells a file from any other. */
type Numbered = Pick<Deno.FileInfo, "dev" | "ino">;

/** What no output may be, whatever it is called. */
export interface KeptFiles {
  /** Files. */
  files: readonly string[];
  /** Folders, with all that is in them. */
  folders: readonly string[];
  /** The one folder in them whose files the command makes itself. */
  product?: string;
}

/**
 * What a command reads and may not write.
 *
 * @param lake folder of the lake in use
 * @param input the file of --input, or - for standard input, if any
 */
export function keptFiles(lake: string, input?: string): KeptFiles {
  return {
    files: [
      input ?? "",
      instrumentFile(),
      projectFile("instrument.yaml"),
      projectFile("products.yaml"),
      `${lake}/cache/vp_book.key`,
    ].filter((path) => path !== ""),
    folders: [`${lake}/raw`, `${lake}/cache/vp_book`],
  };
}

/**
 * Looks at what has an output's name.
 *
 * @param path the output
 * @returns the file; null when there is none yet
 * @throws UserError when it is no regular file
 */
export function fileUnder(path: string): Deno.FileInfo | null {
  let info: Deno.FileInfo;
  try {
    info = Deno.lstatSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound && !path.endsWith("/")) return null;
    if (error instanceof Deno.errors.NotFound) throw aFolder(path);
    if (error instanceof Deno.errors.NotCapable) throw noFile(path);
    throw unwritable(path, error);
  }
  if (info.isSymlink) {
    throw new UserError(`${path} is a link to ${leadsTo(path)}; name the file itself`);
  }
  if (info.isDirectory) throw aFolder(path);
  if (!info.isFile) throw noFile(path);
  return info;
}

/**
 * Refuses to replace or go on with a file that is somebody else's.
 *
 * @param path the file
 * @param format what is to be written
 * @param remedy what to do instead, for the message
 * @throws UserError when it holds anything that is not of the format
 */
export function assertOurs(path: string, format: OutputFormat, remedy: string): void {
  let head: Uint8Array, tail: Uint8Array;
  try {
    using file = Deno.openSync(path);
    head = firstOf(file, HEAD_BYTES);
    file.seekSync(Math.max(0, file.statSync().size - TAIL_BYTES), Deno.SeekMode.Start);
    tail = firstOf(file, TAIL_BYTES);
  } catch (error) {
    throw new UserError(`${path} is there and cannot be read: ${systemReason(error)}; ${remedy}`);
  }
  if (head.length === 0 || format.isOurs(head, tail)) return;
  throw new UserError(`${path} is there already and is no ${format.name}; ${remedy}`);
}

/**
 * Refuses to write what a command reads, by whatever name: hard links and links to folders too.
 *
 * @param path the output, for messages
 * @param files what has its name now, and what is to get it
 * @param kept what it may not be
 * @throws UserError when one of the files is kept
 */
export function assertNotKept(
  path: string,
  files: readonly Numbered[],
  kept: KeptFiles,
): void {
  const keys = new Set(files.map(keyOf));
  for (const file of kept.files) {
    const info = file === STANDARD_INPUT ? fstatSync(0) : infoOf(file);
    if (info !== null && keys.has(keyOf(info))) {
      throw new UserError(`${nameOf(path)} is ${nameOf(file)}, which is read; name another file`);
    }
  }
  const product = kept.product === undefined ? null : infoOf(kept.product);
  // What is passed over already, so that a loop of links ends.
  const seen = new Set(product === null ? [] : [keyOf(product)]);
  for (const folder of kept.folders) {
    const found = findIn(folder, keys, seen);
    if (found !== null) throw amongKept(path, folder);
  }
}

/**
 * Refuses a path among the raw files of any lake, in use or not: below a folder `raw/source=…`, as it
 * is named or where its links lead.
 *
 * @param path a file or folder, there or not
 * @param kept what may not be written; a folder named as its product is may be, in any lake
 * @param beside what is there already in the same folder, to follow that folder's links by
 * @throws UserError when it lies there
 */
export function assertOutsideLakes(
  path: string,
  { product = "" }: KeptFiles,
  beside: string = path,
): void {
  for (const named of [normalize(path), realPathOf(beside)]) {
    const parts = named.split("/");
    const raw = parts.findIndex((part, i) => {
      const source = parts[i + 1] ?? "";
      return part === "raw" && source.startsWith("source=") && source !== basename(product);
    });
    if (raw >= 0) throw amongKept(path, parts.slice(0, raw + 1).join("/"));
  }
}

/** Where a path leads; what of it is not there, or not to be seen by this process, as it is named. */
function realPathOf(path: string): string {
  for (let at = path, rest = "";; rest = join(basename(at), rest), at = dirname(at)) {
    try {
      return join(Deno.realPathSync(at), rest);
    } catch {
      if (at === dirname(at)) return path;
    }
  }
}

/**
 * Refuses a folder that no outputs may go to, before it is made.
 *
 * @param path the folder, there or not
 * @param kept what may not be written
 * @throws UserError when it is no folder, or is or lies in a folder that is kept, or among the
 * raw files of another lake
 */
export function assertFolder(path: string, kept: KeptFiles): void {
  const above: Deno.FileInfo[] = [];
  for (let at = path;; at = dirname(at)) {
    try {
      above.push(Deno.statSync(at));
    } catch (error) {
      // Above what this process may read it may not write either.
      if (error instanceof Deno.errors.NotCapable && at !== path) break;
      if (!(error instanceof Deno.errors.NotFound)) throw unwritable(path, error);
    }
    if (at === path && above[0]?.isDirectory === false) {
      throw new UserError(`${path} is no folder; name one, for several dates`);
    }
    if (at === dirname(at)) break;
  }
  assertNotKept(path, above, { ...kept, files: [] });
  assertOutsideLakes(path, kept);
}

/**
 * @param path an output
 * @param folder what it lies in
 * @returns what refuses it
 */
function amongKept(path: string, folder = "the lake's raw folder"): UserError {
  return new UserError(
    `${path} is among the files of ${folder}, which are read and kept; choose another place`,
  );
}

/**
 * @param path an output
 * @param error why it cannot be made
 * @returns the same in one line for the user
 */
export function unwritable(path: string, error: unknown): UserError {
  if (error instanceof UserError) return error;
  if (error instanceof Deno.errors.NotCapable) {
    return isOfSystem(error) ? noFile(path) : amongKept(path);
  }
  return new UserError(`${path} cannot be written: ${systemReason(error)}; choose another place`);
}

/** Whether all permissions are asked for, as for devices and what the system shows of itself. */
function isOfSystem(error: Deno.errors.NotCapable): boolean {
  return error.message.startsWith("Requires all access");
}

function aFolder(path: string): UserError {
  return new UserError(`${path} is a folder; name a file`);
}

function noFile(path: string): UserError {
  return new UserError(`${path} is a device, a pipe or another thing of the system; name a file`);
}

function leadsTo(path: string): string {
  try {
    return Deno.readLinkSync(path);
  } catch {
    return "something else";
  }
}

/** What a file has from where it stands, so many bytes at most. */
function firstOf(file: Deno.FsFile, most: number): Uint8Array {
  const bytes = new Uint8Array(most);
  let length = 0;
  for (let n: number | null = 0; n !== null && length < most; length += n ?? 0) {
    n = file.readSync(bytes.subarray(length));
  }
  return bytes.subarray(0, length);
}

/** A file of that identity below a folder, links followed; null when there is none. */
function findIn(folder: string, keys: ReadonlySet<string>, seen: Set<string>): string | null {
  const info = infoOf(folder);
  if (info === null || !info.isDirectory || seen.has(keyOf(info))) return null;
  if (keys.has(keyOf(info))) return folder;
  seen.add(keyOf(info));
  for (const { name, isFile } of entriesOf(folder)) {
    const path = `${folder}/${name}`;
    const inner = infoOf(path);
    if (inner === null) continue;
    if (keys.has(keyOf(inner))) return path;
    const found = isFile ? null : findIn(path, keys, seen);
    if (found !== null) return found;
  }
  return null;
}

function entriesOf(folder: string): Deno.DirEntry[] {
  try {
    return [...Deno.readDirSync(folder)];
  } catch {
    return [];
  }
}

/** What a path leads to; null for nothing, and for what this process cannot read anyway. */
function infoOf(path: string): Deno.FileInfo | null {
  try {
    return Deno.statSync(path);
  } catch {
    return null;
  }
}

function keyOf({ dev, ino }: Numbered): string {
  return `${dev}:${ino}`;
}
