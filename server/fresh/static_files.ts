import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { Hono } from "hono";
import { etag } from "hono/etag";
import { serveStatic } from "hono/serve-static";
import type { Middleware } from "./middleware.ts";
import { isUpgrade } from "./upgrade.ts";

/** Error codes of a path that names no file. */
const NO_FILE = new Set<unknown>(["ENOENT", "EISDIR", "ENOTDIR", "EINVAL", "ENAMETOOLONG"]);

/** Where the builder leaves what it knows; of that folder the client script alone is served. */
const BUILT = /\/build\/(?!client\.js$)/;

/**
 * Answers with the files of `static/`; what is not there goes on to the routes. A file asked for
 * with its version (`?v=`) may be kept for good, any other is asked for again with its ETag.
 *
 * An upgrade goes on at once, for it asks for no file. Under a listener of Deno's own, were one looked
 * for meanwhile, a client that leaves then would never be let go of: `Deno.upgradeWebSocket` keeps
 * its connection for good.
 *
 * @returns the middleware
 */
export function staticFiles<State>(): Middleware<State> {
  let files: Hono | undefined;
  return async (ctx) => {
    if (isUpgrade(ctx.req)) return await ctx.next();
    files ??= fileServer(join(ctx.config.root, "static"));
    const response = await files.fetch(ctx.req);
    return response.status === 404 ? await ctx.next() : response;
  };
}

function fileServer(root: string): Hono {
  return new Hono().use(
    etag(),
    serveStatic({
      root,
      join,
      precompressed: true,
      getContent: (path, c) => {
        const [, plain, encoding] = /^(.*)\.(gz|br|zst)$/.exec(path) ?? [];
        // It was found without: another form of it is asked for.
        if (plain !== undefined && !c.req.path.endsWith(`.${encoding}`)) {
          return encoding === "gz" ? gzipped(plain) : Promise.resolve(null);
        }
        return BUILT.test(path) ? Promise.resolve(null) : readFile(path);
      },
      onFound: (_path, c) => {
        const versioned = c.req.query("v") !== undefined;
        c.header("Cache-Control", versioned ? "public, max-age=31536000, immutable" : "no-cache");
      },
    }),
  );
}

/** Files as they were compressed last, each of a file as it is. */
const compressed = new Map<string, { stamp: string; bytes: Uint8Array<ArrayBuffer> }>();

/** A file compressed, once for as long as it is the same: that takes much longer than to send it. */
async function gzipped(path: string): Promise<Uint8Array<ArrayBuffer> | null> {
  const { size, mtime } = await Deno.stat(path);
  const stamp = `${size} ${mtime?.getTime()}`;
  const known = compressed.get(path);
  if (known?.stamp === stamp) return known.bytes;
  const file = await readFile(path);
  if (file === null) return null;
  const bytes = new Uint8Array(gzipSync(file));
  compressed.set(path, { stamp, bytes });
  return bytes;
}

async function readFile(path: string): Promise<Uint8Array<ArrayBuffer> | null> {
  try {
    return await Deno.readFile(path);
  } catch (error) {
    if (error instanceof Error && "code" in error && NO_FILE.has(error.code)) return null;
    throw error;
  }
}
