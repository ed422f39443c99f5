/**
 * Runs benchmarks. They have all permissions, as tests do: they start tasks and a browser, and keep
 * their input in the system's temporary folder.
 */
import { FlagError, newCommand, parseFlags, runCommand } from "../cli/command.ts";
import { machine } from "../cli/machine.ts";
import { runDeno } from "./launch/deno.ts";

const SUFFIX = "_bench.ts";

await runCommand(async () => {
  const names = await benchmarks();
  const command = newCommand("bench", "Measures speed, one benchmark after another.", [
    ["", "all of them"],
    ["engine", "one of them"],
    ["engine --runs 9", "with nine runs of each row instead of five"],
    ["engine start --json figures.json", "and the tables into a file as well"],
  ]).argument("[arguments...]", `names (${names.join(", ")}) and their flags`).allowUnknownOption();
  parseFlags(command, Deno.args);
  const flagsFrom = command.args.findIndex((arg) => arg.startsWith("-"));
  const chosen = flagsFrom < 0 ? command.args : command.args.slice(0, flagsFrom);
  const unknown = chosen.find((name) => !names.includes(name));
  if (unknown !== undefined) {
    throw new FlagError(`${JSON.stringify(unknown)} is no benchmark; choose ${names.join(", ")}`);
  }
  if (flagsFrom >= 0 && chosen.length === 0) {
    // Every benchmark has flags of its own: one that none has would begin an hour's work.
    throw new FlagError(`${command.args[0]}: name a benchmark before its flags`);
  }
  console.log(machine());
  const flags = flagsFrom < 0 ? [] : command.args.slice(flagsFrom);
  for (const name of chosen.length > 0 ? chosen : names) {
    console.log(`\n${name}`);
    const code = await runDeno(["run", "-q", "--allow-all", `bench/${name}${SUFFIX}`, ...flags]);
    if (code !== 0) Deno.exit(code);
  }
});

async function benchmarks(): Promise<string[]> {
  const files = await Array.fromAsync(Deno.readDir("bench"), ({ name }) => name);
  return files.filter((name) => name.endsWith(SUFFIX)).map((name) => name.slice(0, -SUFFIX.length))
    .sort();
}
