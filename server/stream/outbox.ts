import { UserError } from "../../engine/errors.ts";
import type { ClientSocket } from "../client_socket.ts";
import type { Pair } from "../client_socket.ts";
import type { StateChangeMessage } from "../../engine/wire/messages.ts";
import { type Flow, FlowTape, jsonOf } from "./flow_tape.ts";
import { ToldChanges, withChanges } from "./told_changes.ts";

const utf8 = new TextEncoder();

/** The part of a client's socket that an outbox uses. */
export type OutboxSocket = Pick<
  ClientSocket,
  "bufferedAmount" | "readyState" | "send" | "sendPair" | "together"
>;

/** A grid on its way to a client. */
export interface SentGrid {
  /** Its two messages. */
  pair: Pair;
  /** Event time, UTC nanoseconds since the epoch. */
  tsNs: string;
  /** What goes before it of what happened; null when there is nothing that the client wants. */
  flow: Flow | null;
  /**
   * What the state became since the grid before; nothing where the client does not hear of it, null where
   * the grid goes on from none.
   */
  changes: readonly StateChangeMessage[] | null;
}

/** Bytes that may wait for a client before grids are left out. */
export const MAX_WAITING_BYTES = 2 * 1024 * 1024;
/** How long bytes may wait before grids are left out, milliseconds. */
export const MAX_WAITING_MS = 2_000;
/** How long a client may take nothing before it is given up, milliseconds. */
export const MAX_STALLED_MS = 30_000;

/**
 * What is sent to one client, bounded by bytes and by age (docs/stream.md, "lag").
 *
 * Past the bound whole grids are left out, and the newest one is kept aside; when the client has
 * caught up, a `lag` message says how many were left out, and the newest follows. What happened up to
 * grids that were left out goes with it, as much as a message holds.
 *
 * What has left for the network counts as taken, unless the client has given credit: then no more
 * grids are on their way than it has room for (docs/stream.md, "Acknowledgement credit").
 */
export class Outbox {
  #newest: SentGrid | null = null;
  /** What happened up to the newest grid. */
  readonly #flow = new FlowTape();
  /** What the state became up to it. */
  readonly #changes = new ToldChanges();
  /** Whether a grid that goes on from none was left out, or is kept aside. */
  #isAnew = false;
  /** Grids left out since the last `lag` message, and those that it told of. */
  #dropped = 0;
  #droppedBefore = 0;
  /** Bytes sent in all, and after what has not been taken yet, with the time of each send. */
  #sent = 0;
  readonly #untaken: { sent: number; ms: number }[] = [];
  #taken = 0;
  #takenMs: number;
  /** Grids that may be on their way. */
  #credit = Infinity;
  /** How old a grid may be that is on its way, milliseconds. */
  #creditMs = Infinity;
  /** Grids sent in all, and those that the client has acknowledged. */
  #grids = 0;
  #acknowledged = 0;
  /** When each grid was sent that a client with credit has not acknowledged. */
  readonly #onTheWay: number[] = [];
  /** When the client acknowledged last. */
  #acknowledgedMs = 0;
  /** Whether a grid that is never left out waits for the client. */
  #isAwaited = false;
  /** Grids and bytes sent up to the last one that is never left out. */
  #whole = { grids: 0, bytes: 0 };

  /**
   * @param socket the client
   * @param wall a monotonic clock, milliseconds
   */
  constructor(
    readonly socket: OutboxSocket,
    readonly wall: () => number = () => performance.now(),
  ) {
    this.#takenMs = wall();
  }

  /** Grids sent, in all. */
  get grids(): number {
    return this.#grids;
  }

  /** Grids left out, in all. */
  get dropped(): number {
    return this.#droppedBefore + this.#dropped;
  }

