import { UserError } from "../engine/errors.ts";

/** Where a command writes its result: nothing shows under the final name until it is whole. */
export interface OutputFile {
  /** Writes all the bytes. */
  write(bytes: Uint8Array): void;
  /** Syncs and puts the file under its name. */
  finish(): void;
  /** Takes back what was written. */
  discard(): void;
}

/**
 * Opens an output.
 *
 * @param path file to make or replace, or "-" for standard output
 * @throws UserError when it cannot be made
 */
export function openOutput(path: string): OutputFile {
  return path === "-" ? standardOutput() : partFile(path);
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
    throw new UserError(`${path} cannot be made: ${(error as Error).message}`);
  }
}

function standardOutput(): OutputFile {
  return {
    write: (bytes) => writeAll(Deno.stdout, bytes, "standard output"),
    finish: () => {},
    discard: () => {},
  };
}

function partFile(path: string): OutputFile {
  const part = `${path}.part`;
  let file: Deno.FsFile;
  try {
    if (Deno.lstatSync(path).isDirectory) throw new UserError(`${path} is a folder; name a file`);
  } catch (error) {
    if (error instanceof UserError) throw error;
    // One that is not there is to be made; what else is wrong with it opening says.
  }
  try {
    file = Deno.openSync(part, { write: true, create: true, truncate: true });
  } catch (error) {
    throw new UserError(`${path} cannot be written: ${(error as Error).message}`);
  }
  return {
    write: (bytes) => writeAll(file, bytes, path),
    finish: () => {
      file.syncSync();
      file.close();
      Deno.renameSync(part, path);
    },
    discard: () => {
      file.close();
      Deno.removeSync(part);
    },
  };
}

function writeAll(to: { writeSync(bytes: Uint8Array): number }, bytes: Uint8Array, name: string) {
  try {
    for (let at = 0; at < bytes.length;) at += to.writeSync(bytes.subarray(at));
  } catch (error) {
    throw new UserError(`writing to ${name} failed: ${(error as Error).message}`);
  }
}
