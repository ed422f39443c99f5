import assert from "node:assert/strict";
import { gzipSync } from "node:zlib";
import { CLIENT_SCRIPT } from "../../scripts/launch/client_inputs.ts";
import { projectFile } from "../project.ts";

/** What a page may cost to load, bytes. */
const MOST_GZIPPED = 120 * 1024;

Deno.test("the client script stays within 120 KB gzipped", async () => {
  const { length } = gzipSync(await Deno.readFile(projectFile(CLIENT_SCRIPT)));
  assert.ok(length > 10_000 && length <= MOST_GZIPPED, `${length} bytes`);
});
