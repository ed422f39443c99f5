import { type ComponentType, h, hydrate } from "preact";

/**
 * Brings the islands of a server-rendered page to life. Runs in the browser, called by the client
 * script that `deno task build` makes.
 *
 * @param islands island components by name (file name without extension)
 * @throws Error when the page holds an island that the script does not: one of them is stale
 */
export function hydrateIslands(
  islands: Readonly<Record<string, ComponentType<Record<string, unknown>>>>,
): void {
  for (const host of document.querySelectorAll<HTMLElement>("fresh-island")) {
    const { name = "", props = "{}" } = host.dataset;
    const component = islands[name];
    if (component === undefined) throw new Error(`no island "${name}" in the client script`);
    hydrate(h(component, JSON.parse(props)), host);
  }
}
