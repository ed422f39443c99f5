/**
 * Runs the tests with all cases of their long proofs, of which `deno task test` goes through a few:
 * every seed of a killed download, damaged files by the ten thousand, each page on each session.
 */
const { code } = await new Deno.Command(Deno.execPath(), {
  args: ["task", "-q", "test", ...Deno.args],
  // The name is that of tests/proof.ts.
  env: { SPYMASTER_PROOF: "whole" },
}).spawn().status;
Deno.exit(code);
