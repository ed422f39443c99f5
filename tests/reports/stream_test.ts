/** The inputs of the reports, each with the value that is right, as a server streams them. */
import assert from "node:assert/strict";
import { hasShared, sharedFile } from "../shared_data.ts";
import { whileServing } from "../launcher.ts";
import { StreamReader } from "../server/stream_client.ts";
import { MIDNIGHT_NS } from "../made_session.ts";
import { capture, folder, gridsOf, locked, report } from "./inputs.ts";
import { headsOf, messageOf, putIntoLake, serveInput } from "./served_input.ts";

const ignore = !hasShared;
const SECOND = 1_000_000_000n;
const HOUR = 3_600n * SECOND;

const lock = (name: string) => sharedFile("data", "reports", "locks", `${name}.yaml`);

/** The heads that a capture of every boundary has, by event. */
async function captured(name: string, args: string[] = [], env?: Record<string, string>) {
  const run = await capture(
    ["--input", report(name), "--throttle-ms", "0", "--fields", "v_add", ...args],
    env,
  );
  return new Map(
    gridsOf(run, /./u.test(run.err) ? /^warning/ : /^$/).map((grid) => {
      const { buckets: _, ...head } = grid;
      return [grid.event_id, head];
    }),
  );
}

for (
  const [name, as] of [
    ["plain.dbn", "day_20260206.dbn"],
    ["zstd_named.dbn", "day_20260206.dbn"],
    ["plain_named.dbn.zst", "day_20260206.dbn.zst"],
    ["live_two_instruments.dbn", "glbx-mdp3-20260206.mbo.MNQH6.live.dbn"],
    ["inverse.dbn", "day_20260206.dbn"],
  ] as const
) {
  Deno.test({
    name: `${name} is streamed with the grids of plain.dbn`,
    ignore,
    async fn() {
      await using served = await serveInput({ content: report(name), name: as });
      const stream = served.connect();
      const messages = await stream.rest();
      const expected = await captured("plain.dbn");
      const heads = headsOf(messages);
      for (const { type: _, ...head } of heads) {
        assert.deepEqual(head, expected.get(head.event_id), `${head.event_id}`);
      }
      // Those that a slow machine was told it had left out count too.
      assert.ok(heads.length > 0 && heads.length + stream.dropped > 100, `${heads.length}`);
      assert.equal(messageOf(messages, "end")?.["reason"], "end_of_file");
      assert.equal(messageOf(messages, "runtime_config")?.["begins_inside"], undefined);
    },
  });
}

Deno.test({
  name: "evening: 20:30 and every other place of the session is where a start and a seek lead",
  ignore,
  async fn() {
    await using at = await folder();
    await putIntoLake(at.path, {
      content: report("evening_20260206.dbn.zst"),
      name: "evening_20260206.dbn.zst",
    });
    const { code } = await whileServing(["--lake", at.path], async (address) => {
      const stream = new StreamReader(Number(address.port), "start_time=20:30&speed=1");
      const config = await stream.until("runtime_config");
      assert.equal(config.start_time, "20:30");
      const first = await stream.until("grid_update");
      assert.equal(BigInt(first.ts_ns) - MIDNIGHT_NS, HOUR + HOUR / 2n + SECOND + 1_617n);
      const seek = async (value: string) => {
        stream.control("seek", value);
        return BigInt((await stream.until("state")).ts_ns) - MIDNIGHT_NS;
      };
      for (
        const [clock, hours] of [
          ["23:59:59", 5n * HOUR - SECOND],
          ["00:00", 5n * HOUR],
          ["09:30", 14n * HOUR + HOUR / 2n],
          ["20:45:10", 2n * HOUR - HOUR / 4n + 10n * SECOND],
          ["14:59:30", 20n * HOUR - SECOND * 30n],
        ] as const
      ) {
        assert.equal(await seek(clock), hours, clock);
      }
      stream.control("seek", "19:30");
      // Before the stream's own beginning.
      assert.match((await stream.until("error")).message, /19:30/);
      await stream.close();
      const session = new StreamReader(Number(address.port), "start_time=19:00");
      const grid = await session.until("grid_update");
      assert.equal(BigInt(grid.ts_ns), MIDNIGHT_NS);
      await session.close();
    });
    assert.equal(code, 0);
  },
});

