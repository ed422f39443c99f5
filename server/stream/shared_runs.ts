import { isFollowed, originIdentity, originName } from "../../engine/source/origin.ts";
import { Metrics } from "../metrics.ts";
import type { RunGrid } from "./run_grid.ts";
import type { GridView } from "./grid_view.ts";
import { keepsTotals, SharedRun, type SharedRunRequest } from "./shared_run.ts";
import { type Claimant, RunSlots } from "./run_slots.ts";

/** What the grids of all sharedRuns may take, bytes: shared out by how many read them. */
const ROOM_BYTES = 64 * 1024 * 1024;

/** Why a wait for a slot ends when another client begins the same run. */
const BEGUN = Symbol("begun");

/** A wait that nobody ends. */
const NEVER = new AbortController().signal;

/** One client's place in a shared run. */
export class RunReader {
  /** Hears of progress of the bootstrap. */
  onProgress: () => void = () => {};
  #leave: (() => Promise<void>) | null;

  /**
   * @param shared what is read
   * @param wantsHistory whether with grids of before the first one
   * @param view how grids are sent to the client
   * @param position number of the grid that is wanted next
   * @param lastEvent event of the last grid that the client had; 0 before the first
   * @param leave gives the place back
   */
  constructor(
    readonly shared: SharedRun,
    readonly wantsHistory: boolean,
    readonly view: GridView,
    public position: number,
    public lastEvent: number,
    leave: () => Promise<void>,
  ) {
    this.#leave = leave;
  }

  /** The grid wanted, to be used at once; undefined when it has not come, or was let go. */
  get grid(): RunGrid | undefined {
    return this.shared.ring.at(this.position);
  }

  /** Whether the grid wanted was let go. */
  get isLost(): boolean {
    return this.position < this.shared.ring.first;
  }

  /** Goes on to the grid after the one that was wanted, which is done with. */
  pass(): void {
    this.lastEvent = this.grid!.eventId;
    this.position++;
  }

  /** Whether nobody else reads. */
  get isAlone(): boolean {
    return this.shared.readers === 1;
  }

  /** Gives the place back, if that has not been done; the last one ends the run. */
  async leave(): Promise<void> {
    const leave = this.#leave;
    this.#leave = null;
    await leave?.();
  }
}

/** The runs under way, each for all clients that watch the same at the same pace. */
export class SharedRuns {
  readonly #joinable = new Map<string, SharedRun>();
  /** Who waits for a run of what it wants to begin. */
  readonly #hopeful = new Map<string, Set<AbortController>>();
  #readers = 0;
  #runs = 0;

  /**
   * @param roomBytes what the grids of all sharedRuns may take; each may hold one, however large
   * @param slots how many runs there may be
   * @param metrics the server's
   */
  constructor(
    readonly roomBytes: number = ROOM_BYTES,
    readonly slots: RunSlots = new RunSlots(),
    readonly metrics: Metrics = new Metrics(),
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
   * @returns the place, before the first grid, and before its history when that is wanted
   * @throws the signal's reason when it was aborted first
   */
  async join(
    request: SharedRunRequest,
    speed: number,
    claimant: Claimant = "new",
    signal: AbortSignal = NEVER,
  ): Promise<RunReader> {
    const key = keyOf(request, speed);
    const claims = isFollowed(request.run.origin) ? "live" : claimant;
    const { historyMs } = request;
    if (!this.#joinable.get(key)?.isJoinable(historyMs)) {
      const hasSlot = await this.#slotOrOther(key, claims, signal);
      // Another may have begun it meanwhile, who waited for the same.
      if (!this.#joinable.get(key)?.isJoinable(historyMs)) {
        if (!hasSlot) return await this.join(request, speed, claimant, signal);
        this.#joinable.set(key, this.#open(request, true));
        for (const other of this.#hopeful.get(key) ?? []) other.abort(BEGUN);
      } else if (hasSlot) this.slots.give(claims);
    }
    const shared = this.#joinable.get(key)!;
    const place = { position: shared.placeFor(historyMs > 0), lastEvent: 0 };
    return this.#read(shared, request, place, () => {
      if (!shared.isJoinable() && this.#joinable.get(key) === shared) this.#joinable.delete(key);
    });
  }

  /**
   * Reads what comes after a grid, alone, once there may be one more run.
   *
   * @param request what is read
   * @param lastEvent event of that grid; 0 reads from the first on
   * @param signal ends the wait
   * @returns the place; what lies before it is passed by
   * @throws the signal's reason when it was aborted first
   */
  async readAlone(
    request: SharedRunRequest,
    lastEvent: number,
    signal: AbortSignal = NEVER,
  ): Promise<RunReader> {
    await this.slots.take(ownClaim(request), signal);
    return this.#read(this.#open(request, false), request, { position: 0, lastEvent }, () => {});
  }

  /**
   * As `readAlone`, if there may be one more run now.
   *
   * @param request what is read
   * @param lastEvent event of that grid
   * @returns the place; null when there may not
   */
  tryAlone(request: SharedRunRequest, lastEvent: number): RunReader | null {
    if (!this.slots.tryTake(ownClaim(request))) return null;
    return this.#read(this.#open(request, false), request, { position: 0, lastEvent }, () => {});
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

  #open(request: SharedRunRequest, mayBeJoined: boolean): SharedRun {
    const share = (shared: SharedRun) => this.roomBytes * shared.readers / this.#readers;
    return new SharedRun(request, share, this.metrics, mayBeJoined);
  }

  #read(
    shared: SharedRun,
    { historyMs, wishes }: SharedRunRequest,
    { position, lastEvent }: Pick<RunReader, "position" | "lastEvent">,
    onLeave: () => void,
  ): RunReader {
    // The run has to know of the wishes before its first grid: it does nothing that nobody wants.
    const view = shared.view(wishes);
    const reader = new RunReader(shared, historyMs > 0, view, position, lastEvent, async () => {
      this.#readers--;
      const left = shared.leave(reader);
      const isOver = shared.readers === 0;
      if (isOver) this.#runs--;
      this.metrics.runs.set(this.#runs);
      onLeave();
      await left;
      // Others may begin when nothing is done for this one any more.
      if (isOver) this.slots.give(ownClaim(shared.request));
    });
    shared.join(reader);
    this.#readers++;
    if (shared.readers === 1) this.#runs++;
    this.metrics.runs.set(this.#runs);
    return reader;
  }
}

/** As whom a client asks for a run of its own. */
function ownClaim({ run }: SharedRunRequest): Claimant {
  return isFollowed(run.origin) ? "live" : "in";
}

/** What must be the same for two clients to read one shared run: the file as it is now, too. */
function keyOf(request: SharedRunRequest, speed: number): string {
  const { run, lake } = request;
  const { origin, ...asked } = run;
  // A recording is the same however it has grown.
  const { mtimeNs, size } = isFollowed(origin) ? {} : originIdentity(origin) ?? {};
  return JSON.stringify(
    [originName(origin), asked, lake, speed, mtimeNs, size, keepsTotals(request)],
    (_, value) => typeof value === "bigint" ? `${value}` : value,
  );
}
