import { type Signal, useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";

/** The theme of a page: dark, or light where the reader's system asks for it. */
export function useTheme(): Signal<string> {
  const theme = useSignal("dark");
  useEffect(() => {
    if (matchMedia("(prefers-color-scheme: light)").matches) theme.value = "light";
  }, []);
  return theme;
}

/** Changes between dark and light. */
export function ThemeButton({ theme }: { theme: Signal<string> }) {
  const other = theme.value === "dark" ? "light" : "dark";
  return (
    <button type="button" data-testid="regime-theme" onClick={() => theme.value = other}>
      {`Show it ${other}`}
    </button>
  );
}
