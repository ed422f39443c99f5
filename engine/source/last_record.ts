import { HEADER, MBO, RTYPE_MBO } from "dbn-ts";

/** How a plain DBN file begins. */
const MAGIC = "DBN";

/**
 * When the last record of a file of orders happened, from its last bytes alone.
 *
 * @param path the file
 * @returns UTC nanoseconds since the epoch; null where its last bytes do not tell: of a compressed file,
 * or one that does not end with a record of an order
 */
export async function lastRecordNs(path: string): Promise<bigint | null> {
  using file = await Deno.open(path, { read: true });
  const magic = new Uint8Array(MAGIC.length);
  const record = new Uint8Array(MBO.BYTES);
  const { size } = await file.stat();
  if (size < MAGIC.length + MBO.BYTES) return null;
  await file.read(magic);
  await file.seek(-MBO.BYTES, Deno.SeekMode.End);
  const count = await file.read(record);
  const isRecord = count === MBO.BYTES && record[0] === MBO.BYTES / 4 && record[1] === RTYPE_MBO;
  if (new TextDecoder().decode(magic) !== MAGIC || !isRecord) return null;
  return new DataView(record.buffer).getBigUint64(HEADER.TS_EVENT, true);
}
