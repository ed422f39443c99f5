/** Clients that attack, in a thread of their own: told the attack, they go on until they are ended. */
import { setTimeout as delay } from "node:timers/promises";
import { countingClient } from "../counting_client.ts";
import { MISDEEDS } from "../soak/bad_client.ts";

/** What the thread is told. */
export interface Attack {
  /** One of {@link ATTACKS}; any other does nothing. */
  name: string;
  /** Of the stream. */
  url: string;
}

const ATTACKERS = 8;
const DIFFERENT = 64;
const ALL_DIFFERENT = `${DIFFERENT} that ask for different streams`;

/** The attacks by name. */
export const ATTACKS: readonly string[] = [
  ALL_DIFFERENT,
  ...Object.keys(MISDEEDS).map((name) => `${ATTACKERS}: ${name}`),
];

self.addEventListener("message", ({ data }: MessageEvent<Attack>) => void attack(data));

async function attack({ name, url }: Attack): Promise<void> {
  const { signal } = new AbortController();
  if (name === ALL_DIFFERENT) return await different(new URL(url));
  const misdeed = MISDEEDS[name.slice(`${ATTACKERS}: `.length)];
  if (misdeed === undefined) return;
  await Promise.all(Array.from({ length: ATTACKERS }, async () => {
    while (!signal.aborted) await misdeed(new URL(url), signal).catch(() => delay(200));
  }));
}

/** Each wants what nobody else does, as fast as it goes. */
async function different(url: URL): Promise<void> {
  await Promise.all(
    Array.from({ length: DIFFERENT }, async (_, i) => {
      const dt = url.searchParams.get("dt");
      const other = new URL(url);
      other.search = `dt=${dt}&start_time=09:${10 + i % 50}&speed=1000&throttle_ms=${i + 1}`;
      await countingClient(other, { onText: () => {}, onBinary: () => {}, onClose: () => {} });
    }),
  );
}
