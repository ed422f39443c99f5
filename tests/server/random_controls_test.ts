/**
 * Whatever clients of one run do, each is told every execution between two of its grids, and none twice;
 * and every gap of the feed between them.
 */
import assert from "node:assert/strict";
import { F_LAST } from "dbn-ts";
import fc from "fast-check";
import type { Trade } from "../../engine/wire/messages.ts";
import { join, MIDNIGHT_NS, RECORD_BYTES, recordsAt, snapshot } from "../made_session.ts";
import { casesOf } from "../proof.ts";
import { SMALL_DT, SMALL_INSTRUMENT_ID, SMALL_START, smallSession } from "../small_session.ts";
import {
  type GridPlace,
  nyNs,
  plainGrids,
  type ServedSession,
  serveSmall,
} from "./served_session.ts";
import type { Received, StreamReader } from "./stream_client.ts";

/** What a client does, and then waits for, grids. */
interface Step {
  readonly does: "pause" | "resume" | "step" | "restart" | "speed" | "seek";
  /** Of a change of speed. */
  readonly speed: number;
  /** Of a seek, seconds behind the start time. */
  readonly at: number;
  readonly waits: number;
}

const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.record({
    does: fc.constantFrom("pause", "resume", "step", "restart", "speed", "seek", "seek"),
    speed: fc.constantFrom(5, 20, 60, 300),
    at: fc.integer({ min: 0, max: 290 }),
    waits: fc.integer({ min: 0, max: 30 }),
  }),
  { minLength: 5, maxLength: 20 },
);

const query = fc.constantFrom(
  ...["", "&rate=20", "&credit=3", "&rate=40&credit=4", "&history=4", "&settle=1"],
  "&settle=1&rate=30&history=2&credit=200",
);

const clients = fc.array(fc.record({ query, steps }), { minLength: 1, maxLength: 3 });

/** A client that holds what it is told against the records. */
class Checked {
  /** Grids with executions before them. */
  told = 0;
  readonly #served: ServedSession;
  readonly #grids: readonly GridPlace[];
  readonly #ends: readonly bigint[];
  readonly #startNs: bigint;
  readonly #stream: StreamReader;
  readonly #hasCredit: boolean;
  readonly #log: string[] = [];
  #taken = 0;
  /** event_id of the grid before: after a seek the last of a plain run before the time sought, 0 at the start. */
  #before = 0;
  #waiting: Trade[] = [];
  #head: { tsNs: bigint; eventId: number; isHistory: boolean } | null = null;
  #isPaused = false;
  #isOver = false;
  /** Gaps of the feed that were told, by their ends. */
  readonly #gaps = new Set<bigint>();
  /** Time of the grid shown before, of history too; null after a jump. */
  #lastNs: bigint | null = null;

  /**
   * @param served what is streamed
   * @param grids those of a plain run
   * @param ends of the gaps of its feed, UTC nanoseconds since the epoch
   * @param query what the client asks for
   */
  constructor(
    served: ServedSession,
    grids: readonly GridPlace[],
    ends: readonly bigint[],
    query: string,
  ) {
    this.#served = served;
    this.#ends = ends;
    this.#grids = grids;
    this.#startNs = nyNs(served.dt, SMALL_START);
    this.#hasCredit = query.includes("credit");
    const asked = `start_time=${SMALL_START}&speed=20&fields=rest_depth,trades${query}`;
    this.#stream = served.server.connect(asked);
  }

