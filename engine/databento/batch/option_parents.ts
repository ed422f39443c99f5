import { parseDate } from "../../session.ts";

/** Codes of a root's options by when they expire; n stands for the week of the month. */
interface OptionCodes {
  /** Third Friday of March, June, September and December; null when the root has none. */
  quarterly: string | null;
  /** End of the month. */
  month: string;
  /** Fridays, of the weeks up to `fridays`. */
  friday: string;
  /** Last week that has a Friday code. */
  fridays: number;
  /** Monday to Thursday, of the weeks 1 to 5. */
  days: readonly [monday: string, tuesday: string, wednesday: string, thursday: string];
}

/** Codes of CME Group's weekly and monthly options, by root of the future. */
const CODES: Readonly<Record<string, OptionCodes>> = {
  ES: equity("ES", "EW", "EW{n}", "E"),
  NQ: equity("NQ", "QNE", "QN{n}", "Q"),
  MES: equity("MES", "EX", "EX{n}", "X"),
  MNQ: equity("MNQ", "MQE", "MQ{n}", "D"),
  GC: other("OG", "OG{n}", ["G{n}M", "G{n}T", "G{n}W", "G{n}R"]),
  SI: other("SO", "SO{n}", ["M{n}S", "S{n}T", "W{n}S", "R{n}S"]),
  CL: other("LO", "LO{n}", ["ML{n}", "NL{n}", "WL{n}", "XL{n}"]),
  "6E": other("EUU", "{n}EU", ["MO{n}", "TU{n}", "WE{n}", "SU{n}"]),
};

/** How far ahead the nearest expiration is looked for, days. */
const DAYS_AHEAD = 7;

/**
 * The parents whose options expire on a date.
 *
 * @param root root of the future, such as "MNQ"
 * @param date YYYY-MM-DD
 * @returns parent symbols such as "MQ1.OPT"; none at weekends and for roots without known codes
 * @throws UserError when the date is none
 */
export function expiringParents(root: string, date: string): string[] {
  const codes = CODES[root];
  const day = parseDate(date);
  if (codes === undefined || day.dayOfWeek > 5) return [];
  const week = Math.floor((day.day - 1) / 7) + 1;
  const found: string[] = [];
  const isQuarter = day.dayOfWeek === 5 && week === 3 && day.month % 3 === 0;
  if (day.dayOfWeek < 5) found.push(codes.days[day.dayOfWeek - 1]!);
  else if (week <= codes.fridays) found.push(codes.friday);
  if (isQuarter && codes.quarterly !== null) found.push(codes.quarterly);
  if (isLastWeekday(day) || (isQuarter && codes.quarterly === null)) found.push(codes.month);
  return found.map((code) => parent(code.replace("{n}", `${week}`)));
}

/**
 * The parents to look for options in, best first: what expires on the date, then what expires on the
 * following days, then the monthly, then the root's own.
 *
 * @param root root of the future
 * @param date YYYY-MM-DD
 * @returns parent symbols, each once
 * @throws UserError when the date is none
 */
export function candidateParents(root: string, date: string): string[] {
  const day = parseDate(date);
  const ahead = Array.from({ length: DAYS_AHEAD + 1 }, (_, days) => `${day.add({ days })}`);
  const monthly = hasOptionCodes(root) ? [parent(CODES[root]!.month)] : [];
  const all = [...ahead.flatMap((one) => expiringParents(root, one)), ...monthly, parent(root)];
  return [...new Set(all)];
}

/**
 * @param root root of the future
 * @returns whether the codes of its options are known
 */
export function hasOptionCodes(root: string): boolean {
  return CODES[root] !== undefined;
}

function parent(code: string): string {
  return `${code}.OPT`;
}

function isLastWeekday(day: Temporal.PlainDate): boolean {
  const left = day.daysInMonth - day.day;
  return left === 0 || (day.dayOfWeek === 5 && left <= 2);
}

function equity(quarterly: string, month: string, friday: string, letter: string): OptionCodes {
  const of = (weekday: string) => `${letter}{n}${weekday}`;
  return { quarterly, month, friday, fridays: 4, days: [of("A"), of("B"), of("C"), of("D")] };
}

function other(month: string, friday: string, days: OptionCodes["days"]): OptionCodes {
  return { quarterly: null, month, friday, fridays: 5, days };
}
