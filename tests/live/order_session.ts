import { F_LAST, MBO } from "dbn-ts";
import { Random } from "../../engine/source/simulator/random.ts";
import { flow, join, snapshot } from "../made_session.ts";

const HOUR_NS = 3_600_000_000_000n;
const TICK = 250_000_000n;

/** An order that rests. */
interface Resting {
  orderId: bigint;
  side: string;
  price: bigint;
  size: number;
}

/**
 * A session of order flow as live feeds have it: a snapshot at midnight, then adds, cancels, changes and
 * trades, received in order, with 15 % of ts_event set back by up to a second, in bursts, and records
 * that are alike. The last one is received at the end of the session's window, and so is not part of it.
 *
 * @param seed another seed, another session
 * @param count records after the snapshot
 * @param isWeek whether it begins as the week does: with orders of the flow instead of the snapshot
 * @returns MBO records of instrument 1 on 2026-02-06, 56 bytes each
 */
export function orderSession(seed: number, count: number, isWeek = false): Uint8Array {
  const random = new Random(seed);
  const records = snapshot({ at: 0n, depth: 12 });
  for (const record of isWeek ? records : []) {
    record[MBO.FLAGS] = F_LAST;
    record.copyWithin(MBO.TS_EVENT, MBO.TS_RECV, MBO.TS_RECV + 8);
  }
  const orders: Resting[] = [];
  let recvAt = 8n * HOUR_NS;
  for (let i = 0; i < count; i++) {
    recvAt += BigInt(random.chance(0.3) ? 1 + random.below(90_000_000) : random.below(2_000));
    const back = random.chance(0.15) ? random.below(1_000_000_000) : 0;
    const at = { at: recvAt - 20_000n - BigInt(back), recvAt };
    const order = orders[random.below(Math.max(1, orders.length))];
    const choice = random.below(10);
    if (choice < 4 || order === undefined) {
      const side = random.chance(0.5) ? "A" : "B";
      const level = BigInt(random.below(20));
      const price = 25_000_000_000_000n + (side === "A" ? level + 1n : -level) * TICK;
      const added = { orderId: 9_000n + BigInt(i), side, price, size: 1 + random.below(9) };
      orders.push(added);
      records.push(flow({ action: "A", ...added, ...at }));
    } else if (choice < 7) {
      orders.splice(orders.indexOf(order), 1);
      records.push(flow({ action: "C", ...order, ...at }));
    } else if (choice < 8) {
      order.size = 1 + random.below(9);
      records.push(flow({ action: "M", ...order, ...at }));
    } else {
      const trade = flow({ action: "T", side: order.side, price: order.price, size: 1, ...at });
      const times = random.chance(0.2) ? 1 + random.below(4) : 1;
      for (let n = 0; n < times; n++) records.push(trade);
    }
  }
  records.push(flow({ action: "T", at: 24n * HOUR_NS }));
  return join(...records);
}
