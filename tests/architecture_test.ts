import assert from "node:assert/strict";
import { dirname, join } from "node:path/posix";
import { filesBelow, readProjectFile } from "./project.ts";

/** Modules of the engine that stand under all others. */
const BASICS = [
  "errors",
  "instrument",
  "leftovers",
  "products",
  "session",
  "event_loop",
  "yaml_file",
]
  .map((name) => `engine/${name}.ts`);

/** Who may import whom: a folder, and the folders and modules it may import besides itself. */
const ARROWS: Readonly<Record<string, readonly string[]>> = {
  "engine": [],
  // The client of the service stands alone, so that another project can take it.
  "engine/databento": ["engine/errors.ts"],
  "engine/databento/batch": [...BASICS, "engine/databento", "engine/dbn"],
  "engine/dbn": BASICS,
  "engine/source": [...BASICS, "engine/dbn"],
  // Plain constants: the core's sources are compiled apart.
  "engine/core": [],
  "engine/encode": [...BASICS, "engine/grid_frame.ts", "engine/wire"],
  "engine/regime": [
    ...BASICS,
    "engine/cache.ts",
    "engine/core",
    "engine/grid_frame.ts",
    "engine/request.ts",
    "engine/run.ts",
    "engine/source",
    "engine/wire/fields.ts",
    "engine/wire/regime_view.ts",
  ],
  "engine/wire": ["engine/errors.ts"],
  "client": ["engine/wire"],
  "components": ["client", "engine/wire"],
  "islands": ["components", "client", "engine/wire"],
  "routes": ["fresh", "engine", "components", "islands", "server"],
  "server/fresh": [],
  "server": ["engine"],
};

/** What a module imports: project paths, or bare specifiers as they are written. */
async function importsOf(file: string): Promise<string[]> {
  const source = await readProjectFile(file);
  const clauses = source.matchAll(
    /^(?:import |(?:import|export|})[^"'=;]* from )"([^"]+)";|\bimport\("([^"]+)"\)/gm,
  );
  return [...clauses].map((match) => match[1] ?? match[2] ?? "").map((specifier) =>
    specifier.startsWith(".") ? join(dirname(file), specifier) : specifier
  );
}

function isWithin(path: string, folder: string): boolean {
  return path === folder || path.startsWith(`${folder}/`);
}

/** The nearest folder that has a rule decides. */
function ruleOf(file: string): string | undefined {
  return Object.keys(ARROWS).filter((folder) => isWithin(file, folder))
    .sort((a, b) => b.length - a.length)[0];
}

for (const [folder, allowed] of Object.entries(ARROWS)) {
  Deno.test(`${folder} imports itself${allowed.map((to) => `, ${to}`).join("")}`, async () => {
    const files = (await filesBelow(folder)).filter((file) => ruleOf(file) === folder);
    assert.notEqual(files.length, 0);
    for (const file of files) {
      for (const target of await importsOf(file)) {
        const ours = ruleOf(target) !== undefined || target.startsWith("scripts/") ||
          target === "main.ts" || target === "fresh";
        const permitted = [folder, ...allowed].some((to) => isWithin(target, to));
        assert.ok(!ours || permitted, `${file} imports ${target}`);
      }
    }
  });
}

Deno.test("the basics of the engine import one another alone", async () => {
  for (const file of BASICS) {
    for (const target of await importsOf(file)) {
      assert.ok(!target.startsWith("engine/") || BASICS.includes(target), `${file}: ${target}`);
    }
  }
});

Deno.test("modules come from the import map, from node: or from beside, never by URL", async () => {
  const namesIn = async (config: string) =>
    Object.keys(JSON.parse(await readProjectFile(config)).imports);
  const names = await namesIn("deno.json");
  // What has a configuration of its own.
  const apart = new Map(
    await Promise.all(
      ["tests/duckdb", "engine/core/compiler"].map(async (folder) =>
        [folder, await namesIn(`${folder}/deno.json`)] as const
      ),
    ),
  );
  const folders = ["engine", "client", "components", "islands", "routes", "server", "tests"];
  const files = (await Promise.all([...folders, "main.ts"].map(filesBelow))).flat();
  for (const file of files) {
    // Its compiler reads them, which has no import map.
    if (isWithin(file, "engine/core/assembly")) continue;
    for (const target of await importsOf(file)) {
      const known = [...apart].find(([folder]) => isWithin(file, folder))?.[1] ?? names;
      const mapped = known.some((name) => isWithin(target, name));
      const beside = ruleOf(target) !== undefined || /^(main\.ts|tests\/|scripts\/)/.test(target);
      assert.ok(mapped || beside || target.startsWith("node:"), `${file} imports ${target}`);
    }
  }
});
