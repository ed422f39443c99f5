import type { Dashboard } from "./dashboard.ts";

/** Wheel travel that makes a step of zoom, CSS pixels. */
const WHEEL_STEP = 60;

/**
 * Lets the pointer zoom, pan and point: in the heatmap and, along time alone, in the charts below.
 *
 * @param map the heatmap
 * @param charts what holds the charts; their time axis lies under the heatmap's
 * @returns what takes it back
 */
export function attachGestures(
  dashboard: Dashboard,
  map: HTMLElement,
  charts: HTMLElement,
): () => void {
  const controller = new AbortController();
  const { signal } = controller;
  for (const [element, hasPrices] of [[map, true], [charts, false]] as const) {
    const surface = new Surface(dashboard, map, hasPrices);
    element.addEventListener("pointermove", (event) => surface.move(event), { signal });
    element.addEventListener("pointerleave", () => surface.leave(), { signal });
    element.addEventListener("pointerdown", (event) => surface.press(event), { signal });
    element.addEventListener("pointerup", () => surface.release(), { signal });
    element.addEventListener("pointercancel", () => surface.release(), { signal });
    element.addEventListener("dblclick", () => dashboard.follow(), { signal });
    element.addEventListener("wheel", (event) => surface.wheel(event), { signal, passive: false });
  }
  return () => controller.abort();
}

/** One element that gestures are made on. */
class Surface {
  readonly #dashboard: Dashboard;
  readonly #map: HTMLElement;
  readonly #hasPrices: boolean;
  #dragged: { x: number; y: number } | null = null;
  #wheel = 0;

  constructor(dashboard: Dashboard, map: HTMLElement, hasPrices: boolean) {
    this.#dashboard = dashboard;
    this.#map = map;
    this.#hasPrices = hasPrices;
  }

  move(event: PointerEvent): void {
    const { camera, crosshair, history } = this.#dashboard;
    const place = this.#placeOf(event);
    if (this.#dragged !== null) {
      const dy = this.#hasPrices ? place.y - this.#dragged.y : 0;
      camera.pan(place.x - this.#dragged.x, dy, history);
      this.#dragged = place;
    }
    crosshair.point({ x: place.x, y: this.#hasPrices ? place.y : null });
    this.#dashboard.requestDraw();
  }

  leave(): void {
    this.#dashboard.crosshair.point(null);
    this.#dashboard.requestDraw();
  }

  press(event: PointerEvent): void {
    if (event.button !== 0 || !(event.currentTarget instanceof Element)) return;
    // A press on what lies over the picture, such as a button, is not a drag of it.
    if (event.target instanceof Element && event.target.closest("button, a") !== null) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    this.#dragged = this.#placeOf(event);
  }

  release(): void {
    this.#dragged = null;
  }

  wheel(event: WheelEvent): void {
    event.preventDefault();
    // With Shift some systems turn the wheel sideways.
    this.#wheel -= event.deltaY === 0 ? event.deltaX : event.deltaY;
    const steps = Math.trunc(this.#wheel / WHEEL_STEP);
    if (steps === 0) return;
    this.#wheel -= steps * WHEEL_STEP;
    const both = event.ctrlKey || event.metaKey;
    const { camera, history } = this.#dashboard;
    const { x, y } = this.#placeOf(event);
    const step = Math.sign(steps);
    if (!this.#hasPrices || event.shiftKey || both) camera.zoomTime(step, x, history);
    if (this.#hasPrices && (!event.shiftKey || both)) camera.zoomPrice(step, y);
    this.#dashboard.noteZoom();
  }

  /** Device pixels from the upper left corner of the heatmap. */
  #placeOf(event: MouseEvent): { x: number; y: number } {
    const { left, top } = this.#map.getBoundingClientRect();
    return {
      x: (event.clientX - left) * devicePixelRatio,
      y: (event.clientY - top) * devicePixelRatio,
    };
  }
}
