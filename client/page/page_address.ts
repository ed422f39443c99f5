import { type Marks, writeMarks } from "./reader_marks.ts";
import { type NoticeRules, writeNoticeRules } from "./notice_rules.ts";
import { readViewSettings, type ViewSettings, writeViewSettings } from "./view_settings.ts";

/** Changes of the address that come at once are written once, wall milliseconds. */
const SETTLE_MS = 300;

/** What the page's address says, and what is written into it as the reader changes it. */
export class PageAddress {
  readonly query: URLSearchParams;
  #timer: ReturnType<typeof setTimeout> | null = null;

  /** @param search query of the page's address */
  constructor(search: string) {
    this.query = new URLSearchParams(search);
  }

  /** What the reader chose, as the address says it. */
  get settings(): ViewSettings {
    return readViewSettings(this.query);
  }

  /** Notes settings. */
  put(settings: ViewSettings): void {
    writeViewSettings(this.query, settings);
    this.#write();
  }

  /** Notes what the reader marked. */
  putMarks(marks: Marks): void {
    writeMarks(this.query, marks);
    this.#write();
  }

  /** Notes what the reader wants to be told of. */
  putNotices(rules: NoticeRules): void {
    writeNoticeRules(this.query, rules);
    this.#write();
  }

  /** Notes a parameter of the stream. */
  set(name: "speed", value: string): void {
    if (this.query.get(name) === value) return;
    this.query.set(name, value);
    this.#write();
  }

  /** Takes a parameter out. */
  remove(name: "ts_ns"): void {
    if (!this.query.has(name)) return;
    this.query.delete(name);
    this.#write();
  }

  /** Browsers refuse addresses that change too often, so a wheel that turns is waited for. */
  #write(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.settle(), SETTLE_MS);
  }

  /** Writes at once what is still waited for: who reads the address then has all of it. */
  settle(): void {
    if (this.#timer === null) return;
    clearTimeout(this.#timer);
    this.#timer = null;
    const search = this.query.toString();
    history.replaceState(null, "", search === "" ? location.pathname : `?${readable(search)}`);
  }
}

/** Colons and commas need no escape in a query. */
export function readable(search: string): string {
  return search.replaceAll("%3A", ":").replaceAll("%2C", ",");
}
