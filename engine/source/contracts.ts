import { MBO, RTYPE_MBO } from "dbn-ts";
import { instrumentIds } from "../dbn_input.ts";
import { NoRawFile, SeveralFiles, UserError } from "../errors.ts";
import { DAY_NS, midnightNs } from "../session.ts";
import { isContractOf } from "../symbol.ts";
import { findRawFile } from "./lake.ts";
import { assertInLake, type LakeRequest, namesIn, rawDirectory } from "./lake_folder.ts";
import { RawInput } from "./raw_input.ts";
import { LIVE_ENDING } from "./recording.ts";

/** Whose contracts are looked for: a product, on a day of a lake. */
export interface ContractsRequest extends Pick<LakeRequest, "lake" | "productType" | "dt"> {
  /** The product, such as "MNQ". */
  root: string;
}

/** Times of records are compared as doubles, to some 200 ns: they are told apart by days. */
const WORD = 2 ** 32;

/**
 * The contracts of a product that a lake has on a day, by the mappings of its files.
 *
 * @param request the product and the day
 * @returns them, in alphabetical order, at least one
 * @throws NoRawFile when there is no file of the day
 * @throws UserError when its files have no contract of the product
 */
export async function contractsOn(request: ContractsRequest): Promise<string[]> {
  let missing: NoRawFile | null = null;
  for (const source of ["databento", "simulator"] as const) {
    try {
      const dir = await rawDirectory(source, { ...request, symbol: request.root });
      return await contractsIn(dir, request);
    } catch (error) {
      if (!(error instanceof NoRawFile)) throw error;
      // What is missing first of all is the real day.
      missing ??= error;
    }
  }
  throw missing!;
}

async function contractsIn(dir: string, request: ContractsRequest): Promise<string[]> {
  const { lake, productType, root, dt } = request;
  const names = (await namesIn(dir)).filter((name) => /\.dbn(\.zst)?$/.test(name));
  const isDated = (name: string) => name.includes(dt.replaceAll("-", ""));
  const others = new Set<string>();
  // As the one file of a symbol is found: by its name, else by its range.
  for (const group of [names.filter(isDated), names.filter((name) => !isDated(name))]) {
    const found = new Set<string>();
    for (const name of group) {
      for (const symbol of await symbolsOf(dir, name, lake, dt)) {
        (isContractOf(symbol, root) ? found : others).add(symbol);
      }
    }
    if (found.size > 0) return [...found].sort();
  }
  if (others.size > 0) throw noContract(dir, root, dt, others);
  throw new NoRawFile(
    `No .dbn or .dbn.zst file for ${dt} in ${dir}; fetch the day or choose another \`dt\``,
    dt,
    productType,
  );
}

function noContract(place: string, root: string, dt: string, others: Iterable<string>): UserError {
  const listed = [...others].sort();
  return new UserError(
    `${place}: no contract of ${root} is mapped for ${dt}, but ` +
      `${listed.length > 0 ? listed.join(", ") : "no symbol at all"}; choose another date or file`,
  );
}

/** What a file maps on a day; nothing when it is of another, or cannot be read. */
async function symbolsOf(dir: string, name: string, lake: string, dt: string): Promise<string[]> {
  const path = `${dir}/${name}`;
  if (name.endsWith(LIVE_ENDING)) {
    const symbol = name.slice(0, -LIVE_ENDING.length).split(".").at(-1)!;
    return name.includes(dt.replaceAll("-", "")) ? [decodeURIComponent(symbol)] : [];
  }
  try {
    await assertInLake(path, lake);
    const input = await RawInput.open(path, { capacity: 4096 });
    input.close();
    const { metadata, metadata: { start, end } } = input;
    const midnight = midnightNs(dt);
    const covers = start < midnight + DAY_NS && (end === null || end > midnight);
    return covers ? [...instrumentIds(metadata, dt, path).keys()] : [];
  } catch (error) {
    if (error instanceof UserError) return [];
    throw error;
  }
}

/**
 * Of some contracts the one that a lake has the most records of on a day.
 *
 * @param among the contracts, at least one
 * @param request the lake and the day
 * @returns it; of several with as many, the first
 * @throws NoRawFile when there is no file of the day that holds one
 * @throws SeveralFiles when more than one file holds it: that another contract's is plain makes that
 * no busier
 * @throws UserError when a file cannot be read
 */
