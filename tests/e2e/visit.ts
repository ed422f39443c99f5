/** The page in Debian's Chromium, on real and on simulated data. */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import type { BrowserContext, Page } from "playwright-core";
import { loadInstrument } from "../../engine/instrument.ts";
import { simulatedPath, writeSimulated } from "../../engine/source/simulator/simulated_file.ts";
import type { ServerSettings } from "../../server/settings.ts";
import { projectFile } from "../project.ts";
import { isWholeProof } from "../proof.ts";
import { serveApp, type TestServer } from "../server/stream_client.ts";
import { hasShared, sharedFile } from "../shared_data.ts";
import { BROWSER_TEST, keepFrames, newContext } from "./browser.ts";

/** A session that the page is tried on; times are HH:MM:SS in New York. */
export interface Session {
  readonly name: string;
  readonly symbol: string;
  /** HH:MM of the first grid. */
  readonly start: string;
  /** A time with grids before and after it. */
  readonly later: string;
  /** Shortly before the end of the file. */
  readonly nearEnd: string;
  readonly simulated: boolean;
  readonly absent: boolean;
  /** Fills a lake, and says what is to be served of it. */
  fill(lake: string): Promise<Partial<ServerSettings>>;
}

const ESH4: Session = {
  name: "ESH4",
  symbol: "ESH4",
  start: "18:30",
  later: "18:45:30",
  nearEnd: "18:59:55",
  simulated: false,
  absent: !hasShared,
  async fill(lake) {
    const dir =
      `${lake}/raw/source=databento/product_type=future_mbo/symbol=ES/table=market_by_order_dbn`;
    await Deno.mkdir(dir, { recursive: true });
    const name = "esh4_20231225.mbo.dbn.zst";
    await Deno.copyFile(sharedFile("data", name), `${dir}/${name}`);
    const es = { symbol: "ESH4", symbol_root: "ES", contract_multiplier: 50 };
    const instrument = { ...loadInstrument(projectFile("instrument.yaml")), ...es };
    return { instrument, symbol: "ESH4", dt: "2023-12-25", startTime: "18:30" };
  },
};

/** A few minutes as the simulator makes them. */
export const SIMULATED: Session = {
  name: "a simulated session",
  symbol: "MNQH6",
  start: "09:25",
  later: "09:32:30",
  nearEnd: "09:39:55",
  simulated: true,
  absent: false,
  async fill(lake) {
    const [symbol, dt] = ["MNQH6", "2026-02-06"];
    const busy = { seed: 1, from: "09:20", to: "09:40", eventsPerSecond: 60 };
    await writeSimulated({ symbol, dt, ...busy }, simulatedPath({ lake, symbol, dt }));
    return { symbol, dt, startTime: null };
  },
};

/** Both of them. */
export const SESSIONS: readonly Session[] = [ESH4, SIMULATED];

/** Where one will do: the real one, where it is there. */
const ONE = [hasShared ? ESH4 : SIMULATED];

/** A browser that looks at a served session. */
export class Visit {
  /** What the page complained of. */
  readonly complaints: string[] = [];

  constructor(
    readonly session: Session,
    readonly server: TestServer,
    readonly browser: BrowserContext,
  ) {}

  /**
   * Opens the page at 1440×900 and waits until the stream has arrived where it begins: the history
   * before that comes whatever the clock does, also while it is paused.
   */
  async open(query = ""): Promise<Page> {
    const page = await this.openShell(query);
    await keepFrames(page);
    await untilShown(page, this.session.start);
    return page;
  }

  /** Opens the page at 1440×900 and waits for nothing. */
  async openShell(query = "", before?: (page: Page) => Promise<void>): Promise<Page> {
    const page = await this.browser.newPage();
    page.on("pageerror", ({ message }) => this.complaints.push(message));
    page.on("console", (message) => {
      if (message.type() === "error") this.complaints.push(message.text());
    });
    await before?.(page);
    await page.goto(`http://127.0.0.1:${this.server.port}/vacuum-pressure${query && `?${query}`}`);
    return page;
  }
}

/** One lake of each session for all tests of a program; each has a server of its own. */
const lakes = new Map<Session, Promise<{ lake: string; settings: Partial<ServerSettings> }>>();

async function filledLake(session: Session) {
  const lake = await Deno.makeTempDir({ prefix: "spymaster_page_" });
  return { lake, settings: await session.fill(lake) };
}

Deno.test.afterAll(async () => {
  for (const { lake } of await Promise.all(lakes.values())) {
    await Deno.remove(lake, { recursive: true });
  }
});

/**
 * A test of the page; a page that logs an error fails it.
 *
 * @param name what the page does
 * @param visitor does it
 * @param sessions on which sessions; left out, one, and both of them in the whole proof
 */
export function testPage(
  name: string,
  visitor: (visit: Visit) => Promise<void>,
  sessions: readonly Session[] = isWholeProof ? SESSIONS : ONE,
): void {
  for (const session of sessions) {
    Deno.test({
      name: `${name} (${session.name})`,
      ...BROWSER_TEST,
      ignore: BROWSER_TEST.ignore || session.absent,
      async fn() {
        const filled = lakes.get(session) ?? filledLake(session);
        lakes.set(session, filled);
        const { lake, settings } = await filled;
        await using server = await serveApp({ ...settings, lake, speed: 10 });
        await using context = await newContext();
        const visit = new Visit(session, server, context);
        await visitor(visit);
        assert.deepEqual(visit.complaints, []);
      },
    });
  }
}

