import type { Dashboard } from "./dashboard.ts";

/** Copies a link to the moment shown; where the browser does not let it, the address bar has it. */
export async function copyLink(dashboard: Dashboard): Promise<void> {
  // What was just chosen or marked is in the link too, and nothing is written over it later.
  dashboard.settleAddress();
  const link = dashboard.momentLink(location.href);
  if (link === null) return;
  try {
    await navigator.clipboard.writeText(link);
    dashboard.linked.value = "Link copied";
  } catch {
    history.replaceState(null, "", link);
    dashboard.linked.value = "The link is in the address bar";
  }
}
