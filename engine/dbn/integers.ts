import { DbnError } from "./error.ts";

/** An integer field: how many bytes, what fits, and how it is put. */
export interface IntegerType {
  readonly bytes: number;
  readonly min: bigint;
  readonly max: bigint;
  put(view: DataView, at: number, value: bigint): void;
}

function type(bits: number, isSigned: boolean, put: IntegerType["put"]): IntegerType {
  const [min, max] = isSigned
    ? [-(1n << BigInt(bits - 1)), (1n << BigInt(bits - 1)) - 1n]
    : [0n, (1n << BigInt(bits)) - 1n];
  return { bytes: bits / 8, min, max, put };
}

/** The integers of DBN, all of them little-endian. */
export const INTEGERS = {
  u8: type(8, false, (view, at, value) => view.setUint8(at, Number(value))),
  i8: type(8, true, (view, at, value) => view.setInt8(at, Number(value))),
  u16: type(16, false, (view, at, value) => view.setUint16(at, Number(value), true)),
  i16: type(16, true, (view, at, value) => view.setInt16(at, Number(value), true)),
  u32: type(32, false, (view, at, value) => view.setUint32(at, Number(value), true)),
  i32: type(32, true, (view, at, value) => view.setInt32(at, Number(value), true)),
  u64: type(64, false, (view, at, value) => view.setBigUint64(at, value, true)),
  i64: type(64, true, (view, at, value) => view.setBigInt64(at, value, true)),
} as const;

/**
 * Puts an integer into its field. What a DataView would cut to size is refused.
 *
 * @param view The bytes.
 * @param at Index at which the field begins.
 * @param of What the field holds.
 * @param name What it is called, for the message.
 * @param value The integer.
 * @throws DbnError when it is no integer, or does not fit
 */
export function putInteger(
  view: DataView,
  at: number,
  of: IntegerType,
  name: string,
  value: unknown,
): void {
  const isWhole = typeof value === "bigint" || Number.isSafeInteger(value);
  const whole = isWhole ? BigInt(value as bigint | number) : null;
  if (whole === null || whole < of.min || whole > of.max) {
    throw new DbnError(`${name}: ${value} is no integer from ${of.min} to ${of.max}`);
  }
  of.put(view, at, whole);
}