/** The text of an element. */
export async function textOf(page: Page, id: string): Promise<string> {
  return await page.getByTestId(id).textContent() ?? "";
}

/** Waits until the text of an element matches. */
export async function untilText(page: Page, id: string, pattern: RegExp): Promise<void> {
  await page.waitForFunction(
    ([id, source]) =>
      new RegExp(source!).test(document.querySelector(`[data-testid="${id}"]`)?.textContent ?? ""),
    [id, pattern.source],
  );
}

/** Waits until the text of an element is another. */
export async function untilNot(page: Page, id: string, text: string): Promise<void> {
  await page.waitForFunction(
    ([id, text]) => document.querySelector(`[data-testid="${id}"]`)?.textContent !== text,
    [id, text],
  );
}

/** Waits until the number in the text of an element is above another. */
export async function untilMore(page: Page, id: string, number: number): Promise<void> {
  await page.waitForFunction(
    ([id, number]) =>
      Number(document.querySelector(`[data-testid="${id}"]`)?.textContent?.replace(/\D/g, "")) >
        Number(number),
    [id, number],
  );
}

/** The number in the text of an element. */
export async function numberOf(page: Page, id: string): Promise<number> {
  return Number((await textOf(page, id)).replace(/\D/g, ""));
}

/** Waits until the page has drawn some frames, and so all that has come before. */
export async function frames(page: Page, count = 3): Promise<void> {
  await page.evaluate((count) =>
    new Promise<void>((done) => {
      const step = (left: number) =>
        left === 0 ? done() : requestAnimationFrame(() => step(left - 1));
      step(count);
    }), count);
}

/**
 * Presses space, and waits until the server has said that it is paused. It stays at the grid shown
 * where the stream has arrived; after a seek that is to be waited for first.
 */
export async function pause(page: Page): Promise<void> {
  await page.keyboard.press("Space");
  await untilText(page, "connection", /^paused$/);
  // What was on its way has come with the answer; it is drawn by now.
  await frames(page);
}

/**
 * Waits until the event time shown is a time of day, or one after it. A history comes before what
 * was asked for, and a stream that is opened anew for a seek may show its first grid before it is
 * told where to go.
 *
 * @param from HH:MM or HH:MM:SS
 * @param before where that ends, for a way back
 */
export async function untilShown(page: Page, from: string, before = "24"): Promise<void> {
  await page.waitForFunction(([from, before]) => {
    const shown = document.querySelector('[data-testid="event-time"]')?.textContent ?? "";
    return /^\d/.test(shown) && shown >= from! && shown < before!;
  }, [from, before]);
}

/**
 * Notes from now on everything that elements say: what is said for a moment alone is gone by the
 * time that a slow machine looks.
 */
export async function listen(page: Page, ...ids: string[]): Promise<void> {
  await page.evaluate((ids) => {
    const heard: Record<string, string[]> = {};
    Object.assign(globalThis, { heard });
    for (const id of ids) {
      const element = document.querySelector(`[data-testid="${id}"]`)!;
      const said: string[] = heard[id] = [];
      new MutationObserver(() => said.push(element.textContent ?? ""))
        .observe(element, { childList: true, characterData: true, subtree: true });
    }
  }, ids);
}

/** Waits until an element has said something since `listen`. */
export async function untilHeard(page: Page, id: string, pattern: RegExp): Promise<void> {
  await page.waitForFunction(
    ([id, source]) =>
      (globalThis as unknown as { heard: Record<string, string[]> }).heard[id!]!
        .some((text) => new RegExp(source!).test(text)),
    [id, pattern.source],
  );
}

/** Gives the page another size, and waits until it is laid out and drawn in that. */
export async function resize(page: Page, width: number, height: number): Promise<void> {
  await page.setViewportSize({ width, height });
  await page.waitForFunction(
    ([width, height]) => innerWidth === width && innerHeight === height,
    [width, height],
  );
  await frames(page);
}

/** What a canvas shows. */
export function picture(page: Page, selector: string): Promise<string> {
  return page.locator(selector).evaluate((node) => (node as HTMLCanvasElement).toDataURL());
}

/** What a canvas shows once it stands still: its colours follow what is in view a moment later. */
export async function stillPicture(page: Page, selector: string): Promise<string> {
  for (let before = "";;) {
    const now = await picture(page, selector);
    if (now === before) return now;
    before = now;
    await frames(page, 8);
  }
}

/** A row of the table that the page saves: the figures of one grid. */
export type Row = Readonly<Record<string, string>>;

/** Has the page save its table: a row for each grid in view. */
export async function savedTable(page: Page): Promise<Row[]> {
  const arrival = page.waitForEvent("download");
  await page.keyboard.press("c");
  const download = await arrival;
  assert.match(download.suggestedFilename(), /^spymaster_\w+_\d{4}-\d\d-\d\d_\d{6}\.csv$/);
  const [head = "", ...lines] = (await readFile(await download.path(), "utf8")).trimEnd().split(
    "\n",
  );
  const names = head.split(",");
  return lines.map((line) => {
    const cells = line.split(",");
    return Object.fromEntries(names.map((name, i) => [name, cells[i] ?? ""]));
  });
}
