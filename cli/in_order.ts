/** Does things in their order, each as soon as all before it are done, in whatever order they come. */
export class InOrder {
  readonly #waiting = new Map<number, () => void>();
  #next = 0;

  /**
   * @param index whose turn it takes, from 0 on, each once
   * @param act what is done then
   */
  put(index: number, act: () => void): void {
    this.#waiting.set(index, act);
    for (let due; (due = this.#waiting.get(this.#next)) !== undefined;) {
      this.#waiting.delete(this.#next++);
      due();
    }
  }
}
