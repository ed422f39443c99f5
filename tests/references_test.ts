/** What code and documents point to is there: documents, their headings, files. */
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path/posix";
import { projectFile, readProjectFile } from "./project.ts";

const CODE = [
  "engine",
  "server",
  "cli",
  "client",
  "components",
  "islands",
  "routes",
  "scripts",
  "tests",
];
const DOCUMENTS = ["docs", "bench/README.md", "README.md", "CONTRIBUTING.md", "SECURITY.md"]
  .concat("CHANGELOG.md", "engine/dbn/README.md", "lake/README.md");

/** Headings of a document. */
async function headingsOf(path: string): Promise<string[]> {
  const text = await readProjectFile(path);
  return [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading]) => heading!);
}

/** What a link names a heading by. */
function anchorOf(heading: string): string {
  return heading.toLowerCase().replaceAll(/[^\p{L}\p{N}_ -]/gu, "").replaceAll(" ", "-");
}

async function filesOf(places: readonly string[], ending: RegExp): Promise<string[]> {
  const files: string[] = [];
  for (const place of places) {
    if (!(await Deno.stat(projectFile(place))).isDirectory) files.push(place);
    else {
      const entries = await Array.fromAsync(Deno.readDir(projectFile(place)), ({ name }) => name);
      files.push(...await filesOf(entries.map((name) => `${place}/${name}`), /./));
    }
  }
  return files.filter((file) => ending.test(file)).sort();
}

Deno.test("documents and headings that code names are there", async () => {
  let named = 0;
  for (const file of await filesOf([...CODE, "main.ts"], /\.tsx?$/)) {
    // A reference may go over the end of a line of a comment.
    const text = (await readProjectFile(file)).replaceAll(/\s*\n\s*(\*|\/\/)?\s*/g, " ");
    for (const [, path, heading] of text.matchAll(/\b(docs\/[\w/-]+\.md)(?:, "([^"]+)")?/g)) {
      assert.ok(existsSync(projectFile(path!)), `${file}: ${path}`);
      if (heading !== undefined) {
        assert.ok((await headingsOf(path!)).includes(heading), `${file}: ${path}, "${heading}"`);
      }
      named++;
    }
    assert.ok(!/\bspec\/[a-z]+\.md/.test(text), `${file} cites a document that is not here`);
  }
  assert.ok(named > 20, `${named} references`);
});

Deno.test("links of documents lead somewhere", async () => {
  let links = 0;
  for (const file of await filesOf(DOCUMENTS, /\.md$/)) {
    const text = await readProjectFile(file);
    for (const [, target = "", anchor] of text.matchAll(/\]\(([^)#\s]*)(?:#([^)]*))?\)/g)) {
      if (/^[a-z]+:/.test(target)) continue;
      const path = target === "" ? file : join(dirname(file), target);
      assert.ok(existsSync(projectFile(path)), `${file}: ${target}`);
      if (anchor !== undefined) {
        const anchors = (await headingsOf(path)).map(anchorOf);
        assert.ok(anchors.includes(anchor), `${file}: ${target}#${anchor}`);
      }
      links++;
    }
  }
  assert.ok(links > 20, `${links} links`);
});

Deno.test("files that documents name are there", async () => {
  const folders = [...CODE, "bench"].join("|");
  const named = new RegExp(`\`((?:${folders})/[\\w./-]+\\.(?:tsx?|md|ya?ml|json))\``, "g");
  for (const file of await filesOf(DOCUMENTS, /\.md$/)) {
    for (const [, path] of (await readProjectFile(file)).matchAll(named)) {
      assert.ok(existsSync(projectFile(path!)), `${file}: ${path}`);
    }
  }
});
