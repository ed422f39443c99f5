import assert from "node:assert/strict";
import { readClock } from "../../client/clock_text.ts";

Deno.test("readClock() reads a time of day as people write it", () => {
  for (const text of ["9:41", "09:41", "0941", "941", " 09:41:00 ", "094100"]) {
    assert.equal(readClock(text), "09:41:00", text);
  }
  assert.equal(readClock("23:59:59"), "23:59:59");
  for (const text of ["", "24:00", "9:60", "9", "9:41:60", "9.41", "9:41 pm", "-9:41", "1e3"]) {
    assert.equal(readClock(text), null, text);
  }
});

Deno.test("readClock() reads the digits of keyboards that have others", () => {
  for (
    const text of [
      "۰۹:۴۱:۳۰",
      "٠٩:٤١:٣٠",
      "\uff10\uff19\uff1a\uff14\uff11\uff1a\uff13\uff10",
      "۰۹۴۱۳۰",
    ]
  ) {
    assert.equal(readClock(text), "09:41:30", text);
  }
});
