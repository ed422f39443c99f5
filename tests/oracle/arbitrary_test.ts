/** A generator proves nothing about a rule that it never reaches: each one is counted here. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { type Session, sessions } from "./arbitrary.ts";
import type { Book } from "./book.ts";
import { runOracle } from "./engine.ts";
import { F_LAST, F_SNAPSHOT, type MboRecord, parseDbn, UNDEFINED_SIZE } from "./records.ts";

/** Every row and footnote of the book rules, as a question about a record and the book before it. */
const RULES: Record<string, (book: Book, record: MboRecord, previous?: MboRecord) => boolean> = {
  "A of a new id": (b, r) => r.action === "A" && r.size > 0n && !b.orders.has(r.orderId),
  "A of an id that rests": (b, r) => r.action === "A" && r.size > 0n && b.orders.has(r.orderId),
  "A of size 0, id rests": (b, r) => r.action === "A" && r.size === 0n && b.orders.has(r.orderId),
  "C of a part": (b, r) => r.action === "C" && r.size > 0n && r.size < qty(b, r),
  "C of more than rests": (b, r) => r.action === "C" && r.size > qty(b, r) && qty(b, r) > 0n,
  "C of undefined size": (b, r) => r.action === "C" && r.size === UNDEFINED_SIZE && qty(b, r) > 0n,
  "C of size 0": (b, r) => r.action === "C" && r.size === 0n && qty(b, r) > 0n,
  "C of an unknown id": (b, r) => r.action === "C" && qty(b, r) === 0n,
  "C that a fill covers whole": (b, r) => r.action === "C" && r.size > 0n && r.size <= filled(b, r),
  "C that a fill covers in part": (b, r) =>
    r.action === "C" && filled(b, r) > 0n && r.size > filled(b, r) && qty(b, r) > 0n,
  "M of size 0": (b, r) => r.action === "M" && r.size === 0n && qty(b, r) > 0n,
  "M of size 0, id unknown": (b, r) => r.action === "M" && r.size === 0n && qty(b, r) === 0n,
  "M to another price": (b, r) => moved(b, r) && b.orders.get(r.orderId)?.price !== r.price,
  "M to another side": (b, r) => moved(b, r) && b.orders.get(r.orderId)?.side !== r.side,
  "M up": (b, r) => r.action === "M" && stays(b, r) && r.size > qty(b, r),
  "M down": (b, r) => r.action === "M" && stays(b, r) && r.size > 0n && r.size < qty(b, r),
  "M to the same": (b, r) => r.action === "M" && stays(b, r) && r.size === qty(b, r),
  "M of an unknown id": (b, r) => r.action === "M" && r.size > 0n && qty(b, r) === 0n,
  "M that refreshes": (b, r) =>
    r.action === "M" && r.size > 0n && b.takenWhole.has(r.orderId) && !snapshot(r),
  "F of a part": (b, r) => r.action === "F" && r.size > 0n && r.size < qty(b, r),
  "F of the whole": (b, r) => r.action === "F" && r.size > 0n && r.size === qty(b, r),
  "F of more than rests": (b, r) => r.action === "F" && qty(b, r) > 0n && r.size > qty(b, r),
  "F of size 0": (b, r) => r.action === "F" && r.size === 0n && qty(b, r) > 0n,
  "F of an unknown id": (b, r) => r.action === "F" && qty(b, r) === 0n,
  "F at another price": (b, r) => r.action === "F" && qty(b, r) > 0n && !stays(b, r),
  "T, N and unknown letters": (_, r) => !"ACMFR".includes(r.action),
  "R on a book that is not empty": (b, r) => r.action === "R" && !snapshot(r) && b.orders.size > 0,
  "R within an event after a fill": (b, r) => r.action === "R" && b.filled.size > 0,
  "snapshot with a Clear": (b, r) => starts(b, r) && r.action === "R",
  "snapshot that implies a Clear": (b, r) => starts(b, r) && r.action !== "R" && b.orders.size > 0,
  "snapshot on an empty book": (b, r) => starts(b, r) && r.action !== "R" && b.orders.size === 0,
  "snapshot that is a Clear with F_LAST": (b, r) => starts(b, r) && r.action === "R" && last(r),
  "Clear in the midst of a snapshot": (b, r) => b.inSnapshot && snapshot(r) && r.action === "R",
  "snapshot that ends with F_LAST": (_, r) => snapshot(r) && last(r),
  "snapshot that ends without": (b, r) => b.inSnapshot && !snapshot(r),
  "an action other than A and R in a snapshot": (_, r) => snapshot(r) && !"AR".includes(r.action),
  "boundary by another ts": (_, r, p) =>
    p !== undefined && !last(p) && p.ts !== r.ts && !snapshot(p),
  "same ts again": (_, r, p) => p !== undefined && p.ts === r.ts,
  "ts that goes back": (_, r, p) => p !== undefined && r.ts < p.ts,
  "gap above half a second": (_, r, p) => p !== undefined && r.ts - p.ts > 500_000_000n,
  "gap above a minute": (_, r, p) => p !== undefined && r.ts - p.ts > 60_000_000_000n,
  "ts of days ago": (_, r, p) => p !== undefined && p.ts - r.ts > 86_400_000_000_000n,
  "C or M while a fill is remembered": (b, r) => "CM".includes(r.action) && b.filled.size > 0,
  "crossed or locked book": (b) =>
    b.bestBid !== null && b.bestAsk !== null && b.bestBid >= b.bestAsk,
  "one side empty, spot known": (b) =>
    b.spot !== null && (b.bestBid === null || b.bestAsk === null),
  "spot unknown": (b, r) => b.spot === null && !snapshot(r),
  "negative price": (_, r) => "AM".includes(r.action) && r.price < 0n,
  "price beyond 2^53": (_, r) => "AM".includes(r.action) && abs(r.price) > 2n ** 53n,
  "spot below 0": (b) => b.spot !== null && b.spot < 0n,
  "id beyond 2^53": (_, r) => r.orderId > 2n ** 53n,
  "size near 2^32": (_, r) => r.size >= 4294967294n && "AMF".includes(r.action),
};

