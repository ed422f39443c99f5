import type { Dashboard } from "../client/page/dashboard.ts";

/**
 * Handlers for what lies over the picture and is used by pointer: what is done there is not done to the
 * picture below, and nothing of that is pointed at meanwhile.
 */
export function overPicture(dashboard: Dashboard) {
  const stop = (event: Event) => event.stopPropagation();
  return {
    onPointerDown: stop,
    onPointerMove: stop,
    onDblClick: stop,
    onWheel: stop,
    onPointerEnter(event: PointerEvent) {
      // What a finger pointed at stays.
      if (event.pointerType === "touch") return;
      dashboard.crosshair.point(null);
      dashboard.requestDraw();
    },
  };
}
