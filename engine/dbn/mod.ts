/**
 * Reads and writes the Databento Binary Encoding (DBN), versions 1 to 3.
 *
 * @module
 */
export * from "./constants.ts";
export * from "./decoder.ts";
export * from "./encoder.ts";
export * from "./error.ts";
export * from "./metadata.ts";
export * from "./read.ts";
export * from "./records.ts";
export * from "./second_file.ts";
export * from "./zstd.ts";
export { isZstd, MAGIC_BYTES } from "./zstd_frame.ts";
