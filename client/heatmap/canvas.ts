/** A canvas with a pixel per device pixel, whatever size the page gives it. */
export class Canvas {
  readonly context: CanvasRenderingContext2D;

  /** @throws Error when the browser gives no 2D canvas */
  constructor(readonly element: HTMLCanvasElement) {
    const context = element.getContext("2d");
    if (context === null) throw new Error("canvas: this browser gives no 2D canvas");
    this.context = context;
  }

  /** Device pixels; 0 while it is not shown. */
  get width(): number {
    return this.element.width;
  }

  /** Device pixels; 0 while it is not shown. */
  get height(): number {
    return this.element.height;
  }

  /**
   * Takes on the size that the page gives it; a new size clears it.
   *
   * @param ratio device pixels per CSS pixel
   */
  fit(ratio: number): void {
    const width = Math.round(this.element.clientWidth * ratio);
    const height = Math.round(this.element.clientHeight * ratio);
    if (this.element.width !== width) this.element.width = width;
    if (this.element.height !== height) this.element.height = height;
  }

  /** Whether there is anything to draw on. */
  get shown(): boolean {
    return this.element.width > 0 && this.element.height > 0;
  }
}
