import assert from "node:assert/strict";
import { signal } from "@preact/signals";
import { fetchJson } from "../../../client/page/fetch_json.ts";
import { keepAsking } from "../../../client/page/session_fact.ts";
import { FeedView } from "../../../client/stream/feed_view.ts";
import { instrumentOf } from "../../../client/stream/instrument.ts";
import { MNQ } from "../mnq.ts";

/** A stream, and a server that answers when the test says. */
class Bench {
  readonly dt = signal("2026-02-06");
  readonly isOpen = signal(false);
  readonly feed = new FeedView(() => 0);
  readonly instrument = signal(instrumentOf(MNQ));
  readonly asked: ((fact: string | null) => void)[] = [];
  readonly taken: (string | null)[] = [];
  readonly fact = keepAsking(
    this,
    () => new Promise<string | null>((answer) => this.asked.push(answer)),
    (fact) => this.taken.push(fact),
  );

  async answer(number: number, fact: string | null): Promise<void> {
    this.asked[number]!(fact);
    // The answer is taken a turn later.
    await Promise.resolve();
    await Promise.resolve();
  }
}

Deno.test("keepAsking() asks once for a session, and again for another", async () => {
  const bench = new Bench();
  bench.isOpen.value = true;
  await bench.answer(0, "the 6th");
  bench.isOpen.value = false;
  bench.isOpen.value = true;
  bench.instrument.value = instrumentOf(MNQ);
  assert.equal(bench.asked.length, 1);
  bench.dt.value = "2026-02-05";
  assert.deepEqual(bench.taken, ["the 6th", null]);
  await bench.answer(1, "the 5th");
  bench.feed.recordedFromMs.value = 1;
  await bench.answer(2, "recorded");
  assert.deepEqual(bench.taken.slice(2), ["the 5th", null, "recorded"]);
});

Deno.test("keepAsking() keeps what it has, and asks again when a stream begins, where no answer came", async () => {
  const bench = new Bench();
  await bench.answer(0, null);
  assert.equal(bench.asked.length, 1);
  bench.isOpen.value = true;
  await bench.answer(1, "known");
  bench.fact.again();
  await bench.answer(2, null);
  assert.deepEqual(bench.taken, ["known"]);
  bench.isOpen.value = false;
  bench.isOpen.value = true;
  assert.equal(bench.asked.length, 4);
  bench.fact.end();
  await bench.answer(3, "late");
  assert.deepEqual(bench.taken, ["known"]);
});

Deno.test("keepAsking() takes no answer that was overtaken", async () => {
  const bench = new Bench();
  bench.dt.value = "2026-02-05";
  await bench.answer(1, "the 5th");
  await bench.answer(0, "the 6th");
  assert.deepEqual(bench.taken, [null, "the 5th"]);
});

Deno.test("fetchJson() gives null where no server is", async () => {
  assert.equal(await fetchJson("http://127.0.0.1:1/"), null);
});
