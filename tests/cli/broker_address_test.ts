import assert from "node:assert/strict";
import { parseBroker } from "../../cli/broker_address.ts";

Deno.test("parseBroker() reads a scheme, a host and a port, and no credentials", () => {
  for (
    const [text, hostname, port, isTls] of [
      ["nats://broker", "broker", 4222, false],
      ["nats://127.0.0.1:7000/", "127.0.0.1", 7000, false],
      ["tls://[::1]:7000", "::1", 7000, true],
      ["tls://[::1]", "::1", 4222, true],
    ] as const
  ) assert.deepEqual(parseBroker(text), { hostname, port, isTls });
  const none = ["", "broker:4222", "http://broker", "nats://", "nats://a:b@broker", "nats://b:0"];
  for (const text of [...none, "nats://b:4222/x", "nats://b,c", "nats://b:99999"]) {
    assert.equal(parseBroker(text), null, text);
  }
});
