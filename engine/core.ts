import { CORE_BASE64 } from "./core/module.ts";
import {
  AT,
  BOOK_EVENTS,
  BOOK_EVENTS_BYTES,
  COLUMNS,
  EXCHANGE,
  EXCHANGE_BYTES,
  EXTRA_COLUMNS,
  HASH_KEY,
  PASSED,
  SIDES,
  STATE,
  STATE_END,
} from "./core/layout.ts";
import { UserError } from "./errors.ts";
import { type BUCKET_FIELDS, FLOAT_FIELDS, GRID_ROWS } from "./wire/fields.ts";

/** What the module gives (core/assembly/index.ts). */
interface Exports {
  memory: WebAssembly.Memory;
  start(): void;
  run(at: number, end: number, budget: number): number;
  allocate(bytes: number): number;
  orderCount(): number;
  addInstrument(id: number): void;
  dropInstrument(id: number): void;
  putSpot(bid: bigint, ask: bigint): void;
  listOrders(restart: boolean): number;
  putOrders(n: number): void;
  listLevels(isBid: boolean, restart: boolean): number;
  settle(): number;
}

/**
 * Columns in the order in which the core writes them (core/assembly/emission.ts). Where the wire has
 * others, or another order, this does not compile: then both are to be changed.
 */
export const WRITTEN: typeof BUCKET_FIELDS = [
  "pressure_variant",
  "vacuum_variant",
  "add_mass",
  "pull_mass",
  "fill_mass",
  "rest_depth",
  "v_add",
  "v_pull",
  "v_fill",
  "v_rest_depth",
  "a_add",
  "a_pull",
  "a_fill",
  "a_rest_depth",
  "j_add",
  "j_pull",
  "j_fill",
  "j_rest_depth",
  "last_event_id",
];

const BYTES = 8;

/** Views of a core's memory. */
export interface CoreViews {
  /** All values of the state, by (address - STATE) / 8. */
  readonly state: BigInt64Array<ArrayBuffer>;
  /** The same as words, the lower first. */
  readonly words: Int32Array<ArrayBuffer>;
  /** The same as doubles. */
  readonly doubles: Float64Array<ArrayBuffer>;
  /** The float64 columns of a grid, in the order of FLOAT_FIELDS. */
  readonly columns: Float64Array<ArrayBuffer>;
  /** The last column of a grid. */
  readonly lastEventId: BigInt64Array<ArrayBuffer>;
  /** The depth of bids, then of asks, where it is asked for. */
  readonly extras: Float64Array<ArrayBuffer>;
}

let module: WebAssembly.Module | null = null;

/** The compiled module, once for all instances. */
function compiled(): WebAssembly.Module {
  return module ??= new WebAssembly.Module(Uint8Array.fromBase64(CORE_BASE64));
}

/** The key of all tables of this process: nobody can make a file whose ids collide in them. */
const hashKey = crypto.getRandomValues(new BigInt64Array(1))[0]! | 1n;

/**
 * An instance of the engine's hot path: one book and its buckets in linear memory of its own. It is told
 * what to do by values of its state and by calls; where these are, core/layout.ts says.
 */
export class EngineCore {
  /** What of it the host reads; others whenever memory has grown. */
  views: CoreViews;
  readonly exports: Exports;
  readonly #name: string;
  #input = { at: 0, bytes: 0 };

  /**
   * @param name what to call the file in messages
   * @param wasm the module; default the one that is built in
   */
  constructor(name: string, wasm: WebAssembly.Module = compiled()) {
    this.#name = name;
    const { exports } = new WebAssembly.Instance(wasm, {
      env: {
        "Math.exp": Math.exp,
        "Math.expm1": Math.expm1,
        abort: (_message: number, _file: number, line: number, column: number) => {
          throw new Error(`core: an assertion failed at ${line}:${column}`);
        },
      },
      Math: Math as unknown as WebAssembly.ModuleImports,
    });
    this.exports = exports as unknown as Exports;
    this.views = viewsOf(this.exports.memory.buffer);
    this.set(HASH_KEY, hashKey);
  }

  /** Begins with an empty book; what is asked for was set. */
  start(): void {
    this.exports.start();
    this.#renew();
  }

  /** A value of the state. */
  big(address: number): bigint {
    return this.views.state[(address - STATE) / BYTES]!;
  }

