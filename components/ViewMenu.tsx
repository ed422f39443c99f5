import { useComputed } from "@preact/signals";
import {
  CONTRAST_RANGE,
  type PaletteName,
  PALETTES,
  type Part,
  PARTS,
  type ThemeName,
  THEMES,
} from "../client/page/view_settings.ts";
import { type Colouring, COLOURINGS } from "../client/heatmap/palette.ts";
import { AXES, type Axis } from "../client/history/columns.ts";
import type { Dashboard } from "../client/page/dashboard.ts";
import { MarksList } from "./MarksList.tsx";
import type { PageCommands } from "../client/page/shortcuts.ts";

const PALETTE_LABELS: Record<PaletteName, string> = {
  sea: "Green and magenta",
  safe: "Blue and orange, colour-blind safe",
  classic: "Lime and red",
};
const AXIS_LABELS: Record<Axis, string> = { time: "Linear", event: "By event" };
const COLOURING_LABELS: Record<Colouring, string> = {
  both: "Force and depth",
  force: "Force alone",
  why: "Pulled and traded apart",
};
const THEME_LABELS: Record<ThemeName, string> = { dark: "Dark", light: "Light" };
const PART_LABELS: Record<Part, string> = {
  panel: "Reading panel",
  profile: "Depth profile",
  charts: "Charts",
};

interface Props {
  dashboard: Dashboard;
  commands: PageCommands;
}

/** What the page shows and in which colours, and how to take it away. */
export function ViewMenu({ dashboard, commands }: Props) {
  const { settings } = dashboard;
  const contrast = useComputed(() => settings.value.contrast);
  const contrastText = useComputed(() => settings.value.contrast.toFixed(2));
  const least = useComputed(() => settings.value.least);
  const trades = useComputed(() => settings.value.trades);
  const events = useComputed(() => settings.value.events);
  const themes = useComputed(() =>
    THEMES.map((name) => (
      <label key={name} class="choice">
        <input
          type="radio"
          name="theme"
          checked={settings.value.theme === name}
          onChange={() => dashboard.choose({ theme: name })}
        />
        {THEME_LABELS[name]}
      </label>
    ))
  );
  const axes = useComputed(() =>
    AXES.map((name) => (
      <label key={name} class="choice">
        <input
          type="radio"
          name="axis"
          value={name}
          checked={settings.value.axis === name}
          onChange={() => dashboard.choose({ axis: name })}
        />
        {AXIS_LABELS[name]}
      </label>
    ))
  );
  const colourings = useComputed(() =>
    COLOURINGS.map((name) => (
      <label key={name} class="choice">
        <input
          type="radio"
          name="colouring"
          value={name}
          checked={settings.value.colouring === name}
          onChange={() => dashboard.choose({ colouring: name })}
        />
        {COLOURING_LABELS[name]}
      </label>
    ))
  );
  const palettes = useComputed(() =>
    PALETTES.map((name) => (
      <label key={name} class="choice">
        <input
          type="radio"
          name="palette"
          value={name}
          checked={settings.value.palette === name}
          onChange={() => dashboard.choose({ palette: name })}
        />
        <span class="swatches" data-palette={name} aria-hidden="true">
          <span class="swatch draining" />
          <span class="swatch building" />
        </span>
        {PALETTE_LABELS[name]}
      </label>
    ))
  );
  const parts = useComputed(() =>
    PARTS.map((part) => (
      <label key={part} class="choice">
        <input
          type="checkbox"
          checked={!settings.value.hidden.includes(part)}
          onChange={() => dashboard.togglePart(part)}
        />
        {PART_LABELS[part]}
      </label>
    ))
  );
  return (
    <>
      <button type="button" data-testid="view" popovertarget="view-menu">View</button>
      <div class="menu" id="view-menu" popover="auto">
        <fieldset>
          <legend>Palette</legend>
          {palettes}
        </fieldset>
        <fieldset>
          <legend>Colour tells</legend>
          <div class="across">{colourings}</div>
        </fieldset>
        <fieldset>
          <legend>Contrast</legend>
          <label class="choice">
            <input
              type="range"
              data-testid="contrast"
              aria-label="Contrast of the heatmap"
              {...CONTRAST_RANGE}
              value={contrast}
              onInput={(event) => dashboard.choose({ contrast: Number(event.currentTarget.value) })}
            />
            <span class="figure">{contrastText}</span>
          </label>
        </fieldset>
        <fieldset>
          <legend>Theme</legend>
          <div class="across">{themes}</div>
        </fieldset>
        <fieldset>
          <legend>Time axis</legend>
          <div class="across">{axes}</div>
        </fieldset>
        <fieldset>
          <legend>Trades</legend>
          <label class="choice">
            <input
              type="checkbox"
              data-testid="trades"
              checked={trades}
              onChange={(event) => dashboard.choose({ trades: event.currentTarget.checked })}
            />
            Show trades
          </label>
          <label class="choice">
            of at least
            <input
              type="number"
              data-testid="least"
              min={1}
              step={1}
              value={least}
              onInput={({ currentTarget }) => {
                const size = Number(currentTarget.value);
                // A field that is being emptied to be filled anew asks for nothing yet.
                if (size >= 1) dashboard.choose({ least: size });
              }}
            />
          </label>
          <p class="note">Filled: a buyer took it. Ring: a seller did. Area is size.</p>
        </fieldset>
        <fieldset>
          <legend>Sweeps and reserves</legend>
          <label class="choice">
            <input
              type="checkbox"
              data-testid="events"
              checked={events}
              onChange={(event) => dashboard.choose({ events: event.currentTarget.checked })}
            />
            Show sweeps and reserves
          </label>
          <p class="note">
            Arrow: one aggressor took several prices. Diamond: a reserve order showed its next part.
            Filled: a buyer, a bid. Hollow: a seller, an ask.
          </p>
        </fieldset>
        <MarksList dashboard={dashboard} />
        <fieldset>
          <legend>Parts</legend>
          {parts}
        </fieldset>
        <div class="across">
          <button type="button" data-testid="save-png" onClick={() => commands.savePicture()}>
            Save picture
          </button>
          <button type="button" data-testid="save-csv" onClick={() => commands.saveTable()}>
            Save CSV
          </button>
        </div>
      </div>
    </>
  );
}
