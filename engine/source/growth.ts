/** How often a file is looked at that the file system tells nothing of, milliseconds. */
const LOOK_MS = 50;

/** Files that are followed: one watch of each, whoever follows it. */
const watches = new Map<string, GrowthWatch>();

/** Waits for a file to grow: the file system tells of it, and a look now and then is behind that. */
export class GrowthWatch {
  #holders = 0;
  #watcher: Deno.FsWatcher | null = null;
  readonly #waiting = new Set<() => void>();

  private constructor(readonly path: string) {}

  /**
   * Begins to watch a file, together with whoever does already.
   *
   * @param path the file
   * @returns the watch, to be closed by each who has it
   */
  static of(path: string): GrowthWatch {
    let watch = watches.get(path);
    if (watch === undefined) watches.set(path, watch = new GrowthWatch(path));
    if (watch.#holders++ === 0) watch.#begin();
    return watch;
  }

  /**
   * Waits until the file may have grown.
   *
   * @param ms longest wait; 50 unless less is wanted
   * @returns resolves then: whether it has grown, reading tells
   */
  async wait(ms: number = LOOK_MS): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, Math.min(ms, LOOK_MS));
    this.#waiting.add(resolve);
    await promise;
    this.#waiting.delete(resolve);
    clearTimeout(timer);
  }

  /** Ends it for one who has it. */
  close(): void {
    if (--this.#holders > 0) return;
    watches.delete(this.path);
    this.#watcher?.close();
    this.#watcher = null;
  }

  #begin(): void {
    try {
      this.#watcher = Deno.watchFs(this.path);
    } catch (error) {
      if (error instanceof Deno.errors.NotCapable) throw error;
      // The system has no more watches, or the file is gone: looking at it tells.
      return;
    }
    void this.#listen(this.#watcher);
  }

  async #listen(watcher: Deno.FsWatcher): Promise<void> {
    for await (const _ of watcher) {
      for (const wake of [...this.#waiting]) wake();
    }
  }
}
