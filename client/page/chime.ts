/** A tone's pitch in hertz, how loud it is, and how long, seconds. */
const PITCH = 880;
const LOUDNESS = 0.06;
const LENGTH = 0.09;
/** Tones are this far apart at least, seconds: many notices at once are one. */
const APART = 0.5;

/** A short tone. Browsers let none be heard before the reader has touched the page. */
export class Chime {
  #context: AudioContext | null = null;
  #lastAt = -Infinity;

  /** Asks for leave to be heard; to be called when the reader does something. */
  wake(): void {
    this.#context ??= new AudioContext();
    void this.#context.resume();
  }

  /** Plays the tone, unless one was just heard. */
  play(): void {
    // A browser that lets nothing be heard yet complains each time that it is asked to.
    if (navigator.userActivation?.hasBeenActive === false) return;
    this.wake();
    const context = this.#context!;
    const now = context.currentTime;
    if (context.state !== "running" || now - this.#lastAt < APART) return;
    this.#lastAt = now;
    const tone = new OscillatorNode(context, { frequency: PITCH });
    const gain = new GainNode(context, { gain: LOUDNESS });
    gain.gain.setTargetAtTime(0, now + LENGTH / 2, LENGTH / 6);
    tone.connect(gain).connect(context.destination);
    tone.start(now);
    tone.stop(now + LENGTH);
  }
}
