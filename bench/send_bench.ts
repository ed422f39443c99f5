/**
 * What a grid's two messages cost the server that sends them, by how they are sent: processor time
 * of this process, to clients in another that read and count bytes.
 *
 * Arguments: --clients N (50), --pairs N (1,000) to each, --runs N (5).
 */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import process from "node:process";
import type { Duplex } from "node:stream";
import { setTimeout as wait } from "node:timers/promises";
import { WebSocketServer } from "ws";
import { framedPair } from "../server/frames.ts";
import { Metrics } from "../server/metrics.ts";
import { WsSocket } from "../server/ws_socket.ts";
import { numberOf, printTable, runsOf, spread } from "./measure.ts";
import { upgradeRequest } from "./raw_websocket.ts";

const HEAD_BYTES = 300;
const ROWS_BYTES = 10_000;
/** Bytes that may wait for a client before the next pair is held back. */
const MOST_WAITING = 200_000;

const CLIENTS = `
const [port, clients, bytes, request] = Deno.args;
await Promise.all(Array.from({ length: Number(clients) }, async () => {
  const connection = await Deno.connect({ hostname: "127.0.0.1", port: Number(port) });
  await connection.write(new TextEncoder().encode(request));
  const buffer = new Uint8Array(1 << 16);
  for (let left = Number(bytes); left > 0;) left -= await connection.read(buffer) ?? left;
  connection.close();
}));
`;

/** A client, as the server sees it. */
interface Client {
  send(): void;
  waiting(): number;
}

/** Listens; tells of every client. */
type Way = (onClient: (client: Client) => void) => Promise<{ port: number; end: () => void }>;

const pair = framedPair({ head: "x".repeat(HEAD_BYTES), rows: new Uint8Array(ROWS_BYTES) });
const { head, rows } = pair;

const byDeno: Way = (onClient) => {
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, (request) => {
    const { socket, response } = Deno.upgradeWebSocket(request);
    const send = () => {
      socket.send(head);
      socket.send(rows);
    };
    socket.onopen = () => onClient({ send, waiting: () => socket.bufferedAmount });
    return response;
  });
  return Promise.resolve({ port: server.addr.port, end: () => void server.shutdown() });
};

function byNode(clientOf: (socket: WsSocket, connection: Duplex) => () => void): Way {
  return async (onClient) => {
    const upgrades = new WebSocketServer({ noServer: true, perMessageDeflate: false });
    const http = createServer().on("upgrade", (incoming, connection, first) => {
      upgrades.handleUpgrade(incoming, connection, first, (ws) => {
        const socket = new WsSocket(ws, connection, 1e9, () => 0, new Metrics());
        onClient({ send: clientOf(socket, connection), waiting: () => socket.bufferedAmount });
      });
    });
    await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
    return { port: (http.address() as AddressInfo).port, end: () => void http.close() };
  };
}

const WAYS: readonly (readonly [string, Way])[] = [
  ["Deno.upgradeWebSocket, two messages", byDeno],
  [
    "ws, two messages",
    byNode(({ socket }) => () => {
      socket.send(head);
      socket.send(rows);
    }),
  ],
  [
    "ws, two messages corked",
    byNode(({ socket }, connection) => () => {
      connection.cork();
      socket.send(head);
      socket.send(rows);
      connection.uncork();
    }),
  ],
  [
    "framed once, one write",
    byNode((socket) => () => socket.together(() => socket.sendPair(pair))),
  ],
];

const clients = numberOf(Deno.args, "--clients", 50);
const pairs = numberOf(Deno.args, "--pairs", 1_000);
const micros = new Map<string, number[]>(WAYS.map(([name]) => [name, []]));
// The first round only warms up.
for (let run = 0; run <= runsOf(Deno.args); run++) {
  for (const [name, way] of WAYS) {
    const took = await measure(way);
    if (run > 0) micros.get(name)!.push(took);
  }
}
const columns = ["to each client", "µs a pair", "least", "most"];
printTable([
  columns,
  ...[...micros].map(([name, values]) => {
    const { median, min, max } = spread(values);
    return [name, ...[median, min, max].map((value) => value.toFixed(1))];
  }),
]);
Deno.exit(0);

/** Processor time of this process for a pair, microseconds. */
async function measure(way: Way): Promise<number> {
  const open: Client[] = [];
  const all = Promise.withResolvers<void>();
  const { port, end } = await way((client) => {
    if (open.push(client) === clients) all.resolve();
  });
  const bytes = pairs * (HEAD_BYTES + ROWS_BYTES);
  const request = upgradeRequest(new URL(`http://127.0.0.1:${port}/`));
  const reading = new Deno.Command(Deno.execPath(), {
    args: ["eval", CLIENTS, `${port}`, `${clients}`, `${bytes}`, request],
  }).spawn();
  await all.promise;
  const before = process.cpuUsage();
  for (let i = 0; i < pairs; i++) {
    for (const client of open) client.send();
    do await wait(2); while (open.some((client) => client.waiting() > MOST_WAITING));
  }
  while (open.some((client) => client.waiting() > 0)) await wait(1);
  const { user, system } = process.cpuUsage(before);
  await reading.status;
  end();
  return (user + system) / (clients * pairs);
}
