import assert from "node:assert/strict";
import { watchRatio } from "../../../client/page/pixel_ratio.ts";

Deno.test("watchRatio() tells each time that the screen's pixels become others", () => {
  const asked: { readonly query: string; readonly media: EventTarget }[] = [];
  const faked = {
    devicePixelRatio: 1,
    matchMedia(query: string) {
      const media = new EventTarget();
      asked.push({ query, media });
      return media;
    },
  };
  Object.assign(globalThis, faked);
  try {
    let told = 0;
    const end = watchRatio(() => told++);
    for (const ratio of [2, 1.5]) {
      Object.assign(globalThis, { devicePixelRatio: ratio });
      asked.at(-1)!.media.dispatchEvent(new Event("change"));
    }
    assert.equal(told, 2);
    assert.deepEqual(
      asked.map(({ query }) => query),
      [1, 2, 1.5].map((ratio) => `(resolution: ${ratio}dppx)`),
    );
    end();
    asked.at(-1)!.media.dispatchEvent(new Event("change"));
    assert.equal(told, 2);
  } finally {
    for (const name of Object.keys(faked)) Reflect.deleteProperty(globalThis, name);
  }
});
