/** The colours that the style sheet gives the page, by theme and palette. */
import type { PaletteName, ThemeName } from "../../../client/page/view_settings.ts";
import { parseHex, type Rgb } from "../../../client/heatmap/palette.ts";
import { readProjectFile } from "../../project.ts";

/** Selectors of each theme and palette in vacuum_pressure_colours.css, in the order of the cascade. */
function selectorsOf(theme: ThemeName, palette: PaletteName): string[] {
  const dark = [":root", `[data-palette="${palette}"]`];
  if (theme === "dark") return dark;
  return [
    ...dark,
    ':root:has([data-theme="light"])',
    `[data-theme="light"] [data-palette="${palette}"]`,
  ];
}

/**
 * @returns a colour of the page by its name, such as "text" of `--text`
 */
export async function coloursOf(
  theme: ThemeName,
  palette: PaletteName,
): Promise<(name: string) => Rgb> {
  const sheet = (await readProjectFile("static/vacuum_pressure_colours.css"))
    .replaceAll(/\/\*.*?\*\//gs, "");
  const found = new Map<string, string>();
  for (const wanted of selectorsOf(theme, palette)) {
    for (const [, selectors = "", body = ""] of sheet.matchAll(/([^{}]+)\{([^}]*)\}/g)) {
      if (!selectors.split(",").some((selector) => selector.trim() === wanted)) continue;
      for (const [, name = "", value = ""] of body.matchAll(/--([\w-]+):\s*(#[0-9a-f]{6});/gi)) {
        found.set(name, value);
      }
    }
  }
  return (name) => {
    const value = found.get(name);
    if (value === undefined) throw new Error(`no colour --${name} for ${theme} ${palette}`);
    return parseHex(value);
  };
}
