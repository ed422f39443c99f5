/** What may have the focus in a menu. */
const CONTROLS = "button:enabled, input:enabled, select:enabled";

/**
 * Gives the focus back to the picture after something was clicked, so that the keys go on working. Who
 * goes through the page with Tab keeps the focus where it is, unless a key takes that away: then the menu
 * around it has the focus, or the picture.
 *
 * @param picture takes the focus
 * @returns what takes it back
 */
export function returnFocus(picture: HTMLElement): () => void {
  const controller = new AbortController();
  const options = { signal: controller.signal, capture: true };
  let byPointer = false;
  const back = () => {
    if (byPointer) picture.focus({ preventScroll: true });
  };
  let byKey = false;
  document.addEventListener("pointerdown", () => {
    byPointer = true;
    byKey = false;
  }, options);
  document.addEventListener("keydown", ({ key }) => {
    byKey = true;
    if (key === "Tab") byPointer = false;
  }, options);
  // A click by keyboard has no count.
  document.addEventListener("click", ({ detail, target }) => {
    if (detail === 0 || !(target instanceof Element)) return;
    const button = target.closest("button");
    if (button?.closest("dialog, [popover]") === null && button.popoverTargetElement === null) {
      back();
    }
  }, { signal: controller.signal });
  let frame = 0;
  const keep = () => {
    const { activeElement } = document;
    if (activeElement === null || activeElement === document.body) return;
    const menu = activeElement.closest(":popover-open");
    // Of keys that come before a frame the last counts: it knows where the focus was.
    cancelAnimationFrame(frame);
    frame = requestAnimationFrame(() => {
      const now = document.activeElement;
      const isLost = now === document.body || (now === activeElement && !now.checkVisibility());
      if (!isLost) return;
      const control = menu?.matches(":popover-open")
        ? menu.querySelector<HTMLElement>(CONTROLS)
        : null;
      (control ?? picture).focus({ preventScroll: true });
    });
  };
  document.addEventListener("keydown", keep, options);
  // It comes after its key, maybe a frame later.
  document.addEventListener("click", ({ detail }) => {
    if (detail === 0) keep();
  }, options);
  document.addEventListener("change", ({ target }) => {
    // With keys one looks through what there is.
    if (target instanceof HTMLSelectElement && !byKey) back();
  }, options);
  document.addEventListener("close", back, options);
  document.addEventListener("toggle", (event) => {
    if ((event as ToggleEvent).newState === "closed") back();
  }, options);
  return () => controller.abort();
}
