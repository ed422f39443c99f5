import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { setTimeout as delay } from "node:timers/promises";

/** What a misbehaving client does, one after another until it is stopped. */
export type Misdeed = (url: URL, signal: AbortSignal) => Promise<void>;

/** From another address than the well-behaved: an address has so many streams and no more. */
const ADDRESS = "127.0.0.2";

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
  connection.write([
    `GET ${url.pathname}${url.search} HTTP/1.1`,
    `Host: ${url.host}`,
    "Connection: Upgrade",
    "Upgrade: websocket",
    "Sec-WebSocket-Version: 13",
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
    "",
    "",
  ].join("\r\n"));
  return connection;
}

/** Opens a socket and does something on it until it closes, or for some time. */
async function withSocket(
  url: URL,
  signal: AbortSignal,
  ms: number,
  act: (socket: WebSocket) => void,
): Promise<void> {
  const socket = new WebSocket(url);
  const closed = new Promise<void>((resolve) => socket.onclose = () => resolve());
  socket.onopen = () => act(socket);
  await Promise.race([closed, pause(ms, signal)]);
  socket.close();
  await Promise.race([closed, pause(1_000, signal)]);
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await delay(ms, undefined, { signal }).catch(() => undefined);
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
    await withSocket(url, signal, 5_000, (socket) => {
      for (let i = 0; i < 500; i++) socket.send('{"type":"control","action":"pause"}');
    });
  },
  async "sends what is too long"(url, signal) {
    await withSocket(url, signal, 5_000, (socket) => socket.send("9".repeat(1_000_000)));
  },
  async "sends garbage"(url, signal) {
    await withSocket(url, signal, 3_000, (socket) => {
      for (let i = 0; i < 40; i++) socket.send(crypto.getRandomValues(new Uint8Array(100)));
    });
  },
  async "comes and goes"(url, signal) {
    const connection = await raw(url);
    await pause(20, signal);
    connection.destroy();
  },
  async "seeks to and fro"(url, signal) {
    await withSocket(url, signal, 10_000, (socket) => {
      const timer = setInterval(() => {
        if (socket.readyState !== WebSocket.OPEN) return clearInterval(timer);
        const minute = String(Math.floor(Math.random() * 25) + 30);
        socket.send(`{"type":"control","action":"seek","value":"09:${minute}:00"}`);
      }, 250);
    });
  },
};
