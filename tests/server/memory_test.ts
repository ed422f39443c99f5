import assert from "node:assert/strict";
import { enoughMemory } from "../../server/memory.ts";

/** Ends whatever waits. */
const over = AbortSignal.abort(new Error("waited"));

Deno.test("enoughMemory() waits above the bound while others run, until its signal", async () => {
  const leaving = new AbortController();
  const waited = enoughMemory(100, () => false, leaving.signal, () => 101);
  const reason = new Error("gone");
  leaving.abort(reason);
  await assert.rejects(waited, reason);
});

Deno.test("enoughMemory() waits for nothing below the bound, nor above it when nobody runs", async () => {
  await enoughMemory(100, () => false, over, () => 100);
  await enoughMemory(100, () => true, over, () => 101);
});
