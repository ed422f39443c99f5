import { type Signal, signal } from "@preact/signals";
import type { RegimeMessage } from "../../engine/wire/regime_messages.ts";
import type { RegimeView } from "../../engine/wire/regime_view.ts";

/** How an analysis does. */
export type AnalysisState =
  | { readonly kind: "idle" }
  /** @property share of the file that is read, 0 to 1 */
  | { readonly kind: "running"; readonly share: number }
  | { readonly kind: "done" }
  | { readonly kind: "cancelled" }
  /** @property fields what is wrong with each field that is, by its name */
  | {
    readonly kind: "failed";
    readonly message: string;
    readonly fields: Readonly<Record<string, string>>;
  };

/** What was found, and where its JSON output is. */
export interface AnalysisResult {
  readonly view: RegimeView;
  readonly json: string;
  /** What was asked for, as a query. */
  readonly asked: string;
}

/** Analyses on the server: one at a time, and the last result stays until there is another. */
export class AnalysisClient {
  readonly state: Signal<AnalysisState> = signal<AnalysisState>({ kind: "idle" });
  readonly warnings: Signal<readonly string[]> = signal<readonly string[]>([]);
  readonly result: Signal<AnalysisResult | null> = signal<AnalysisResult | null>(null);
  #socket: WebSocket | null = null;
  #asked = "";
  /** Resolves when the server has let go of the analysis before. */
  #letGo: Promise<void> = Promise.resolve();

  /**
   * Begins an analysis; one that runs is cancelled.
   *
   * @param origin of the page
   * @param asked what is asked for
   */
  async run(origin: string, asked: URLSearchParams): Promise<void> {
    this.#drop();
    this.warnings.value = [];
    const state: AnalysisState = { kind: "running", share: 0 };
    this.state.value = state;
    await this.#letGo;
    // Cancelled meanwhile, or begun once more.
    if (this.state.value !== state) return;
    this.#asked = asked.toString();
    const socket = new WebSocket(analysisUrl(origin, asked));
    this.#socket = socket;
    socket.addEventListener("message", ({ data }) => {
      if (socket === this.#socket) this.#take(JSON.parse(data));
    });
    socket.addEventListener("close", () => {
      if (socket !== this.#socket || this.state.value.kind !== "running") return;
      const message = "The connection to the server is lost. Is it running? Try again.";
      this.state.value = { kind: "failed", message, fields: {} };
    });
  }

  /** Ends the analysis that runs; the server stops working on it. */
  cancel(): void {
    if (this.state.value.kind !== "running") return;
    this.#drop();
    this.state.value = { kind: "cancelled" };
  }

  /** Lets go of the server. */
  #drop(): void {
    const socket = this.#socket;
    this.#socket = null;
    if (socket === null || socket.readyState === WebSocket.CLOSED) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    socket.addEventListener("close", () => resolve());
    this.#letGo = promise;
    socket.close();
  }

  #take(message: RegimeMessage): void {
    switch (message.type) {
      case "progress":
        this.state.value = { kind: "running", share: message.share };
        break;
      case "warning":
        this.warnings.value = [...this.warnings.value, message.message];
        break;
      case "error":
        this.state.value = {
          kind: "failed",
          message: message.message,
          fields: message.fields ?? {},
        };
        break;
      case "result":
        this.result.value = { view: message.view, json: message.json, asked: this.#asked };
        this.state.value = { kind: "done" };
    }
  }
}

/**
 * @param origin origin of the page
 * @param query what is asked for
 * @returns address of the WebSocket that analyses it
 */
export function analysisUrl(origin: string, query: URLSearchParams): string {
  const url = new URL("/v1/regime/analysis", origin);
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  url.search = query.toString();
  return url.href;
}
