import assert from "node:assert/strict";
import {
  candidateParents,
  expiringParents,
} from "../../../../engine/databento/batch/option_parents.ts";

/** Root; quarterly; end of month; Friday, up to which week; Monday to Thursday. */
const TABLE = `
ES  ES  EW  EW#,4  E#A  E#B  E#C  E#D
NQ  NQ  QNE QN#,4  Q#A  Q#B  Q#C  Q#D
MES MES EX  EX#,4  X#A  X#B  X#C  X#D
MNQ MNQ MQE MQ#,4  D#A  D#B  D#C  D#D
GC  -   OG  OG#,5  G#M  G#T  G#W  G#R
SI  -   SO  SO#,5  M#S  S#T  W#S  R#S
CL  -   LO  LO#,5  ML#  NL#  WL#  XL#
6E  -   EUU #EU,5  MO#  TU#  WE#  SU#
`.trim().split("\n").map((line) => line.split(/\s+/));

const FIRST = "2024-01-01";
const LAST = "2026-12-31";

/** A day of the calendar, counted without a date library's help. */
interface Day {
  date: string;
  /** 0 is Sunday. */
  weekday: number;
  /** How often the weekday has come in its month, this time included. */
  week: number;
  month: number;
  isLastWeekday: boolean;
}

/** Every day from the first to the last, walked one by one. */
function calendar(): Day[] {
  const days: Day[] = [];
  let weekday = 1; // 2024-01-01 was a Monday.
  for (let year = 2024; year <= 2026; year++) {
    const february = year % 4 === 0 ? 29 : 28;
    [31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31].forEach((length, index) => {
      const seen = [0, 0, 0, 0, 0, 0, 0];
      const month: Day[] = [];
      for (let day = 1; day <= length; day++) {
        const two = (n: number) => `${n}`.padStart(2, "0");
        month.push({
          date: `${year}-${two(index + 1)}-${two(day)}`,
          weekday,
          week: ++seen[weekday]!,
          month: index + 1,
          isLastWeekday: false,
        });
        weekday = (weekday + 1) % 7;
      }
      month.findLast((day) => day.weekday !== 0 && day.weekday !== 6)!.isLastWeekday = true;
      days.push(...month);
    });
  }
  return days;
}

/** The rules, sentence by sentence. */
function expected(row: readonly string[], day: Day): string[] {
  const [, quarterly = "", month = "", friday = "", ...days] = row;
  const [code = "", last] = friday.split(",");
  const found: string[] = [];
  if (day.weekday === 0 || day.weekday === 6) return found;
  const thirdFriday = day.weekday === 5 && day.week === 3 && [3, 6, 9, 12].includes(day.month);
  if (day.weekday === 5 && day.week <= Number(last)) found.push(code);
  if (thirdFriday && quarterly !== "-") found.push(quarterly);
  if (day.weekday < 5) found.push(days[day.weekday - 1]!);
  if (day.isLastWeekday) found.push(month);
  else if (thirdFriday && quarterly === "-") found.push(month);
  return found.map((one) => `${one.replace("#", `${day.week}`)}.OPT`);
}

const DAYS = calendar();

Deno.test("the calendar of the tests runs over three whole years", () => {
  assert.deepEqual([DAYS[0]!.date, DAYS.at(-1)!.date, DAYS.length], [FIRST, LAST, 366 + 365 * 2]);
  assert.equal(DAYS.at(-1)!.weekday, 4);
});

for (const row of TABLE) {
  Deno.test(`expiringParents() follows the table for ${row[0]} on every day of three years`, () => {
    for (const day of DAYS) {
      assert.deepEqual(expiringParents(row[0]!, day.date), expected(row, day), day.date);
    }
  });
}

Deno.test("expiringParents() has the codes of days known by name", () => {
  const known: [root: string, date: string, parents: string[]][] = [
    ["MNQ", "2026-02-06", ["MQ1.OPT"]],
    ["ES", "2026-03-20", ["EW3.OPT", "ES.OPT"]],
    ["GC", "2026-03-20", ["OG3.OPT", "OG.OPT"]],
    ["ES", "2026-01-30", ["EW.OPT"]],
    ["CL", "2026-01-30", ["LO5.OPT", "LO.OPT"]],
    ["NQ", "2026-03-31", ["Q5B.OPT", "QNE.OPT"]],
    ["6E", "2026-02-13", ["2EU.OPT"]],
    ["SI", "2026-02-09", ["M2S.OPT"]],
    ["MES", "2026-02-07", []],
    ["ZN", "2026-02-06", []],
  ];
  for (const [root, date, parents] of known) {
    assert.deepEqual(expiringParents(root, date), parents, `${root} ${date}`);
  }
});

Deno.test("candidateParents() goes from the day over the next seven to the monthly and the root", () => {
  assert.deepEqual(candidateParents("MNQ", "2026-02-06"), [
    ...["MQ1.OPT", "D2A.OPT", "D2B.OPT", "D2C.OPT", "D2D.OPT", "MQ2.OPT"],
    ...["MQE.OPT", "MNQ.OPT"],
  ]);
  assert.deepEqual(candidateParents("GC", "2026-02-26"), [
    ...["G4R.OPT", "OG4.OPT", "OG.OPT", "G1M.OPT", "G1T.OPT", "G1W.OPT", "G1R.OPT"],
    "GC.OPT",
  ]);
  assert.deepEqual(candidateParents("ZN", "2026-02-06"), ["ZN.OPT"]);
});

Deno.test("candidateParents() is what expires from the day on, each parent once, for every day", () => {
  for (const row of TABLE) {
    for (const [i, day] of DAYS.slice(0, -7).entries()) {
      const ahead = DAYS.slice(i, i + 8).flatMap((one) => expected(row, one));
      const all = [...ahead, `${row[2]}.OPT`, `${row[0]}.OPT`];
      const once = all.filter((parent, at) => all.indexOf(parent) === at);
      assert.deepEqual(candidateParents(row[0]!, day.date), once, `${row[0]} ${day.date}`);
    }
  }
});
