import { MOST_CHANGES } from "../../engine/reading/reading.ts";
import type { StateChangeMessage } from "../../engine/wire/messages.ts";
import type { Pair } from "../client_socket.ts";

/** Nothing, as it mostly is: of every grid to every client. */
const NONE: readonly StateChangeMessage[] = [];

/** What the state became while a client was sent nothing; of too much the oldest is let go. */
export class ToldChanges {
  #changes: readonly StateChangeMessage[] = NONE;

  /** Puts changes at the end. */
  append(changes: readonly StateChangeMessage[]): void {
    if (changes.length > 0) this.#changes = [...this.#changes, ...changes].slice(-MOST_CHANGES);
  }

  /** Takes all of them. */
  take(): readonly StateChangeMessage[] {
    const changes = this.#changes;
    this.#changes = NONE;
    return changes;
  }
}

/**
 * A grid that tells of states that were over by its time.
 *
 * @param pair its messages, which tell the state
 * @param changes what the state became since the grid before, the last what it is
 * @returns the messages; the same where there was no other state
 */
export function withChanges(pair: Pair, changes: readonly StateChangeMessage[]): Pair {
  if (changes.length < 2) return pair;
  const begin = '"reading":{';
  const others = JSON.stringify(changes.slice(0, -1));
  return { head: pair.head.replace(begin, `${begin}"changes":${others},`), rows: pair.rows };
}
