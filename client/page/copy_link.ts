import type { Dashboard } from "./dashboard.ts";

/** Copies a link to the moment shown; where the browser does not let it, the address bar has it. */
export async function copyLink(dashboard: Dashboard): Promise<void> {
  // What was just chosen or marked is in the link too, and nothing is written over it later.
  dashboard.settleAddress();
  const link = dashboard.momentLink(location.href);
  if (link === null) return;
  try {
    await navigator.clipboard.writeText(link);
    tell(dashboard, "Link copied");
  } catch {
    history.replaceState(null, "", link);
    tell(dashboard, "The link is in the address bar");
  }
}

/** Says what became of the link: beside its button until the reader does something else. */
function tell(dashboard: Dashboard, words: string): void {
  dashboard.linked.value = words;
  dashboard.say(words);
  const controller = new AbortController();
  const options = { signal: controller.signal, capture: true };
  const forget = (event: Event) => {
    if (event instanceof KeyboardEvent && event.repeat) return;
    dashboard.linked.value = null;
    controller.abort();
  };
  addEventListener("keydown", forget, options);
  addEventListener("pointerdown", forget, options);
}