  /** Bytes that wait for the client in this process. */
  get waitingBytes(): number {
    return this.socket.bufferedAmount + (this.#newest?.pair.rows.length ?? 0);
  }

  /**
   * Bounds the grids on their way to a client that acknowledges them; to be called before the first.
   *
   * @param credit how many there may be
   * @param ms how old they may be
   */
  limit(credit: number, ms = Infinity): void {
    this.#credit = credit;
    this.#creditMs = ms;
  }

  /**
   * Hears what the client has taken.
   *
   * @param grids how many, since the stream was opened
   * @returns whether that is more than was known
   * @throws UserError when they are fewer than before, or more than were sent
   */
  acknowledge(grids: number): boolean {
    if (grids < this.#acknowledged || grids > this.#grids) {
      throw new UserError(
        `ack of ${grids} grids: ${this.#acknowledged} were acknowledged and ${this.#grids} sent`,
      );
    }
    const isNew = grids > this.#acknowledged;
    this.#onTheWay.splice(0, grids - this.#acknowledged);
    this.#acknowledged = grids;
    this.#acknowledgedMs = this.wall();
    if (!this.isBehind) this.#catchUp();
    return isNew;
  }

  /** Sends a message that is never left out. */
  text(message: object): void {
    this.encoded(JSON.stringify(message));
  }

  /**
   * Sends a message that is never left out.
   *
   * @param json the message as it is sent
   */
  encoded(json: string): void {
    if (this.#send(json, utf8.encode(json).length)) this.#markSent();
  }

  /**
   * Sends a grid, or keeps it aside when the client is behind.
   *
   * @param grid the grid
   */
  grid(grid: SentGrid): void {
    if (this.isBehind) {
      if (this.#newest !== null) this.#dropped++;
      this.#newest = grid;
      if (grid.flow !== null) this.#flow.append(grid.flow);
      if (grid.changes === null) this.#isAnew = true;
      else this.#changes.append(grid.changes);
      return;
    }
    this.#catchUp();
    this.#sendGrid(withChanges(grid.pair, grid.changes ?? []), grid.flow);
  }

  /** Notes that the last grid is one of those that are never left out. */
  keepsWhole(): void {
    this.#whole = { grids: this.#grids, bytes: this.#sent };
  }

  /**
   * Whether the client still has to take what is never left out: as fast as it may be, it cannot have
   * taken what comes after that, which waits too.
   */
  get isTakingWhole(): boolean {
    if (this.#credit < Infinity) return this.#acknowledged < this.#whole.grids;
    this.#measure();
    return this.#untaken.length > 0 && this.#taken < this.#whole.bytes;
  }

  /** Leaves out the grid kept aside, if there is one: the client has asked to be elsewhere. */
  discard(): void {
    if (this.#newest === null) return;
    this.#newest = null;
    this.#flow.clear();
    this.#takeChanges();
    this.#dropped++;
  }

  /**
   * Looks at what the client has taken; to be called now and then, also when there is nothing new.
   *
   * @returns false when the client has taken nothing for MAX_STALLED_MS, or acknowledged nothing
   * for as long while a grid waits for it
   */
  attend(): boolean {
    if (!this.isBehind) this.#catchUp();
    const now = this.wall();
    const owesSince = Math.max(this.#acknowledgedMs, this.#onTheWay[0] ?? now);
    const waits = this.#newest !== null || this.#isAwaited;
    if (this.#creditUsedUp() && waits && now - owesSince >= MAX_STALLED_MS) {
      return false;
    }
    return this.#untaken.length === 0 || now - this.#stalledSince() < MAX_STALLED_MS;
  }

  /**
   * Whether a grid would be sent at once: one that is never left out waits until it would.
   *
   * @returns false when the client is behind
   */
  hasRoom(): boolean {
    this.#isAwaited = this.isBehind;
    if (!this.#isAwaited) this.#catchUp();
    return !this.#isAwaited;
  }

  /** Sends the grid kept aside, if there is one: nothing newer will come. */
  flush(): void {
    this.#catchUp();
  }

  #catchUp(): void {
    if (this.#newest === null) return;
    const grid = this.#newest;
    this.#newest = null;
    this.#sendGrid(withChanges(grid.pair, this.#takeChanges()), this.#flow.take(grid.tsNs));
  }

  /** Takes what the state became up to the grid kept aside; nothing where that goes on from none. */
  #takeChanges(): readonly StateChangeMessage[] {
    const changes = this.#changes.take();
    const isAnew = this.#isAnew;
    this.#isAnew = false;
    return isAnew ? [] : changes;
  }

  /** Whether the client's credit is used up, in grids or in time. */
  #creditUsedUp(): boolean {
    if (this.#grids - this.#acknowledged >= this.#credit) return true;
    const oldest = this.#onTheWay[0];
    return oldest !== undefined && this.wall() - oldest > this.#creditMs;
  }

  /** Whether the client has not taken what it was sent in time, or has not acknowledged it. */
  get isBehind(): boolean {
    this.#measure();
    if (this.#creditUsedUp()) return true;
    const oldest = this.#untaken[0];
    if (oldest === undefined) return false;
    return this.#sent - this.#taken > MAX_WAITING_BYTES ||
      this.wall() - oldest.ms > MAX_WAITING_MS;
  }

  #measure(): void {
    const untaken = this.#untaken;
    // Most clients have taken all of it: nothing to look up then.
    if (untaken.length === 0) return;
    const taken = this.#sent - this.socket.bufferedAmount;
    if (taken > this.#taken) {
      this.#taken = taken;
      this.#takenMs = this.wall();
    }
    while (untaken.length > 0 && untaken[0]!.sent <= taken) untaken.shift();
  }

  /** Sends a grid, and before it what happened. */
  #sendGrid(pair: Pair, flow: Flow | null): void {
    if (this.socket.readyState === WebSocket.OPEN) {
      this.socket.together(() => {
        if (this.#dropped > 0) this.text({ type: "lag", dropped: this.#dropped });
        for (const json of flow === null ? [] : jsonOf(flow)) this.#send(json, json.length);
        this.socket.sendPair(pair);
        this.#sent += pair.head.length + pair.rows.length;
      });
    }
    this.#droppedBefore += this.#dropped;
    this.#dropped = 0;
    this.#markSent();
    this.#grids++;
    if (this.#credit < Infinity) this.#onTheWay.push(this.wall());
  }

  /** Sends what takes so many bytes; false when there is nobody to send it to. */
  #send(text: string, bytes: number): boolean {
    if (this.socket.readyState !== WebSocket.OPEN) return false;
    this.socket.send(text);
    this.#sent += bytes;
    return true;
  }

  /** Remembers when what has been sent up to here was sent. */
  #markSent(): void {
    this.#untaken.push({ sent: this.#sent, ms: this.wall() });
  }

  /** Since when the client has taken nothing, while something waits for it. */
  #stalledSince(): number {
    return Math.max(this.#takenMs, this.#untaken[0]!.ms);
  }
}