Deno.test({
  name: "spread: a price of 0 is told from none on the wire",
  ignore,
  async fn() {
    const expected = await captured(
      "spread_20260206.dbn",
      ["--symbol", "MNQH6-MNQM6"],
      locked("spread"),
    );
    await using served = await serveInput({
      content: report("spread_20260206.dbn"),
      lock: lock("spread"),
    });
    const heads = headsOf(await served.connect().rest());
    for (const { type: _, ...head } of heads) {
      assert.deepEqual(head, expected.get(head.event_id), `${head.event_id}`);
    }
    const [first] = heads;
    assert.deepEqual([first?.event_id, first?.bid_present, first?.ask_present], [1, true, false]);
    const at = (bid: string, ask: string) =>
      heads.some((h) =>
        h.best_bid_price_int === bid && h.best_ask_price_int === ask && h.bid_present &&
        h.ask_present && h.mid_price === (Number(bid) + Number(ask)) / 2 * 1e-9
      );
    assert.ok(at("0", "50000000") && at("50000000", "0") && at("0", "0"));
  },
});

Deno.test({
  name: "midnight: both records around it are applied in a stream",
  ignore,
  async fn() {
    await using served = await serveInput({ content: report("midnight.dbn") });
    const last = headsOf(await served.connect().rest()).at(-1)!;
    assert.deepEqual(
      [last.best_bid_price_int, last.best_ask_price_int, last.event_id],
      ["24999750000000", "25000000000000", 9],
    );
  },
});

Deno.test({
  name: "gap: the book is in doubt from the gap on in a stream, and the gap is counted at its end",
  ignore,
  async fn() {
    await using served = await serveInput({ content: report("gap.dbn") });
    const messages = await served.connect().rest();
    const heads = headsOf(messages);
    for (const head of heads) assert.equal(head.maybe_bad_book === true, head.event_id > 400);
    assert.ok(heads.some((h) => h.event_id <= 400) && heads.some((h) => h.event_id > 400));
    assert.equal(messageOf(messages, "end")?.["gaps"], 1);
  },
});

Deno.test({
  name: "midsession: a stream says first that older orders are missing",
  ignore,
  async fn() {
    await using served = await serveInput({ content: report("midsession.dbn") });
    const [first, ...more] = await served.connect().rest();
    assert.equal(messageOf([first!], "runtime_config")?.["begins_inside"], true);
    assert.equal(headsOf(more).at(-1)?.event_id, 40);
  },
});

for (
  const [name, words, grids, file] of [
    ["publishers.dbn", /publisher_id 40 at byte 416, after publisher_id 39/, 1, { lock: "aapl" }],
    ["two_after_one_another.dbn", /second DBN header begins at byte 25000/, 1, {
      dt: "2026-02-05",
      name: "day_20260205.dbn",
    }],
    ["truncated.dbn", /truncated at byte 69780, within the record with index 1239/, 1, {}],
  ] as const
) {
  Deno.test({
    name: `${name}: a stream ends with what is wrong and where`,
    ignore,
    async fn() {
      const { lock: of, ...rest } = { lock: undefined, ...file };
      await using served = await serveInput({
        content: report(name),
        ...rest,
        ...(of && { lock: lock(of) }),
      });
      const stream = served.connect();
      const messages = await stream.rest();
      assert.ok(headsOf(messages).length >= grids);
      const error = messages.at(-1);
      assert.ok(error && !(error instanceof Uint8Array) && error.type === "error");
      assert.match(error.message, words);
      assert.equal(
        messages.filter((m) => !(m instanceof Uint8Array) && m.type === "end").length,
        0,
      );
      assert.equal((await stream.closed).code, 1011);
    },
  });
}

Deno.test({
  name: "one file for each symbol in the lake's folder: the one with the symbol is streamed",
  ignore,
  async fn() {
    const name = "glbx-mdp3-20260206.mbo.MNQH6.dbn";
    await using served = await serveInput({ content: report(name), name });
    const other = "glbx-mdp3-20260206.mbo.MNQM6.dbn";
    await putIntoLake(served.lake, { content: report(other), name: other });
    const expected = await captured(name);
    const stream = served.connect();
    const heads = headsOf(await stream.rest());
    assert.ok(heads.length > 0 && heads.length + stream.dropped > 50, `${heads.length}`);
    for (const { type: _, ...head } of heads) {
      assert.deepEqual(head, expected.get(head.event_id), `${head.event_id}`);
    }
  },
});

Deno.test({
  name: "6jh6: a small tick is streamed with exact prices",
  ignore,
  async fn() {
    await using served = await serveInput({ content: report("6jh6.dbn"), lock: lock("j6") });
    const messages = await served.connect().rest();
    const config = messageOf(messages, "runtime_config");
    assert.deepEqual([config?.["tick_size"], config?.["price_decimals"]], [5e-7, 7]);
    const [first] = headsOf(messages);
    assert.deepEqual(
      [first?.best_bid_price_int, first?.best_ask_price_int],
      ["6500500", "6501000"],
    );
  },
});
