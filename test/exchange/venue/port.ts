/**
 * One local port for HTTP and WebSocket that can be shut at once, with everything on it, and opened again.
 */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import type { Duplex } from "node:stream";

interface Doors {
  readonly request: (request: IncomingMessage, response: ServerResponse) => void;
  readonly upgrade: (request: IncomingMessage, socket: Duplex, head: Buffer) => void;
}

export interface Port {
  readonly number: number;
  readonly open: () => Promise<void>;
  readonly shut: () => Promise<void>;
}

export async function openPort(wanted: number, doors: Doors): Promise<Port> {
  const sockets = new Set<Socket>();
  // No time-outs of its own: what hangs, hangs because a fault says so.
  const server = createServer({ keepAliveTimeout: 0, requestTimeout: 0, noDelay: true }, doors.request);
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    socket.on("error", () => undefined);
  });
  server.on("upgrade", doors.upgrade);
  const listen = (number: number): Promise<void> =>
    new Promise((resolve, reject) => {
      server.once("error", reject);
      server.listen(number, "127.0.0.1", () => {
        server.off("error", reject);
        resolve();
      });
    });
  await listen(wanted);
  const { port: number } = server.address() as AddressInfo;
  return {
    number,
    // It may be opened by somebody before its time has come.
    open: () => (server.listening ? Promise.resolve() : listen(number)),
    shut: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}
