/**
 * Serves the application as the real Fresh built it: `deno task --config deno.fresh.json serve`. The
 * build tells the application of its routes and islands; everything else is as `deno task serve` has
 * it.
 */
import { UserError } from "../engine/errors.ts";
import { serve } from "../main.ts";
import { runCommand } from "../cli/command.ts";

/** What the build leaves for a server to load. */
const BUILT = new URL("../_fresh/server.js", import.meta.url);

if (import.meta.main) await runCommand(serveBuilt);

async function serveBuilt(): Promise<void> {
  try {
    await Deno.stat(BUILT);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    throw new UserError(
      `_fresh/server.js is not there; build it: deno task --config deno.fresh.json build`,
    );
  }
  await import(BUILT.href);
  await serve();
}
