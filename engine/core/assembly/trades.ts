// Executions: what a session traded in all, exact, and each of them for who wants to hear of it.

import {
  EXCHANGE,
  EXCHANGE_BYTES,
  NOTIONAL_HI,
  NOTIONAL_LO,
  TRADE_BYTES,
  TRADE_HIGH,
  TRADE_LOW,
  TRADE_VOLUME,
  TRADED,
  TRADES,
} from "../layout";
import { UNDEF_PRICE, UNDEF_SIZE } from "./constants";
import { priceOfRecord, sizeOfRecord } from "./record";
import { get, is, set } from "./state";

const MOST: i64 = EXCHANGE_BYTES / TRADE_BYTES;

/** Whether no more executions can be handed out before the host took those that wait. */
@inline
export function tradesAreFull(): bool {
  return get(TRADES) >= MOST;
}

/** Takes a record of a trade; `told` when it is handed out too. Whether it is an execution. */
export function trade(p: usize, ts: u64, side: u32, told: bool): bool {
  const price = priceOfRecord(p);
  const size = sizeOfRecord(p);
  if (size == 0 || size == UNDEF_SIZE || price == UNDEF_PRICE) return false;
  sum(price, size);
  if (!told) return true;
  const at = EXCHANGE + <usize>get(TRADES) * TRADE_BYTES;
  store<u64>(at, ts);
  store<i64>(at, price, 8);
  store<u32>(at, size, 16);
  store<u32>(at, side, 20);
  set(TRADES, get(TRADES) + 1);
  return true;
}

function sum(price: i64, size: u32): void {
  if (!is(TRADED)) {
    set(TRADED, 1);
    set(TRADE_HIGH, price);
    set(TRADE_LOW, price);
  } else if (price > get(TRADE_HIGH)) set(TRADE_HIGH, price);
  else if (price < get(TRADE_LOW)) set(TRADE_LOW, price);
  set(TRADE_VOLUME, get(TRADE_VOLUME) + <i64>size);
  // price * size in 128 bits: by the words of the price.
  const low = <u64>size * <u64>(<u32>price);
  const high = <i64>size * (price >> 32);
  addNotional(low, 0);
  addNotional(<u64>high << 32, high >> 32);
}

function addNotional(low: u64, high: i64): void {
  const before = <u64>get(NOTIONAL_LO);
  const after = before + low;
  set(NOTIONAL_LO, <i64>after);
  set(NOTIONAL_HI, get(NOTIONAL_HI) + high + <i64>(after < before));
}
