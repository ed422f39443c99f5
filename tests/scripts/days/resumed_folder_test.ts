/** What lies in a folder that is resumed may be anybody's. */
import assert from "node:assert/strict";
import { makeFolderIn } from "../../../cli/output_file.ts";
import { DayFolder } from "../../../scripts/analyze/day_folder.ts";
import { sweptDay, writeDay } from "../../../scripts/sweep/day_files.ts";

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

Deno.test("a day whose folder is a link is not written where that leads; the data set's may be one", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const [real, root] = [`${folder}/real`, `${folder}/days`];
    await Deno.mkdir(`${folder}/elsewhere`);
    await Deno.mkdir(real);
    await Deno.symlink(real, root);
    const days = new DayFolder({ dir: root, events: null, pages: false } as never, {} as never);
    const result = { payload: { instrument: { dt: "2026-02-06", symbol: "MNQH6" }, meta: {} } };
    for (const link of ["dt=2026-02-06", "dt=2026-02-05/symbol=MNQH6"]) {
      await Deno.mkdir(`${real}/dt=2026-02-05`, { recursive: true });
      await Deno.symlink(`${folder}/elsewhere`, `${real}/${link}`);
      const path = `${root}/${link.slice(0, 13)}/symbol=MNQH6`;
      assert.throws(() => makeFolderIn(root, path), {
        name: "UserError",
        message: `${root}/${link} is a link; remove it, or choose another folder`,
      });
    }
    assert.throws(() => days.write(result as never, { report: "", page: null } as never), {
      message: /dt=2026-02-06 is a link; remove it/,
    });
    const place = { output: root, dt: "2026-02-05", symbol: "MNQH6" };
    assert.throws(() => writeDay(place, {} as never, {} as never, [], {} as never), {
      message: /symbol=MNQH6 is a link; remove it/,
    });
    assert.deepEqual([...Deno.readDirSync(`${folder}/elsewhere`)], []);
    makeFolderIn(root, `${root}/dt=2026-02-04/symbol=MNQH6`);
    assert.ok((await Deno.stat(`${real}/dt=2026-02-04/symbol=MNQH6`)).isDirectory);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
