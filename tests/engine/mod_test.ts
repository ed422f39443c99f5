/** The engine as other programs use it. */
import assert from "node:assert/strict";
import { constants, zstdCompressSync } from "node:zlib";
import {
  BUCKET_FIELDS,
  type Execution,
  openSession,
  type SessionGrid,
  type SessionOptions,
  TruncatedError,
  UserError,
} from "../../engine/mod.ts";
import { adds, dbn, join, snapshot } from "../made_session.ts";
import { projectFile, readProjectFile } from "../project.ts";
import { SMALL_DT, SMALL_START, smallLake, smallSession } from "../small_session.ts";
import { runFile } from "./file_run.ts";

const SMALL = { symbol: "MNQH6", dt: SMALL_DT, tickSize: 0.25, startTime: SMALL_START } as const;

async function gridsOf(options: SessionOptions) {
  return await Array.fromAsync(openSession(options).grids());
}

Deno.test("grids() gives what a run gives, of a path and of bytes, plain and Zstandard", async () => {
  await using lake = await smallLake();
  const bytes = smallSession();
  const { grids: expected } = await runFile(lake.path, { startTime: SMALL_START, throttleMs: 250 });
  const compressed = new Uint8Array(zstdCompressSync(bytes));
  for (const from of [{ path: lake.path }, { bytes }, { bytes: compressed }]) {
    const grids = await gridsOf({ ...SMALL, ...from, throttleMs: 250 });
    assert.equal(grids.length, expected.length);
    grids.forEach((grid, i) => {
      const { tsNs, eventId, bestBid, bestAsk, columns } = expected[i]!;
      assert.deepEqual(
        [grid.tsNs, grid.eventId, grid.bestBid, grid.bestAsk],
        [tsNs, eventId, bestBid, bestAsk],
      );
      assert.deepEqual(Object.keys(grid.columns), [...BUCKET_FIELDS]);
      assert.deepEqual(grid.columns.a_pull, columns["a_pull"]);
    });
  }
});

Deno.test("a grid holds the columns asked for, and is not overwritten", async () => {
  const options = { ...SMALL, bytes: smallSession(), fields: ["v_add"] } as const;
  const grids = await gridsOf(options);
  assert.deepEqual(Object.keys(grids[0]!.columns), ["v_add"]);
  assert.notDeepEqual(grids[0]!.columns.v_add, grids.at(-1)!.columns.v_add);
});

Deno.test("trades() gives the session's executions, and stats() what was passed", async () => {
  const session = openSession({
    symbol: "MNQH6",
    dt: SMALL_DT,
    tickSize: 0.25,
    throttleMs: 1000,
    bytes: smallSession(),
  });
  assert.equal(session.stats(), null);
  const trades = await Array.fromAsync(session.trades());
  assert.ok(trades.length > 50, `${trades.length}`);
  assert.ok(trades.every(({ size, side }) => size > 0 && [65, 66, 78].includes(side)));
  const first = session.stats()!;
  assert.ok(first.records.kept > trades.length);
  await Array.fromAsync(session.grids());
  assert.deepEqual(session.stats()!.records, first.records);
});

Deno.test("a file that is cut off counts up to there, of a path and of bytes, plain and Zstandard", async () => {
  const dir = await Deno.makeTempDir();
  const path = `${dir}/cut`;
  const asked = { ...SMALL, throttleMs: 250 };
  const withChecksum = { params: { [constants.ZSTD_c_checksumFlag]: 1 } };
  const compressed = new Uint8Array(zstdCompressSync(smallSession(), withChecksum));
  // A record that is not whole, and a checksum: nothing else is lost.
  const all = await gridsOf({ ...asked, bytes: smallSession().subarray(0, -56) });
  for (
    const [bytes, grids] of [
      [smallSession().subarray(0, -1), all],
      [compressed.subarray(0, -1), await gridsOf({ ...asked, bytes: smallSession() })],
    ] as const
  ) {
    await Deno.writeFile(path, bytes);
    for (const from of [{ path }, { bytes }]) {
      const session = openSession({ ...asked, ...from, allowTruncated: true });
      assert.deepEqual(await Array.fromAsync(session.grids()), grids);
      assert.match(session.stats()!.truncated!, /: truncated at /);
      const refused: SessionGrid[] = [];
      await assert.rejects(async () => {
        for await (const grid of openSession({ ...asked, ...from }).grids()) refused.push(grid);
      }, TruncatedError);
      assert.equal(refused.length, grids.length);
    }
  }
  await Deno.remove(dir, { recursive: true });
});

Deno.test("trades() gives all executions before what is wrong with a file, then throws", async () => {
  const options = { symbol: "MNQH6", dt: SMALL_DT, tickSize: 0.25 };
  const all = await Array.fromAsync(openSession({ ...options, bytes: smallSession() }).trades());
  const cut = openSession({ ...options, bytes: join(smallSession(), new Uint8Array(16)) });
  const found: Execution[] = [];
  await assert.rejects(async () => {
    for await (const execution of cut.trades()) found.push(execution);
  }, /is 0 bytes long/);
  assert.deepEqual(found, all);
});

