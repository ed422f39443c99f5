/** Permission sets: what a process may do, as Deno is told of it. */
import { relative } from "node:path";
import { UserError } from "../../engine/errors.ts";

/** Kinds of permission, as `deno.json` names them. */
const KINDS = ["read", "write", "net", "env", "run", "sys"] as const;

/** A permission set: of each kind all (true), or the things listed. */
export type Permissions =
  & { readonly [kind in (typeof KINDS)[number]]?: true | readonly string[] }
  & {
    /** Folders that are not written, whatever else is granted: raw files are never changed. */
    readonly denied?: readonly string[];
    /** The one folder in those that is: what a task makes itself. */
    readonly product?: string;
  };

/**
 * @param sets permission sets
 * @returns the set that allows what any of them allows
 */
export function union(sets: readonly Permissions[]): Permissions {
  const kinds = KINDS.map((kind) => {
    const values = sets.map((set) => set[kind] ?? []);
    return [kind, values.includes(true) || [...new Set(values.flat())]];
  });
  const denied = [...new Set(sets.flatMap((set) => set.denied ?? []))];
  const product = sets.find((set) => set.product !== undefined)?.product;
  return {
    ...Object.fromEntries(kinds),
    ...(denied.length > 0 && { denied }),
    ...(product !== undefined && { product }),
  };
}

/**
 * Deno asks for leave to use what a link leads to, not only the link.
 *
 * @param permissions a permission set
 * @param target tells where a path leads
 * @returns it with all that its paths lead to
 */
export function followLinks(
  permissions: Permissions,
  target: (path: string) => string,
): Permissions {
  const targets = (kind: "read" | "write") => {
    const paths = permissions[kind];
    if (paths === undefined || paths === true) return {};
    return { [kind]: [...new Set([...paths, ...paths.map(target)])] };
  };
  return { ...permissions, ...targets("read"), ...targets("write") };
}

/**
 * Deno looks at the path as it is written, not at where it leads, once that path is granted: what
 * leads into a denied folder is not granted then. A denied folder with a task's own product in it
 * cannot be denied as a whole, for that would win.
 *
 * @param permissions a permission set
 * @param target tells where a path leads
 * @returns it without leave to write into denied folders
 */
export function withoutDenied(
  permissions: Permissions,
  target: (path: string) => string,
): Permissions {
  const { denied = [], product, write = [], ...rest } = permissions;
  if (write === true) return permissions;
  const at = (path: string, folder: string) => isWithin(target(path), target(folder));
  const isProduct = (path: string) => product !== undefined && at(path, product);
  const kept = write.filter((path) =>
    isProduct(path) || !denied.some((folder) => at(path, folder))
  );
  const all = denied.filter((folder) => !kept.some((path) => at(path, folder)));
  return {
    ...rest,
    write: kept,
    ...(all.length > 0 && { denied: [...new Set([...all, ...all.map(target)])] }),
  };
}

/**
 * @param permissions a permission set
 * @returns it as arguments of `deno run`, `deno test` or `deno bench`, which then never ask
 * @throws UserError when something listed holds a comma, which would grant two other things
 */
export function toArguments(permissions: Permissions): string[] {
  const flags = KINDS.flatMap((kind) => {
    const value = permissions[kind];
    if (value === true) return [`--allow-${kind}`];
    if (value === undefined || value.length === 0) return [];
    assertUndivided(value);
    return [`--allow-${kind}=${value.join(",")}`];
  });
  const { denied = [] } = permissions;
  assertUndivided(denied);
  return [
    "--no-prompt",
    ...flags,
    ...(denied.length > 0 ? [`--deny-write=${denied.join(",")}`] : []),
  ];
}

function assertUndivided(values: readonly string[]): void {
  const divided = values.find((one) => one.includes(","));
  if (divided === undefined) return;
  throw new UserError(`${divided}: Deno takes a comma for the end of a path; use one without`);
}

function isWithin(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return way === "" || way !== ".." && !way.startsWith("../");
}
