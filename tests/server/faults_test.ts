/** What machines, disks and people do wrong, to a server that goes on. */
import assert from "node:assert/strict";
import { ensureBookCache } from "../../engine/cache.ts";
import { Decoder } from "../../engine/dbn_input.ts";
import { UserError } from "../../engine/errors.ts";
import { loadInstrument } from "../../engine/instrument.ts";
import { resolveRequest } from "../../engine/request.ts";
import { EngineRun } from "../../engine/run.ts";
import { openByteSource } from "../../engine/source/byte_source.ts";
import { deno, whileServing } from "../launcher.ts";
import { makeReadOnly, mayMount, mounted } from "../mount.ts";
import { projectFile } from "../project.ts";
import { SMALL_DT, SMALL_START, smallLake } from "../small_session.ts";
import { plainGrids, type ServedSession, serveSmall } from "./served_session.ts";
import { type Received, StreamReader } from "./stream_client.ts";

/** A minute before the session's end. */
const START = "09:38";
const QUERY = `start_time=${START}&speed=1000`;

function gridIds(messages: readonly Received[]): number[] {
  return messages.flatMap((m) =>
    !(m instanceof Uint8Array) && m.type === "grid_update" ? [m.event_id] : []
  );
}

/** Streams the small session to its end; what was sent has to be in order. */
async function streamsWhole(served: ServedSession): Promise<void> {
  const stream = served.server.connect(QUERY);
  const ids = gridIds(await stream.rest());
  assert.deepEqual(await stream.closed, { code: 1000, reason: "end_of_file" });
  const expected = new Set((await plainGrids(served, START)).map(({ eventId }) => eventId));
  assert.ok(ids.length > 0 && ids.every((id) => expected.has(id)));
  assert.deepEqual(ids, ids.toSorted((a, b) => a - b));
}

function cachesIn(lake: string): string[] {
  return [...Deno.readDirSync(`${lake}/cache/vp_book`)].map(({ name }) => name).sort();
}

Deno.test("a process killed while it writes caches leaves whole ones or none", async () => {
  await using made = await smallLake();
  const { lake } = made;
  const dir = `${lake}/cache/vp_book`;
  await Deno.mkdir(dir, { recursive: true });
  const instrument = loadInstrument(projectFile("instrument.yaml"));
  let hits = 0;
  for (let round = 1; round <= 4; round++) {
    const writer = deno(["run", "-q", "--no-check", "-A", "tests/server/cache_writer.ts", lake])
      .spawn();
    const watcher = Deno.watchFs(dir);
    let events = 0;
    // Each cache is created, written and renamed: another number of events, another moment.
    for await (const _ of watcher) if (++events === 5 * round + 2) break;
    writer.kill("SIGKILL");
    await writer.output();
    for (let minute = 0; minute < 10; minute++) {
      const startTime = `09:3${minute}`;
      const request = {
        productType: "future_mbo",
        symbol: "MNQH6",
        dt: SMALL_DT,
        startTime,
        throttleMs: 25,
      };
      const run = await EngineRun.open(await resolveRequest(instrument, request, { lake }));
      const result = await ensureBookCache(run, { lake });
      run.close();
      assert.equal(result?.problem, null, startTime);
      if (result?.hit) hits++;
    }
    for (const name of cachesIn(lake)) await Deno.remove(`${dir}/${name}`);
  }
  assert.ok(hits > 0, "nothing was written before a kill");
});

Deno.test({
  name: "a full disk costs the cache, not the stream, and leaves nothing half-written",
  ignore: !mayMount,
  async fn() {
    await using served = await serveSmall();
    const cache = `${served.lake}/cache`;
    await Deno.mkdir(cache);
    {
      await using _disk = await mounted(cache, "-t", "tmpfs", "-o", "size=64k", "tmpfs");
      await Deno.mkdir(`${cache}/vp_book`);
      const full = new Uint8Array(1 << 20);
      await assert.rejects(Deno.writeFile(`${cache}/ballast`, full), /No space left/);
      await streamsWhole(served);
      assert.deepEqual(cachesIn(served.lake), []);
    }
    await streamsWhole(served);
    assert.equal(cachesIn(served.lake).length, 1);
  },
});

Deno.test({
  name: "a lake on a read-only file system is streamed from all the same",
  ignore: !mayMount,
  async fn() {
    await using served = await serveSmall();
    {
      await using _disk = await mounted(served.lake, "--bind", served.lake);
      await makeReadOnly(served.lake);
      await assert.rejects(Deno.writeTextFile(`${served.lake}/x`, ""), /Read-only/);
      await streamsWhole(served);
    }
  },
});

Deno.test("a file that cannot be read any further is one line that names it", async () => {
  for (const zst of [false, true]) {
    await using made = await smallLake(zst);
    const source = await openByteSource(made.path);
    const decoder = new Decoder({ name: made.path });
    while (decoder.metadata === null) await source.fill(decoder);
    source.close();
    const readOn = async () => {
      while (await source.fill(decoder)) while (decoder.next(-1) >= 0);
    };
    await assert.rejects(readOn, (error: Error) => {
      assert.ok(error instanceof UserError);
      assert.match(error.message, /: reading failed: [^\n]+; check the disk$/);
      return true;
    });
  }
});

for (
  const [what, change] of [
    ["replaced by another", async (path: string) => {
      await Deno.copyFile(path, `${path}.new`);
      await Deno.rename(`${path}.new`, path);
    }],
    ["written to", (path: string) => Deno.writeFile(path, new Uint8Array(56), { append: true })],
    ["removed", (path: string) => Deno.remove(path)],
  ] as const
) {
  Deno.test(`a raw file that is ${what} while it is streamed ends the stream with an error`, async () => {
    await using served = await serveSmall();
    const stream = served.server.connect(`start_time=${SMALL_START}&speed=1`);
    await stream.until("grid_update");
    await change(served.path);
    const { message } = await stream.until("error");
    assert.match(message, /was (replaced or written to|removed) while it was read/);
    assert.equal((await stream.closed).code, 1011);
  });
}

Deno.test("a wall clock that jumps changes nothing: streams are paced by a monotonic one", async () => {
  await using served = await serveSmall();
  const { now } = Date;
  try {
    const stream = served.server.connect(QUERY);
    await stream.until("grid_update");
    for (const jump of [-86_400_000, 3_600_000, -1]) {
      Date.now = () => now() + jump;
      await stream.until("grid_update");
    }
    await stream.rest();
    assert.deepEqual(await stream.closed, { code: 1000, reason: "end_of_file" });
  } finally {
    Date.now = now;
  }
});

Deno.test("two servers on one lake start at once, serve the same, and leave one cache", async () => {
  await using made = await smallLake();
  const args = ["--lake", made.lake, "--dt", SMALL_DT, "--log-level", "WARNING"];
  let first: number[] = [];
  let second: number[] = [];
  const { said } = await whileServing(args, async (one) => {
    const other = await whileServing(args, async (two) => {
      const streams = [one, two].map(({ port }) =>
        new StreamReader(Number(port), `start_time=${SMALL_START}&speed=100&fields=rest_depth`)
      );
      const all = await Promise.all(streams.map((stream) => stream.until("grid_update")));
      [first, second] = all.map(({ event_id }) => [event_id]) as [number[], number[]];
      for (const stream of streams) await stream.close();
    });
    assert.equal(other.said, "");
  });
  assert.equal(said, "");
  assert.deepEqual(first, second);
  const caches = cachesIn(made.lake);
  assert.equal(caches.length, 1);
  assert.match(caches[0]!, /^MNQH6_2026-02-06_[0-9a-f]{16}\.book$/);
});
