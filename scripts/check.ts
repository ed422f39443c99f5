/** Looks at every file: format, lint, types. */
import { newCommand, parseFlags, runCommand } from "../server/command.ts";
import { runDeno } from "./launch/deno.ts";

await runCommand(async () => {
  parseFlags(
    newCommand("check", "Checks format, lint and types of every file; changes nothing.", [
      ["", "all three"],
    ]),
    Deno.args,
  );
  let failed = 0;
  for (const args of [["fmt", "--check"], ["lint"], ["check", "-q"]]) {
    if (await runDeno(args) !== 0) failed++;
  }
  Deno.exit(failed === 0 ? 0 : 1);
});
