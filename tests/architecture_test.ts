/**
 * Which room may import which, and that nothing goes in circles. Imports are read off the source:
 * static and dynamic ones, re-exports, and workers that are started by URL.
 */
import assert from "node:assert/strict";
import { dirname, join } from "node:path/posix";
import { filesBelow, readProjectFile } from "./project.ts";

/** Who may import whom: a room, and what it may import besides itself. */
const ARROWS: Readonly<Record<string, readonly string[]>> = {
  "engine": [],
  // What grids come to is told by the server, and by a page of the moment it shows: by one module.
  "client": ["engine/wire", "engine/reading"],
  "components": ["client", "engine/wire", "engine/reading"],
  "islands": ["components", "client", "engine/wire"],
  "routes": ["server", "components", "islands"],
  "server/fresh": [],
  "server": ["cli", "engine"],
  "cli": ["engine"],
  // These compose, and nobody but tests imports them.
  "main.ts": ["server", "cli", "engine"],
  // One of them starts the application as the real Fresh has built it.
  "scripts": ["server", "cli", "engine", "main.ts"],
  // It measures with the sessions and the attacks that tests are made of.
  "bench": ["server", "cli", "engine", "client", "main.ts", "tests"],
  "tests": ["bench", "scripts", "main.ts", "routes", "islands", "components", "client"]
    .concat("server", "cli", "engine"),
};

/** The engine from below: a layer imports itself and those before it. */
const LAYERS: readonly (readonly string[])[] = [
  ["config_version", "errors", "event_loop", "instrument", "leftovers", "part_names", "products"]
    .concat("readable_file", "session", "side_by_side", "symbol", "thread", "version", "whole_file")
    .concat("yaml_file"),
  ["wire/"],
  ["reading/"],
  ["dbn/"],
  ["dbn_input"],
  ["source/"],
  [
    "core/",
    "core",
    "book_events",
    "book_view",
    "feed_gap",
    "grid_frame",
    "pipeline",
    "record_source",
    "session_trades",
  ],
  ["open_session", "run", "run_pace", "request", "cache", "cache_format", "cache_secret"]
    .concat("minute_counts", "misfits", "no_records"),
  ["encode/", "regime/", "databento/", "mod"],
  ["recorder/", "gateway/"],
  ["relay/"],
].map((layer) => layer.map((name) => name.endsWith("/") ? name : `${name}.ts`));

/** What stands more alone than its layer has to. */
const ALONE: Readonly<Record<string, readonly string[]>> = {
  // The client of the service, so that another project can take it.
  "engine/databento": ["engine/errors.ts"],
  "engine/databento/live": ["engine/errors.ts", "engine/databento", "engine/dbn"],
  "engine/databento/batch": [...LAYERS[0]!, "databento", "dbn", "dbn_input.ts"]
    .map((name) => `engine/${name}`),
  // The package dbn-ts.
  "engine/dbn": [],
  // Plain constants: the core's sources are compiled apart.
  "engine/core": [],
};

/** Sources with a compiler, an import map or a machine of their own. */
const APART = ["engine/core/assembly", "engine/core/compiler", "tests/duckdb"];

/** An import of a file. */
interface Import {
  /** As it is written. */
  specifier: string;
  /** A file of the project, or a bare specifier. */
  target: string;
  /** Whether types alone are taken, of which nothing is left when it runs. */
  isType: boolean;
}

const { imports: IMPORT_MAP } = JSON.parse(await readProjectFile("deno.json")) as {
  imports: Record<string, string>;
};

const CLAUSE = new RegExp(
  [
    // import … from "x", export … from "x", over several lines too
    /^(?:import|export)\s+(?<type>type\b)?[^"'`=;()]*?\bfrom\s*"(?<from>[^"]+)"/,
    /^import\s*"(?<bare>[^"]+)"/,
    /\bimport\(\s*"(?<dynamic>[^"]+)"/,
    /\bnew URL\(\s*"(?<url>\.[^"]+\.tsx?)",\s*import\.meta\.url/,
  ].map(({ source }) => source).join("|"),
  "gm",
);

function withoutComments(source: string): string {
  return source.replaceAll(/^\s*(?:\/\/|\/?\*).*$/gm, "");
}

function importsIn(file: string, source: string): Import[] {
  return [...withoutComments(source).matchAll(CLAUSE)].map(({ groups = {} }) => {
    const { from, bare, dynamic, url, type } = groups;
    const specifier = from ?? bare ?? dynamic ?? url ?? "";
    const mapped = IMPORT_MAP[specifier] ?? specifier;
    const isLocal = mapped.startsWith(".");
    const folder = mapped === specifier ? dirname(file) : ".";
    return {
      specifier,
      target: isLocal ? join(folder, mapped) : specifier,
      isType: type !== undefined,
    };
  });
}

