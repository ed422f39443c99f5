/** Looks at every file: format, lint, types. */
import { newCommand, parseFlags, runCommand } from "../cli/command.ts";
import { runDeno } from "./launch/deno.ts";

/** The project, and what has a configuration of its own. */
const PARTS = [
  [],
  ...["tests/duckdb", "engine/core/compiler"].map((dir) => ["--config", `${dir}/deno.json`, dir]),
];

await runCommand(async () => {
  parseFlags(
    newCommand("check", "Checks format, lint and types of every file; changes nothing.", [
      ["", "all three"],
    ]),
    Deno.args,
  );
  let failed = 0;
  for (const args of [["fmt", "--check"], ["lint"], ["check", "-q"]]) {
    for (const part of PARTS) if (await runDeno([...args, ...part]) !== 0) failed++;
  }
  Deno.exit(failed === 0 ? 0 : 1);
});
