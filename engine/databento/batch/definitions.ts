import { RTYPE_DEFINITION, SCHEMA_DEFINITION } from "../../dbn/constants.ts";
import { DbnDecoder } from "../../dbn/decoder.ts";
import { type Definition, readDefinition } from "../../dbn/records.ts";
import { decompressZstd } from "../../dbn/zstd.ts";

/**
 * Reads a stream of instrument definitions.
 *
 * @param bytes Zstandard DBN of any version, as it arrives
 * @param name what to call it in messages
 * @returns the definitions in their order; an instrument may have several
 * @throws UserError when it is damaged, truncated, or of another schema
 */
export async function readDefinitions(
  bytes: AsyncIterable<Uint8Array>,
  name: string,
): Promise<Definition[]> {
  const decoder = new DbnDecoder({ name, schemas: [SCHEMA_DEFINITION] });
  const definitions: Definition[] = [];
  for await (const piece of decompressZstd(bytes, name)) {
    for (let taken = 0; taken < piece.length;) {
      taken += decoder.push(piece.subarray(taken));
      for (let at = decoder.next(RTYPE_DEFINITION); at >= 0; at = decoder.next(RTYPE_DEFINITION)) {
        definitions.push(readDefinition(decoder.u8, at, decoder.metadata!.version));
      }
    }
  }
  decoder.finish();
  return definitions;
}
