/** Streams that watch the same share one run: each gets what it would get alone. */
import assert from "node:assert/strict";
import type {
  ControlMessage,
  GridUpdateMessage,
  ServerMessage,
  Trade,
} from "../../engine/wire/messages.ts";
import { loadInstrument } from "../../engine/instrument.ts";
import { resolveRequest } from "../../engine/request.ts";
import type { StreamField } from "../../engine/wire/fields.ts";
import type { Pair } from "../../server/client_socket.ts";
import { defaultSettings, type ServerSettings } from "../../server/settings.ts";
import { SharedRuns } from "../../server/stream/shared_runs.ts";
import { RunSlots } from "../../server/stream/run_slots.ts";
import { Outbox } from "../../server/stream/outbox.ts";
import { readStreamRequest } from "../../server/stream/stream_request.ts";
import { type StreamEnd, StreamSession } from "../../server/stream/stream_session.ts";
import { projectFile } from "../project.ts";
import { adds, dbn, MIDNIGHT_NS, snapshot } from "../made_session.ts";
import { casesOf } from "../proof.ts";
import { SMALL_DT, SMALL_START, smallLake } from "../small_session.ts";

/** Room for some twenty grids: who is half a second apart at the pace of the market stays together. */
const LITTLE = 500_000;

/** Some two minutes before the session's end: nearly a thousand grids come from there on. */
const START = "09:37";

const QUERY = `dt=${SMALL_DT}&start_time=${START}&speed=1000&fields=rest_depth,trades`;

function settingsOf(lake: string): ServerSettings {
  const instrument = loadInstrument(projectFile("instrument.yaml"));
  return { ...defaultSettings(), instrument, lake };
}

/** The same from earlier on. */
const EARLIER = QUERY.replace(START, SMALL_START);

/** A message as a client gets it: text parsed, rows as a string of their bytes. */
type Message = ServerMessage | string;

/** A client in this process that takes everything at once. */
class Client {
  readonly messages: Message[] = [];
  readonly ended: Promise<StreamEnd>;
  readonly #session: StreamSession;
  /** What is done when so many grids have come. */
  readonly #plans = new Map<number, () => void>();
  readonly #hopes: ((message: ServerMessage) => void)[] = [];
  #grids = 0;
  /** Bytes that it has not taken. */
  bufferedAmount = 0;

  constructor(settings: ServerSettings, runs: SharedRuns, query = QUERY) {
    const untaken = () => this.bufferedAmount;
    const socket = {
      get bufferedAmount() {
        return untaken();
      },
      readyState: WebSocket.OPEN,
      send: (text: string) => this.#receive(text),
      sendPair: ({ head, rows }: Pair) => {
        this.#receive(head);
        this.#receive(rows);
      },
      together: (send: () => void) => send(),
    };
    const request = readStreamRequest(new URLSearchParams(query), settings);
    this.#session = new StreamSession(request, settings, new Outbox(socket), runs);
    this.ended = this.#session.run();
    // A test that waits for it later hears of it then.
    this.ended.catch(() => undefined);
  }

  /** Grids got so far. */
  get grids(): number {
    return this.#grids;
  }

  /** The messages that do not depend on how fast the machine is. */
  get lasting(): Message[] {
    return this.messages.filter((message) =>
      typeof message === "string" || (message.type !== "progress" && message.type !== "state")
    );
  }

  /** Resolves when a message has come that a test waits for. */
  said(isIt: (message: ServerMessage) => boolean): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#hopes.push((message) => isIt(message) && resolve());
    return promise;
  }

  /** Resolves when so many grids have come. */
  got(grids: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#plans.set(grids, resolve);
    return promise;
  }

  /** Does something as soon as so many grids have come. */
  at(grids: number, plan: () => void): void {
    this.#plans.set(grids, plan);
  }

  control(action: string, value?: number | string): void {
    this.#session.control({ type: "control", action, value } as ControlMessage);
  }

  seek(tsNs: string): void {
    this.#session.control({ type: "control", action: "seek", ts_ns: tsNs });
  }

  stop(): void {
    this.#session.stop();
  }

  #receive(data: string | ArrayBufferView<ArrayBuffer>): void {
    if (typeof data === "string") {
      const message: ServerMessage = JSON.parse(data);
      this.messages.push(message);
      for (const hope of this.#hopes) hope(message);
      return;
    }
    const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    this.messages.push(bytes.toBase64());
    this.#plans.get(++this.#grids)?.();
  }
}

