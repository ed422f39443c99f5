/** Draws are this far apart where motion is to be reduced, milliseconds. */
const CALM_MS = 250;

/** A frame that does not come for so long is of a page that nobody sees, milliseconds. */
const UNSEEN_MS = 1_000;

/** What is drawn. */
export interface Redrawn {
  /** Whether the reader wants little motion. */
  isCalm(): boolean;
  /**
   * Draws what is shown, and tells it.
   *
   * @param frameMs time of the frame
   */
  draw(frameMs: number): void;
  /** Tells what is shown without drawing it: no frame comes, for nobody sees the page. */
  tellUnseen(): void;
}

/** When a page is drawn: before the next repaint, however often it is asked for. */
export class Redraws {
  readonly #redrawn: Redrawn;
  #frame: number | null = null;
  #drawnAtMs = -Infinity;
  /** Tells what is shown when no frame comes. */
  #unseen: ReturnType<typeof setTimeout> | null = null;
  /** A draw to come though nothing asks for it, and when. */
  #later: ReturnType<typeof setTimeout> | null = null;
  #laterAtMs = Infinity;

  /** @param redrawn what is drawn */
  constructor(redrawn: Redrawn) {
    this.#redrawn = redrawn;
  }

  /** Draws before the next repaint. */
  request(): void {
    this.#frame ??= requestAnimationFrame((nowMs) => {
      this.#frameEnds();
      if (this.#redrawn.isCalm() && nowMs - this.#drawnAtMs < CALM_MS) return this.request();
      this.#drawnAtMs = nowMs;
      this.#redrawn.draw(nowMs);
    });
    this.#unseen ??= setTimeout(() => {
      this.#unseen = null;
      this.#redrawn.tellUnseen();
    }, UNSEEN_MS);
  }

  /**
   * Asks for a draw in a while; of several whiles the one that ends first counts.
   *
   * @param ms how long it may take, milliseconds
   */
  later(ms: number): void {
    const atMs = performance.now() + ms;
    if (this.#laterAtMs <= atMs) return;
    this.#forgetLater();
    this.#laterAtMs = atMs;
    this.#later = setTimeout(() => {
      this.#forgetLater();
      this.request();
    }, ms);
  }

  /** Draws at once what was asked for. */
  now(): void {
    if (this.#frame === null) return;
    cancelAnimationFrame(this.#frame);
    this.#frameEnds();
    this.#redrawn.draw(performance.now());
  }

  /** Draws no more, until it is asked for again. */
  stop(): void {
    if (this.#frame !== null) cancelAnimationFrame(this.#frame);
    this.#frameEnds();
    this.#forgetLater();
  }

  #frameEnds(): void {
    this.#frame = null;
    if (this.#unseen !== null) clearTimeout(this.#unseen);
    this.#unseen = null;
  }

  #forgetLater(): void {
    if (this.#later !== null) clearTimeout(this.#later);
    this.#later = null;
    this.#laterAtMs = Infinity;
  }
}
