/** Files that are whole or absent: each grows under another name, locked by the run that writes it. */
import { UserError } from "./errors.ts";
import { noteLeftover } from "./leftovers.ts";
import { partNames } from "./part_names.ts";

/** What is under the temporary name. */
interface Part {
  path: string;
  file: Deno.FsFile;
  info: Deno.FileInfo;
}

/**
 * A file that has its name once it is finished; disposed of before, it is taken back. What runs left
 * that were killed is removed by the next one that writes the same: the system unlocks what its writer
 * can unlock no more.
 */
export class WholeFile implements Disposable {
  readonly #part: Part;
  /** Takes back that it is to be removed when the process is told to end. */
  readonly #forget: () => void;
  #isOpen = true;

  /**
   * @param path its name to be; the folder is there
   * @param mode who may read it, as the system has it by default
   * @throws UserError when too many runs write it already; the system's error when it cannot be made
   */
  constructor(readonly path: string, mode?: number) {
    this.#part = takePart(path, mode);
    this.#forget = noteLeftover(this.#part.path);
  }

  /** What tells it from any other file. */
  get info(): Deno.FileInfo {
    return this.#part.info;
  }

  /** Where it grows: another thread may write it there, which leaves name and end to this one. */
  get partPath(): string {
    return this.#part.path;
  }

  /** Writes all of a piece. */
  async write(bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.length;) at += await this.#part.file.write(bytes.subarray(at));
  }

  /** The same, while nothing else goes on. */
  writeSync(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length;) at += this.#part.file.writeSync(bytes.subarray(at));
  }

  /** Syncs it and gives it its name; what had that is replaced. */
  async finish(): Promise<void> {
    await this.#part.file.sync();
    this.#rename();
  }

  /** The same, while nothing else goes on. */
  finishSync(): void {
    this.#part.file.syncSync();
    this.#rename();
  }

  /** Syncs it and gives it its name unless something has that: of several the first one's stays. */
  finishUnlessThere(): void {
    this.#part.file.syncSync();
    try {
      Deno.linkSync(this.#part.path, this.path);
    } catch (error) {
      if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
    }
    this[Symbol.dispose]();
  }

  [Symbol.dispose](): void {
    if (!this.#isOpen) return;
    const { path, info } = this.#part;
    try {
      if (isStill(path, info)) Deno.removeSync(path);
    } catch {
      // A disk that fails has been told of; the next run removes it.
    }
    this.#close();
  }

  #rename(): void {
    Deno.renameSync(this.#part.path, this.path);
    this.#close();
  }

  #close(): void {
    this.#isOpen = false;
    this.#part.file.close();
    this.#forget();
  }
}

/**
 * Removes what runs left that were killed while they wrote a file.
 *
 * @param path the file
 */
export function removePartsOf(path: string): void {
  for (const name of partNames(path)) removeLeftover(name);
}

function takePart(path: string, mode?: number): Part {
  const names = partNames(path);
  removePartsOf(path);
  for (const name of names) {
    const part = tryPart(name, mode);
    if (part !== null) return part;
  }
  throw new UserError(
    `${path} is being written by ${names.length} runs already; wait for them, or name another file`,
  );
}

/** A new file of that name; null when another run has it. */
function tryPart(path: string, mode?: number): Part | null {
  let file: Deno.FsFile;
  try {
    const fresh = { read: true, write: true, createNew: true };
    file = Deno.openSync(path, mode === undefined ? fresh : { ...fresh, mode });
  } catch (error) {
    if (error instanceof Deno.errors.AlreadyExists) return null;
    throw error;
  }
  const info = file.statSync();
  // Between its making and its locking another run may have taken it for a leftover.
  if (file.tryLockSync(true) && isStill(path, info)) return { path, file, info };
  file.close();
  return null;
}

/** Removes a file that no run holds; what is no file, or not this user's, is let be. */
function removeLeftover(name: string): void {
  try {
    const info = Deno.lstatSync(name);
    if (!info.isFile) return;
    using file = Deno.openSync(name, { read: true, write: true });
    if (file.tryLockSync(true) && isStill(name, file.statSync())) Deno.removeSync(name);
  } catch {
    // Not there, as a rule; and what cannot be opened another name is found for.
  }
}

function isStill(path: string, { dev, ino }: Deno.FileInfo): boolean {
  try {
    const now = Deno.lstatSync(path);
    return now.dev === dev && now.ino === ino;
  } catch {
    return false;
  }
}
