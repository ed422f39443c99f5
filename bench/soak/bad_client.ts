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
  async "acknowledges without end"(url, signal) {
    await withSocket(url, signal, 5_000, (connection) => {
      const acks = Array.from({ length: 2_000 }, () => text('{"type":"ack","grids":0}'));
      const all = new Uint8Array(acks.reduce((sum, ack) => sum + ack.length, 0));
      let at = 0;
      for (const ack of acks) {
        all.set(ack, at);
        at += ack.length;
      }
      const timer = setInterval(() => {
        if (connection.destroyed) return clearInterval(timer);
        connection.write(all);
      }, 5);
    });
  },
  async "sends one message in fragments without end"(url, signal) {
    await withSocket(url, signal, 5_000, (connection) => {
      const fragment = clientFrame(OPCODE.TEXT, new Uint8Array(60_000).fill(0x20));
      fragment[0] = OPCODE.TEXT;
      connection.write(fragment);
      const next = clientFrame(0, new Uint8Array(60_000).fill(0x20));
      next[0] = 0;
      const timer = setInterval(() => {
        if (connection.destroyed) return clearInterval(timer);
        connection.write(next);
      }, 5);
    });
  },
  async "asks for what nobody else watches"(url, signal) {
    const other = new URL(url);
    other.searchParams.set("throttle_ms", `${Math.ceil(Math.random() * 1_000)}`);
    other.searchParams.set("speed", "1000");
    await withSocket(other, signal, 5_000, () => {});
  },
  async "opens many connections and says nothing"(url, signal) {
    const connections = Array.from({ length: 50 }, () => {
      const connection = connect({
        host: url.hostname,
        port: Number(url.port),
        localAddress: ADDRESS,
      });
      return connection.on("error", () => {});
    });
    await pause(10_000, signal);
    for (const connection of connections) connection.destroy();
  },
  async "asks for outlines and health"(url, signal) {
    const paths = ["/v1/vacuum-pressure/session", "/health", "/ready", "/metrics"];
    const get = (path: string) => {
      const connection = connect({
        host: url.hostname,
        port: Number(url.port),
        localAddress: ADDRESS,
      });
      connection.on("error", () => {});
      connection.write(`GET ${path} HTTP/1.1\r\nHost: ${url.host}\r\nConnection: close\r\n\r\n`);
      return once(connection.resume(), "close");
    };
    await Promise.race([
      Promise.all(Array.from({ length: 20 }, (_, i) => get(paths[i % paths.length]!))),
      pause(5_000, signal),
    ]);
    await pause(200, signal);
  },
  async "sends frames that are not masked"(url, signal) {
    await withSocket(url, signal, 3_000, (connection) => {
      connection.write(new Uint8Array([0x81, 2, 0x7b, 0x7d]));
    });
  },
  async "asks for an upgrade that is none"(url, signal) {
    const connection = connect({
      host: url.hostname,
      port: Number(url.port),
      localAddress: ADDRESS,
    });
    connection.on("error", () => {});
    connection.write(
      `GET ${url.pathname} HTTP/1.1\r\nHost: a:99999\r\nConnection: Upgrade\r\n` +
        "Upgrade: websocket\r\n\r\n",
    );
    await Promise.race([once(connection.resume(), "close"), pause(2_000, signal)]);
    connection.destroy();
    await pause(200, signal);
  },
};
