/** Gets days from Databento into the lake: batch jobs, each paid for once. */
import { runCommand } from "../cli/command.ts";
import { download } from "./download/run.ts";

await runCommand(async () => Deno.exit(await download(Deno.args)));
