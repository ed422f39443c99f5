/** Streams that start cold share the event loop: none of them keeps it for long. */
import assert from "node:assert/strict";
import { watchLoopDelay } from "../../server/loop_delay.ts";
import { SMALL_START } from "../small_session.ts";
import { serveSmall } from "./served_session.ts";

Deno.test("ten streams that start cold at once let a timer run all the while", async () => {
  await using served = await serveSmall();
  const delays: number[] = [];
  const stop = watchLoopDelay((ms) => delays.push(ms));
  const query = `start_time=${SMALL_START}&speed=1000&fields=rest_depth`;
  const streams = Array.from({ length: 10 }, () => served.server.connect(query));
  await Promise.all(streams.map((stream) => stream.until("grid_update")));
  stop();
  await Promise.all(streams.map((stream) => stream.close()));
  // A bootstrap in one piece, or a warm-up, would leave the timer a turn or two in all.
  assert.ok(delays.length >= 10, `${delays.length} turns of the timer`);
  const median = delays.toSorted((a, b) => a - b)[delays.length >> 1]!;
  assert.ok(median < 250, `half of the turns come more than ${median} ms late`);
});
