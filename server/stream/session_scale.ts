import { UserError } from "../../engine/errors.ts";
import type { ProductType } from "../../engine/instrument.ts";
import { dayAndMinute, midnightNs, sessionTimeNs, sessionWindow } from "../../engine/session.ts";

const NS_PER_MS = 1e6;

/** The scale on which a stream's clock counts a session's time: milliseconds from its date's midnight UTC. */
export class SessionScale {
  /** Where the session begins. */
  readonly beginMs: number;
  readonly #midnightNs: bigint;
  readonly #window: { readonly startNs: bigint; readonly endNs: bigint };

  /**
   * @param productType what is traded
   * @param dt session date, YYYY-MM-DD
   */
  constructor(readonly productType: ProductType, readonly dt: string) {
    this.#midnightNs = midnightNs(dt);
    this.#window = sessionWindow(productType, dt);
    this.beginMs = this.msOf(this.#window.startNs);
  }

  /** @param ns an instant, UTC nanoseconds since the epoch */
  msOf(ns: bigint): number {
    return Number(ns - this.#midnightNs) / NS_PER_MS;
  }

  /** The instant of a time on the scale, UTC nanoseconds since the epoch. */
  nsOf(ms: number): bigint {
    return this.#midnightNs + BigInt(Math.round(ms * NS_PER_MS));
  }

  /**
   * @param name of what gives the time, for messages
   * @param text a time of day, New York: HH:MM or HH:MM:SS
   * @throws UserError when the session has no such time
   */
  timeMs(name: string, text: string): number {
    return this.msOf(sessionTimeNs(this.productType, this.dt, { name, text }));
  }

  /**
   * @param text an instant of the session, UTC nanoseconds since the epoch
   * @throws UserError when it is outside of the session
   */
  instantMs(text: string): number {
    const ns = BigInt(text);
    const { startNs, endNs } = this.#window;
    if (ns >= startNs && ns < endNs) return this.msOf(ns);
    const [first, end] = [startNs, endNs].map(dayAndMinute);
    throw new UserError(
      `seek to ts_ns ${text} is outside the session of ${this.dt}, which is from ${first} to ` +
        `${end} America/New_York, ${startNs} to ${endNs}`,
    );
  }
}
