import assert from "node:assert/strict";
import {
  hasRecordingEnded,
  isRecorded,
  parseRecordingState,
  readRecordingState,
  recordingPaths,
  type RecordingState,
  recordingStateText,
} from "../../../engine/source/recording.ts";
import { rawDirectory } from "../../../engine/source/lake_folder.ts";

const SESSION = {
  lake: "lake",
  productType: "future_mbo",
  dataset: "GLBX.MDP3",
  symbol: "MNQH6",
  symbolRoot: "MNQ",
  dt: "2026-02-06",
} as const;

const STATE: RecordingState = {
  state: "live",
  sinceNs: 1_770_336_000_000_000_001n,
  message: "",
  sessionId: "12345",
  bytes: 3 * 56,
  records: 3,
  lastEventNs: 1_770_336_000_000_000_003n,
  lastRecvNs: null,
  latencyMs: null,
  reconnections: 1,
  gaps: 0,
};

Deno.test("a recording lies with the raw files of its root, equities under their symbol, what is simulated apart", () => {
  const base = "lake/raw/source=databento/product_type=future_mbo/symbol=MNQ";
  assert.deepEqual(recordingPaths(SESSION), {
    dir: `${base}/table=market_by_order_dbn`,
    data: `${base}/table=market_by_order_dbn/glbx-mdp3-20260206.mbo.MNQH6.live.dbn`,
    state: `${base}/table=market_by_order_dbn/glbx-mdp3-20260206.mbo.MNQH6.live.json`,
  });
  const equity = { ...SESSION, productType: "equity_mbo", dataset: "XNAS.ITCH", symbol: "BRK B" };
  assert.equal(
    recordingPaths(equity as typeof SESSION).data,
    "lake/raw/source=databento/product_type=equity_mbo/symbol=BRK B/table=market_by_order_dbn/" +
      "xnas-itch-20260206.mbo.BRK%20B.live.dbn",
  );
  const simulated = recordingPaths({ ...SESSION, dataset: "SIMULATED.MDP3" });
  assert.match(simulated.data, /source=simulator\/.*\/simulated-mdp3-20260206\.mbo\.MNQH6\.live/);
});

Deno.test("a recording lies where its symbol is looked for, whatever its root is called", async () => {
  const lake = await Deno.makeTempDir();
  try {
    for (
      const [symbol, symbolRoot] of [
        ...[["MNQH6", "MNQ"], ["ESH6-ESM6", "ES"], ["SR3:BF H6-M6-U6", "SR3"]],
        // A user-defined spread, and a root left as it was.
        ...[["UD:1V: 12345", "CL"], ["ZNH6", "MNQ"]],
      ] as const
    ) {
      const session = { ...SESSION, lake, symbol, symbolRoot };
      const { dir } = recordingPaths(session);
      await Deno.mkdir(dir, { recursive: true });
      assert.equal(await rawDirectory("databento", session), dir, symbol);
    }
    // Where a contract has a folder of its own it is looked for there alone.
    const { dir } = recordingPaths({ ...SESSION, lake });
    const own = dir.replace("symbol=MNQ/", "symbol=MNQH6/");
    await Deno.mkdir(own, { recursive: true });
    assert.equal(recordingPaths({ ...SESSION, lake }).dir, own);
    assert.equal(await rawDirectory("databento", { ...SESSION, lake }), own);
    assert.equal(recordingPaths({ ...SESSION, lake, symbol: "MNQM6" }).dir, dir);
  } finally {
    await Deno.remove(lake, { recursive: true });
  }
});

Deno.test("a state is read as it was written, and what is none is named", () => {
  const text = recordingStateText(STATE);
  assert.deepEqual(parseRecordingState(text, "x.live.json"), STATE);
  const bad = (field: string, value: unknown) =>
    JSON.stringify({ ...JSON.parse(text), [field]: value });
  for (
    const [wrong, words] of [
      ["", "is no JSON"],
      ["[]", "holds no fields"],
      [bad("state", "asleep"), 'state is "asleep", but must be one of waiting'],
      [bad("since_ns", 5), "since_ns is 5, but must be nanoseconds"],
      [bad("bytes", -1), "bytes is -1, but must be a whole number"],
      [bad("message", null), "message is null, but must be a text"],
    ] as const
  ) {
    assert.throws(() => parseRecordingState(wrong, "x.live.json"), (error: Error) => {
      assert.equal(error.name, "UserError");
      assert.ok(error.message.startsWith("x.live.json: "), error.message);
      assert.ok(error.message.includes(words), error.message);
      return true;
    });
  }
});

Deno.test("whether it is recorded, a reader tells by the lock, and leaves none behind", async () => {
  const dir = await Deno.makeTempDir();
  const path = `${dir}/a.live.dbn`;
  assert.equal(await isRecorded(path), false);
  assert.equal(await readRecordingState(path), null);
  await Deno.writeTextFile(path, "");
  await Deno.writeTextFile(`${dir}/a.live.json`, recordingStateText(STATE));
  await Deno.chmod(path, 0o444);
  assert.equal(await isRecorded(path), false);
  await Deno.chmod(path, 0o644);
  const file = await Deno.open(path, { read: true, write: true });
  assert.equal(await file.tryLock(true), true);
  assert.equal(await isRecorded(path), true);
  file.close();
  assert.equal(await isRecorded(path), false);
  assert.deepEqual(await readRecordingState(path), STATE);
  await Deno.remove(dir, { recursive: true });
});

Deno.test("a state that is no file, or one without end, is not read", async () => {
  const dir = await Deno.makeTempDir();
  const path = `${dir}/glbx-mdp3-20260206.mbo.MNQH6.live.dbn`;
  const state = path.replace(/dbn$/, "json");
  try {
    await Deno.writeFile(path, new Uint8Array());
    await Deno.symlink("/dev/null", state);
    await assert.rejects(readRecordingState(path), /live\.json is no file; remove it$/);
    await Deno.remove(state);
    await Deno.writeTextFile(state, " ".repeat(65_537));
    await assert.rejects(
      readRecordingState(path),
      /live\.json has 65537 bytes, which is more than/,
    );
    await Deno.remove(state);
    await new Deno.Command("mkfifo", { args: [state] }).output();
    await assert.rejects(readRecordingState(path), /is no file; remove it$/);
    assert.equal(hasRecordingEnded(path, Infinity), false);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
});
