import { createHash } from "node:crypto";
import { encodeBook, restoreBook } from "./cache_format.ts";
import { cacheSecret } from "./cache_secret.ts";
import { systemReason, UserError } from "./errors.ts";
import { fileSafe } from "./symbol.ts";
import { WARMUP_NS } from "./pipeline.ts";
import type { EngineRun } from "./run.ts";
import { assertReadable } from "./readable_file.ts";
import { nextTurn, turnIsOver } from "./event_loop.ts";
import { isRecording } from "./source/origin.ts";
import { WholeFile } from "./whole_file.ts";

/** How a book was obtained. */
export interface BookCacheResult {
  /** The cache file. */
  path: string;
  /**
   * Whether it exists now; not when writing failed, when the raw file ends before warm-up, or when that
   * begins within an event of which fills are remembered.
   */
  stored: boolean;
  /** Whether an existing cache was used. */
  hit: boolean;
  /** What was wrong with an existing cache, or with writing a new one; null when nothing was. */
  problem: string | null;
}

/** What a caller may want to hear or say meanwhile. */
export interface BookCacheOptions {
  /** Folder of the lake, the cache lies in `cache/vp_book` below it. */
  lake: string;
  /** Called after each turn of a bootstrap. */
  onProgress?: () => void;
  /** Aborts a bootstrap. */
  signal?: AbortSignal;
}

/** Longest cache that is written or read, bytes: 11 million orders. */
const MOST_BYTES = 2 ** 28;

/** Books that are being built, by what they are kept under: of whatever server wants them. */
const building = new Map<string, Promise<unknown>>();

/**
 * Brings a run to the first record of warm-up: from the book cache when there is one for exactly
 * this raw file and request, else by replaying the bootstrap and writing the cache. A run without a
 * start time has no bootstrap and is left alone; what can be read once has no cache, nor has a globex
 * session.
 *
 * Several runs of one process that need the same cache build it once.
 *
 * @param run a run just opened
 * @param options lake, progress, abortion
 * @returns how the book was obtained; null without a start time or a cache
 * @throws UserError on a damaged raw file; the signal's reason when aborted
 */
export async function ensureBookCache(
  run: EngineRun,
  options: BookCacheOptions,
): Promise<BookCacheResult | null> {
  if (run.request.startNs === null) return null;
  const key = cacheKey(run);
  if (key === null) {
    await bootstrap(run, options);
    return null;
  }
  const path = cachePath(run, options.lake, key);
  while (building.has(path)) {
    // Whether that build went well is its own caller's concern: the cache file tells.
    await building.get(path)!.catch(() => undefined);
    options.signal?.throwIfAborted();
  }
  const { promise, resolve } = Promise.withResolvers<void>();
  building.set(path, promise);
  try {
    return await readOrBuild(run, key, path, options);
  } finally {
    building.delete(path);
    resolve();
  }
}

/** Name of the cache file of a run, under the lake's folder. */
function cachePath({ request }: EngineRun, lake: string, key: string): string {
  const hash = createHash("sha256").update(key).digest("hex").slice(0, 16);
  return `${lake}/cache/vp_book/${fileSafe(request.symbol)}_${request.dt}_${hash}.book`;
}

/** What a cache must have been made for; null for what cannot be told from another. */
function cacheKey({ request, session }: EngineRun): string | null {
  const { productType, symbol, dt, startNs } = request;
  // The book of a globex session is of two files, or of a part of one.
  if (request.cut === "globex") return null;
  // What grows, or may go on growing, is another file soon.
  if (session.bytes.identity === null || isRecording(request.origin)) return null;
  const { mtimeNs, size } = session.bytes.identity;
  return [productType, symbol, dt, startNs! - BigInt(WARMUP_NS), mtimeNs, size].join(":");
}

async function readOrBuild(
  run: EngineRun,
  key: string,
  path: string,
  options: BookCacheOptions,
): Promise<BookCacheResult> {
  let problem: string | null = null;
  const secret = await cacheSecret(path.slice(0, path.lastIndexOf("/"))).catch((error) => {
    if (!(error instanceof UserError)) throw error;
    problem = `Book cache ${path} is not used: ${error.message}`;
    return null;
  });
  try {
    const cached = secret && await readIfThere(path);
    if (secret && cached) {
      await nextTurn();
      await restoreBook(run, cached, key, secret);
      return { path, stored: true, hit: true, problem: null };
    }
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    problem = `Book cache ${path} was rebuilt: ${error.message}`;
  }
  // A live recording's event may lie on both sides of its window's beginning, and of warm-up's with it.
  if (!await bootstrap(run, options) || secret === null || !run.pipeline.isSavable) {
    return { path, stored: false, hit: false, problem };
  }
  await nextTurn();
  const unwritten = await write(path, encodeBook(run, key, secret));
  return { path, stored: unwritten === null, hit: false, problem: unwritten ?? problem };
}

/** Replays up to warm-up; false when the file ends before it. */
async function bootstrap(run: EngineRun, options: BookCacheOptions): Promise<boolean> {
  for (;;) {
    await nextTurn();
    options.signal?.throwIfAborted();
    while (!turnIsOver()) {
      const progress = await run.step();
      if (progress === "edge") await atEdge(run, options);
      else if (progress !== "budget") return progress === "warmup";
    }
    options.onProgress?.();
  }
}

async function atEdge(run: EngineRun, { onProgress, signal }: BookCacheOptions): Promise<void> {
  onProgress?.();
  await run.grown();
  signal?.throwIfAborted();
}

async function readIfThere(path: string): Promise<Uint8Array | null> {
  try {
    assertReadable(path, MOST_BYTES);
    return await Deno.readFile(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    if (error instanceof UserError) throw error;
    // A disk that fails here costs the time of a bootstrap, not the run.
    throw new UserError(`reading it failed: ${systemReason(error)}`);
  }
}

/** Writes whole or not at all; returns what went wrong, for a run can go on without its cache. */
async function write(path: string, bytes: Uint8Array): Promise<string | null> {
  if (bytes.length > MOST_BYTES) {
    return `Book cache ${path} was not written: it has more than ${MOST_BYTES} bytes`;
  }
  try {
    await Deno.mkdir(path.slice(0, path.lastIndexOf("/")), { recursive: true });
    using file = new WholeFile(path);
    await file.write(bytes);
    await file.finish();
    return null;
  } catch (error) {
    return `Book cache ${path} was not written: ${systemReason(error)}; make room for it there`;
  }
}
