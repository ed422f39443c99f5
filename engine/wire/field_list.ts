import { UserError } from "../errors.ts";
import { STREAM_FIELDS, type StreamField } from "./fields.ts";

/** What stands among the columns in a stream's `fields` to ask for executions, and for sweeps and reserves. */
const TRADES = "trades";
const EVENTS = "events";

/**
 * Reads a list of grid columns.
 *
 * @param name what it is called, for messages
 * @param text names separated by commas; k may be among them, it always comes
 * @returns the bucket columns named
 * @throws UserError that names the first unknown one and lists the known
 */
export function parseFields(name: string, text: string): StreamField[] {
  const known = ["k", ...STREAM_FIELDS] as const;
  return knownNames(name, text, known).filter((name): name is StreamField => name !== "k");
}

/**
 * Reads what a capture is asked for: grid columns, or sweeps and reserves, which are a table of their own.
 *
 * @param name what it is called, for messages
 * @param text names separated by commas, or `events` alone
 * @returns the bucket columns named, or "events"
 * @throws UserError that names the first unknown one and lists the known, or tells `events` from the rest
 */
export function parseCaptureFields(name: string, text: string): StreamField[] | typeof EVENTS {
  const names = knownNames(name, text, ["k", ...STREAM_FIELDS, EVENTS] as const);
  if (!names.includes(EVENTS)) return parseFields(name, text);
  if (names.every((name) => name === EVENTS)) return EVENTS;
  throw new UserError(
    `${name}: events are a table of their own; capture them alone, and the columns in another run`,
  );
}

/** What a stream is asked to send. */
export interface StreamFields {
  /** Columns besides k. */
  columns: readonly StreamField[];
  /** Whether executions are wanted. */
  trades: boolean;
  /** Whether sweeps and reserves are. */
  events: boolean;
}

/**
 * Reads a stream's `fields`: grid columns, `trades` and `events`.
 *
 * @param text names separated by commas; `trades` alone means k and executions
 * @returns the bucket columns named, and what is wanted besides
 * @throws UserError that names the first unknown one and lists the known
 */
export function parseStreamFields(text: string): StreamFields {
  const names = knownNames("fields", text, ["k", ...STREAM_FIELDS, TRADES, EVENTS] as const);
  const columns = STREAM_FIELDS.filter((field) => names.includes(field));
  return { columns, trades: names.includes(TRADES), events: names.includes(EVENTS) };
}

function knownNames<Name extends string>(
  name: string,
  text: string,
  known: readonly Name[],
): Name[] {
  const names = text.split(",").map((name) => name.trim()).filter((name) => name !== "");
  const isKnown = (name: string): name is Name => (known as readonly string[]).includes(name);
  const unknown = names.find((name) => !isKnown(name));
  if (unknown !== undefined || names.length === 0) {
    const what = unknown === undefined ? "no column named" : `unknown column ${unknown}`;
    throw new UserError(`${name}: ${what}; choose from ${known.join(", ")}`);
  }
  return names.filter(isKnown);
}
