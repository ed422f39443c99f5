import { statSync } from "node:fs";
import { runs } from "../metrics.ts";
import type { EncodedGrid } from "./grid_ring.ts";
import { type FeedRequest, GridFeed } from "./grid_feed.ts";

/** What the grids of all feeds may take, bytes: shared out by how many read them. */
const ROOM_BYTES = 32 * 1024 * 1024;

/** One client's place in a feed. */
export class FeedReader {
  /** Hears of progress of the bootstrap. */
  onProgress: () => void = () => {};
  #leave: (() => Promise<void>) | null;

  /**
   * @param feed what is read
   * @param position number of the grid that is wanted next
   * @param leave gives the place back
   */
  constructor(readonly feed: GridFeed, public position: number, leave: () => Promise<void>) {
    this.#leave = leave;
  }

  /** The grid wanted, to be used at once; undefined when it has not come, or was let go. */
  get grid(): EncodedGrid | undefined {
    return this.feed.ring.at(this.position);
  }

  /** Whether the grid wanted was let go. */
  get isLost(): boolean {
    return this.position < this.feed.ring.first;
  }

  /** Whether nobody else reads. */
  get isAlone(): boolean {
    return this.feed.readers === 1;
  }

  /** Gives the place back, if that has not been done; the last one ends the run. */
  async leave(): Promise<void> {
    const leave = this.#leave;
    this.#leave = null;
    await leave?.();
  }
}

/** The runs under way, each for all clients that watch the same at the same pace. */
export class Feeds {
  readonly #young = new Map<string, GridFeed>();
  #readers = 0;
  #runs = 0;

  /** @param roomBytes what the grids of all feeds may take; each may hold one, however large */
  constructor(readonly roomBytes: number = ROOM_BYTES) {}

  /** Runs under way. */
  get runs(): number {
    return this.#runs;
  }

  /**
   * Reads from the first grid on, together with whoever began just now with the same speed.
   *
   * @param request what is read
   * @param speed event seconds per wall second
   * @returns the place, before the first grid
   */
  join(request: FeedRequest, speed: number): FeedReader {
    const key = keyOf(request, speed);
    let feed = this.#young.get(key);
    if (!feed?.isYoung) {
      feed = this.#open(request, true);
      this.#young.set(key, feed);
    }
    return this.#read(feed, 0, () => {
      if (!feed.isYoung && this.#young.get(key) === feed) this.#young.delete(key);
    });
  }

  /**
   * Reads from a grid on, alone.
   *
   * @param request what is read
   * @param position number of that grid
   * @returns the place; what lies before it is passed by
   */
  readAlone(request: FeedRequest, position: number): FeedReader {
    return this.#read(this.#open(request, false), position, () => {});
  }

  #open(request: FeedRequest, mayBeJoined: boolean): GridFeed {
    const share = (feed: GridFeed) => this.roomBytes * feed.readers / this.#readers;
    return new GridFeed(request, share, mayBeJoined);
  }

  #read(feed: GridFeed, position: number, onLeave: () => void): FeedReader {
    const reader = new FeedReader(feed, position, async () => {
      this.#readers--;
      const left = feed.leave(reader);
      if (feed.readers === 0) this.#runs--;
      runs.set(this.#runs);
      onLeave();
      await left;
    });
    feed.join(reader);
    this.#readers++;
    if (feed.readers === 1) this.#runs++;
    runs.set(this.#runs);
    return reader;
  }
}

/** What must be the same for two clients to read one feed: the file as it is now, too. */
function keyOf({ run, fields, lake }: FeedRequest, speed: number): string {
  const { mtimeNs, size } = statSync(run.path, { bigint: true, throwIfNoEntry: false }) ?? {};
  return JSON.stringify(
    [run, fields, lake, speed, mtimeNs, size],
    (_, value) => typeof value === "bigint" ? `${value}` : value,
  );
}
