import type { Dashboard } from "./dashboard.ts";

/** Wheel travel that makes a step of zoom, CSS pixels. */
const WHEEL_STEP = 60;

/** What wheels count in, by `deltaMode`, CSS pixels: pixels, lines (three a notch), or whole pages. */
const WHEEL_UNITS = [1, WHEEL_STEP / 3, WHEEL_STEP] as const;

/** How far the price axis is dragged for rows e times as high, CSS pixels. */
const SCALE_DRAG = 200;
/** A touch that moves by less is a tap, CSS pixels. */
const TAP = 6;
/** Fingers closer than this along an axis do not scale it, CSS pixels. */
const LEAST_SPAN = 40;

/**
 * Lets the pointer zoom, pan and point: in the heatmap and, along time alone, in the charts below;
 * the price axis is dragged to scale it.
 *
 * @param map the heatmap
 * @param axis its price axis
 * @param charts what holds the charts; their time axis lies under the heatmap's
 * @returns what takes it back
 */
export function attachGestures(
  dashboard: Dashboard,
  map: HTMLElement,
  axis: HTMLElement,
  charts: HTMLElement,
): () => void {
  const controller = new AbortController();
  const { signal } = controller;
  for (const [element, hasPrices] of [[map, true], [charts, false]] as const) {
    const surface = new Surface(dashboard, map, hasPrices);
    element.addEventListener("pointermove", (event) => surface.move(event), { signal });
    element.addEventListener("pointerleave", (event) => surface.leave(event), { signal });
    element.addEventListener("pointerdown", (event) => surface.press(event), { signal });
    element.addEventListener("pointerup", (event) => surface.release(event), { signal });
    element.addEventListener("pointercancel", (event) => surface.release(event), { signal });
    element.addEventListener("dblclick", () => dashboard.follow(), { signal });
    element.addEventListener("wheel", (event) => surface.wheel(event), { signal, passive: false });
  }
  attachAxis(dashboard, axis, signal);
  return () => controller.abort();
}

/** Dragging the axis down spreads its prices, dragging it up gathers them, around the middle. */
function attachAxis(dashboard: Dashboard, axis: HTMLElement, signal: AbortSignal): void {
  const { camera } = dashboard;
  let from: { y: number; rowPixels: number } | null = null;
  axis.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    axis.setPointerCapture(event.pointerId);
    from = { y: event.clientY, rowPixels: camera.view.rowHeight / devicePixelRatio };
  }, { signal });
  axis.addEventListener("pointermove", (event) => {
    if (isLetGo(event)) from = null;
    if (from === null) return;
    const pixels = from.rowPixels * Math.exp((event.clientY - from.y) / SCALE_DRAG);
    camera.scalePrice(pixels, camera.view.height / 2);
    dashboard.noteZoom();
  }, { signal });
  for (const end of ["pointerup", "pointercancel"] as const) {
    axis.addEventListener(end, () => from = null, { signal });
  }
  axis.addEventListener("dblclick", () => dashboard.follow(), { signal });
}

/** What `buttons` has of a pointer that is pressed. */
const PRIMARY = 1;

/** Whether a pointer is not pressed: that it was let go may have been told to another, as to a menu. */
export function isLetGo({ buttons }: Pick<PointerEvent, "buttons">): boolean {
  return (buttons & PRIMARY) === 0;
}

/** A pointer that is down, device pixels. */
interface Finger {
  x: number;
  y: number;
  readonly fromX: number;
  readonly fromY: number;
}

/** Two fingers as they were put down. */
interface Pinch {
  readonly spanX: number;
  readonly spanY: number;
  readonly msPerPixel: number;
  readonly rowPixels: number;
}

/** One element that gestures are made on. */
class Surface {
  readonly #dashboard: Dashboard;
  readonly #map: HTMLElement;
  readonly #hasPrices: boolean;
  readonly #fingers = new Map<number, Finger>();
  #pinch: Pinch | null = null;
  #wheel = 0;
  /** The pointer that measures. */
  #measures: number | null = null;

  constructor(dashboard: Dashboard, map: HTMLElement, hasPrices: boolean) {
    this.#dashboard = dashboard;
    this.#map = map;
    this.#hasPrices = hasPrices;
  }