/** A lake with a book cache, its settings, and all that a client gets who is alone from beginning to end. */
async function makeBench() {
  const { lake, path } = await smallLake();
  const settings = settingsOf(lake);
  const lone = new Client(settings, new SharedRuns());
  assert.equal(await lone.ended, "end_of_file");
  return { lake, path, settings, expected: lone.lasting, grids: lone.grids };
}

let made: ReturnType<typeof makeBench> | undefined;

/** That of all tests that leave its file as it is. */
function bench(): ReturnType<typeof makeBench> {
  return made ??= makeBench();
}

Deno.test.afterAll(async () => {
  if (made !== undefined) await Deno.remove((await made).lake, { recursive: true });
});

/** Records that were put through engines meanwhile. */
async function recordsOf(work: (runs: SharedRuns) => Promise<unknown>): Promise<number> {
  const runs = new SharedRuns();
  await work(runs);
  return (await runs.metrics.recordsTotal.get()).values[0]?.value ?? 0;
}

/** Pauses a client as soon as so many grids have come, and resolves then. */
function pauseAt(client: Client, grids: number): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  client.at(grids, () => {
    client.control("pause");
    resolve();
  });
  return promise;
}

/** Executions that a client was told of, one after the other. */
function tradesOf({ lasting }: Client): Trade[] {
  return lasting.flatMap((message) =>
    typeof message !== "string" && message.type === "trades" ? message.trades : []
  );
}

/** The message before the rows of each grid. */
function gridsOf(messages: readonly Message[]): GridUpdateMessage[] {
  return messages.flatMap((message) =>
    typeof message !== "string" && message.type === "grid_update" ? [message] : []
  );
}

/** The events of grids. */
function heads(messages: readonly Message[]): number[] {
  return gridsOf(messages).map(({ event_id }) => event_id);
}

Deno.test("clients that come together each get what one alone gets, and the records run once", async () => {
  const { settings, expected } = await bench();
  const alone = await recordsOf((runs) => new Client(settings, runs).ended);
  let clients: Client[] = [];
  const together = await recordsOf(async (runs) => {
    clients = Array.from({ length: casesOf(8, 20) }, () => new Client(settings, runs));
    for (const { ended } of clients) assert.equal(await ended, "end_of_file");
  });
  for (const client of clients) assert.deepEqual(client.lasting, expected);
  assert.equal(together, alone);
});

Deno.test("clients who wish different things share one run, and each gets what it would get alone", async () => {
  const { settings, expected } = await bench();
  const wishes = [
    ...["", "&history=60", "&reading=1", "&session=1", "&settle=1", "&rate=60", "&credit=10000"],
    ...["&history=600&reading=1", "&rate=240&settle=1", "&reading=1&session=1&rate=20&history=10"],
  ];
  const slow = QUERY.replace("speed=1000", "speed=2");
  const queries = wishes.flatMap((wish) => [
    slow + wish,
    slow.replace(/&fields=.*/, "&fields=bid_depth,ask_depth") + wish,
  ]);
  const upTo = heads(expected)[12]!;
  const watch = async (client: Client) => {
    await client.said((message) => message.type === "grid_update" && message.event_id >= upTo);
    return client;
  };
  const runs = new SharedRuns();
  const together = await Promise.all(
    queries.map((query) => watch(new Client(settings, runs, query))),
  );
  assert.equal(runs.runs, 1);
  const alone = await Promise.all(
    wishes.map((wish) => watch(new Client(settings, new SharedRuns(), slow + wish))),
  );
  for (const client of [...together, ...alone]) client.stop();
  await Promise.all([...together, ...alone].map(({ ended }) => ended));
  for (const [i, wish] of wishes.entries()) {
    const { lasting } = together[2 * i]!;
    const other = alone[i]!.lasting;
    const count = Math.min(lasting.length, other.length);
    assert.ok(heads(lasting).length > 3);
    // Which boundaries have settled before what comes next is due depends on the machine.
    if (wish.includes("settle=1")) continue;
    assert.deepEqual(lasting.slice(0, count), other.slice(0, count), wish);
  }
});