Deno.test("a file that is changed while it is read is refused, and that is what is said", async () => {
  await using lake = await smallLake();
  const { path } = lake;
  const bytes = await Deno.readFile(path);
  const changes: [RegExp, () => void][] = [
    [
      /was replaced or written to/,
      () => Deno.writeFileSync(path, new Uint8Array(99), { append: true }),
    ],
    [/was replaced or written to/, () => Deno.truncateSync(path, 900_000)],
    [/was replaced or written to/, () => {
      Deno.writeFileSync(`${path}.new`, bytes);
      Deno.renameSync(`${path}.new`, path);
    }],
    [/was removed/, () => Deno.removeSync(path)],
  ];
  for (const pass of ["grids", "trades"] as const) {
    for (const [message, change] of changes) {
      Deno.writeFileSync(path, bytes);
      const session = openSession({ ...SMALL, path, startTime: "00:00", throttleMs: 1000 });
      const found = session[pass]();
      await found.next();
      change();
      await assert.rejects(Array.fromAsync<unknown>(found), (error) => {
        assert.ok(error instanceof UserError);
        assert.match(error.message, message);
        return true;
      });
    }
  }
});

Deno.test("bytes that are taken away meanwhile are no end of the file, and are told by name", async () => {
  const gone = (error: unknown) => {
    assert.ok(error instanceof UserError);
    assert.match(error.message, /^bytes: their memory is gone: it was transferred or made shorter/);
    return true;
  };
  const asked = { ...SMALL, startTime: "00:00", throttleMs: 1000 } as const;
  for (const file of [smallSession(), zstdCompressSync(smallSession())]) {
    for (const away of ["transferred", "made shorter"]) {
      for (const grids of [0, 1]) {
        const buffer = new ArrayBuffer(file.length, { maxByteLength: file.length });
        const bytes = new Uint8Array(buffer);
        bytes.set(file);
        const session = openSession({ ...asked, bytes });
        const found = session.grids();
        if (grids > 0) await found.next();
        if (away === "transferred") structuredClone(buffer, { transfer: [buffer] });
        else buffer.resize(grids * 1000);
        await assert.rejects(Array.fromAsync(found), gone);
      }
    }
  }
});

Deno.test("a pass may be left, and another begun meanwhile", async () => {
  const session = openSession({ ...SMALL, bytes: smallSession() });
  const [one, other] = [session.grids(), session.grids()];
  const first = await one.next();
  assert.deepEqual(await other.next(), first);
  await one.return();
  const rest = await Array.fromAsync(other);
  assert.ok(rest.length > 10);
});

Deno.test("stats() is of the pass begun last, also while that opens, or fails to", async () => {
  await using lake = await smallLake();
  const session = openSession({ ...SMALL, path: lake.path, throttleMs: 1000 });
  const grids = session.grids();
  await grids.next();
  const kept = session.stats()!.records.kept;
  assert.ok(kept > 0);
  const other = session.grids();
  const next = other.next();
  assert.equal(session.stats(), null);
  await next;
  await grids.return();
  assert.equal(session.stats()!.records.kept, kept);
  await other.return();
  assert.equal(session.stats()!.records.kept, kept);
  await Deno.remove(lake.path);
  await assert.rejects(session.grids().next(), /no such file/);
  assert.equal(session.stats(), null);
});

Deno.test("trades() lets others have their turn, also where there are none", async () => {
  const flow = join(...adds(50_000, { at: 1n }));
  const bytes = join(dbn(snapshot({ at: 0n })), ...Array.from({ length: 8 }, () => flow));
  let turns = 0;
  const ticking = setInterval(() => turns++, 0);
  const { symbol, dt, tickSize } = SMALL;
  const trades = await Array.fromAsync(openSession({ symbol, dt, tickSize, bytes }).trades());
  clearInterval(ticking);
  assert.deepEqual(trades, []);
  assert.ok(turns > 0);
});

