import { originIdentity, originName } from "../../engine/source/origin.ts";
import { runs } from "../metrics.ts";
import type { EncodedGrid } from "./grid_ring.ts";
import { type FeedRequest, GridFeed } from "./shared_run.ts";
import { type Claimant, RunSlots } from "./run_slots.ts";

/** What the grids of all feeds may take, bytes: shared out by how many read them. */
const ROOM_BYTES = 32 * 1024 * 1024;

/** Why a wait for a slot ends when another client begins the same run. */
const BEGUN = Symbol("begun");

/** A wait that nobody ends. */
const NEVER = new AbortController().signal;

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
  /** Who waits for a run of what it wants to begin. */
  readonly #hopeful = new Map<string, Set<AbortController>>();
  #readers = 0;
  #runs = 0;

  /**
   * @param roomBytes what the grids of all feeds may take; each may hold one, however large
   * @param slots how many runs there may be
   */
  constructor(
    readonly roomBytes: number = ROOM_BYTES,
    readonly slots: RunSlots = new RunSlots(),
  ) {}

  /** Runs under way. */
  get runs(): number {
    return this.#runs;
  }

  /**
   * Reads from the first grid on, together with whoever began just now with the same speed; else in
   * a run that begins once there may be one more.
   *
   * @param request what is read
   * @param speed event seconds per wall second
   * @param claimant whether the client has been reading
   * @param signal ends the wait
   * @returns the place, before the first grid
   * @throws the signal's reason when it was aborted first
   */
  async join(
    request: FeedRequest,
    speed: number,
    claimant: Claimant = "new",
    signal: AbortSignal = NEVER,
  ): Promise<FeedReader> {
    const key = keyOf(request, speed);
    if (!this.#young.get(key)?.isYoung) {
      const hasSlot = await this.#slotOrOther(key, claimant, signal);
      // Another may have begun it meanwhile, who waited for the same.
      if (!this.#young.get(key)?.isYoung) {
        if (!hasSlot) return await this.join(request, speed, claimant, signal);
        this.#young.set(key, this.#open(request, true));
        for (const other of this.#hopeful.get(key) ?? []) other.abort(BEGUN);
      } else if (hasSlot) this.slots.give();
    }
    const feed = this.#young.get(key)!;
    return this.#read(feed, 0, () => {
      if (!feed.isYoung && this.#young.get(key) === feed) this.#young.delete(key);
    });
  }

  /**
   * Reads from a grid on, alone, once there may be one more run.
   *
   * @param request what is read
   * @param position number of that grid
   * @param signal ends the wait
   * @returns the place; what lies before it is passed by
   * @throws the signal's reason when it was aborted first
   */
  async readAlone(
    request: FeedRequest,
    position: number,
    signal: AbortSignal = NEVER,
  ): Promise<FeedReader> {
    await this.slots.take("in", signal);
    return this.#read(this.#open(request, false), position, () => {});
  }

  /**
   * As `readAlone`, if there may be one more run now.
   *
   * @param request what is read
   * @param position number of the grid to begin at
   * @returns the place; null when there may not
   */
  tryAlone(request: FeedRequest, position: number): FeedReader | null {
    if (!this.slots.tryTake("in")) return null;
    return this.#read(this.#open(request, false), position, () => {});
  }

  /** Waits for a slot, or for somebody else to begin what is wanted; whether it was a slot. */
  async #slotOrOther(key: string, claimant: Claimant, signal: AbortSignal): Promise<boolean> {
    const other = new AbortController();
    const hopeful = this.#hopeful.get(key) ?? new Set();
    this.#hopeful.set(key, hopeful.add(other));
    try {
      await this.slots.take(claimant, AbortSignal.any([signal, other.signal]));
      return true;
    } catch (reason) {
      if (reason !== BEGUN) throw reason;
      return false;
    } finally {
      hopeful.delete(other);
      if (hopeful.size === 0) this.#hopeful.delete(key);
    }
  }

  #open(request: FeedRequest, mayBeJoined: boolean): GridFeed {
    const share = (feed: GridFeed) => this.roomBytes * feed.readers / this.#readers;
    return new GridFeed(request, share, mayBeJoined);
  }

  #read(feed: GridFeed, position: number, onLeave: () => void): FeedReader {
    const reader = new FeedReader(feed, position, async () => {
      this.#readers--;
      const left = feed.leave(reader);
      const isOver = feed.readers === 0;
      if (isOver) this.#runs--;
      runs.set(this.#runs);
      onLeave();
      await left;
      // Others may begin when nothing is done for this one any more.
      if (isOver) this.slots.give();
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
  const { origin, ...asked } = run;
  const { mtimeNs, size } = originIdentity(origin) ?? {};
  return JSON.stringify(
    [originName(origin), asked, fields, lake, speed, mtimeNs, size],
    (_, value) => typeof value === "bigint" ? `${value}` : value,
  );
}