  async go(steps: readonly Step[]): Promise<void> {
    await this.#grid();
    for (const { does, speed, at, waits } of steps) {
      if (this.#isOver) break;
      await this.#control(does, speed, at);
      // What stands still gives one grid at most.
      const count = !this.#isPaused ? waits : does === "step" || does === "seek" ? 1 : 0;
      for (let i = 0; i < count && !this.#isOver; i++) await this.#grid();
    }
    if (!this.#isOver) {
      await this.#control("speed", 1000, 0);
      await this.#control("resume", 0, 0);
    }
    while (!this.#isOver) await this.#grid();
    assert.deepEqual(this.#waiting, [], "executions after the end");
  }

  async #control(does: Step["does"], speed: number, at: number): Promise<void> {
    const value = does === "speed"
      ? speed
      : does === "seek"
      ? Temporal.PlainTime.from(`${SMALL_START}:00`).add({ seconds: at }).toString()
      : undefined;
    this.#log.push(`${does} ${value ?? ""}`);
    this.#stream.control(does, value);
    for (let message: Received | null = null;;) {
      message = await this.#message();
      if (message === null) return;
      if (message instanceof Uint8Array) continue;
      if (message.type === "error") {
        assert.equal(does, "step", message.message);
        return;
      }
      if (message.type !== "state") continue;
      assert.deepEqual(this.#waiting, [], "executions without their grid");
      this.#isPaused = message.paused;
      if (does === "restart") this.#before = 0;
      if (does === "seek") {
        const soughtNs = this.#startNs + BigInt(at) * 1_000_000_000n;
        this.#before = this.#grids.findLast(({ tsNs }) => tsNs < soughtNs)?.eventId ?? 0;
      }
      if (does === "restart" || does === "seek") this.#lastNs = null;
      return;
    }
  }

  /** Acknowledges what was taken, which a client that awaits an answer does not, and takes a grid. */
  async #grid(): Promise<void> {
    this.#acknowledge();
    for (;;) {
      const message = await this.#message();
      if (message === null || message instanceof Uint8Array) return;
    }
  }

  #acknowledge(): void {
    if (!this.#hasCredit || this.#stream.socket.readyState !== WebSocket.OPEN) return;
    this.#stream.socket.send(JSON.stringify({ type: "ack", grids: this.#taken }));
  }

  /** The next message, checked. */
  async #message(): Promise<Received | null> {
    const message = await this.#stream.next();
    if (message === null) {
      const { code, reason } = await this.#stream.closed;
      assert.equal(code, 1000, reason);
      this.#isOver = true;
    } else if (message instanceof Uint8Array) {
      this.#taken++;
      const { tsNs, eventId, isHistory } = this.#head!;
      this.#checkGaps(tsNs);
      this.#log.push(`${isHistory ? "history" : "grid"} ${eventId}`);
      if (!isHistory) this.#check(tsNs, eventId);
      else assert.deepEqual(this.#waiting, [], "executions before history");
    } else if (message.type === "grid_update") {
      const { ts_ns, event_id, history = false } = message;
      this.#head = { tsNs: BigInt(ts_ns), eventId: Number(event_id), isHistory: history };
    } else if (message.type === "trades") {
      assert.equal(message.dropped, undefined);
      this.#waiting.push(...message.trades);
    } else if (message.type === "gap") {
      this.#log.push(`gap ${message.to_ts_ns}`);
      this.#gaps.add(BigInt(message.to_ts_ns));
    } else if (message.type === "end") {
      this.#isOver = true;
      this.#check(null, this.#served.kept.length);
    }
    return message;
  }

  #checkGaps(tsNs: bigint): void {
    const last = this.#lastNs;
    const untold = last === null ? [] : this.#ends.filter((end) => end > last && end <= tsNs)
      .filter((end) => !this.#gaps.has(end));
    assert.deepEqual(untold, [], `from ${last} to ${tsNs}: ${this.#log.slice(-30).join(", ")}`);
    this.#lastNs = tsNs;
  }

  #check(tsNs: bigint | null, upTo: number): void {
    const before = this.#before;
    const expected = this.#served.kept.slice(before, upTo)
      .filter(({ action, ts, size }) => action === "T" && ts >= this.#startNs && size > 0n)
      .map(({ ts, price, size, side }) => [`${ts}`, `${price}`, Number(size), side]);
    assert.deepEqual(
      this.#waiting,
      expected,
      `from ${before} to ${upTo} (${tsNs}): ${this.#log.slice(-30).join(", ")}`,
    );
    if (expected.length > 0) this.told++;
    this.#waiting = [];
    this.#before = upTo;
  }
}

/** The small session with a snapshot in the flow each 13 s, and when each was taken. */
function withGaps(): { bytes: Uint8Array; ends: bigint[] } {
  const whole = smallSession();
  const parts: Uint8Array[] = [];
  const ends: bigint[] = [];
  const first = recordsAt(whole);
  let from = 0;
  let next = nyNs(SMALL_DT, SMALL_START) - 30_000_000_000n;
  for (let at = first; at < whole.length; at += RECORD_BYTES) {
    const record = new DataView(whole.buffer, at, RECORD_BYTES);
    const tsNs = record.getBigUint64(8, true);
    // Between two events.
    if (tsNs < next || (whole[at - RECORD_BYTES + 36]! & F_LAST) === 0) continue;
    parts.push(whole.subarray(from, at));
    from = at;
    const shape = { instrumentId: SMALL_INSTRUMENT_ID, depth: 12 };
    parts.push(...snapshot({ at: tsNs - 1n - MIDNIGHT_NS, ...shape }));
    ends.push(tsNs - 1n);
    next = tsNs + 13_000_000_000n;
  }
  assert.ok(ends.length > 20);
  return { bytes: join(...parts, whole.subarray(from)), ends };
}

for (
  const [what, session] of [
    ["the small session", { bytes: smallSession(), ends: [] }],
    ["one with gaps of the feed", withGaps()],
  ] as const
) {
  Deno.test(`random controls of clients in one run: each is told what happened between its grids, once: ${what}`, async () => {
    await using served = await serveSmall(session.bytes);
    const grids = await plainGrids(served, SMALL_START);
    let told = 0;
    await fc.assert(
      fc.asyncProperty(clients, async (clients) => {
        const checked = clients.map(({ query }) => new Checked(served, grids, session.ends, query));
        await Promise.all(checked.map((client, i) => client.go(clients[i]!.steps)));
        told += checked.reduce((sum, client) => sum + client.told, 0);
      }),
      { numRuns: casesOf(2, 60), endOnFailure: true },
    );
    assert.ok(told > casesOf(0, 200), `${told}`);
  });
}