export async function busiestOf(
  among: readonly string[],
  request: Omit<ContractsRequest, "root">,
): Promise<string> {
  const files = new Map<string, string[]>();
  const inSeveral = new Map<string, SeveralFiles>();
  let refusal: UserError | null = null;
  const isIn = (path: string, symbol: string) =>
    files.set(path, [...files.get(path) ?? [], symbol]);
  for (const symbol of among) {
    try {
      const { path } = await findRawFile({ ...request, symbol });
      isIn(path, symbol);
    } catch (error) {
      if (error instanceof SeveralFiles) {
        inSeveral.set(symbol, error);
        for (const name of error.names) isIn(`${error.dir}/${name}`, symbol);
        continue;
      }
      if (!(error instanceof UserError)) throw error;
      // That a file does not hold it says more than that there is none.
      if (refusal === null || refusal instanceof NoRawFile) refusal = error;
    }
  }
  const inFiles = new Set([...files.values()].flat());
  const held = among.filter((symbol) => inFiles.has(symbol));
  if (held.length === 0) throw refusal!;
  const counts = new Map<string, number>();
  for (const [path, symbols] of held.length === 1 ? [] : files) {
    const inFile = new Map<string, number>();
    await countInto(inFile, path, symbols, request.dt);
    // Of several files each may hold the whole of it.
    for (const [symbol, count] of inFile) {
      counts.set(symbol, Math.max(count, counts.get(symbol) ?? 0));
    }
  }
  const found = busiest(held, counts);
  const several = inSeveral.get(found);
  if (several !== undefined) throw several;
  return found;
}

/**
 * The same of a file.
 *
 * @param path a DBN file
 * @param root the product
 * @param dt the day, YYYY-MM-DD
 * @param among which contracts are looked at; null: all of the product that it maps
 * @throws UserError when it holds none, or can be read only once
 */
export async function busiestIn(
  path: string,
  root: string,
  dt: string,
  among: readonly string[] | null,
): Promise<string> {
  const input = await RawInput.open(path, { capacity: 4096 });
  input.close();
  if (input.bytes.identity === null) {
    throw new UserError(
      `${path} is read once, and its contracts cannot be looked for before; name one with ` +
        `\`symbol\``,
    );
  }
  const mapped = [...instrumentIds(input.metadata, dt, path).keys()];
  const held = mapped.filter((symbol) => among?.includes(symbol) ?? isContractOf(symbol, root))
    .sort();
  if (held.length === 0) throw noContract(path, root, dt, mapped);
  if (held.length === 1) return held[0]!;
  const counts = new Map<string, number>();
  await countInto(counts, path, held, dt);
  return busiest(held, counts);
}

function busiest(symbols: readonly string[], counts: ReadonlyMap<string, number>): string {
  const count = (symbol: string) => counts.get(symbol) ?? 0;
  return symbols.reduce((best, symbol) => count(symbol) > count(best) ? symbol : best);
}

/** Counts a file's records of a UTC day by contract; one that maps nothing is of its one contract. */
async function countInto(
  counts: Map<string, number>,
  path: string,
  symbols: readonly string[],
  dt: string,
): Promise<void> {
  const input = await RawInput.open(path, { ahead: true });
  try {
    const { decoder, bytes } = input;
    const mapped = instrumentIds(input.metadata, dt, path);
    const symbolOf = new Map(
      symbols.flatMap((symbol) => (mapped.get(symbol) ?? []).map((id) => [id, symbol] as const)),
    );
    const only = symbolOf.size === 0 ? symbols[0] : undefined;
    const from = Number(midnightNs(dt));
    const to = from + Number(DAY_NS);
    const perId = new Map<number, number>();
    for (;;) {
      for (let at = decoder.next(RTYPE_MBO); at >= 0; at = decoder.next(RTYPE_MBO)) {
        const { u32 } = decoder;
        const word = (at + MBO.TS_RECV) >> 2;
        const ts = u32[word + 1]! * WORD + u32[word]!;
        if (ts < from || ts >= to) continue;
        const id = u32[(at + MBO.INSTRUMENT_ID) >> 2]!;
        perId.set(id, (perId.get(id) ?? 0) + 1);
      }
      const more = bytes.fill(decoder);
      if (more === "later" || !(typeof more === "boolean" ? more : await more)) break;
    }
    for (const [id, count] of perId) {
      const symbol = symbolOf.get(id) ?? only;
      if (symbol !== undefined) counts.set(symbol, (counts.get(symbol) ?? 0) + count);
    }
  } finally {
    input.close();
  }
}
