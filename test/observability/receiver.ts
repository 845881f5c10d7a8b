/** A webhook's receiver on this machine: HTTPS with a certificate made for the test, and answers that are told to it. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";
import { certificateFor } from "./certificate.ts";

export interface Received {
  readonly method: string;
  readonly path: string;
  readonly host: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

export type Answer = (response: ServerResponse) => void;

export const status =
  (code: number, headers: Readonly<Record<string, string>> = {}): Answer =>
  (response) =>
    response.writeHead(code, headers).end("thanks");

export interface Receiver {
  readonly port: number;
  /** The certificate, which names hook.test. */
  readonly ca: string;
  readonly received: readonly Received[];
  /** How many connections were opened. */
  readonly connections: () => number;
}

/** Answers one after the other; the last one goes on. It is gone when the test is over. */
export async function aReceiver(...answers: readonly Answer[]): Promise<Receiver> {
  const { key, cert } = certificateFor("hook.test");
  const received: Received[] = [];
  let connections = 0;
  const server = createServer({ key, cert }, (request, response) => {
    let body = "";
    request.setEncoding("utf8");
    request.on("data", (piece: string) => (body += piece));
    request.on("end", () => {
      const answer = answers[Math.min(received.length, answers.length - 1)] ?? status(200);
      const { method = "", url: path = "", headers } = request;
      received.push({ method, path, host: headers.host ?? "", headers, body });
      answer(response);
    });
  });
  server.on("connection", () => (connections += 1));
  // A client that leaves in the middle is what some tests are about.
  server.on("tlsClientError", () => undefined);
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((closed) => server.close(closed));
  });
  const { port } = server.address() as AddressInfo;
  return { port, ca: cert, received, connections: () => connections };
}
