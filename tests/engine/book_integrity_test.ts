/** Books of real, made and simulated sessions; `deno task bench integrity` looks at every boundary. */
import assert from "node:assert/strict";
import { bookProblems } from "../book_integrity.ts";
import { checkSession, session, SESSIONS } from "../integrity_sessions.ts";
import { SMALL_DT, smallSession } from "../small_session.ts";
import { drive } from "./drive.ts";

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
  book.bids.change(book.bids.bestTick + 1, 0, 5);
  assert.equal(bookProblems(book).length, 3);
});
