import { useComputed } from "@preact/signals";
import {
  markCorner,
  toggleBookmark,
  toggleComparison,
  togglePriceLine,
} from "../client/page/closer_look.ts";
import type { Dashboard } from "../client/page/dashboard.ts";
import { PictureMenu } from "./PictureMenu.tsx";

/** What a closer look is taken with, for who has no keys at hand. */
export function ToolsMenu({ dashboard }: { dashboard: Dashboard }) {
  const { settings, compared, measuring, summary } = dashboard;
  const none = useComputed(() => summary.value === null);
  const isListed = useComputed(() => settings.value.tradeList);
  const isCompared = useComputed(() => compared.value !== null);
  const tools = [
    ["list", "List of trades", "E", () => dashboard.toggleTradeList(), isListed],
    ["compare", "Compare with this moment", "A", () => toggleComparison(dashboard), isCompared],
    ["measure", "Measure: drag a box", "U", () => arm(dashboard), measuring.isArmed],
    ["bookmark", "Bookmark this moment", "K", () => toggleBookmark(dashboard), undefined],
    ["line", "Line at this price", "J", () => togglePriceLine(dashboard), undefined],
  ] as const;
  return (
    <PictureMenu label="Tools" name="tools">
      {tools.map(([name, words, key, run, isOn]) => (
        <button
          key={name}
          type="button"
          data-testid={`tool-${name}`}
          aria-pressed={isOn}
          aria-keyshortcuts={key}
          disabled={none}
          popovertarget="tools-menu"
          popovertargetaction="hide"
          onClick={run}
        >
          <span>{words}</span> <kbd>{key}</kbd>
        </button>
      ))}
    </PictureMenu>
  );
}

/** The next drag measures; where a cell is held or the price cursor is, that is the first corner. */
function arm(dashboard: Dashboard): void {
  const { measuring, crosshair } = dashboard;
  measuring.clear();
  if (crosshair.isHeld || crosshair.cursor !== null) return markCorner(dashboard);
  measuring.isArmed.value = true;
}
