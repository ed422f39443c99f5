import type { GapMessage } from "../../engine/wire/messages.ts";
import { type Flow, FlowTape, wanted } from "./flow_tape.ts";
import type { SentGrid } from "./outbox.ts";
import type { GridKind, ReadingDue, RunGrid } from "./run_grid.ts";
import type { StreamRequest } from "./stream_request.ts";
import { ToldChanges } from "./told_changes.ts";

/**
 * What a client has not been told of yet, for the next grid that it is sent: what happened up to grids
 * that it was not sent, what the state became, gaps of the feed. And what the balance of forces becomes
 * after the last grid, while no other comes.
 */
export class Untold {
  /** What happened up to grids that were left out. */
  readonly #carried = new FlowTape();
  /** What happened since the grid before, up to a boundary that has settled and the client does not see. */
  readonly #unseen = new FlowTape();
  /** What the state became up to grids that were left out. */
  readonly #changes = new ToldChanges();
  /** Whether the next grid goes on from none that the client was sent. */
  #isAnew = true;
  #gaps: GapMessage[] = [];
  #ahead: readonly ReadingDue[] = [];

  /** @param request what the client wants to be told of */
  constructor(readonly request: Pick<StreamRequest, "fields" | "reading">) {}

  /**
   * Notes what comes before a grid, whatever becomes of that; it may be met again.
   *
   * @param grid the next grid
   */
  meet({ gaps }: RunGrid): void {
    for (const gap of gaps) if (!this.#gaps.includes(gap)) this.#gaps.push(gap);
  }

  /**
   * Keeps what a grid tells that is not sent.
   *
   * @param grid the grid
   * @param hasArrived whether the client was sent one since it came to where it is
   */
  leaveOut(grid: RunGrid, hasArrived: boolean): void {
    this.#changes.append(grid.changes);
    // What has settled is no grid of a stream that it is left out of: what happened goes on.
    if (grid.kind === "settled") this.#keep(grid.flow, this.#unseen);
    else if (hasArrived) {
      this.#carry(grid.flow);
      this.#expect(grid);
    } else this.forget();
  }

  /** Forgets what happened before a grid that is passed by. */
  forget(): void {
    this.#carried.clear();
    this.#unseen.clear();
  }

  /** Forgets what belongs to where the client was: it has asked to be elsewhere. */
  leave(): void {
    this.#carried.clear();
    this.#ahead = [];
    this.#isAnew = true;
  }

  /** Takes the gaps of the feed. */
  takeGaps(): GapMessage[] {
    return this.#gaps.splice(0);
  }

  /**
   * Takes what goes with a grid that is sent.
   *
   * @param grid the grid
   * @param as what it is to the client
   */
  takeWith(grid: RunGrid, as: GridKind): Pick<SentGrid, "flow" | "changes"> {
    const { fields, reading } = this.request;
    this.#changes.append(grid.changes);
    const told = this.#changes.take();
    const changes = this.#isAnew ? null : reading ? told : [];
    this.#isAnew = false;
    if (as === "history") {
      this.forget();
      return { flow: null, changes };
    }
    this.#expect(grid);
    if (this.#carried.isEmpty && this.#unseen.isEmpty) {
      return { flow: wanted(grid.flow, fields), changes };
    }
    this.#carry(grid.flow);
    return { flow: this.#carried.take(grid.tsNs), changes };
  }

  /**
   * Takes what happened up to the end of the source.
   *
   * @param flow what happened after the last grid
   * @param hasArrived as for `leaveOut`: a seek may have led past the end
   * @param tsNs event time of the last record, UTC nanoseconds since the epoch
   */
  takeRest(flow: Flow | null, hasArrived: boolean, tsNs: string): Flow | null {
    if (hasArrived) this.#carry(flow);
    return this.#carried.take(tsNs);
  }

  /** What the balance of forces becomes next, while no grid comes; undefined for nothing. */
  get ahead(): ReadingDue | undefined {
    return this.#ahead[0];
  }

  /** Takes what the balance of forces has become. */
  takeAhead(): void {
    this.#ahead = this.#ahead.slice(1);
  }

  #expect({ readingAhead }: RunGrid): void {
    if (this.request.reading) this.#ahead = readingAhead;
  }

  /** Keeps what happened up to a grid that is not sent, for the next. */
  #carry(flow: Flow | null): void {
    this.#keep(this.#unseen.take(""), this.#carried);
    this.#keep(flow, this.#carried);
  }

  #keep(flow: Flow | null, tape: FlowTape): void {
    const kept = wanted(flow, this.request.fields);
    if (kept !== null) tape.append(kept);
  }
}
