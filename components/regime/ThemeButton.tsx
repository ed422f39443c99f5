import type { Signal } from "@preact/signals";

/** The theme of a page; dark until the reader chooses. */
export type Theme = "dark" | "light";

/** Changes between dark and light. */
export function ThemeButton({ theme }: { theme: Signal<Theme> }) {
  const other = theme.value === "dark" ? "light" : "dark";
  return (
    <button type="button" data-testid="regime-theme" onClick={() => theme.value = other}>
      {`Show it ${other}`}
    </button>
  );
}
