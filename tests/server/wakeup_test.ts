import { Wakeup } from "../../server/stream/wakeup.ts";

Deno.test("Wakeup.wait() without an end is ended by a signal, each time anew", async () => {
  const wakeup = new Wakeup();
  for (let i = 0; i < 2; i++) {
    const waiting = wakeup.wait(Infinity);
    wakeup.signal();
    await waiting;
  }
});

Deno.test("Wakeup.wait() is ended by time, and a signal that comes later is nobody's", async () => {
  const wakeup = new Wakeup();
  await wakeup.wait(1);
  wakeup.signal();
  const waiting = wakeup.wait(Infinity);
  wakeup.signal();
  await waiting;
});
