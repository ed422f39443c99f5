/** What lies in a folder that is resumed may be anybody's. */
import assert from "node:assert/strict";
import { DayFolder } from "../../../scripts/analyze/day_folder.ts";
import { sweptDay } from "../../../scripts/sweep/day_files.ts";

Deno.test("a stamp that is no file is named, and not waited for", async () => {
  const folder = await Deno.makeTempDir();
  const day = `${folder}/dt=2026-02-06/symbol=MNQH6`;
  const days = new DayFolder({ dir: folder, events: null, pages: false } as never, {} as never);
  const place = { output: folder, dt: "2026-02-06", symbol: "MNQH6" };
  const stamp = { file: { sha256: "of a file" } } as Parameters<typeof sweptDay>[1];
  try {
    await Deno.mkdir(day, { recursive: true });
    for (const put of [["ln", "-s", "/dev/null"], ["mkfifo"]]) {
      await new Deno.Command(put[0]!, { args: [...put.slice(1), `${day}/stamp.json`] }).output();
      assert.throws(() => days.has("2026-02-06", "MNQH6"), /stamp\.json is no file; remove it$/);
      assert.throws(() => sweptDay(place, stamp), /stamp\.json is no file; remove it$/);
      await Deno.remove(`${day}/stamp.json`);
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
