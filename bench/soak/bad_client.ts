import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { clientFrame, OPCODE, upgradeRequest } from "../raw_websocket.ts";
import { pause } from "./pause.ts";

/** What a misbehaving client does, one after another until it is stopped. */
export type Misdeed = (url: URL, signal: AbortSignal) => Promise<void>;

/** From another address than the well-behaved: an address has so many streams and no more. */
const ADDRESS = "127.0.0.2";

/** How long it waits before it asks again where it was refused, milliseconds. */
const REFUSED_MS = 500;

/** Opens a raw WebSocket, which answers nothing, and does not read until it is told to. */
async function raw(url: URL): Promise<Socket> {
  const connection = connect({
    host: url.hostname,
    port: Number(url.port),
    localAddress: ADDRESS,
  });
  connection.pause();
  connection.on("error", () => {});
  await once(connection, "connect");
  connection.write(upgradeRequest(url));
  return connection;
}

function text(message: string): Uint8Array {
  return clientFrame(OPCODE.TEXT, new TextEncoder().encode(message));
}

/** Opens a WebSocket, reads on it and does something until it closes, or for some time. */
async function withSocket(
  url: URL,
  signal: AbortSignal,
  ms: number,
  act: (connection: Socket) => void,
): Promise<void> {
  const connection = await raw(url);
  const closed = once(connection, "close");
  connection.resume();
  const [answer] = await Promise.race([once(connection, "data"), closed]);
  if (String(answer).startsWith("HTTP/1.1 101")) {
    act(connection);
    await Promise.race([closed, pause(ms, signal)]);
    connection.write(clientFrame(OPCODE.CLOSE, new Uint8Array(0)));
    await Promise.race([closed, pause(1_000, signal)]);
  } else await pause(REFUSED_MS, signal);
  connection.destroy();
}

/** The misdeeds by name. */
export const MISDEEDS: Readonly<Record<string, Misdeed>> = {
  async "reads nothing"(url, signal) {
    const connection = await raw(url);
    await pause(60_000, signal);
    connection.destroy();
  },
  async "answers no ping"(url, signal) {
    const connection = await raw(url);
    signal.addEventListener("abort", () => connection.destroy());
    connection.resume();
    await once(connection, "close");
  },
  async "floods controls"(url, signal) {
    await withSocket(url, signal, 5_000, (connection) => {
      for (let i = 0; i < 500; i++) connection.write(text('{"type":"control","action":"pause"}'));
    });
  },
  async "sends what is too long"(url, signal) {
    await withSocket(url, signal, 5_000, (connection) => {
      connection.write(text("9".repeat(1_000_000)));
    });
  },
  async "sends garbage"(url, signal) {
    await withSocket(url, signal, 3_000, (connection) => {
      for (let i = 0; i < 20; i++) {
        connection.write(clientFrame(OPCODE.BINARY, crypto.getRandomValues(new Uint8Array(100))));
      }
      connection.write(crypto.getRandomValues(new Uint8Array(1000)));
    });
  },
  async "comes and goes"(url, signal) {
    const connection = await raw(url);
    await pause(20, signal);
    connection.destroy();
  },
  async "seeks to and fro"(url, signal) {
    await withSocket(url, signal, 10_000, (connection) => {
      const timer = setInterval(() => {
        if (connection.destroyed) return clearInterval(timer);
        const minute = String(Math.floor(Math.random() * 25) + 30);
        connection.write(text(`{"type":"control","action":"seek","value":"09:${minute}:00"}`));
      }, 250);
    });
  },
};
