/** Connects as NATS's own client does, without its one way to end the process. */
import type { Socket } from "node:net";
import type { ConnectionOptions, NatsConnection } from "@nats-io/nats-core";
import { NatsConnectionImpl, setTransportFactory } from "@nats-io/nats-core/internal";
import { nodeResolveHost, NodeTransport } from "@nats-io/transport-node/lib/node_transport.js";

/**
 * The client's transport. That takes all listeners off its socket between two steps, and when it is
 * done with it; an error that comes then, as of a broker that resets the connection, would be nobody's,
 * and end the process. What it means is told by the end of the connection, as any error's.
 */
class Transport extends NodeTransport {
  override async dial(...args: Parameters<NodeTransport["dial"]>): Promise<Socket> {
    return heard(await super.dial(...args));
  }

  override async tlsFirst(...args: Parameters<NodeTransport["tlsFirst"]>) {
    return heard(await super.tlsFirst(...args));
  }

  override async startTLS() {
    return heard(await super.startTLS());
  }
}

/** A socket whose errors somebody hears, whoever takes its listeners off. */
function heard<S extends Socket>(socket: S): S {
  const takeOff = socket.removeAllListeners.bind(socket);
  const hear = () => socket.listenerCount("error") > 0 ? socket : socket.on("error", () => {});
  socket.removeAllListeners = (...events: [event?: string | symbol]) => {
    takeOff(...events);
    return hear();
  };
  hear();
  return socket;
}

/**
 * Connects to a NATS server.
 *
 * @param options where it is, and so on
 * @throws Error of the client when it cannot be reached, or does not take who asks
 */
export function connect(options: ConnectionOptions): Promise<NatsConnection> {
  setTransportFactory({ factory: () => new Transport(), dnsResolveFn: nodeResolveHost });
  return NatsConnectionImpl.connect(options);
}