/** Every source of the project, with what it imports. */
const GRAPH: ReadonlyMap<string, readonly Import[]> = new Map(
  await Promise.all(
    (await Promise.all(Object.keys(ARROWS).map(filesBelow))).flat()
      .filter((file) => /\.tsx?$/.test(file) && !APART.some((folder) => isWithin(file, folder)))
      .map(async (file) => [file, importsIn(file, await readProjectFile(file))] as const),
  ),
);

function isWithin(path: string, folder: string): boolean {
  return path === folder || path.startsWith(`${folder}/`);
}

/** The nearest folder of a table that a file lies in. */
function nearest(file: string, folders: readonly string[]): string | undefined {
  return folders.filter((folder) => isWithin(file, folder))
    .sort((a, b) => b.length - a.length)[0];
}

/** Imports of files of the project, from those of a folder. */
function* arrowsFrom(folder: string, folders: readonly string[]): Generator<[string, string]> {
  for (const [file, imports] of GRAPH) {
    if (nearest(file, folders) !== folder) continue;
    for (const { target } of imports) if (GRAPH.has(target)) yield [file, target];
  }
}

for (const table of [ARROWS, ALONE]) {
  const folders = Object.keys(table);
  for (const [folder, allowed] of Object.entries(table)) {
    Deno.test(`${folder} imports ${["itself", ...allowed].join(", ")}`, () => {
      assert.ok([...GRAPH.keys()].some((file) => isWithin(file, folder)), `${folder} is empty`);
      for (const [file, target] of arrowsFrom(folder, folders)) {
        const to = [folder, ...allowed];
        assert.ok(to.some((room) => isWithin(target, room)), `${file} imports ${target}`);
      }
    });
  }
}

Deno.test("the engine is built in layers: basics, wire, reading, dbn, its errors, source, core, run, sinks, recorder and gateway, relay", () => {
  const layerOf = (file: string) =>
    LAYERS.findIndex((layer) => layer.some((name) => file.startsWith(`engine/${name}`)));
  for (const [file, target] of arrowsFrom("engine", Object.keys(ARROWS))) {
    assert.ok(layerOf(file) >= 0, `${file} is in no layer`);
    assert.ok(layerOf(target) <= layerOf(file), `${file} imports ${target}`);
  }
});

Deno.test("the package dbn-ts imports node: alone, and is imported by its name", () => {
  for (const [file, imports] of GRAPH) {
    const isInside = isWithin(file, "engine/dbn");
    for (const { specifier, target } of imports) {
      const isPackage = isWithin(target, "engine/dbn");
      if (isInside) assert.ok(isPackage || target.startsWith("node:"), `${file}: ${specifier}`);
      else assert.ok(!isPackage || specifier === "dbn-ts", `${file}: ${specifier}`);
    }
  }
});

