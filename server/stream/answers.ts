import type { ErrorMessage, StateMessage } from "../../engine/wire/messages.ts";
import type { Outbox } from "./outbox.ts";

/** Answers to what a client sends. They wait until it was told what is streamed, or what it waits for. */
export class Answers {
  #waiting: (StateMessage | ErrorMessage)[] | null = [];

  /** @param outbox takes them */
  constructor(readonly outbox: Pick<Outbox, "text">) {}

  /**
   * @param answer is sent when the client can make something of it
   */
  send(answer: StateMessage | ErrorMessage): void {
    if (this.#waiting === null) this.outbox.text(answer);
    else this.#waiting.push(answer);
  }

  /** Says that the client was told: what waits is sent, and from now on nothing waits. */
  begin(): void {
    const waiting = this.#waiting ?? [];
    this.#waiting = null;
    for (const answer of waiting) this.outbox.text(answer);
  }
}
