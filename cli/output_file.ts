import { fstatSync } from "node:fs";
import { dirname } from "node:path";
import { UserError } from "../engine/errors.ts";
import { WholeFile } from "../engine/whole_file.ts";
import { OutputClosed, standardOf } from "./standard_output.ts";
import type { OutputFormat } from "./output/format.ts";
import {
  assertNotKept,
  assertOurs,
  assertOutsideLakes,
  fileUnder,
  type KeptFiles,
  unwritable,
} from "./output/gate.ts";

/** Where a command writes its result: nothing shows under the final name until it is whole. */
export interface OutputFile extends Disposable {
  /** Writes all the bytes. */
  write(bytes: Uint8Array): void;
  /** Syncs and puts the file under its name; without it what was written is taken back. */
  finish(): void;
}

/** What an output may replace. */
export interface OutputRules {
  /** What is written: a file that begins as this does may be replaced. */
  format: OutputFormat;
  /** Whether any other file may be replaced too. */
  force: boolean;
  /** What may never be. */
  kept: KeptFiles;
}

/**
 * Opens an output. All that speaks against it is told here, before the work, and looked at again
 * when the work is done.
 *
 * @param path file to make or replace; "-" or /dev/stdout, /dev/stderr, /dev/null
 * @param rules what it may replace
 * @throws UserError when it may or can not be written
 */
export function openOutput(path: string, rules: OutputRules): OutputFile {
  switch (standardOf(path)) {
    case "stdout":
      // A shell may have made a file of it that is read here.
      if (!Deno.stdout.isTerminal()) assertNotKept("standard output", [fstatSync(1)], rules.kept);
      return stream(Deno.stdout, "standard output");
    case "stderr":
      return stream(Deno.stderr, "standard error");
    case "null":
      return { write: () => {}, finish: () => {}, [Symbol.dispose]: () => {} };
    case null:
      return new PartFile(path, rules);
  }
}

/** An output that another thread may write, at the path where it grows. */
export interface SharedOutput extends OutputFile {
  readonly partPath: string;
}

/**
 * Opens a file that another thread is to write: name and end stay here.
 *
 * @param path file to make or replace
 * @param rules what it may replace
 * @throws UserError when it may or can not be written
 */
export function openShared(path: string, rules: OutputRules): SharedOutput {
  return new PartFile(path, rules);
}

/**
 * Writes what another thread has opened by {@link openShared}, and finishes there.
 *
 * @param partPath where it grows
 * @throws UserError when it cannot be written
 */
export function writeShared(partPath: string): OutputFile {
  let file: Deno.FsFile;
  try {
    file = Deno.openSync(partPath, { write: true });
  } catch (error) {
    throw unwritable(partPath, error);
  }
  return {
    write(bytes) {
      try {
        for (let at = 0; at < bytes.length;) at += file.writeSync(bytes.subarray(at));
      } catch (error) {
        throw failed(partPath, error);
      }
    },
    finish: () => {},
    [Symbol.dispose]: () => file.close(),
  };
}

/**
 * Makes a folder, and those above it, where there are none.
 *
 * @param path the folder
 * @throws UserError when it cannot be made
 */
export function makeFolder(path: string): void {
  try {
    Deno.mkdirSync(path, { recursive: true });
  } catch (error) {
    throw unwritable(path, error);
  }
}

/**
 * Makes a folder within that of a data set. What lies there may be anybody's, and a link leads where
 * nobody said to write.
 *
 * @param root folder of the data set, as it was named
 * @param path the folder in it
 * @throws UserError when it cannot be made, or is reached over a link
 */
export function makeFolderIn(root: string, path: string): void {
  for (let at = path; at.length > root.length; at = dirname(at)) {
    let isLink = false;
    try {
      isLink = Deno.lstatSync(at).isSymlink;
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw unwritable(at, error);
    }
    if (isLink) throw new UserError(`${at} is a link; remove it, or choose another folder`);
  }
  makeFolder(path);
}

/** A file that is written under a name of its own beside the final one. */
class PartFile implements SharedOutput {
  readonly #path: string;
  readonly #rules: OutputRules;
  readonly #file: WholeFile;

  constructor(path: string, rules: OutputRules) {
    this.#path = path;
    this.#rules = rules;
    const found = fileUnder(path);
    try {
      this.#file = new WholeFile(path);
    } catch (error) {
      throw unwritable(path, error);
    }
    try {
      this.#assertWritable(found);
    } catch (error) {
      this[Symbol.dispose]();
      throw error;
    }
  }

  get partPath(): string {
    return this.#file.partPath;
  }

  write(bytes: Uint8Array): void {
    try {
      this.#file.writeSync(bytes);
    } catch (error) {
      throw failed(this.#path, error);
    }
  }

  finish(): void {
    try {
      // Something else may have got the name meanwhile.
      this.#assertWritable(fileUnder(this.#path));
      this.#file.finishSync();
    } catch (error) {
      this[Symbol.dispose]();
      throw unwritable(this.#path, error);
    }
  }

  [Symbol.dispose](): void {
    this.#file[Symbol.dispose]();
  }

  #assertWritable(found: Deno.FileInfo | null): void {
    const { format, force, kept } = this.#rules;
    assertNotKept(this.#path, [this.#file.info, ...(found === null ? [] : [found])], kept);
    assertOutsideLakes(this.#path, kept, this.partPath);
    if (found === null || found.size === 0 || force) return;
    assertOurs(this.#path, format, "name another file, or replace it with --force");
  }
}

function stream(to: typeof Deno.stdout, name: string): OutputFile {
  return {
    write(bytes) {
      try {
        for (let at = 0; at < bytes.length;) at += to.writeSync(bytes.subarray(at));
      } catch (error) {
        if (error instanceof Deno.errors.BrokenPipe) throw new OutputClosed();
        throw failed(name, error);
      }
    },
    finish: () => {},
    [Symbol.dispose]: () => {},
  };
}

function failed(name: string, error: unknown): UserError {
  return new UserError(`writing to ${name} failed: ${(error as Error).message}`);
}
