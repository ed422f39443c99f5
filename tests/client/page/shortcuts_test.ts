import assert from "node:assert/strict";
import { isHeldDown, shortcutOf, SHORTCUTS } from "../../../client/page/shortcuts.ts";
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

Deno.test("shortcutOf() knows a key by its place where it writes no Latin letter, or no digit", () => {
  const name = (key: string, code: string, more = {}) =>
    shortcutOf({ ...PLAIN, key, code, ...more })?.name;
  // Russian, Greek, Hebrew, Arabic.
  assert.deepEqual(
    [name("ы", "KeyS"), name("Π", "KeyP"), name("ל", "KeyK"), name("١", "Digit1")],
    ["S", "P", "K", "1"],
  );
  assert.deepEqual([name("х", "BracketLeft"), name("ю", "Period")], ["[", "."]);
  // French: its digits are above; Dvorak and AZERTY write Latin letters, which count.
  assert.deepEqual([name("à", "Digit0"), name("&", "Digit1")], ["0", "1"]);
  assert.equal(name("!", "Digit1", { shiftKey: true }), undefined);
  assert.deepEqual([name("o", "KeyS"), name("a", "KeyQ"), name("ü", "BracketLeft")], [
    "O",
    "A",
    undefined,
  ]);
});

Deno.test("shortcutOf() takes brackets that are typed with AltGr or Option, and no other such key", () => {
  assert.equal(shortcutOf({ ...PLAIN, key: "[", altKey: true })?.name, "[");
  assert.equal(shortcutOf({ ...PLAIN, key: "]", altKey: true, ctrlKey: true })?.name, "]");
  assert.equal(shortcutOf({ ...PLAIN, key: "[", ctrlKey: true }), null);
  assert.equal(shortcutOf({ ...PLAIN, key: "+", altKey: true }), null);
});

Deno.test("keys that move go on while they are held; those that switch do not", () => {
  const held = ALL.filter(isHeldDown).map(({ name }) => name).join(" ");
  assert.equal(held, "→ ← . , N B + − ] [ ↑ ↓ Shift ↑ Shift ↓ Shift ← Shift →");
});

Deno.test("docs/dashboard.md lists every key and what it does", async () => {
  const rows = (await readProjectFile("docs/dashboard.md")).matchAll(
    /^\| [A-Za-z ]+\| `(.+?)` +\| (.+?) +\|$/gm,
  );
  const listed = [...rows].map(([, name, does]) => `${name}: ${does}`);
  assert.deepEqual(listed, ALL.map(({ name, does }) => `${name}: ${does}`));
});