Deno.test("the engine reads no environment, and its messages name no flag", async () => {
  for (const file of GRAPH.keys()) {
    if (!isWithin(file, "engine")) continue;
    const code = withoutComments(await readProjectFile(file));
    assert.ok(!/\b(?:Deno|process)\.env\b/.test(code), `${file} reads the environment`);
    // The program zstd has flags of its own.
    const [flag] = /(?<=["'`]|\w )--(?!long\b)[a-z][a-z-]*/.exec(code) ?? [];
    assert.equal(flag, undefined, `${file} names ${flag}`);
  }
});

Deno.test("tests are imported by tests and benchmarks alone, and no test by anything", () => {
  for (const [file, imports] of GRAPH) {
    for (const { target } of imports) assert.ok(!target.endsWith("_test.ts"), `${file}: ${target}`);
  }
});

/** A way from a node back to itself; null when there is none. */
function circleIn(arrows: ReadonlyMap<string, ReadonlySet<string>>): string[] | null {
  const done = new Set<string>();
  const way: string[] = [];
  const follow = (node: string): string[] | null => {
    if (way.includes(node)) return [...way.slice(way.indexOf(node)), node];
    if (done.has(node)) return null;
    way.push(node);
    for (const next of arrows.get(node) ?? []) {
      const circle = follow(next);
      if (circle !== null) return circle;
    }
    way.pop();
    done.add(node);
    return null;
  };
  for (const node of arrows.keys()) {
    const circle = follow(node);
    if (circle !== null) return circle;
  }
  return null;
}

/** What the entries of a folder, files and folders as wholes, import of one another. */
function arrowsWithin(
  folder: string,
  graph: ReadonlyMap<string, readonly Pick<Import, "target">[]>,
): Map<string, Set<string>> {
  const entryOf = (file: string) => file.slice(folder.length).split("/")[0]!;
  const arrows = new Map<string, Set<string>>();
  for (const [file, imports] of graph) {
    if (!file.startsWith(folder)) continue;
    const from = entryOf(file);
    const to = arrows.get(from) ?? new Set();
    arrows.set(from, to);
    for (const { target } of imports) {
      if (graph.has(target) && target.startsWith(folder) && entryOf(target) !== from) {
        to.add(entryOf(target));
      }
    }
  }
  return arrows;
}

/** Every folder with sources somewhere below it; the project's own is "". */
function foldersOf(files: Iterable<string>): Set<string> {
  const folders = new Set([""]);
  for (const file of files) {
    for (let folder = dirname(file); folder !== "."; folder = dirname(folder)) {
      folders.add(`${folder}/`);
    }
  }
  return folders;
}

Deno.test("in no folder do files and folders import one another in a circle", () => {
  for (const folder of foldersOf(GRAPH.keys())) {
    const circle = circleIn(arrowsWithin(folder, GRAPH));
    assert.equal(circle, null, `${folder}: ${circle?.join(" -> ")}`);
  }
});

Deno.test("a circle is found: of files, of folders, through a worker", () => {
  const graphOf = (sources: Record<string, string>) =>
    // In single quotes here, for they are no imports of this file.
    new Map(
      Object.entries(sources).map((
        [file, source],
      ) => [file, importsIn(file, source.replaceAll("'", '"'))]),
    );
  const circle = (sources: Record<string, string>) => {
    const graph = graphOf(sources);
    return [...foldersOf(graph.keys())].some((folder) =>
      circleIn(arrowsWithin(folder, graph)) !== null
    );
  };
  const worker = "new Worker(new URL('./b.ts', import.meta.url), { type: 'module' });";
  assert.ok(circle({ "a.ts": worker, "b.ts": "export { x } from './a.ts';" }));
  assert.ok(
    circle({ "a.ts": "import {\n  type X,\n} from './b.ts';", "b.ts": "import './a.ts';" }),
  );
  const there = { "x/a.ts": "import { b } from '../y/b.ts';", "y/b.ts": "" };
  assert.ok(!circle(there));
  assert.ok(circle({ ...there, "y/c.ts": "const d = await import('../x/d.ts');", "x/d.ts": "" }));
});

/** What loading a file loads of packages and of Node.js: bare specifiers, each with a file that takes it. */
function loadedBy(file: string): { files: number; packages: Map<string, string> } {
  const seen = new Set<string>();
  const packages = new Map<string, string>();
  const visit = (file: string) => {
    if (seen.has(file)) return;
    seen.add(file);
    for (const { target, isType } of GRAPH.get(file) ?? []) {
      if (isType) continue;
      if (GRAPH.has(target)) visit(target);
      else packages.set(target, file);
    }
  };
  visit(file);
  return { files: seen.size, packages };
}

Deno.test("the launcher loads no package", () => {
  const { files, packages } = loadedBy("scripts/launch.ts");
  for (const [name, file] of packages) assert.ok(name.startsWith("node:"), `${file} loads ${name}`);
  assert.ok(files > 5);
});

Deno.test("a thread, of which each day has one, loads no reader of flags or of YAML", () => {
  const workers = [...GRAPH.keys()].filter((file) =>
    /^(engine|scripts)\/.*_worker\.ts$/.test(file)
  );
  assert.ok(workers.length > 5, `${workers}`);
  for (const worker of workers) {
    const { packages } = loadedBy(worker);
    for (const name of ["@commander-js/extra-typings", "yaml"]) {
      assert.equal(packages.get(name), undefined, `${worker} loads ${name}`);
    }
  }
});

Deno.test("modules come from the import map, from node: or from beside, never by URL", () => {
  const names = Object.keys(IMPORT_MAP);
  for (const [file, imports] of GRAPH) {
    for (const { specifier, target } of imports) {
      const isMapped = names.some((name) => isWithin(specifier, name));
      const isBeside = GRAPH.has(target) || APART.some((folder) => isWithin(target, folder));
      assert.ok(isMapped || isBeside || target.startsWith("node:"), `${file} imports ${target}`);
    }
  }
});
