/** Loaded before the service: its listener fails, once it listens, as when the system takes it away. */
import { Server } from "node:net";

const { listen } = Server.prototype;

Server.prototype.listen = function (this: Server, ...args: unknown[]): Server {
  this.once("listening", () => {
    setTimeout(() => this.emit("error", new Error("the socket was taken away")));
  });
  return Reflect.apply(listen, this, args);
} as typeof listen;
