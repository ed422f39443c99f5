/** Kinds of typed array that a column may be. */
type Values = Float64Array<ArrayBuffer> | Int8Array<ArrayBuffer>;

/** A typed array that grows. */
export class Column<T extends Values> {
  length = 0;
  #values: T;

  private constructor(readonly make: (length: number) => T) {
    this.#values = make(1024);
  }

  static float64(): Column<Float64Array<ArrayBuffer>> {
    return new Column((length) => new Float64Array(length));
  }

  static int8(): Column<Int8Array<ArrayBuffer>> {
    return new Column((length) => new Int8Array(length));
  }

  push(value: number): void {
    if (this.length === this.#values.length) {
      const grown = this.make(2 * this.length);
      grown.set(this.#values);
      this.#values = grown;
    }
    this.#values[this.length++] = value;
  }

  /** @returns the values so far, in an array of their own */
  toArray(): T {
    return this.#values.slice(0, this.length) as T;
  }
}