Deno.test("wrong options are told in one line", async () => {
  const bytes = smallSession();
  const refused: [Partial<Record<keyof SessionOptions | "start_time", unknown>>, RegExp][] = [
    [{ tickSize: 0 }, /^tickSize: 0 is no step/],
    [{ tickSize: 5e-10 }, /^tickSize: 5e-10 is no step in dollars; give a multiple of 1e-9/],
    [{ tickSize: 0.2500000001 }, /^tickSize: 0.2500000001 is no step/],
    [{ throttleMs: -1 }, /^throttleMs: -1/],
    [{ throttleMs: Infinity }, /^throttleMs: Infinity is no time; give milliseconds from 0 to 90/],
    [{ throttleMs: 1e300 }, /^throttleMs: 1e\+300/],
    [
      { fields: ["v_add", "k" as "v_add"] },
      /^fields: "k" is no column; there are pressure_variant, /,
    ],
    [{ fields: "v_add" as unknown as [] }, /^fields: give an array/],
    [{ bytes: bytes.buffer as unknown as Uint8Array }, /^bytes: give a Uint8Array$/],
    [{ bytes: new Uint8Array(0) }, /^bytes: there are none: the array is empty, or its buffer was/],
    [{ productType: "spot" as "future_mbo" }, /^productType: "spot" is neither/],
    [{ startTime: "25:00" }, /startTime/],
    [{ path: "a.dbn" }, /^give either path or bytes$/],
    [{ dt: "2026-02-30" }, /^dt: "2026-02-30" is not a date from 1970/],
    [{ symbol: "" }, /^symbol: "" is no symbol; write it as the venue does/],
    // What only JavaScript lets through.
    [{ dt: undefined }, /^dt: undefined is not a date; write YYYY-MM-DD/],
    [{ dt: 20260206n }, /^dt: 20260206 is not a date/],
    [{ symbol: undefined }, /^symbol: undefined is no symbol/],
    [{ tickSize: "0.25" }, /^tickSize: "0.25" is no step/],
    [{ tickSize: 1n }, /^tickSize: 1 is no step/],
    [{ throttleMs: null }, /^throttleMs: null is no time/],
    [{ throttleMs: 5n }, /^throttleMs: 5 is no time/],
    [{ startTime: 935n }, /^startTime: 935 is not a time of day/],
    [{ fields: [undefined] }, /^fields: undefined is no column/],
    [{ allowTruncated: "no" }, /^allowTruncated: "no" is neither true nor false$/],
    [{ bytes: undefined, path: "" }, /^path: "" is no path; name a/],
    [{ bytes: undefined, path: new URL("file:///a") }, /^path: file:\/\/\/a is no path/],
    [{ start_time: "09:35" }, /^start_time: there is no such option; there are path, bytes, /],
  ];
  for (const [wrong, message] of refused) {
    assert.throws(() => openSession({ ...SMALL, bytes, ...wrong } as SessionOptions), (error) => {
      assert.ok(error instanceof UserError);
      assert.match(error.message, message);
      return true;
    });
  }
  assert.throws(
    () => openSession(undefined as unknown as SessionOptions),
    /^UserError: openSession\(\) takes an object of options/,
  );
  await assert.rejects(
    gridsOf({ ...SMALL, bytes, symbol: "ESH6" }),
    /symbol ESH6 is not in its mapping .* has MNQH6, MNQM6; take one of them as the symbol/,
  );
});

/** Runs the example of docs/embedding.md on a lake's file. */
async function runExample({ lake, path }: { lake: string; path: string }, mayRead: string[]) {
  const [, code] = /```ts\n(.*?)```/s.exec(await readProjectFile("docs/embedding.md"))!;
  const example = `${lake}/example.ts`;
  const here = `file://${projectFile("engine/mod.ts")}`;
  await Deno.writeTextFile(example, code!.replace("./engine/mod.ts", here));
  const { code: status, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-q", "--no-prompt", "--config", projectFile("deno.json")]
      .concat([`--allow-read=${mayRead}`, example, path]),
  }).output();
  const [out, said] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
  return { status, out: out!, said: said! };
}

Deno.test("the example of docs/embedding.md runs as it stands", async () => {
  await using lake = await smallLake();
  const { status, out, said } = await runExample(lake, [lake.path, projectFile(".")]);
  assert.equal(status, 0, said);
  const lines = out.trim().split("\n");
  assert.match(lines[0]!, /^\d{19} \d+(\.\d+)? [\d.]+ [\d.]+$/);
  assert.match(lines.at(-1)!, /^\d+ contracts, \d+ records$/);
});

Deno.test("a program that may read its file alone gets the same of 8 MB of Zstandard", async () => {
  await using lake = await smallLake();
  const plain = await runExample(lake, [lake.path]);
  // A frame that is passed over makes it long.
  const passed = new Uint8Array(9 << 20);
  new DataView(passed.buffer).setUint32(0, 0x184d2a50, true);
  new DataView(passed.buffer).setUint32(4, passed.length - 8, true);
  const long = join(zstdCompressSync(smallSession()), passed);
  await Deno.writeFile(lake.path, long);
  assert.deepEqual(await runExample(lake, [lake.path]), plain);
  assert.equal(plain.status, 0, plain.said);
});

Deno.test("a program that may not read its file is told so", async () => {
  await using lake = await smallLake();
  const { status, said } = await runExample(lake, [projectFile(".")]);
  assert.equal(status, 1);
  assert.match(said, /UserError: \S+: outside of what this process may read \(--allow-read\), or/);
});
