/** Descriptors that are left to files, threads and caches. */
const RESERVED = 64;

/** So many have to be free again before they count as come back. */
const FEW = 8;

/** Watches whether this process has file descriptors left: accepting a connection takes one. */
export class Descriptors {
  /** How many connections there is room for; Infinity for as many as were wanted. */
  readonly most: number;
  #wereUsedUp = false;
  /** Whether connections came while there are few: one that failed may have gone unseen. */
  #mayBeMissing = false;

  /**
   * @param wanted how many connections there might be
   * @param canOpen how many files can be opened at once besides those that are, up to a number
   */
  constructor(wanted: number, readonly canOpen: (files: number) => number = openable) {
    const free = canOpen(wanted + RESERVED);
    this.most = free < wanted + RESERVED ? Math.max(FEW, free - RESERVED) : Infinity;
  }

  /** Looks whether any are left; to be called when a connection has been taken. */
  look(): void {
    const free = this.canOpen(FEW);
    if (this.most < Infinity || free < FEW) this.#mayBeMissing = true;
    if (free < 1) this.#wereUsedUp = true;
  }

  /** A connection was too many: more may have come with it than could be taken. */
  lost(): void {
    if (this.most < Infinity) this.#wereUsedUp = this.#mayBeMissing = true;
  }

  /**
   * Whether one may have been missed without anybody seeing it: they are taken and given back faster
   * than they are looked at. Says so once; to be asked when no connection has come for a while, which
   * is also what it looks like when none is taken any more.
   */
  mayHaveBeenMissed(): boolean {
    const mayBeMissing = this.#mayBeMissing;
    this.#mayBeMissing = false;
    return mayBeMissing;
  }

  /** One was wanted, and there was none. */
  missed(): void {
    this.#wereUsedUp = true;
  }

  /** Whether they were used up and are not any more; says so once. To be called now and then. */
  haveComeBack(): boolean {
    if (!this.#wereUsedUp) {
      this.#wereUsedUp = this.canOpen(1) < 1;
      return false;
    }
    if (this.canOpen(FEW) < FEW) return false;
    this.#wereUsedUp = false;
    return true;
  }
}

/** How many files can be opened at once, up to a number. */
function openable(files: number): number {
  const open: Deno.FsFile[] = [];
  try {
    while (open.length < files) open.push(Deno.openSync(import.meta.filename!));
  } catch {
    // As many as there are.
  }
  for (const file of open) file.close();
  return open.length;
}
