/**
 * Runs the tests with all cases of their long proofs, of which `deno task test` goes through a few:
 * every seed of a killed download, damaged files by the ten thousand, each page on each session.
 */
import { runDeno } from "../scripts/launch/deno.ts";
import { PROOF } from "../tests/proof.ts";

Deno.env.set(PROOF, "whole");
const code = await runDeno(["run", "-q", "-A", "scripts/test.ts", ...Deno.args]);
if (code !== 0) Deno.exit(code);
