/** A listener that knows nothing of how many descriptors its process may have. */
import { Descriptors } from "../../server/descriptors.ts";
import { Listener } from "../../server/listener.ts";

const listener = new Listener(() => new Response("hello"), {
  hostname: "127.0.0.1",
  port: 0,
  maxConnections: 10_000,
  idleSeconds: 30,
  descriptors: new Descriptors(1),
});
Deno.addSignalListener("SIGTERM", () => Deno.exit(0));
await listener.listen();
console.log(`http://127.0.0.1:${listener.address.port}/`);
await listener.ended;
