import type { BookEventMessage } from "../../engine/wire/messages.ts";
import { easternTime, formatCount, formatPrice, millisecondsOf } from "../format.ts";

/** What the words need of an instrument. */
interface Prices {
  /** Decimals of a price. */
  readonly decimals: number;
}

/**
 * A sweep or a reserve in words.
 *
 * @param event what happened
 * @param prices how prices are written
 */
export function eventWords(event: BookEventMessage, { decimals }: Prices): string {
  const price = (int: string) => formatPrice(Number(int) * 1e-9, decimals);
  const size = formatCount(event.size);
  if (event.event === "sweep") {
    const who = event.side === "B" ? "a buyer" : "a seller";
    return `${who} swept ${event.prices} prices, ` +
      `${price(event.from_price_int)} to ${price(event.price_int)}: ${size}`;
  }
  const side = event.side === "B" ? "bid" : "ask";
  const since = easternTime(millisecondsOf(event.since_ts_ns)).clock;
  const often = event.refills === 1 ? "once" : `${formatCount(event.refills)} times`;
  return `reserve ${side} at ${price(event.price_int)} shows ${size} more; ` +
    `refilled ${often}, ${formatCount(event.filled)} filled since ${since}`;
}
