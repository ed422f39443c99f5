/** Which events of the book a reader wants to hear of; null and false: not of those. All of it stands in the address. */
export interface NoticeRules {
  /** A side's depth at a price, contracts or shares, from which on it is a wall: told when it goes. */
  readonly wall: number | null;
  /** Ticks from best bid to best ask from which on the spread is wide. */
  readonly spread: number | null;
  /** Contracts or shares of a sweep. */
  readonly sweep: number | null;
  /** A change of the state. */
  readonly state: boolean;
  /** Whether each is heard too. */
  readonly sound: boolean;
}

/** Rules that have a number. */
export const AMOUNTS = ["wall", "spread", "sweep"] as const;
export type Amount = (typeof AMOUNTS)[number];

/** Who chose nothing hears of nothing. */
export const NO_RULES: NoticeRules = {
  wall: null,
  spread: null,
  sweep: null,
  state: false,
  sound: false,
};

const NAME = "notices";
const MOST = 1e9;

/**
 * Reads rules off an address, as `notices=wall:50,spread:4,state,sound`; what makes no sense is left out.
 *
 * @param query query of the page's address
 */
export function readNoticeRules(query: URLSearchParams): NoticeRules {
  const parts = new Map(
    (query.get(NAME) ?? "").split(",").map((part) => {
      const [name = "", value = ""] = part.split(":");
      return [name, value] as const;
    }),
  );
  const amount = (name: Amount) => amountOf(parts.get(name) ?? "");
  return {
    wall: amount("wall"),
    spread: amount("spread"),
    sweep: amount("sweep"),
    state: parts.get("state") === "",
    sound: parts.get("sound") === "",
  };
}

/** A whole number above 0 as it is written; null for anything else. */
export function amountOf(text: string): number | null {
  const value = Number(text);
  return /^\d+$/.test(text) && value >= 1 && value <= MOST ? value : null;
}

/** Writes rules into an address; none leaves it without. */
export function writeNoticeRules(query: URLSearchParams, rules: NoticeRules): void {
  const parts: string[] = AMOUNTS.flatMap((name) =>
    rules[name] === null ? [] : [`${name}:${rules[name]}`]
  );
  if (rules.state) parts.push("state");
  if (rules.sound) parts.push("sound");
  if (parts.length === 0) query.delete(NAME);
  else query.set(NAME, parts.join(","));
}

/** Whether there is anything to be told of. */
export function hasRules({ wall, spread, sweep, state }: NoticeRules): boolean {
  return wall !== null || spread !== null || sweep !== null || state;
}
