import assert from "node:assert/strict";
import { timeLeft } from "../../cli/progress.ts";
import { projectFile } from "../project.ts";

/** Gives a command a terminal. */
const TERMINAL = "/usr/bin/script";

Deno.test({
  name:
    "a command that is told to end while its bar is shown leaves a cursor and whole lines behind",
  ignore: await Deno.stat(TERMINAL).catch(() => null) === null,
  async fn() {
    const code = 'import { progressBar } from "./cli/progress.ts";' +
      'progressBar().update(0.5, "half"); Deno.exit(130)';
    const { stdout } = await new Deno.Command(TERMINAL, {
      args: ["-qec", '"$DENO" eval --no-check "$CODE"', "/dev/null"],
      cwd: projectFile("."),
      env: { DENO: Deno.execPath(), CODE: code, SHELL: "/bin/sh" },
    }).output();
    const said = new TextDecoder().decode(stdout);
    for (const mode of [25, 7]) {
      const [off, on] = ["l", "h"].map((end) => said.lastIndexOf(`\x1b[?${mode}${end}`));
      assert.ok(off! >= 0 && on! > off!, JSON.stringify(said));
    }
  },
});

Deno.test("timeLeft() goes on at the speed so far, and says nothing before it has one", () => {
  assert.equal(timeLeft(0, 60_000), "");
  assert.equal(timeLeft(0.5, 1_000), "");
  assert.equal(timeLeft(0.5, 30_000), "30 s");
  assert.equal(timeLeft(0.25, 30_000), "2 min");
  assert.equal(timeLeft(0.1, 60 * 60_000), "9 h 0 min");
  assert.equal(timeLeft(0.1, 55 * 60_000), "8 h 15 min");
  assert.equal(timeLeft(1, 30_000), "0 s");
});
