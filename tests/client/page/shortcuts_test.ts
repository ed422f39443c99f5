import assert from "node:assert/strict";
import { shortcutOf, SHORTCUTS } from "../../../client/page/shortcuts.ts";
import { readProjectFile } from "../../project.ts";

const ALL = SHORTCUTS.flatMap(({ shortcuts }) => shortcuts);
const PLAIN = { shiftKey: false, ctrlKey: false, metaKey: false, altKey: false };

Deno.test("shortcutOf() finds every shortcut by each of its keys, and no two share one", () => {
  for (const shortcut of ALL) {
    for (const key of shortcut.keys) {
      const event = { ...PLAIN, key, shiftKey: shortcut.shift ?? false };
      assert.equal(shortcutOf(event), shortcut, `${shortcut.name} by ${key}`);
    }
  }
});

Deno.test("shortcutOf() takes letters of either case, and leaves the browser's keys alone", () => {
  assert.equal(shortcutOf({ ...PLAIN, key: "P", shiftKey: true })?.name, "P");
  assert.equal(shortcutOf({ ...PLAIN, key: "ArrowLeft" })?.name, "←");
  assert.equal(shortcutOf({ ...PLAIN, key: "ArrowLeft", shiftKey: true })?.name, "Shift ←");
  for (const modifier of ["ctrlKey", "metaKey", "altKey"]) {
    assert.equal(shortcutOf({ ...PLAIN, key: "r", [modifier]: true }), null);
  }
  assert.equal(shortcutOf({ ...PLAIN, key: "q" }), null);
});

Deno.test("docs/dashboard.md lists every key and what it does", async () => {
  const rows = (await readProjectFile("docs/dashboard.md")).matchAll(
    /^\| [A-Za-z ]+\| `(.+?)` +\| (.+?) +\|$/gm,
  );
  const listed = [...rows].map(([, name, does]) => `${name}: ${does}`);
  assert.deepEqual(listed, ALL.map(({ name, does }) => `${name}: ${does}`));
});
