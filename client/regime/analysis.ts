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
  | { readonly kind: "failed"; readonly message: string };

/** What was found, and where its JSON output is. */
export interface AnalysisResult {
  readonly view: RegimeView;
  readonly json: string;
}

/** Analyses on the server: one at a time, and the last result stays until there is another. */
export class AnalysisClient {
  readonly state: Signal<AnalysisState> = signal<AnalysisState>({ kind: "idle" });
  readonly warnings: Signal<readonly string[]> = signal<readonly string[]>([]);
  readonly result: Signal<AnalysisResult | null> = signal<AnalysisResult | null>(null);
  #socket: WebSocket | null = null;

  /**
   * Begins an analysis; one that runs is cancelled.
   *
   * @param url address of the WebSocket, with what is asked for
   */
  run(url: string): void {
    this.#drop();
    this.warnings.value = [];
    this.state.value = { kind: "running", share: 0 };
    const socket = new WebSocket(url);
    this.#socket = socket;
    socket.addEventListener("message", ({ data }) => {
      if (socket === this.#socket) this.#take(JSON.parse(data));
    });
    socket.addEventListener("close", () => {
      if (socket !== this.#socket || this.state.value.kind !== "running") return;
      const message = "The connection to the server is lost. Is it running? Try again.";
      this.state.value = { kind: "failed", message };
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
    this.#socket?.close();
    this.#socket = null;
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
        this.state.value = { kind: "failed", message: message.message };
        break;
      case "result":
        this.result.value = { view: message.view, json: message.json };
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
