/** Thirty thousand damaged inputs, always the same ones; `deno task bench fuzz` runs a million. */
import assert from "node:assert/strict";
import { damagedCaches } from "./cache_cases.ts";
import { damagedControls } from "./control_cases.ts";
import { cutFiles, damagedFiles, damagedFrames } from "./file_cases.ts";
import { SEEDS } from "./seeds.ts";
import { Tally } from "./tally.ts";

const [small] = SEEDS;

Deno.test("12,000 damaged files end in records and a positioned error, or in success", () => {
  const tally = new Tally();
  damagedFiles(tally, SEEDS, 12_000);
  assert.equal(tally.cases, 12_000);
  assert.ok(tally.kinds.get("success")! > 1_000);
  // Less would mean that the damage misses what it is aimed at.
  assert.ok(tally.kinds.size > 15, `${tally.kinds.size} kinds of outcome`);
});

Deno.test("a file cut after any byte gives its complete records, then says where it ends", () => {
  const tally = new Tally();
  cutFiles(tally, { ...small!, bytes: small!.bytes.slice(0, 3_000) });
  assert.equal(tally.cases, 3_000);
});

Deno.test("2,000 files of damaged Zstandard frames end in an error or in success", async () => {
  const tally = new Tally();
  await damagedFrames(tally, SEEDS, 2_000);
  assert.ok(tally.kinds.get("success")! > 50);
  assert.ok(tally.kinds.size > 8, `${tally.kinds.size} kinds of outcome`);
});

Deno.test("a book cache with any one byte changed, or cut after any, is refused", async () => {
  const tally = new Tally();
  await damagedCaches(tally, 1);
  assert.ok(tally.cases > 4_000, `${tally.cases}`);
});

Deno.test("10,000 damaged controls are done or refused in one line", () => {
  const tally = new Tally();
  damagedControls(tally, 10_000);
  assert.ok(tally.kinds.get("success")! > 500);
  assert.ok(tally.kinds.size > 8, `${tally.kinds.size} kinds of outcome`);
});
