/** A file served from a lake of its own. */
import { loadInstrument } from "../../engine/instrument.ts";
import { fileSafe } from "../../engine/symbol.ts";
import type { GridUpdateMessage } from "../../engine/wire/messages.ts";
import { DEFAULT_DT } from "../../cli/defaults.ts";
import type { ServerSettings } from "../../server/settings.ts";
import { projectFile } from "../project.ts";
import {
  type Received,
  serveApp,
  type StreamReader,
  type TestServer,
} from "../server/stream_client.ts";

/** A server over a lake that holds one file. */
export interface ServedInput extends AsyncDisposable {
  readonly server: TestServer;
  readonly lake: string;
  /** Opens a stream, as fast as it goes. */
  connect(query?: string): StreamReader;
}

/** What is served, and as what. */
export interface ServedFile {
  /** The file, or its bytes. */
  content: string | Uint8Array;
  /** Its name in the lake. */
  name?: string;
  /** A lock; default that of the project. */
  lock?: string;
  /** Session date, YYYY-MM-DD. */
  dt?: string;
}

/**
 * @param lake a lake
 * @param file a file, and its lock
 * @returns where it lies in there
 */
export async function putIntoLake(
  lake: string,
  { content, name = "day_20260206.dbn", lock = projectFile("instrument.yaml") }: ServedFile,
): Promise<string> {
  const { product_type, symbol, symbol_root } = loadInstrument(lock);
  const of = product_type === "future_mbo" ? symbol_root : fileSafe(symbol);
  const dir = `${lake}/raw/source=databento/product_type=${product_type}/symbol=${of}` +
    "/table=market_by_order_dbn";
  await Deno.mkdir(dir, { recursive: true });
  const path = `${dir}/${name}`;
  if (typeof content === "string") await Deno.copyFile(content, path);
  else await Deno.writeFile(path, content);
  return path;
}

/** Serves a file. */
export async function serveInput(
  file: ServedFile,
  changes: Partial<ServerSettings> = {},
): Promise<ServedInput> {
  const lake = await Deno.makeTempDir({ prefix: "spymaster_served_" });
  await putIntoLake(lake, file);
  const instrument = loadInstrument(file.lock ?? projectFile("instrument.yaml"));
  const { product_type: productType, symbol } = instrument;
  const { dt = DEFAULT_DT } = file;
  const server = await serveApp({ instrument, productType, symbol, dt, lake, ...changes });
  return {
    server,
    lake,
    connect: (query = "") => server.connect(`speed=1000&throttle_ms=0&${query}`),
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]();
      await Deno.remove(lake, { recursive: true });
    },
  };
}

/** The heads of the grids among messages. */
export function headsOf(messages: readonly Received[]): GridUpdateMessage[] {
  return messages.flatMap((message) =>
    !(message instanceof Uint8Array) && message.type === "grid_update" ? [message] : []
  );
}

/** The message of a type among messages, if there is one. */
export function messageOf(messages: readonly Received[], type: string) {
  return messages.find((message) => !(message instanceof Uint8Array) && message.type === type) as
    | Record<string, unknown>
    | undefined;
}
