import assert from "node:assert/strict";
import { errorLine } from "../../cli/error_line.ts";
import { NoRawFile, UserError } from "../../engine/errors.ts";

Deno.test("errorLine() names flags where the engine names parameters", () => {
  const error = new UserError("eval `start_time` is late; give another, or no `dt`");
  assert.equal(errorLine(error), "error: eval --start-time is late; give another, or no --dt");
  // What is no name of a parameter is left as it is.
  const other = new UserError("`ulimit -n` says `8`, in `A/b`");
  assert.equal(errorLine(other), "error: `ulimit -n` says `8`, in `A/b`");
});

Deno.test("errorLine() tells how to make a session where there is none, of a future", () => {
  const missing = ["nothing there; choose another `dt`", "2026-02-06"] as const;
  assert.equal(
    errorLine(new NoRawFile(...missing, "future_mbo")),
    `error: nothing there; choose another --dt, or make one with ` +
      `"deno task simulate --dt 2026-02-06"`,
  );
  for (
    const [symbol, isOffered] of [
      ...[["MNQH6", true], ["6EH6", true], ["M2KZ25", true], ["MNQ", true]],
      ...[["ESH6-ESM6", false], ["SR3:BF H6-M6-U6", false], ["UD:1V: 12345", false]],
      ...[["MNQ.c.0", false], ["mnqh6", false]],
    ] as const
  ) {
    const line = errorLine(new NoRawFile(...missing, "future_mbo", symbol))!;
    assert.equal(line.includes("simulate"), isOffered, symbol);
  }
  const ofEquity = errorLine(new NoRawFile(...missing, "equity_mbo"));
  assert.equal(ofEquity, "error: nothing there; choose another --dt");
});

Deno.test("errorLine() is one line, whatever a name holds, and none for a mistake of ours", () => {
  assert.equal(errorLine(new UserError("a\nb\u2028c")), "error: a\\u000ab\\u2028c");
  // What turns the order of letters shows another name than there is; letters of such scripts are read.
  assert.equal(
    errorLine(new UserError("a\u202egpj.exe \u2066\u200f\u05d0")),
    "error: a\\u202egpj.exe \\u2066\\u200f\u05d0",
  );
  assert.equal(errorLine(new TypeError("x is undefined")), null);
});
