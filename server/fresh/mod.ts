/**
 * The part of Fresh 2's public API that this application uses, for a project that installs from
 * npm alone (Fresh is published on JSR). Names, signatures and behaviour are Fresh's; underneath
 * are Hono (routing, static files, compression), preact-render-to-string and a
 * client script made by `deno bundle`. It never grows past what the application imports or calls:
 * what it leaves out (layouts, partials, route groups, nested special files, page data, other
 * configuration) is refused or absent. `deno.fresh.json` maps `"fresh"` to the real one.
 *
 * @module
 */
export { App } from "./app.ts";
export type { Context } from "./context.ts";
export { HttpError } from "./error.ts";
export type { PageProps } from "./render.ts";
export { staticFiles } from "./static_files.ts";