Deno.test("a cold start of ten is one bootstrap and one warm-up", async () => {
  await using made = await smallLake();
  const settings = settingsOf(made.lake);
  let records = 0;
  const together = await recordsOf(async (runs) => {
    const clients = Array.from({ length: 10 }, () => new Client(settings, runs));
    for (const client of clients) {
      assert.equal(await client.ended, "end_of_file");
      const end = client.messages.at(-1)!;
      assert.ok(typeof end !== "string" && end.type === "end");
      records = Number(end["records_kept"]);
    }
  });
  assert.equal(together, records);
});

Deno.test("who comes a little later begins with the first grid of the same run", async () => {
  const { settings, expected } = await bench();
  const runs = new SharedRuns();
  const query = QUERY.replace("speed=1000", "speed=1");
  const first = new Client(settings, runs, query);
  await first.got(3);
  const second = new Client(settings, runs, query);
  await second.got(2);
  assert.equal(runs.runs, 1);
  first.stop();
  assert.equal(await first.ended, "stopped");
  // It goes on alone, and faster.
  second.control("speed", 1000);
  await second.got(20);
  assert.equal(runs.runs, 1);
  await second.ended;
  assert.deepEqual(second.lasting.slice(1), expected.slice(1));
  assert.equal(runs.runs, 0);
});

Deno.test("who comes a little later has all of its history, also where the run has let go of it", async () => {
  const { settings } = await bench();
  const query = `${QUERY.replace("speed=1000", "speed=1")}&history=60`;
  const shown = async (client: Client) => {
    await client.said((message) => message.type === "grid_update" && !message.history);
    return heads(client.messages);
  };
  const runs = new SharedRuns(6_000_000);
  const first = new Client(settings, runs, query);
  const expected = await shown(first);
  assert.ok(expected.length > 100);
  const second = new Client(settings, runs, query);
  assert.deepEqual(await shown(second), expected);
  // Who wants nothing of before the first grid goes on sharing a run.
  const third = new Client(settings, runs, query.replace("&history=60", ""));
  await third.got(1);
  assert.equal(runs.runs, 2);
  const clients = [first, second, third];
  for (const client of clients) client.stop();
  await Promise.all(clients.map(({ ended }) => ended));
});

/** The small session, as it is run. */
async function resolved(lake: string) {
  const { instrument } = settingsOf(lake);
  const asked = { productType: instrument.product_type, symbol: instrument.symbol, dt: SMALL_DT };
  const session = { ...asked, startTime: SMALL_START, throttleMs: 25 };
  return await resolveRequest(instrument, session, { lake });
}

Deno.test("on the way to where a client is, nothing that it had counts as passed by", async () => {
  await using made = await smallLake();
  const { lake } = made;
  const wishes = { columns: [], reading: false, session: false };
  const request = { run: await resolved(lake), lake, historyMs: 0, wishes };
  const runs = new SharedRuns();
  const lastEvent = 20_800;
  const reader = await runs.readAlone(request, lastEvent);
  await reader.shared.opened();
  await reader.shared.bookReady();
  const steps = new Set<string>();
  while (reader.grid === undefined) {
    steps.add(await reader.shared.advance((_, kind) => kind !== "history"));
  }
  assert.ok(steps.has("had") && !steps.has("passed"), [...steps].join());
  assert.ok(reader.grid.eventId > lastEvent);
  await reader.leave();
});

