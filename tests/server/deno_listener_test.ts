/** The application under a listener of Deno's own, as `deno serve` has it on the real Fresh. */
import assert from "node:assert/strict";
import { applicationOf } from "../../main.ts";
import { Service } from "../../server/service.ts";
import { defaultSettings } from "../../server/settings.ts";
import { SMALL_DT, SMALL_START, smallLake } from "../small_session.ts";
import { answerTo } from "./raw_client.ts";
import { StreamReader } from "./stream_client.ts";

Deno.test("under Deno.serve the stream comes to its end, and what is no upgrade gets 400", async () => {
  await using made = await smallLake();
  const service = new Service({
    ...defaultSettings(),
    maxMemory: Infinity,
    lake: made.lake,
    dt: SMALL_DT,
  });
  const handler = applicationOf(() => service).handler();
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, handler);
  const { port } = server.addr;
  try {
    const stream = new StreamReader(port, `start_time=${SMALL_START}&speed=1000`);
    const messages = await stream.rest();
    assert.ok(messages.some((message) => message instanceof Uint8Array));
    assert.deepEqual(await stream.closed, { code: 1000, reason: "end_of_file" });
    const lines = ["Host: 127.0.0.1", "Connection: Upgrade, close", "Upgrade: websocket"];
    const answer = await answerTo(port, "GET /v1/vacuum-pressure/stream HTTP/1.1", ...lines);
    assert.match(answer, /^HTTP\/1\.1 400 /);
    const other = new StreamReader(port, `start_time=${SMALL_START}&speed=1`);
    await other.until("grid_update");
    await service.stop();
    assert.deepEqual(await other.closed, { code: 1001, reason: "the server stops" });
    assert.equal(service.streams.connections.taken, 0);
  } finally {
    await server.shutdown();
  }
});
