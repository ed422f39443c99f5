import { FIGURES_BASE64 } from "../core/figures_module.ts";
import { UserError } from "../errors.ts";

/** Where something lies in the module's memory. */
export type Address = number;

/** What the module gives (core/assembly/figures.ts). */
interface Exports {
  memory: WebAssembly.Memory;
  newRoll(groups: number, windows: number, rows: number): Address;
  setWindow(roll: Address, i: number, length: number, weight: number): void;
  valuesOf(roll: Address): Address;
  rolledOf(roll: Address): Address;
  roll(roll: Address, rows: number): void;
  newProjection(roll: Address, horizons: number, snapshots: number, slots: number): Address;
  setHorizon(projection: Address, i: number, seconds: number, ns: number): void;
  forcesOf(projection: Address): Address;
  currentOf(projection: Address): Address;
  projectedOf(projection: Address, i: number): Address;
  push(
    projection: Address,
    i: number,
    ts: number,
    spot: number,
    isEvaluated: boolean,
    slot: number,
  ): void;
  countsOf(projection: Address, i: number, isStill: boolean): Address;
  sampleOf(projection: Address): Address;
}

let module: WebAssembly.Module | null = null;

/** The compiled module, once for all instances of a thread. */
function compiled(): WebAssembly.Module {
  return module ??= new WebAssembly.Module(Uint8Array.fromBase64(FIGURES_BASE64));
}

/**
 * An instance of the figures' module (docs/core.md): what of the analysis is worked on bucket by
 * bucket, in linear memory of its own.
 */
export class Figures {
  readonly #exports: Exports;

  constructor() {
    const { exports } = new WebAssembly.Instance(compiled(), {
      env: {
        abort() {
          throw new Error("figures: an assertion failed");
        },
      },
    });
    this.#exports = exports as unknown as Exports;
  }

  /**
   * Calls the module.
   *
   * @param call what is called
   * @returns what it returns
   * @throws UserError when it needs more memory than there is
   */
  call<T>(call: (exports: Exports) => T): T {
    try {
      return call(this.#exports);
    } catch (error) {
      // The one trap that the module makes on purpose.
      if (!(error instanceof WebAssembly.RuntimeError) || error.message !== "unreachable") {
        throw error;
      }
      throw new UserError(
        "the analysis needs more memory than there is: choose shorter windows or horizons",
      );
    }
  }

  /**
   * @param at where they begin
   * @param length how many
   * @returns doubles of the module's memory
   */
  doubles(at: Address, length: number): Doubles {
    return new Doubles(this.#exports.memory, at, length);
  }
}

/** Doubles of a module's memory: they stay the same ones when it grows. */
export class Doubles {
  readonly #memory: WebAssembly.Memory;
  readonly #at: Address;
  readonly #length: number;
  #array = new Float64Array(0);

  /**
   * @param memory of the module
   * @param at where they begin
   * @param length how many, at least one
   */
  constructor(memory: WebAssembly.Memory, at: Address, length: number) {
    this.#memory = memory;
    this.#at = at;
    this.#length = length;
  }

  /** The doubles, until the module is called again: memory that has grown is another buffer. */
  get array(): Float64Array<ArrayBuffer> {
    if (this.#array.length === 0) {
      this.#array = new Float64Array(this.#memory.buffer, this.#at, this.#length);
    }
    return this.#array;
  }
}
