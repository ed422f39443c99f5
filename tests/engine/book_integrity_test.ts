/** Books of real, made and simulated sessions; `deno task bench integrity` looks at every boundary. */
import assert from "node:assert/strict";
import { LEVELS } from "../../engine/core/layout.ts";
import { bookProblems } from "../book_integrity.ts";
import { checkSession, session, SESSIONS } from "../integrity_sessions.ts";
import { SMALL_DT, smallSession } from "../small_session.ts";
import { drive } from "../drive.ts";

/** Dense levels of a side. */
const WINDOW = 1 << 14;

for (const [name, { of, every, ignore }] of Object.entries(SESSIONS)) {
  Deno.test({
    name: `${name}: depth is the orders', best prices are the best, misfits and crossings count`,
    ignore,
    fn() {
      const { looked } = checkSession(of(), every);
      assert.ok(looked > 20, `${looked} boundaries looked at`);
    },
  });
}

Deno.test("bookProblems() sees a level that its orders do not make up", () => {
  const { book } = drive(session(smallSession(), "MNQH6", SMALL_DT), () => {});
  assert.deepEqual(bookProblems(book), []);
  // Depth one tick above the best bid, behind the back of its side.
  const levels = new BigInt64Array(book.core.exports.memory.buffer, LEVELS, 2 * WINDOW);
  const best = levels.findLastIndex((depth) => depth > 0n);
  levels[best]! += 5n;
  assert.equal(bookProblems(book).length, 1);
});