/** What happens to a run as a whole. */
const OUTCOMES: Record<string, (run: ReturnType<typeof runOracle>, session: Session) => boolean> = {
  "all phases": (run) => run.bookOnly > 0 && run.bookOnly < run.kept.length && run.grids.length > 0,
  "book only to the end": (run) => run.kept.length > 0 && run.bookOnly === run.kept.length,
  "skipped records": (run) => run.skipped > 0,
  "records of others or outside the window": (run, session) =>
    parseDbn(session.bytes).records.length > run.kept.length + run.skipped,
  "boundaries that throttle holds back": (run) => run.boundaries > run.grids.length,
  "a grid with unknown spot": (run) => run.grids.some((grid) => grid.spot === null),
  "a grid of an invalid book": (run) => run.grids.some((grid) => !grid.bookValid),
  "a grid that shows faded values": (run) =>
    run.grids.some((grid) =>
      grid.column("v_add").some((v, i) => v !== 0 && grid.lastEventId[i]! > 0)
    ),
};

Deno.test("sessions() reaches every row of the book rules often", () => {
  const hits = new Map<string, number>();
  const count = (name: string) => hits.set(name, (hits.get(name) ?? 0) + 1);
  for (const session of fc.sample(sessions(60), { numRuns: 250, seed: 7 })) {
    let previous: MboRecord | undefined;
    let spot: bigint | null = null;
    const observe = (book: Book, record: MboRecord) => {
      for (const [name, holds] of Object.entries(RULES)) {
        if (holds(book, record, previous)) count(name);
      }
      if (spot !== null && book.spot !== null && book.spot !== spot) {
        const far = abs(book.spot - spot) / session.tickInt > 101n;
        count(far ? "spot jump of more than 101 ticks" : "spot shift");
      }
      spot = book.spot;
      previous = record;
    };
    const run = runOracle({ ...session, observe });
    for (const [name, holds] of Object.entries(OUTCOMES)) {
      if (holds(run, session)) count(name);
    }
  }
  const spotMoves = ["spot shift", "spot jump of more than 101 ticks"];
  const names = [...Object.keys(RULES), ...Object.keys(OUTCOMES), ...spotMoves];
  const seldom = names.filter((name) => (hits.get(name) ?? 0) < 10);
  assert.deepEqual(seldom.map((name) => `${name}: ${hits.get(name) ?? 0}`), []);
});

function qty(book: Book, record: MboRecord): bigint {
  return book.orders.get(record.orderId)?.qty ?? 0n;
}

function filled(book: Book, record: MboRecord): bigint {
  return book.orders.has(record.orderId) ? book.filled.get(record.orderId) ?? 0n : 0n;
}

function moved(book: Book, record: MboRecord): boolean {
  return record.action === "M" && record.size > 0n && qty(book, record) > 0n;
}

function stays(book: Book, record: MboRecord): boolean {
  const order = book.orders.get(record.orderId);
  return order !== undefined && order.price === record.price && order.side === record.side;
}

function starts(book: Book, record: MboRecord): boolean {
  return snapshot(record) && !book.inSnapshot;
}

function snapshot(record: MboRecord): boolean {
  return (record.flags & F_SNAPSHOT) !== 0;
}

function last(record: MboRecord): boolean {
  return (record.flags & F_LAST) !== 0;
}

function abs(value: bigint): bigint {
  return value < 0n ? -value : value;
}
