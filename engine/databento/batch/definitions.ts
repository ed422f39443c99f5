import { type DefinitionRecord, RecordReader, RTYPE_DEFINITION, SCHEMA_DEFINITION } from "dbn-ts";
import { Decoder, decompressZstd } from "../../dbn_input.ts";

/** Those fields of an instrument definition that are used here. */
export type Definition = Pick<
  DefinitionRecord,
  | "instrumentId"
  | "rawSymbol"
  | "underlying"
  | "instrumentClass"
  | "expiration"
  | "minPriceIncrement"
>;

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
  const decoder = new Decoder({ name, schemas: [SCHEMA_DEFINITION] });
  const definitions: Definition[] = [];
  let reader: RecordReader | null = null;
  for await (const piece of decompressZstd(bytes, name)) {
    for (let taken = 0; taken < piece.length;) {
      taken += decoder.push(piece.subarray(taken));
      for (let at = decoder.next(RTYPE_DEFINITION); at >= 0; at = decoder.next(RTYPE_DEFINITION)) {
        definitions.push(definitionOf(reader ??= new RecordReader(decoder), at));
      }
    }
  }
  decoder.finish();
  return definitions;
}

/** A few fields and not the record: there may be a million of them. */
function definitionOf(reader: RecordReader, at: number): Definition {
  const { instrumentId, rawSymbol, underlying, instrumentClass, expiration, minPriceIncrement } =
    reader.read(at) as DefinitionRecord;
  return { instrumentId, rawSymbol, underlying, instrumentClass, expiration, minPriceIncrement };
}
