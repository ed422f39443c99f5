/** Thousands of damaged inputs, always the same ones; `deno task bench fuzz` runs a million. */
import assert from "node:assert/strict";
import { damagedCaches } from "./cache_cases.ts";
import { damagedControls } from "./control_cases.ts";
import { cutFiles, damagedFiles, damagedFrames } from "./file_cases.ts";
import { casesOf } from "../proof.ts";
import { SEEDS } from "./seeds.ts";
import { Tally } from "./tally.ts";

const [small] = SEEDS;

Deno.test("damaged files end in records and a positioned error, or in success", () => {
  const tally = new Tally();
  const cases = casesOf(1_000, 12_000);
  damagedFiles(tally, SEEDS, cases);
  assert.equal(tally.cases, cases);
  assert.ok(tally.kinds.get("success")! > cases / 12);
  // Less would mean that the damage misses what it is aimed at.
  assert.ok(tally.kinds.size > 15, `${tally.kinds.size} kinds of outcome`);
});

Deno.test("a file cut after any byte gives its complete records, then says where it ends", () => {
  const tally = new Tally();
  cutFiles(tally, { ...small!, bytes: small!.bytes.slice(0, 1_500) });
  assert.equal(tally.cases, 1_500);
});

Deno.test("files of damaged Zstandard frames end in an error or in success", async () => {
  const tally = new Tally();
  const cases = casesOf(150, 2_000);
  await damagedFrames(tally, SEEDS, cases);
  assert.ok(tally.kinds.get("success")! > cases / 40);
  assert.ok(tally.kinds.size > 8, `${tally.kinds.size} kinds of outcome`);
});

Deno.test("a book cache with any one byte changed, or cut after any, is refused", async () => {
  const tally = new Tally();
  await damagedCaches(tally, 1);
  assert.ok(tally.cases > 4_000, `${tally.cases}`);
});

Deno.test("damaged controls are done or refused in one line", () => {
  const tally = new Tally();
  damagedControls(tally, 10_000);
  assert.ok(tally.kinds.get("success")! > 500);
  assert.ok(tally.kinds.size > 8, `${tally.kinds.size} kinds of outcome`);
});