  /** A value of the state that is a u64. */
  unsigned(address: number): bigint {
    return BigInt.asUintN(64, this.big(address));
  }

  /** A value of the state within 2^53 of 0. */
  number(address: number): number {
    return numberAt(this.views.words, address);
  }

  /** Whether a value of the state is not 0. */
  is(address: number): boolean {
    return this.number(address) !== 0;
  }

  /** Sets a value of the state. */
  set(address: number, value: bigint): void {
    this.views.state[(address - STATE) / BYTES] = BigInt.asIntN(64, value);
  }

  /** Adds 1 to a value of the state. */
  count(address: number): void {
    this.views.state[(address - STATE) / BYTES]! += 1n;
  }

  /**
   * Makes room for input.
   *
   * @param bytes how many
   */
  reserveInput(bytes: number): Uint8Array<ArrayBuffer> {
    this.#input = { at: this.#allocate(bytes), bytes };
    this.#renew();
    return this.input();
  }

  /** Where input goes; another array whenever memory has grown. */
  input(): Uint8Array<ArrayBuffer> {
    const { at, bytes } = this.#input;
    return new Uint8Array(this.exports.memory.buffer, at, bytes);
  }

  /** Bytes that the host and the core give each other. */
  exchange(): DataView<ArrayBuffer> {
    return new DataView(this.exports.memory.buffer, EXCHANGE, EXCHANGE_BYTES);
  }

  /** Sweeps and reserves that wait. */
  bookEvents(): DataView<ArrayBuffer> {
    return new DataView(this.exports.memory.buffer, BOOK_EVENTS, BOOK_EVENTS_BYTES);
  }

  /**
   * Goes through records.
   *
   * @param at index in the input of the first
   * @param end index after the last byte given
   * @param budget most work, a record counting 1
   * @returns what it stopped at, STOP_…
   * @throws UserError when the book needs more memory than there is
   */
  run(at: number, end: number, budget: number): number {
    const { at: input } = this.#input;
    try {
      const stop = this.exports.run(input + at, input + end, budget);
      this.#renew();
      return stop;
    } catch (error) {
      throw this.#told(error);
    }
  }

  /** Index in the input of the record that is next. */
  get at(): number {
    return this.number(AT) - this.#input.at;
  }

  /** Records of any type that the last `run` passed. */
  get passed(): number {
    return this.number(PASSED);
  }

  /**
   * Does something that may need memory.
   *
   * @throws UserError when there is none left
   */
  guarded<T>(call: () => T): T {
    try {
      const result = call();
      this.#renew();
      return result;
    } catch (error) {
      throw this.#told(error);
    }
  }

  /** What to throw for an error of the core. */
  #told(error: unknown): unknown {
    if (!(error instanceof WebAssembly.RuntimeError) || !isExhausted(error)) return error;
    const mib = this.exports.memory.buffer.byteLength / 2 ** 20;
    return new UserError(
      `${this.#name}: its book needs more memory than the ${mib} MiB that there are; no market's ` +
        `book is that large`,
    );
  }

  #allocate(bytes: number): number {
    return this.guarded(() => this.exports.allocate(bytes));
  }

  /** Memory that has grown is another buffer, and the views of the one before are empty. */
  #renew(): void {
    if (this.views.state.length === 0) this.views = viewsOf(this.exports.memory.buffer);
  }
}

function viewsOf(buffer: ArrayBuffer): CoreViews {
  const values = (STATE_END - STATE) / BYTES;
  const floats = FLOAT_FIELDS.length * GRID_ROWS;
  return {
    state: new BigInt64Array(buffer, STATE, values),
    words: new Int32Array(buffer, STATE, 2 * values),
    doubles: new Float64Array(buffer, STATE, values),
    columns: new Float64Array(buffer, COLUMNS, floats),
    lastEventId: new BigInt64Array(buffer, COLUMNS + floats * BYTES, GRID_ROWS),
    extras: new Float64Array(buffer, SIDES, EXTRA_COLUMNS * GRID_ROWS),
  };
}

/**
 * A value of the state within 2^53 of 0, without a BigInt.
 *
 * @param words the state as words
 * @param address the value's
 */
export function numberAt(words: Int32Array, address: number): number {
  const at = (address - STATE) / 4;
  return words[at + 1]! * 4294967296 + (words[at]! >>> 0);
}

/** The one trap that the core makes on purpose. */
function isExhausted({ message }: Error): boolean {
  return message === "unreachable";
}
