/** A tone is asked of the browser only when it may be heard. */
import assert from "node:assert/strict";
import { Chime } from "../../../client/page/chime.ts";

/** A sound output that counts what it is asked for. */
class Output {
  static asked = 0;
  static tones = 0;
  readonly state = "running";
  readonly destination = null;
  currentTime = 0;
  resume(): Promise<void> {
    Output.asked++;
    return Promise.resolve();
  }
}

class Part {
  readonly gain = { setTargetAtTime() {} };
  connect(next: unknown) {
    return next;
  }
  start() {
    Output.tones++;
  }
  stop() {}
}

Deno.test("no tone is asked for before the reader has touched the page; one at a time from then on", () => {
  const activation = { hasBeenActive: false };
  const fakes = { AudioContext: Output, OscillatorNode: Part, GainNode: Part };
  Object.assign(globalThis, fakes);
  Object.defineProperty(navigator, "userActivation", { value: activation, configurable: true });
  try {
    const chime = new Chime();
    for (let i = 0; i < 3; i++) chime.play();
    assert.deepEqual([Output.asked, Output.tones], [0, 0]);
    activation.hasBeenActive = true;
    for (let i = 0; i < 3; i++) chime.play();
    assert.equal(Output.tones, 1);
  } finally {
    for (const name of Object.keys(fakes)) Reflect.deleteProperty(globalThis, name);
    Reflect.deleteProperty(navigator, "userActivation");
  }
});
