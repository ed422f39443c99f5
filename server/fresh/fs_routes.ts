/** The file conventions: which module of routes/ and islands/ is what. */
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { ComponentType } from "preact";
import { registerIsland } from "./islands.ts";
import type { Middleware } from "./middleware.ts";
import type { PageComponent } from "./render.ts";

/** HTTP methods an endpoint may export. */
export const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"] as const;

/** What answers one path. */
export interface Route {
  /** Path in Hono's notation: `/blog/:slug`. */
  path: string;
  /** Functions by HTTP method: the endpoint. */
  handler: Partial<Record<(typeof METHODS)[number], Middleware<unknown>>>;
  /** The page that answers GET when the endpoint does not. */
  page: PageComponent | null;
}

/** Everything that routes/ says. */
export interface FsRoutes {
  routes: Route[];
  middleware: Middleware<unknown> | null;
  shell: PageComponent | null;
  errorPage: PageComponent | null;
}

/** The exports of a module in routes/ that mean something. */
interface RouteModule {
  handler?: Route["handler"];
  default?: unknown;
}

/**
 * Loads every module of routes/ and registers every island.
 *
 * @param root folder that holds routes/ and islands/
 * @returns what was found
 * @throws Error when a file's name or exports follow no convention known here
 */
export async function loadFsRoutes(root: string): Promise<FsRoutes> {
  for (const file of await modulesIn(join(root, "islands"))) {
    const island = await load(join(root, "islands"), file);
    registerIsland(withoutExtension(file), defaultFunction(file, island) as ComponentType);
  }
  const found: FsRoutes = { routes: [], middleware: null, shell: null, errorPage: null };
  for (const file of await modulesIn(join(root, "routes"))) {
    const module = await load(join(root, "routes"), file);
    const name = withoutExtension(file);
    if (name === "_middleware") {
      found.middleware = defaultFunction(file, module) as Middleware<unknown>;
    } else if (name === "_app") found.shell = defaultFunction(file, module) as PageComponent;
    else if (name === "_error") found.errorPage = defaultFunction(file, module) as PageComponent;
    else if (/(^|\/)[_(]/.test(name)) throw new Error(`routes/${file}: no such convention here`);
    else found.routes.push(toRoute(file, module));
  }
  return found;
}

function toRoute(file: string, module: RouteModule): Route {
  const { handler = {} } = module;
  const page = module.default === undefined ? null : defaultFunction(file, module) as PageComponent;
  if (page === null && Object.keys(handler).length === 0) {
    throw new Error(`${file}: exports neither a page (default) nor a handler`);
  }
  return { path: toPath(withoutExtension(file)), handler, page };
}

/** `blog/[slug]` is `/blog/:slug`, `blog/index` is `/blog`. */
function toPath(name: string): string {
  const path = `/${name}`.replace(/\/index$/, "").replaceAll(/\[(\w+)\]/g, ":$1");
  return path === "" ? "/" : path;
}

/** The modules below a folder, relative to it, in one order on every machine. */
async function modulesIn(folder: string, below = ""): Promise<string[]> {
  const files: string[] = [];
  for (const entry of await entriesOf(join(folder, below))) {
    const path = below === "" ? entry.name : `${below}/${entry.name}`;
    if (entry.isDirectory) files.push(...await modulesIn(folder, path));
    else if (/\.tsx?$/.test(entry.name)) files.push(path);
  }
  return files.sort();
}

async function entriesOf(folder: string): Promise<Deno.DirEntry[]> {
  try {
    return await Array.fromAsync(Deno.readDir(folder));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}

async function load(folder: string, file: string): Promise<RouteModule> {
  return await import(pathToFileURL(join(folder, file)).href);
}

function defaultFunction(file: string, module: RouteModule): (...args: never[]) => unknown {
  if (typeof module.default === "function") return module.default as () => unknown;
  throw new Error(`${file}: the default export must be a function`);
}

function withoutExtension(file: string): string {
  return file.replace(/\.tsx?$/, "");
}
