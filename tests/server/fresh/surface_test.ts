import assert from "node:assert/strict";
import { filesBelow, readProjectFile } from "../../project.ts";

/** Folders and files of the application: all that may import "fresh". */
const APPLICATION = ["main.ts", "routes", "islands", "components", "client"];

/** Names between the braces of imports or exports, without `type` and without their `as` names. */
function names(clauses: Iterable<RegExpMatchArray>): string[] {
  const listed = [...clauses].flatMap((clause) => (clause[1] ?? "").split(","));
  const bare = listed.map((name) => name.trim().replace(/^type /, "").replace(/ as .*/, ""));
  return [...new Set(bare)].filter((name) => name !== "").sort();
}

Deno.test("server/fresh exports what the application imports from fresh, and no more", async () => {
  const files = (await Promise.all(APPLICATION.map(filesBelow))).flat();
  const sources = await Promise.all(files.map(readProjectFile));
  const imported = names(sources.join("\n").matchAll(/import (?:type )?{([^}]*)} from "fresh";/g));
  const surface = await readProjectFile("server/fresh/mod.ts");
  assert.deepEqual(names(surface.matchAll(/^export (?:type )?{([^}]*)} from/gm)), imported);
  assert.ok(imported.includes("App"));
});

Deno.test("the application imports fresh by its name alone", async () => {
  const files = (await Promise.all(APPLICATION.map(filesBelow))).flat();
  for (const file of files) {
    assert.doesNotMatch(await readProjectFile(file), /from "[^"]*server\/fresh\//, file);
  }
});

Deno.test("deno.fresh.json differs from deno.json in what fresh is and in its tasks alone", async () => {
  const [local, real] = await Promise.all(
    ["deno.json", "deno.fresh.json"].map(async (file) => JSON.parse(await readProjectFile(file))),
  );
  assert.deepEqual([real.name, real.version], [local.name, local.version]);
  const { fresh: localFresh, ...localImports } = local.imports;
  const { fresh: realFresh, ...realImports } = real.imports;
  assert.equal(localFresh, "./server/fresh/mod.ts");
  assert.equal(realFresh, "jsr:@fresh/core@^2.3");
  assert.deepEqual(realImports, localImports);
  assert.deepEqual(real.compilerOptions, local.compilerOptions);
});
