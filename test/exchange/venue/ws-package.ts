/**
 * The part of the `ws` package that the local venue uses; it comes without types of its own.
 */
import type { IncomingMessage } from "node:http";
import { createRequire } from "node:module";
import type { Duplex } from "node:stream";

export interface ServerSocket {
  readonly send: (text: string) => void;
  readonly close: (code?: number) => void;
  readonly terminate: () => void;
  readonly on: (event: "message" | "close" | "error", listener: (data: Buffer) => void) => void;
}

interface SocketServer {
  readonly handleUpgrade: (
    request: IncomingMessage,
    socket: Duplex,
    head: Buffer,
    done: (socket: ServerSocket) => void,
  ) => void;
  readonly close: () => void;
}

const { WebSocketServer } = createRequire(import.meta.url)("ws") as {
  readonly WebSocketServer: new (options: { readonly noServer: true; readonly clientTracking: false }) => SocketServer;
};

export function createSocketServer(): SocketServer {
  return new WebSocketServer({ noServer: true, clientTracking: false });
}
