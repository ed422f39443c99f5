import type { Decoder } from "../dbn_input.ts";
import type { ByteSource, Filled } from "./byte_source.ts";
import type { FileIdentity } from "./raw_file.ts";

/** The bytes of two files, the one after the other, each for a decoder of its own. */
export class JoinedBytes implements ByteSource {
  readonly identity: FileIdentity | null;
  #current: ByteSource;

  /**
   * @param first the file that is read first
   * @param second the one that follows it
   */
  constructor(readonly first: ByteSource, readonly second: ByteSource) {
    this.#current = first;
    const [one, other] = [first.identity, second.identity];
    this.identity = one && other && { ...other, size: one.size + other.size };
  }

  get position(): number {
    return this.first.position + this.second.position;
  }

  fill(decoder: Decoder): Filled | Promise<boolean> {
    return this.#current.fill(decoder);
  }

  async grown(ms?: number): Promise<void> {
    await this.#current.grown?.(ms);
  }

  skipTo(offset: number): Promise<void> {
    return Promise.reject(new Error(`byte ${offset} of two files is in neither`));
  }

  /** Goes on in the second file. */
  goOn(): void {
    this.#current = this.second;
  }

  close(): void {
    this.first.close();
    this.second.close();
  }
}