Deno.test("on the way to where a client is, the gaps that it was told of are not told again", async () => {
  await using made = await smallLake();
  const { lake, path } = made;
  const morning = 14n * 3_600n * 1_000_000_000n;
  const minutes = (count: number) => morning + BigInt(count) * 60_000_000_000n;
  // A snapshot that comes later than what was before it is the end of a gap.
  const records = [0, 10, 20].flatMap((minute) => [
    ...snapshot({ at: minutes(minute) }),
    ...adds(5, { at: minutes(minute) + 1n }),
  ]);
  await Deno.writeFile(path, dbn(records));
  const wishes = { columns: [], reading: false, session: false };
  const run = { ...await resolved(lake), startNs: null, startTime: null };
  const request = { run, lake, historyMs: 0, wishes };
  const gapsAfter = async (lastEvent: number) => {
    const reader = await new SharedRuns().readAlone(request, lastEvent);
    await reader.shared.opened();
    await reader.shared.bookReady();
    const told: number[] = [];
    for (;;) {
      while (reader.grid !== undefined) {
        const { eventId, gaps } = reader.grid;
        told.push(...gaps.map(() => eventId));
        reader.pass();
      }
      const step = await reader.shared.advance(() => true);
      if (step === "end") break;
    }
    await reader.leave();
    return told;
  };
  const [first, second, ...others] = await gapsAfter(0);
  assert.ok(first! < second! && others.length === 0);
  assert.deepEqual(await gapsAfter(first! - 1), [first, second]);
  assert.deepEqual(await gapsAfter(first!), [second]);
  assert.deepEqual(await gapsAfter(second!), []);
});

/** A minute of the hour from 14:00 UTC on, nanoseconds since midnight. */
const at = (minute: number) => (14n * 60n + BigInt(minute)) * 60_000_000_000n;

Deno.test("a gap over the start is told before the first grid after it, with history and without", async () => {
  await using made = await smallLake();
  // The start is 14:35; the first snapshot is that of the session.
  const records = [20, 36].flatMap((minute) => [
    ...snapshot({ at: at(minute) }),
    ...adds(5, { at: at(minute === 20 ? 34 : minute) + 1n }),
  ]);
  await Deno.writeFile(made.path, dbn(records));
  const settings = settingsOf(made.lake);
  for (const history of [0, 120]) {
    const client = new Client(settings, new SharedRuns(), `${EARLIER}&history=${history}`);
    await client.ended;
    const kinds = client.lasting.flatMap((message) => {
      if (typeof message === "string") return [];
      if (message.type === "grid_update") return [message.history ? "history" : "grid"];
      return message.type === "gap" ? ["gap"] : [];
    });
    const first = kinds.indexOf("grid");
    assert.deepEqual(kinds.slice(0, first).filter((kind) => kind !== "history"), ["gap"]);
    assert.equal(kinds.lastIndexOf("history") > 0, history > 0);
    assert.ok(kinds.lastIndexOf("history") < kinds.indexOf("gap"), kinds.join());
  }
});

/** A session with a gap that ends at 14:38: half a minute of orders before it, and after it. */
function withGap(): Uint8Array {
  const records = [35, 38].flatMap((minute) => [
    ...snapshot({ at: at(minute) }),
    ...adds(30, { at: at(minute) + 1n }),
  ]);
  return dbn([...snapshot({ at: at(20) }), ...records]);
}

Deno.test("the balance is read anew after a gap, with the first grid after it, whatever is sent of it", async () => {
  await using made = await smallLake();
  await Deno.writeFile(made.path, withGap());
  for (const rate of ["", "&rate=1"]) {
    const client = new Client(
      settingsOf(made.lake),
      new SharedRuns(),
      `${EARLIER}&reading=1${rate}`,
    );
    await client.ended;
    let hasGap = false;
    const begins = client.lasting.flatMap((message) => {
      if (typeof message === "string") return [];
      hasGap ||= message.type === "gap" && message.to_ts_ns === `${MIDNIGHT_NS + at(38)}`;
      if (message.type !== "grid_update" || !hasGap) return [];
      const { changes = [], since_ts_ns } = message.reading!;
      return [...changes.map((change) => change.since_ts_ns), since_ts_ns];
    }).filter((ns) => BigInt(ns) >= MIDNIGHT_NS + at(37));
    assert.equal(begins[0], `${MIDNIGHT_NS + at(38)}`, rate);
  }
});

