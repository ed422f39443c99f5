/** Everything that must hold before a change is done. */
import { newCommand, parseFlags, runCommand } from "../cli/command.ts";
import { runDeno } from "./launch/deno.ts";

await runCommand(async () => {
  parseFlags(
    newCommand("ok", "Runs check, then test, and stops at the first that fails.", [
      ["", "before every commit"],
    ]),
    Deno.args,
  );
  for (const task of ["check", "test"]) {
    const code = await runDeno(["run", "-q", "-P=launch", "scripts/launch.ts", task]);
    if (code !== 0) Deno.exit(code);
  }
});
