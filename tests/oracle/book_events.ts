/** Sweeps and reserves, as they are defined: by a plain walk over the kept records. */
import type { BookEvent, Sweep } from "../../engine/book_events.ts";
import type { Book, Order } from "./book.ts";
import { type OracleInput, runOracle } from "./engine.ts";
import { F_LAST, F_SNAPSHOT, type MboRecord, UNDEFINED_SIZE } from "./records.ts";

const UNDEFINED_PRICE = (1n << 63n) - 1n;

/** What was seen of an order since its first fill. */
interface Seen {
  filled: bigint;
  readonly sinceNs: bigint;
  price: bigint;
  refills: number;
}

/** A record with what its order was before and after it. */
interface Step {
  readonly record: MboRecord;
  readonly before: Order | undefined;
  readonly after: Order | undefined;
  /** Whether anything rested before it. */
  readonly hadOrders: boolean;
  readonly wasInSnapshot: boolean;
}

/**
 * Walks over a session.
 *
 * @param input the session
 * @returns what the engine has to tell, in order
 */
export function bookEventsOf(input: OracleInput): BookEvent[] {
  const steps: Step[] = [];
  let open: Omit<Step, "after"> | null = null;
  const close = (book: Book) => {
    if (open !== null) steps.push({ ...open, after: book.orders.get(open.record.orderId) });
  };
  const run = runOracle({
    ...input,
    observe(book, record) {
      close(book);
      const { orders, inSnapshot } = book;
      open = {
        record,
        before: orders.get(record.orderId),
        hadOrders: orders.size > 0,
        wasInSnapshot: inSnapshot,
      };
    },
  });
  close(run.book);
  const firstGrid = run.grids[0]?.eventId ?? Infinity;
  const isShown = (i: number) =>
    input.startNs === null || i >= firstGrid || steps[i]!.record.ts >= input.startNs;
  return walk(steps, run.bookOnly, isShown);
}

function walk(
  steps: readonly Step[],
  firstFull: number,
  isShown: (i: number) => boolean,
): BookEvent[] {
  const told: BookEvent[] = [];
  const seen = new Map<bigint, Seen>();
  /** Filled in the event under way, and neither added nor modified since; those that went with it. */
  const filled = new Set<bigint>();
  const taken = new Set<bigint>();
  let sweep: { ts: bigint; side: string; prices: bigint[]; size: bigint; eventId: number } | null =
    null;
  const endSweep = (isTold: boolean) => {
    if (sweep !== null && isTold && new Set(sweep.prices).size > 1) told.push(sweepOf(sweep));
    sweep = null;
  };
  const endEvent = () => {
    for (const id of taken) seen.delete(id);
    taken.clear();
    filled.clear();
  };
  for (let i = firstFull; i < steps.length; i++) {
    const { record, after, hadOrders, wasInSnapshot } = steps[i]!;
    const { ts, orderId: id, side, price, size, action, flags } = record;
    const inSnapshot = (flags & F_SNAPSHOT) !== 0;
    const isTold = !inSnapshot && isShown(i);
    const clears = action === "R" || (inSnapshot && !wasInSnapshot && hadOrders);
    const before = clears ? undefined : steps[i]!.before;
    if (i > 0 && steps[i - 1]!.record.ts !== ts) {
      endSweep(isShown(i - 1));
      endEvent();
    }
    if (clears) {
      endEvent();
      seen.clear();
    }
    if (action === "A" && size > 0n) {
      for (const some of [seen, filled, taken]) some.delete(id);
    }
    if (action === "C" && before !== undefined && after === undefined) seen.delete(id);
    if (action === "F" && before !== undefined && size > 0n) {
      if (!seen.has(id)) seen.set(id, { filled: 0n, sinceNs: ts, price: 0n, refills: 0 });
      const order = seen.get(id)!;
      order.filled += size;
      order.price = before.price;
      filled.add(id);
      if (after === undefined) taken.add(id);
    }
    if (action === "M" && size === 0n && before !== undefined) {
      seen.delete(id);
      filled.delete(id);
    }
    if (action === "M" && size > 0n) {
      const order = filled.has(id) ? seen.get(id) : undefined;
      const left = before?.qty ?? 0n;
      filled.delete(id);
      taken.delete(id);
      if (order !== undefined && size > left && price === order.price) {
        order.refills++;
        if (isTold) {
          told.push({
            ...{ kind: "reserve", tsNs: ts, eventId: i + 1, price, side: side.charCodeAt(0) },
            ...{ orderId: id, size: Number(size - left), shown: Number(size) },
            ...{ filled: Number(order.filled), refills: order.refills, sinceNs: order.sinceNs },
          });
        }
      }
    }
    if (inSnapshot) endSweep(false);
    else if (action === "T" && isExecution(record)) {
      if (sweep !== null && sweep.side !== side) endSweep(isTold);
      if (side === "A" || side === "B") {
        sweep ??= { ts, side, prices: [], size: 0n, eventId: 0 };
        sweep.prices.push(price);
        sweep.size += size;
        sweep.eventId = i + 1;
      }
    }
    if ((flags & F_LAST) !== 0) {
      endSweep(isTold);
      endEvent();
    }
  }
  return told;
}

function isExecution({ size, price }: MboRecord): boolean {
  return size > 0n && size !== UNDEFINED_SIZE && price !== UNDEFINED_PRICE;
}

function sweepOf(
  { ts, side, prices, size, eventId }: {
    ts: bigint;
    side: string;
    prices: bigint[];
    size: bigint;
    eventId: number;
  },
): Sweep {
  return {
    ...{ kind: "sweep", tsNs: ts, eventId, side: side.charCodeAt(0), size: Number(size) },
    ...{ price: prices.at(-1)!, from: prices[0]!, prices: new Set(prices).size },
  };
}