Deno.test("a gap before a grid that is passed by while the run works for the next is told", async () => {
  await using made = await smallLake();
  await Deno.writeFile(made.path, withGap());
  const runs = new SharedRuns();
  // The silence is not waited for, but the end of the cell is worked for.
  const client: Client = new Client(settingsOf(made.lake), runs, `${EARLIER}&rate=1`);
  const join = runs.join.bind(runs);
  let isSought = false;
  runs.join = async (...args) => {
    const reader = await join(...args);
    const { shared } = reader;
    const advance = shared.advance.bind(shared);
    shared.advance = (wants) => {
      if (!isSought && client.grids > 0 && (reader.grid?.gaps.length ?? 0) > 0) {
        isSought = true;
        shared.stopJoining();
        client.seek(`${MIDNIGHT_NS + at(38) + 10_000_000_000n}`);
      }
      return advance(wants);
    };
    return reader;
  };
  await client.ended;
  assert.ok(isSought);
  const told = client.lasting.flatMap((message) =>
    typeof message !== "string" && message.type === "gap" ? [message.to_ts_ns] : []
  );
  assert.deepEqual(told.slice(-1), [`${MIDNIGHT_NS + at(38)}`]);
});

Deno.test("before why a damaged file ends comes its last grid, and how many a slow client was not sent", async () => {
  await using made = await smallLake();
  await Deno.truncate(made.path, (await Deno.stat(made.path)).size - 20);
  const settings = settingsOf(made.lake);
  const ended = async (isSlow: boolean) => {
    // All columns, so that what is not taken is soon too much.
    const query = `dt=${SMALL_DT}&start_time=${START}&speed=1000`;
    const client = new Client(settings, new SharedRuns(), query);
    if (isSlow) client.at(10, () => client.bufferedAmount = 1e9);
    await assert.rejects(client.ended, /truncated at byte/);
    const left = client.lasting.reduce(
      (sum, message) =>
        sum + (typeof message !== "string" && message.type === "lag" ? message.dropped : 0),
      0,
    );
    const last = client.lasting.findLast((message) =>
      typeof message !== "string" && message.type === "grid_update"
    );
    return { grids: client.grids, left, last };
  };
  const prompt = await ended(false), slow = await ended(true);
  assert.ok(slow.left > 0);
  assert.equal(slow.grids + slow.left, prompt.grids + prompt.left);
  assert.deepEqual(slow.last, prompt.last);
});

Deno.test("how grids were sent to one that has left is kept for nobody", async () => {
  await using made = await smallLake();
  const { lake } = made;
  const run = await resolved(made.lake);
  const runs = new SharedRuns();
  const join = (column: StreamField) => {
    const wishes = { columns: [column], reading: false, session: false };
    return runs.join({ run, lake, historyMs: 0, wishes }, 1);
  };
  const stays = await join("rest_depth");
  const [first, second] = [await join("v_add"), await join("v_add")];
  assert.equal(first.view, second.view);
  await first.leave();
  const third = await join("v_add");
  assert.equal(third.view, second.view);
  await second.leave();
  await third.leave();
  const fourth = await join("v_add");
  assert.notEqual(fourth.view, third.view);
  assert.equal(fourth.shared, stays.shared);
  const fifth = await join("rest_depth");
  assert.equal(fifth.view, stays.view);
  for (const reader of [stays, fourth, fifth]) await reader.leave();
  assert.equal(runs.runs, 0);
});

Deno.test("who pauses until the others are far away gets the rest from a run of its own", async () => {
  const { settings, expected } = await bench();
  for (const room of [LITTLE, 1_000_000]) {
    const runs = new SharedRuns(room);
    const [paused, ...others] = Array.from({ length: 4 }, () => new Client(settings, runs));
    await pauseAt(paused!, 7);
    for (const other of others) {
      await other.ended;
      assert.deepEqual(other.lasting, expected);
    }
    assert.equal(paused!.grids, 7);
    paused!.control("resume");
    await paused!.ended;
    assert.deepEqual(paused!.lasting, expected);
  }
});

Deno.test("who gets the rest from a run of its own gets no execution twice, whatever had settled before", async () => {
  const { settings } = await bench();
  for (const wish of ["settle=0", "settle=1"]) {
    const query = `${QUERY.replace(START, "09:38")}&throttle_ms=400&${wish}`;
    const lone = new Client(settings, new SharedRuns(), query);
    await lone.ended;
    for (const grids of [7, 8, 9, 10]) {
      const runs = new SharedRuns(LITTLE);
      const clients = Array.from({ length: 3 }, () => new Client(settings, runs, query));
      const [paused, ...others] = clients;
      await pauseAt(paused!, grids);
      for (const other of others) await other.ended;
      paused!.control("resume");
      await paused!.ended;
      assert.deepEqual(tradesOf(paused!), tradesOf(lone), `${wish}, paused at ${grids}`);
    }
  }
});

