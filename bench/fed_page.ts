import type { Browser, Page } from "playwright-core";
import { app } from "../main.ts";
import type { Recorded } from "./recorded_grids.ts";

/** A name that the application answers to; no request leaves the browser. */
const ORIGIN = "http://localhost";

/** What the page under test is given besides its own code. */
interface FedWindow {
  /** The socket that the page opened last. */
  fedSocket: { onmessage: ((event: { data: unknown }) => void) | null };
  /** The recorded messages, whole. */
  fedMessages: unknown[];
}

/**
 * Opens the page at 1440×900 with a socket that says what it is told: the application's own answers
 * without a network.
 */
export async function openFed(browser: Browser, { messages, rows }: Recorded): Promise<Page> {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  page.on("pageerror", (error) => {
    throw error;
  });
  const handler = app.handler();
  await page.route(`${ORIGIN}/**`, async (route) => {
    const url = route.request().url();
    if (url.endsWith("/recorded.rows")) return route.fulfill({ body: Buffer.from(rows.buffer) });
    const { status, headers, ...answer } = await handler(new Request(url)).then(read);
    await route.fulfill({ status, headers, body: Buffer.from(answer.body) });
  });
  await page.addInitScript(replaceSocket);
  await page.goto(`${ORIGIN}/vacuum-pressure`);
  await page.waitForFunction(() => "fedSocket" in globalThis);
  await page.evaluate(loadMessages, messages);
  return page;
}

async function read(response: Response) {
  const { status, headers } = response;
  return { status, headers: Object.fromEntries(headers), body: await response.arrayBuffer() };
}

function replaceSocket(): void {
  class FedSocket {
    onmessage = null;
    constructor() {
      (globalThis as unknown as FedWindow).fedSocket = this;
    }
    send() {}
    close() {}
  }
  Object.assign(globalThis, { WebSocket: FedSocket });
}

async function loadMessages(messages: (string | number)[]): Promise<void> {
  const rows = await (await fetch("/recorded.rows")).arrayBuffer();
  let at = 0;
  (globalThis as unknown as FedWindow).fedMessages = messages.map((message) =>
    typeof message === "string" ? message : rows.slice(at, at += message)
  );
}

/**
 * Plays what was recorded at a steady pace.
 *
 * @param everyMs between grids
 * @param stretch how much longer event time is than it was
 */
export function play(page: Page, everyMs: number, stretch: number): Promise<void> {
  return page.evaluate(async ([everyMs, stretch]) => {
    const { fedSocket, fedMessages } = globalThis as unknown as FedWindow;
    let firstNs: bigint | null = null;
    const stretched = (text: string): string => {
      const message = JSON.parse(text);
      if (message.type !== "grid_update") return text;
      firstNs ??= BigInt(message.ts_ns);
      message.ts_ns = `${firstNs + (BigInt(message.ts_ns) - firstNs) * BigInt(stretch)}`;
      return JSON.stringify(message);
    };
    const messages = fedMessages.map((data) => typeof data === "string" ? stretched(data) : data);
    const begun = performance.now();
    let grids = 0;
    for (const data of messages) {
      const early = begun + grids * everyMs - performance.now();
      if (early > 0) await new Promise((resolve) => setTimeout(resolve, early));
      fedSocket.onmessage?.({ data });
      if (typeof data !== "string") grids++;
    }
  }, [everyMs, stretch] as const);
}

/**
 * Pushes what was recorded as fast as the page takes it, once more: later, and with later events.
 *
 * @param pass how often it has been pushed before
 */
export function push(page: Page, pass: number): Promise<void> {
  return page.evaluate(async (pass) => {
    const { fedSocket, fedMessages } = globalThis as unknown as FedWindow;
    let messages = 0;
    for (const data of fedMessages) {
      if (data instanceof ArrayBuffer) fedSocket.onmessage?.({ data: data.slice(0) });
      else if (typeof data === "string") {
        const message = JSON.parse(data);
        if (message.type === "runtime_config" && pass > 0) continue;
        if ("event_id" in message) message.event_id += pass * 1e6;
        if ("ts_ns" in message) {
          message.ts_ns = `${BigInt(message.ts_ns) + BigInt(pass) * 90_000_000_000n}`;
        }
        fedSocket.onmessage?.({ data: JSON.stringify(message) });
      }
      if (++messages % 200 === 0) await new Promise(requestAnimationFrame);
    }
  }, pass);
}
