import { daysOf } from "../../engine/source/lake_days.ts";
import type { DaysMessage } from "../../engine/wire/messages.ts";
import type { ServerSettings } from "../settings.ts";

/** Which days a server can serve; who asks while they are being looked for hears of the same. */
export class Days {
  #underWay: Promise<DaysMessage> | null = null;

  /** @param settings the server's: the locked instrument and the lake */
  constructor(readonly settings: Pick<ServerSettings, "instrument" | "lake">) {}

  /** The days of the lake for the locked instrument, in order. */
  list(): Promise<DaysMessage> {
    this.#underWay ??= this.#look().finally(() => this.#underWay = null);
    return this.#underWay;
  }

  async #look(): Promise<DaysMessage> {
    const { lake, instrument: { product_type: productType, symbol } } = this.settings;
    const days = await daysOf({ lake, productType, symbol });
    return {
      product_type: productType,
      symbol,
      days: days.map(({ dt, source, size, isLive }) => ({
        ...{ dt, data_source: source, size, live: isLive },
      })),
    };
  }
}