Deno.test("who gets the rest from a run of its own hears of the same changes of the state", async () => {
  const { settings } = await bench();
  const query = `${QUERY}&reading=1&rate=30`;
  const lone = new Client(settings, new SharedRuns(), query);
  await lone.ended;
  const told = lone.messages.flatMap((message) =>
    typeof message !== "string" && message.type === "grid_update"
      ? message.reading!.changes ?? []
      : []
  );
  assert.ok(told.length > 2, `${told.length}`);
  const runs = new SharedRuns(LITTLE);
  const [paused, ...others] = Array.from(
    { length: 3 },
    () => new Client(settings, runs, query),
  );
  await pauseAt(paused!, 3);
  for (const other of others) {
    await other.ended;
    assert.deepEqual(other.lasting, lone.lasting);
  }
  assert.equal(paused!.grids, 3);
  paused!.control("resume");
  await paused!.ended;
  assert.deepEqual(paused!.lasting, lone.lasting);
});

Deno.test("who goes faster leaves the others to their pace", async () => {
  const { settings, expected } = await bench();
  const runs = new SharedRuns(LITTLE);
  const query = QUERY.replace("speed=1000", "speed=1");
  const [fast, ...others] = Array.from({ length: 3 }, () => new Client(settings, runs, query));
  await Promise.all([fast, ...others].map((client) => client!.got(2)));
  fast!.control("speed", 1000);
  await fast!.ended;
  assert.deepEqual(fast!.lasting.slice(1), expected.slice(1));
  assert.equal(runs.runs, 1);
  for (const other of others) await other.got(other.grids + 2);
  for (const other of others) other.stop();
  await Promise.all(others.map((other) => other.ended));
  assert.equal(runs.runs, 0);
});

Deno.test("who leaves takes nothing from the others, in the bootstrap or when it is ahead", async () => {
  await using made = await smallLake();
  const settings = settingsOf(made.lake);
  const runs = new SharedRuns();
  const [early, ahead, ...others] = Array.from({ length: 5 }, () => new Client(settings, runs));
  queueMicrotask(() => early!.stop());
  ahead!.at(30, () => ahead!.stop());
  for (const other of others) assert.equal(await other.ended, "end_of_file");
  assert.equal(await early!.ended, "stopped");
  assert.equal(await ahead!.ended, "stopped");
  assert.equal(ahead!.grids, 30);
  const lone = new Client(settings, new SharedRuns());
  await lone.ended;
  for (const other of others) assert.deepEqual(other.lasting, lone.lasting);
});

Deno.test("a damaged file tells every client after its whole grids; a new one is not mixed with it", async () => {
  const { expected } = await bench();
  await using made = await smallLake();
  const { path, lake } = made;
  const settings = settingsOf(lake);
  const whole = await Deno.readFile(path);
  await Deno.truncate(path, whole.length - 20);
  const runs = new SharedRuns();
  const clients = Array.from({ length: 3 }, () => new Client(settings, runs));
  for (const client of clients) {
    await assert.rejects(client.ended, /truncated at byte/);
    assert.ok(client.grids > 500);
    assert.deepEqual(client.lasting.slice(1), expected.slice(1, client.lasting.length));
  }
  const watching = new Client(settings, runs);
  await watching.got(1);
  watching.control("pause");
  await Deno.writeFile(path, whole);
  const newcomer = new Client(settings, runs);
  assert.equal(await newcomer.ended, "end_of_file");
  assert.deepEqual(heads(newcomer.messages), heads(expected));
  await assert.rejects(watching.ended, /replaced or written to/);
  const starting = new Client(settings, runs);
  await starting.got(1);
  await Deno.utime(path, 1, 1);
  starting.control("restart");
  await assert.rejects(starting.ended, /replaced or written to/);
});

/** Numbers 0 to 1, the same for the same seed (mulberry32). */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

