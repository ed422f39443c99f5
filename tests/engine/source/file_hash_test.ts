import assert from "node:assert/strict";
import { fileMeta } from "../../../engine/source/file_hash.ts";
import { smallLake } from "../../small_session.ts";

Deno.test("what is no note of a hash where one is kept is replaced by it, and not waited for", async () => {
  await using made = await smallLake();
  const { lake, path } = made;
  const { sha256 } = await fileMeta({ path }, lake);
  const [{ name }] = await Array.fromAsync(Deno.readDir(`${lake}/cache/sha256`)) as [Deno.DirEntry];
  const kept = `${lake}/cache/sha256/${name}`;
  const note = await Deno.readTextFile(kept);
  await Deno.remove(kept);
  await new Deno.Command("mkfifo", { args: [kept] }).output();
  assert.equal((await fileMeta({ path }, lake)).sha256, sha256);
  assert.equal(await Deno.readTextFile(kept), note);
});
