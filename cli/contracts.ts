/** Which contract each day of a future is of, where the user did not name the locked one. */
import { foundPath, readFound } from "../engine/databento/batch/found_day.ts";
import { assertLocked, type InstrumentConfig } from "../engine/instrument.ts";
import { busiestIn, busiestOf, contractsOn } from "../engine/source/contracts.ts";
import { isContractOf } from "../engine/symbol.ts";
import { FlagError } from "./command.ts";

/** What ends a symbol that stands for the contract of each day. */
const FRONT = ".front";

/** What of the flags tells the contract. */
export interface ContractFlags {
  productType?: string | undefined;
  /** A symbol, or a product's root and ".front". */
  symbol?: string | undefined;
  /** Contracts to choose among. */
  contracts?: readonly string[] | undefined;
}

/** How a day's contract was found. */
export type FoundBy = "definitions" | "records" | "contracts";

/** The contract of a day. */
export interface DayContract {
  symbol: string;
  by: FoundBy;
  /** That of the day before in the same range, when it was another; null otherwise. */
  rolledFrom: string | null;
}

/** Which contracts may be taken; null where it is the locked one. */
type Rule = { among: readonly string[] | null } | null;

/**
 * Makes sure that flags ask for the locked instrument, or for contracts of its product.
 *
 * @param instrument the locked instrument
 * @param flags what was asked for
 * @returns which contracts may be taken; null where it is the locked one
 * @throws UserError when another instrument is asked for
 * @throws FlagError when the contract is said twice, or one is no contract of the locked product
 */
export function assertRequested(instrument: InstrumentConfig, flags: ContractFlags): Rule {
  const { symbol_root: root } = instrument;
  const productType = flags.productType ?? instrument.product_type;
  const { symbol, contracts } = flags;
  const isFront = symbol?.endsWith(FRONT) === true && productType === "future_mbo";
  if (contracts === undefined && !isFront) {
    assertLocked(instrument, { product_type: productType, symbol: symbol ?? instrument.symbol });
    return null;
  }
  if (contracts !== undefined && symbol !== undefined) {
    throw new FlagError(
      `--symbol ${symbol} and --contracts ${contracts} both say which contract; give one`,
    );
  }
  assertLocked(instrument, { product_type: productType, symbol: instrument.symbol });
  if (productType !== "future_mbo") {
    throw new FlagError(`--contracts ${contracts}: ${instrument.symbol} is no future`);
  }
  if (contracts === undefined) {
    const asked = symbol!.slice(0, -FRONT.length);
    if (asked === root) return { among: null };
    throw new FlagError(
      `--symbol ${symbol}: this installation is locked to ${root}; ask for ${root}${FRONT} or ` +
        `change instrument.yaml`,
    );
  }
  const other = contracts.find((one) => !isContractOf(one, root));
  if (other === undefined) return { among: contracts };
  throw new FlagError(
    `--contracts: ${other} is no contract of ${root}, which this installation is locked to; name ` +
      `them as ${root}H6, or change instrument.yaml`,
  );
}

/** Where days are. */
export interface ContractPlace {
  /** Folder of the lake. */
  lake: string;
  /** A file past the lake. */
  input?: string | undefined;
}

/** The contracts of days: the locked one, or what a rule comes to on each. */
export class Contracts {
  readonly #symbols = new Map<string, { symbol: string; by: FoundBy }>();
  #last: string | null = null;

  /**
   * @param instrument the locked instrument
   * @param rule which contracts may be taken; null: the locked one
   * @param place where days are
   */
  constructor(
    readonly instrument: InstrumentConfig,
    readonly rule: Rule,
    readonly place: ContractPlace,
  ) {}

  /**
   * Finds the symbol of a day: that of the resolved definitions where the download left them, else
   * the contract with the most records.
   *
   * @param dt session date, YYYY-MM-DD
   * @throws NoRawFile when there is no file of the day
   * @throws UserError when its files hold no contract that may be taken
   */
  async symbolOn(dt: string): Promise<string> {
    if (this.rule === null) return this.instrument.symbol;
    let found = this.#symbols.get(dt);
    if (found === undefined) this.#symbols.set(dt, found = await this.#find(dt, this.rule.among));
    return found.symbol;
  }

  /**
   * Goes on to a day; days are gone through in order, so that rolls are seen.
   *
   * @param dt session date, YYYY-MM-DD
   * @param say hears which contract it is, in one line, unless it is the locked one anyway
   * @returns the instrument with the day's contract for its symbol, and how that was found; null
   * where it is the locked one
   * @throws NoRawFile when there is no file of the day
   * @throws UserError when its files hold no contract that may be taken
   */
  async goTo(
    dt: string,
    say: (line: string) => void,
  ): Promise<{ instrument: InstrumentConfig; contract: DayContract | null }> {
    const { instrument } = this;
    const symbol = await this.symbolOn(dt);
    if (this.rule === null) return { instrument, contract: null };
    const rolledFrom = this.#last === symbol ? null : this.#last;
    this.#last = symbol;
    const { by } = this.#symbols.get(dt)!;
    const roll = rolledFrom === null ? "" : `, rolled from ${rolledFrom}`;
    say(`${dt}: contract ${symbol}, ${WORDS[by]}${roll}`);
    return { instrument: { ...instrument, symbol }, contract: { symbol, by, rolledFrom } };
  }

  async #find(
    dt: string,
    among: readonly string[] | null,
  ): Promise<{ symbol: string; by: FoundBy }> {
    const { instrument: { product_type: productType, symbol_root: root } } = this;
    const { lake, input } = this.place;
    if (among?.length === 1) return { symbol: among[0]!, by: "contracts" };
    const by = among === null ? "records" : "contracts";
    if (input !== undefined) return { symbol: await busiestIn(input, root, dt, among), by };
    const day = { lake, productType, dt };
    if (among !== null) return { symbol: await busiestOf(among, day), by };
    const resolved = await readFound(foundPath(lake, root, dt));
    if (resolved !== null && isContractOf(resolved.frontMonth, root)) {
      return { symbol: resolved.frontMonth, by: "definitions" };
    }
    return { symbol: await busiestOf(await contractsOn({ ...day, root }), day), by };
  }
}

const WORDS: Readonly<Record<FoundBy, string>> = {
  definitions: "by the resolved definitions",
  records: "by its records",
  contracts: "of those given",
};