for (let seed = 1; seed <= casesOf(2, 6); seed++) {
  Deno.test(`whatever their controls, clients get each grid once and in order (seed ${seed})`, async () => {
    const { settings, expected, grids } = await bench();
    const random = randomOf(seed);
    const runs = new SharedRuns(seed % 2 === 0 ? LITTLE : undefined);
    const clients = Array.from({ length: 8 }, () => new Client(settings, runs));
    const jumps = clients.map((client) => plan(client, random, grids));
    for (const [i, client] of clients.entries()) {
      assert.equal(await client.ended, "end_of_file");
      assert.deepEqual(rebuilt(client.lasting, jumps[i]!), expected);
    }
  });
}

/** Plans controls at random grids; a restart only where the returned number of grids have come. */
function plan(client: Client, random: () => number, grids: number): number {
  for (let i = 0; i < 12; i++) {
    const at = 1 + Math.floor(random() * (grids - 1));
    const act = random();
    client.at(at, () => {
      if (act < 0.3) client.control("speed", act < 0.15 ? 1000 : 400);
      else {
        client.control("pause");
        if (act < 0.6) client.control("step");
        // Others have had turns when it goes on.
        queueMicrotask(() => client.control("resume"));
      }
    });
  }
  const restartAt = 1 + Math.floor(random() * (grids / 2));
  client.at(restartAt, () => client.control("restart"));
  return restartAt;
}

Deno.test("a seek to among grids that a raster has left out, but not yet shown, goes back to them", async () => {
  const { settings, expected } = await bench();
  const runs = new SharedRuns();
  // All of it lies in one cell of the raster: the last grid alone is shown after the first.
  const client: Client = new Client(settings, runs, `${QUERY}&rate=1`);
  const join = runs.join.bind(runs);
  runs.join = async (...args) => {
    const reader = await join(...args);
    const pass = reader.pass.bind(reader);
    let passed = 0;
    reader.pass = () => {
      pass();
      if (++passed !== 10) return;
      client.control("pause");
      client.seek(`${BigInt(first!.ts_ns) + 1n}`);
    };
    return reader;
  };
  const [first, second] = gridsOf(expected);
  await client.got(2);
  assert.equal(gridsOf(client.messages)[1]!.event_id, second!.event_id);
  client.stop();
  await client.ended;
});

/** What a client got without what it saw before its restart. */
function rebuilt(messages: readonly Message[], restartAt: number): Message[] {
  const seen = messages.filter((message) => typeof message === "string").length;
  assert.ok(seen > restartAt);
  let rows = 0;
  const cut = messages.findIndex((m) => typeof m === "string" && ++rows === restartAt);
  return [messages[0]!, ...messages.slice(cut + 1)];
}

Deno.test("beyond the runs that there may be a stream waits, its controls are answered, and it goes on", async () => {
  const { settings, expected } = await bench();
  const slots = new RunSlots(() => ({ maxRuns: 4, maxMemory: Infinity }));
  const runs = new SharedRuns(undefined, slots);
  // Three newcomers with different requests; a fourth waits, for one run is held.
  const slow = (throttle: number) => QUERY.replace("speed=1000", `speed=1&throttle_ms=${throttle}`);
  const [first, second, third] = [26, 27, 28].map((ms) => new Client(settings, runs, slow(ms)));
  await Promise.all([first, second, third].map((client) => client!.got(1)));
  const late = new Client(settings, runs);
  const isQueued = (message: ServerMessage) =>
    message.type === "progress" && message.phase === "queued";
  await late.said(isQueued);
  assert.deepEqual([slots.taken, slots.waiting, late.grids], [3, 1, 0]);
  // Whoever wants what somebody waits for waits for the same run.
  const same = new Client(settings, runs);
  await same.said(isQueued);
  assert.deepEqual([slots.taken, slots.waiting], [3, 2]);
  // Who is in seeks back in a run of its own, at once.
  first!.control("seek", "09:38:30");
  await first!.got(first!.grids + 2);
  first!.stop();
  await first!.ended;
  assert.equal(await late.ended, "end_of_file");
  assert.equal(await same.ended, "end_of_file");
  for (const client of [late, same]) assert.deepEqual(client.lasting, expected);
  for (const client of [second, third]) {
    client!.stop();
    assert.equal(await client!.ended, "stopped");
  }
  assert.deepEqual([slots.taken, slots.waiting, runs.runs], [0, 0, 0]);
});
