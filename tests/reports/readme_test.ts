/** The inputs of the reports, each with the value that is right, through the commands. */
import assert from "node:assert/strict";
import { hasShared } from "../shared_data.ts";
import { runOracle } from "../oracle/engine.ts";
import { taskHere as task } from "../in_process.ts";
import type { Ended } from "../launcher.ts";
import {
  assertRefused,
  capture,
  folder,
  type GridLine,
  gridsOf,
  locked,
  MNQ_FOLDER,
  report,
  touchOf,
} from "./inputs.ts";

const ignore = !hasShared;
const SECOND = 1_000_000_000n;
const HOUR = 3_600n * SECOND;

/** The capture of plain.dbn, the yardstick. */
let yardstick: Promise<Ended> | null = null;
const plain = () => yardstick ??= capture(["--input", report("plain.dbn")]);

/** Copies inputs into the folder of MNQ of a lake. */
async function fill(lake: string, ...files: (readonly [name: string, as: string])[]) {
  await Deno.mkdir(`${lake}/${MNQ_FOLDER}`, { recursive: true });
  for (const [name, as] of files) {
    await Deno.copyFile(report(name), `${lake}/${MNQ_FOLDER}/${as}`);
  }
}

Deno.test({
  name: "plain.dbn: the grids are those of the oracle",
  ignore,
  async fn() {
    const grids = gridsOf(await plain());
    const expected = runOracle({
      bytes: await Deno.readFile(report("plain.dbn")),
      productType: "future_mbo",
      symbol: "MNQH6",
      dt: "2026-02-06",
      tickInt: 250_000_000n,
      startNs: null,
      throttleNs: 25_000_000n,
    }).grids;
    assert.equal(grids.length, 601);
    assert.deepEqual(
      grids.map((g) => [g.ts_ns, g.event_id, g.best_bid_price_int, g.best_ask_price_int]),
      expected.map((g) => [`${g.tsNs}`, g.eventId, `${g.bestBid}`, `${g.bestAsk}`]),
    );
  },
});

Deno.test({
  name: "zstd_named.dbn, plain_named.dbn.zst: first bytes tell what a file is, of --input and lake",
  ignore,
  async fn() {
    await using at = await folder();
    for (const name of ["zstd_named.dbn", "plain_named.dbn.zst"]) {
      assert.deepEqual(await capture(["--input", report(name)]), await plain(), name);
      const lake = `${at.path}/${name}`;
      const as = `glbx-mdp3-20260206.mbo${name.slice(name.indexOf("."))}`;
      await fill(lake, [name, as]);
      assert.deepEqual(await capture(["--lake", lake]), await plain(), name);
    }
  },
});

Deno.test({
  name: "evening_20260206.dbn.zst: 20:30 is the evening before, 19:00 the end alone",
  ignore,
  async fn() {
    await using at = await folder();
    const input = ["--lake", at.path, "--input", report("evening_20260206.dbn.zst")];
    const half = 2n * HOUR - HOUR / 2n;
    const from = gridsOf(await capture([...input, "--start-time", "20:30", "--fields", "v_add"]));
    // A record each 10 s and a little from 00:00:01: the first at or after 01:30.
    assert.equal(touchOf(from[0]).at, half + SECOND + 1_617n);
    assert.equal(touchOf(from.at(-1)).at, 20n * HOUR + SECOND + 21_594n);
    const whole = gridsOf(await capture([...input, "--end-time", "19:00", "--fields", "v_add"]));
    assert.equal(whole.length, 7_201);
    const until = gridsOf(await capture([...input, "--end-time", "20:30", "--fields", "v_add"]));
    assert.equal(touchOf(until.at(-1)).at, half - 9n * SECOND + 1_617n);
    assert.equal(until.length + from.length, whole.length);
    assertRefused(
      await capture([...input, "--start-time", "09:00", "--end-time", "20:30"]),
      /--end-time 20:30 is not after --start-time 09:00 in the session of 2026-02-06/,
      2,
    );
    const evaluated = await task([
      ...["analyze", ...input, "--start-time", "19:30", "--eval-start", "20:30"],
      ...["--eval-end", "22:00", "--json-output", "-"],
    ]);
    assert.equal(evaluated.code, 0, evaluated.err);
    const { window } = JSON.parse(evaluated.out);
    assert.deepEqual(window, { start_time: "19:30", eval_start: "20:30", eval_end: "22:00" });
  },
});

