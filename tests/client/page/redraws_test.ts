import assert from "node:assert/strict";
import { Redraws } from "../../../client/page/redraws.ts";

/** Frames as a browser gives them, when a test says so. */
class Frames implements Disposable {
  #asked: ((nowMs: number) => void) | null = null;
  readonly #request = globalThis.requestAnimationFrame;
  readonly #cancel = globalThis.cancelAnimationFrame;

  constructor() {
    globalThis.requestAnimationFrame = (callback) => {
      this.#asked = callback;
      return 1;
    };
    globalThis.cancelAnimationFrame = () => this.#asked = null;
  }

  /** Gives a frame to who asked; whether anybody did. */
  give(nowMs: number): boolean {
    const asked = this.#asked;
    this.#asked = null;
    asked?.(nowMs);
    return asked !== null;
  }

  [Symbol.dispose](): void {
    globalThis.requestAnimationFrame = this.#request;
    globalThis.cancelAnimationFrame = this.#cancel;
  }
}

function redraws(isCalm = false) {
  const drawn: number[] = [];
  const redraws = new Redraws({
    isCalm: () => isCalm,
    draw: (frameMs) => drawn.push(frameMs),
    tellUnseen: () => {},
  });
  return { redraws, drawn };
}

Deno.test("Redraws draws once before a repaint, however often it is asked for", () => {
  using frames = new Frames();
  const { redraws: page, drawn } = redraws();
  page.request();
  page.request();
  frames.give(1_000);
  assert.deepEqual(drawn, [1_000]);
  assert.equal(frames.give(1_016), false);
});

Deno.test("Redraws draws at once what was asked for, and nothing else", () => {
  using frames = new Frames();
  const { redraws: page, drawn } = redraws();
  page.now();
  assert.equal(drawn.length, 0);
  page.request();
  page.now();
  assert.equal(drawn.length, 1);
  assert.equal(frames.give(1_000), false);
});

Deno.test("Redraws keeps a quarter of a second between draws where motion is to be reduced", () => {
  using frames = new Frames();
  const { redraws: page, drawn } = redraws(true);
  page.request();
  frames.give(1_000);
  page.request();
  for (const ms of [1_016, 1_249, 1_250]) frames.give(ms);
  assert.deepEqual(drawn, [1_000, 1_250]);
});

Deno.test("Redraws leaves no timer behind when it stops", () => {
  using frames = new Frames();
  const { redraws: page } = redraws();
  page.later(60_000);
  page.request();
  page.stop();
  assert.equal(frames.give(1_000), false);
});
