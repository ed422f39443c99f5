import { type Definition, readDefinition, RTYPE_DEFINITION, SCHEMA_DEFINITION } from "dbn-ts";
import { Decoder, decompressZstd } from "../../dbn_input.ts";

/**
 * Reads a stream of instrument definitions.
 *
 * @param bytes Zstandard DBN of any version, as it arrives.
 * @param name What to call it in messages.
 * @returns The definitions in their order; an instrument may have several.
 * @throws UserError when it is damaged, truncated, or of another schema.
 */
export async function readDefinitions(
  bytes: AsyncIterable<Uint8Array>,
  name: string,
): Promise<Definition[]> {
  const decoder = new Decoder({ name, schemas: [SCHEMA_DEFINITION] });
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
