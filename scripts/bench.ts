/** Runs the benchmarks with the permission set `bench`. */
import { newCommand, parseFlags, runCommand } from "../server/command.ts";
import { permissionSet, runDeno } from "./launch/deno.ts";
import { toArguments, union } from "./launch/grants.ts";

await runCommand(async () => {
  const command = newCommand("bench", "Runs the benchmarks of bench/ with `deno bench`.", [
    ["", "all of them"],
    ["--filter book", "those whose name holds the word"],
    ["bench/book_bench.ts --json", "one file, as JSON"],
  ]).argument("[arguments...]", "files and flags of `deno bench`").allowUnknownOption();
  parseFlags(command, Deno.args);
  const args = command.args.some((arg) => arg.startsWith("bench/")) ? [] : ["bench/"];
  const temporary = { write: [Deno.env.get("TMPDIR") || "/tmp"] };
  const permissions = union([await permissionSet("bench"), temporary]);
  Deno.exit(
    await runDeno([
      "bench",
      ...toArguments(permissions),
      ...command.args,
      ...args,
    ]),
  );
});
