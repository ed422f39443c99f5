/**
 * Tells when a pixel of the page becomes another number of the screen's: by zoom, or on another monitor.
 *
 * @returns what ends it
 */
export function watchRatio(changed: () => void): () => void {
  const controller = new AbortController();
  const watch = () => {
    const isSame = matchMedia(`(resolution: ${devicePixelRatio}dppx)`);
    isSame.addEventListener("change", () => {
      changed();
      watch();
    }, { signal: controller.signal, once: true });
  };
  watch();
  return () => controller.abort();
}
