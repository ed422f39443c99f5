import assert from "node:assert/strict";
import { aligned, markdownTable } from "../../cli/table.ts";

const ROWS = [["", "per hour"], ["tp first", "7"], ["sl", "12"]];

Deno.test("aligned() lays columns out, figures to the right, words to the left", () => {
  assert.deepEqual(aligned(ROWS), [
    "          per hour",
    "tp first         7",
    "sl              12",
  ]);
  assert.deepEqual(aligned(ROWS, "left"), [
    "          per hour",
    "tp first  7",
    "sl        12",
  ]);
});

Deno.test("markdownTable() is a table that reads as one as it stands too", () => {
  assert.deepEqual(markdownTable(ROWS), [
    "|          | per hour |",
    "| -------- | -------: |",
    "| tp first |        7 |",
    "| sl       |       12 |",
  ]);
  assert.equal(markdownTable(ROWS, "left")[1], "| -------- | -------- |");
});