Deno.test({
  name: "negative.dbn: mids below 0 are snapshots like those of the same flow above it",
  ignore,
  async fn() {
    await using at = await folder();
    const bytes = await Deno.readFile(report("negative.dbn"));
    const view = new DataView(bytes.buffer);
    for (let record = 8 + view.getUint32(4, true); record < bytes.length; record += 56) {
      const price = view.getBigInt64(record + 24, true);
      if (price === 0x7fffffffffffffffn) continue;
      // From -37.64 to 17.65.
      view.setBigInt64(record + 24, price + 55_290_000_000n, true);
    }
    const shifted = `${at.path}/shifted.dbn`;
    await Deno.writeFile(shifted, bytes);
    const [below, above] = await Promise.all([report("negative.dbn"), shifted].map((input) => {
      const args = ["--dt", "2020-04-20", "--symbol", "CLK0", "--input", input];
      const hour = ["--start-time", "09:00", "--eval-start", "09:00", "--eval-end", "10:00"];
      return task(["analyze", "--lake", at.path, ...args, ...hour], locked("cl"));
    }));
    assert.deepEqual([below!.code, above!.code], [0, 0], below!.err + above!.err);
    for (const { out } of [below!, above!]) {
      assert.match(out, /^ +snapshots +1,199, of which 1,199 evaluated$/m);
    }
    assert.match(below!.out, /^ +mid range .*\(-37\.6/m);
    assert.match(above!.out, /^ +mid range .*\(17\.6/m);
  },
});

Deno.test({
  name: "spread_20260206.dbn: 0 is a price, and told from none",
  ignore,
  async fn() {
    const args = ["--symbol", "MNQH6-MNQM6", "--input", report("spread_20260206.dbn")];
    const grids = gridsOf(await capture([...args], locked("spread")), /^warning: [^\n]* inside/);
    const none = grids.filter((g) => !g.bid_present || !g.ask_present);
    assert.deepEqual(touchOf(none[0]), {
      bid: -50_000_000n,
      ask: null,
      at: 14n * HOUR + SECOND / 10n,
    });
    assert.equal(none.length, 1);
    const kinds = new Set(
      grids.slice(1).map((g) => {
        const { bid, ask } = touchOf(g);
        return bid! > ask!
          ? `crossed ${bid} ${ask}`
          : bid === ask
          ? `locked ${bid}`
          : `${bid} ${ask}`;
      }),
    );
    assert.ok(kinds.has("crossed 50000000 0"), [...kinds].join("; "));
    assert.ok(kinds.has("locked 0"), [...kinds].join("; "));
    assert.ok([...kinds].some((kind) => kind.startsWith("0 ")), [...kinds].join("; "));
  },
});

Deno.test({
  name: "midnight.dbn: what happened before midnight and was received after it counts",
  ignore,
  async fn() {
    const grids = gridsOf(await capture(["--input", report("midnight.dbn")]));
    const touch = { bid: 24_999_750_000_000n, ask: 25_000_000_000_000n };
    for (const grid of grids.slice(1)) {
      const { bid, ask } = touchOf(grid);
      assert.deepEqual({ bid, ask }, touch);
    }
    assert.equal(grids.length, 3);
  },
});

Deno.test({
  name: "publishers.dbn: two venues are refused, and both named",
  ignore,
  async fn() {
    const args = ["--symbol", "AAPL", "--product-type", "equity_mbo"];
    assertRefused(
      await capture([...args, "--input", report("publishers.dbn")], locked("aapl")),
      /publishers\.dbn: a second publisher_id 40 at byte 416, after publisher_id 39: /,
    );
  },
});

for (const name of ["live_two_instruments.dbn", "inverse.dbn"]) {
  Deno.test({
    name: `${name}: the same grids as plain.dbn`,
    ignore,
    async fn() {
      assert.deepEqual(await capture(["--input", report(name)]), await plain());
    },
  });
}

Deno.test({
  name: "gap.dbn: the book is in doubt from the gap on, which is counted",
  ignore,
  async fn() {
    const run = await capture(["--input", report("gap.dbn"), "--stats"]);
    const stats = JSON.parse(run.err);
    assert.deepEqual([stats.gaps, stats.dropped.other_type], [1, 2]);
    const [grids, sound] = [gridsOf(run, /^\{/), gridsOf(await plain())];
    // 400 records come before it.
    for (const grid of grids) assert.equal(grid.maybe_bad_book === true, grid.event_id > 400);
    const without = ({ maybe_bad_book: _, ...grid }: GridLine) => grid;
    assert.deepEqual(grids.map(without), sound);
    assert.ok(grids.some((g) => g.event_id <= 400) && grids.some((g) => g.event_id > 400));
  },
});

Deno.test({
  name: "midsession.dbn: served, and said that older orders are missing",
  ignore,
  async fn() {
    const run = await capture(["--input", report("midsession.dbn"), "--stats"]);
    const [warning, stats] = run.err.split("\n");
    assert.match(warning!, /^warning: .*midsession\.dbn begins inside the session: older orders/);
    assert.equal(JSON.parse(stats!).begins_inside, true);
    assert.equal(gridsOf(run, /./).length, 40);
    const sound = await capture(["--input", report("plain.dbn"), "--stats"]);
    assert.equal(JSON.parse(sound.err).begins_inside, false);
  },
});

Deno.test({
  name:
    "two_after_one_another.dbn: the second header is named with its byte, what is before is read",
  ignore,
  async fn() {
    const args = ["--dt", "2026-02-05", "--input", report("two_after_one_another.dbn")];
    const refused = await capture(args);
    assert.equal(refused.code, 1);
    assert.match(refused.err, /^error: [^\n]*a second DBN header begins at byte 25000, [^\n]*\n$/);
    assert.doesNotMatch(refused.err, /get the file again/);
    const grids = gridsOf(
      await capture([...args, "--allow-truncated"]),
      /^warning: [^\n]*byte 25000[^\n]*taken\n$/,
    );
    assert.equal(grids.length, 201);
    // The throttle leaves out what happened with the last of 440 records.
    assert.equal(grids.at(-1)!.event_id, 439);
  },
});

Deno.test({
  name: "truncated.dbn: byte and record are said; on demand all that is whole is taken, and said",
  ignore,
  async fn() {
    await using at = await folder();
    const input = ["--input", report("truncated.dbn")];
    const output = ["--output", `${at.path}/grids`];
    const where = "truncated at byte 69780, within the record with index 1239 that begins at " +
      "byte 69744";
    const refused = await task(["capture", ...input, ...output]);
    assertRefused(refused, new RegExp(where));
    assert.deepEqual([...Deno.readDirSync(at.path)], []);
    const taken = await task(["capture", ...input, ...output, "--allow-truncated"]);
    assert.deepEqual([taken.code, taken.out], [0, ""]);
    assert.match(taken.err, new RegExp(`^warning: [^\n]*${where}[^\n]*\n$`));
    const lines = (await Deno.readTextFile(`${at.path}/grids`)).trimEnd().split("\n");
    // Only the last record is cut, and the grid it belongs to has the boundary before it.
    assert.deepEqual(lines.slice(0, 600), (await plain()).out.split("\n").slice(0, 600));
  },
});

Deno.test({
  name: "glbx-mdp3-20260206.mbo.MNQ{H6,M6}.dbn: of one file a symbol the one with the symbol",
  ignore,
  async fn() {
    await using at = await folder();
    const names = ["H6", "M6"].map((s) => `glbx-mdp3-20260206.mbo.MNQ${s}.dbn`);
    await fill(at.path, ...names.map((name) => [name, name] as const));
    const alone = await capture(["--input", report(names[0]!)]);
    assert.ok(gridsOf(alone).length > 100);
    assert.deepEqual(await capture(["--lake", at.path]), alone);
    await Deno.remove(`${at.path}/${MNQ_FOLDER}/${names[0]}`);
    assertRefused(await capture(["--lake", at.path]), /MNQH6 is not in its mapping .* MNQM6/);
  },
});

Deno.test({
  name: "6jh6.dbn: a tick of 0.0000005 is served, and its figures have no binary noise",
  ignore,
  async fn() {
    await using at = await folder();
    const args = ["--symbol", "6JH6", "--input", report("6jh6.dbn"), "--lake", at.path];
    const grids = gridsOf(await capture(args, locked("j6")));
    assert.equal(grids.length, 301);
    const { bid, ask } = touchOf(grids[0]);
    assert.deepEqual([bid, ask], [6_500_500n, 6_501_000n]);
    const warm = await task(["warm", ...args, "--start-time", "09:30"], locked("j6"));
    assert.equal(warm.code, 0, warm.err);
    assert.match(warm.out, /^spot +0\.0065\d{3}$/m);
    const other = args.toSpliced(1, 1, "MJYH6");
    assertRefused(await capture(other, locked("mjy")), /MJYH6 is not in its mapping .* 6JH6/);
  },
});