  move(event: PointerEvent): void {
    if (isLetGo(event)) this.release(event);
    const { camera, history } = this.#dashboard;
    const place = this.#placeOf(event);
    const finger = this.#fingers.get(event.pointerId);
    if (this.#measures !== null) {
      if (this.#measures === event.pointerId) this.#point(place);
      return this.#dashboard.requestDraw();
    }
    if (finger !== undefined) {
      // Of two fingers each moves the picture by half of its way.
      const share = 1 / this.#fingers.size;
      const dy = this.#hasPrices ? place.y - finger.y : 0;
      camera.pan((place.x - finger.x) * share, dy * share, history);
      finger.x = place.x;
      finger.y = place.y;
      if (this.#pinch !== null) this.#scale(this.#pinch);
    }
    // What a finger drags it covers.
    if (event.pointerType !== "touch") this.#point(place);
    this.#dashboard.requestDraw();
  }

  leave(event: PointerEvent): void {
    // A finger that is lifted leaves too: what it pointed at stays.
    if (event.pointerType === "touch") return;
    this.#dashboard.crosshair.point(null);
    this.#dashboard.requestDraw();
  }

  press(event: PointerEvent): void {
    if (event.button !== 0 || !(event.currentTarget instanceof Element)) return;
    // A press on what lies over the picture, such as a button, is not a drag of it.
    if (event.target instanceof Element && event.target.closest("button, a") !== null) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    const { x, y } = this.#placeOf(event);
    const { measuring } = this.#dashboard;
    if (this.#hasPrices && this.#fingers.size === 0 && (event.altKey || measuring.isArmed.value)) {
      this.#beginBox(event, { x, y });
    }
    if (this.#fingers.size < 2) this.#fingers.set(event.pointerId, { x, y, fromX: x, fromY: y });
    this.#pinch = this.#pinchOf();
    if (event.pointerType === "touch" && this.#measures === null) {
      this.#dashboard.crosshair.point(null);
    }
    this.#dashboard.requestDraw();
  }

  release(event: PointerEvent): void {
    const finger = this.#fingers.get(event.pointerId);
    if (finger === undefined) return;
    if (this.#measures === event.pointerId) {
      this.#fingers.delete(event.pointerId);
      return this.#endBox(event, finger);
    }
    const moved = Math.hypot(finger.x - finger.fromX, finger.y - finger.fromY);
    const isTap = this.#pinch === null && moved < TAP * devicePixelRatio;
    if (event.type === "pointerup" && isTap) {
      const { crosshair } = this.#dashboard;
      if (event.pointerType === "touch") {
        // A finger holds the cell that it taps.
        crosshair.release();
        this.#point(finger);
      }
      if (this.#hasPrices) this.#dashboard.toggleHold();
      else crosshair.release();
    }
    this.#fingers.delete(event.pointerId);
    if (this.#pinch !== null) this.#dashboard.noteZoom();
    this.#pinch = null;
    this.#dashboard.requestDraw();
  }

  #beginBox(event: PointerEvent, place: { x: number; y: number }): void {
    const { crosshair, measuring } = this.#dashboard;
    const { isArmed } = measuring;
    const wasArmed = isArmed.value;
    crosshair.release();
    measuring.clear();
    isArmed.value = wasArmed;
    this.#point(place);
    if (this.#dashboard.markCorner()) this.#measures = event.pointerId;
  }

  #endBox(event: PointerEvent, finger: Finger): void {
    const place = this.#placeOf(event);
    const { measuring, crosshair } = this.#dashboard;
    this.#measures = null;
    const moved = Math.hypot(place.x - finger.fromX, place.y - finger.fromY);
    const isDrag = event.type === "pointerup" && moved >= TAP * devicePixelRatio;
    // Esc may have taken it away meanwhile.
    if (!isDrag || !measuring.isOpen.value) measuring.clear();
    else {
      this.#point(place);
      // Beyond what is known it ends where it was last.
      if (!this.#dashboard.markCorner()) measuring.close();
    }
    if (event.pointerType === "touch") crosshair.point(null);
    this.#dashboard.requestDraw();
  }

  wheel(event: WheelEvent): void {
    event.preventDefault();
    // With Shift some systems turn the wheel sideways.
    const delta = event.deltaY === 0 ? event.deltaX : event.deltaY;
    this.#wheel -= delta * (WHEEL_UNITS[event.deltaMode] ?? 1);
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

  #point({ x, y }: { x: number; y: number }): void {
    this.#dashboard.crosshair.point({ x, y: this.#hasPrices ? y : null });
  }

  #pinchOf(): Pinch | null {
    const [one, other] = [...this.#fingers.values()];
    if (one === undefined || other === undefined) return null;
    const { camera } = this.#dashboard;
    return {
      spanX: Math.abs(one.x - other.x),
      spanY: Math.abs(one.y - other.y),
      msPerPixel: camera.msPerPixel,
      rowPixels: camera.view.rowHeight / devicePixelRatio,
    };
  }

  /** Fingers that spread along an axis scale it, around the middle between them. */
  #scale({ spanX, spanY, msPerPixel, rowPixels }: Pinch): void {
    const [one, other] = [...this.#fingers.values()];
    if (one === undefined || other === undefined) return;
    const { camera, history } = this.#dashboard;
    const least = LEAST_SPAN * devicePixelRatio;
    const spread = (now: number, before: number) => Math.max(least, Math.abs(now)) / before;
    if (spanX >= least) {
      const share = spread(one.x - other.x, spanX);
      camera.scaleTime(msPerPixel / share, (one.x + other.x) / 2, history);
    }
    if (this.#hasPrices && spanY >= least) {
      camera.scalePrice(rowPixels * spread(one.y - other.y, spanY), (one.y + other.y) / 2);
    }
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
