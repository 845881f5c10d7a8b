/**
 * The HTTP side of the local venue: reads a request, asks the switchboard, carries it out, answers (or does not).
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import { fabricatedBody, garbageReply, respondReply, type RawReply } from "./false-bodies.ts";
import type { FalseAnswer, RequestRecord } from "./fault-kinds.ts";
import { carryOut, readIncoming } from "./incoming.ts";
import { strike, type Verdict } from "./rest-faults.ts";
import type { FaultSource } from "./switchboard.ts";
import type { World } from "./world.ts";

export interface HttpDoor {
  readonly requests: RequestRecord[];
  readonly receive: (request: IncomingMessage, response: ServerResponse) => void;
}

export function createHttpDoor(world: World, faults: FaultSource): HttpDoor {
  const requests: RequestRecord[] = [];
  return {
    requests,
    receive: (request, response) => {
      readBody(request, (body) => {
        const incoming = readIncoming(world, {
          method: request.method ?? "GET",
          host: request.headers.host ?? "",
          url: request.url ?? "/",
          body,
          apiKey: headerText(request.headers["x-mbx-apikey"]),
        });
        requests.push(incoming.record);
        const fault = faults.takeRest(incoming.record);
        const deliver = (verdict: Verdict): void => answer(world, incoming.record, response, verdict);
        if (fault === undefined) {
          deliver({ usual: carryOut(world, incoming), answer: undefined, afterMs: 0 });
        } else {
          incoming.record.fault = fault.kind;
          strike(world, incoming, fault, deliver);
        }
      });
    },
  };
}

export function readBody(request: IncomingMessage, done: (body: string) => void): void {
  const chunks: Buffer[] = [];
  request.on("data", (chunk: Buffer) => chunks.push(chunk));
  request.on("end", () => done(Buffer.concat(chunks).toString("utf8")));
  request.on("error", () => undefined);
}

function headerText(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header[0] : header;
}

function answer(world: World, record: RequestRecord, response: ServerResponse, verdict: Verdict): void {
  if (verdict.afterMs > 0) {
    world.timers.after(verdict.afterMs, () => answer(world, record, response, { ...verdict, afterMs: 0 }));
    return;
  }
  if (response.destroyed) return;
  if (verdict.answer !== undefined) {
    answerFalsely(record, response, verdict.answer, verdict.usual);
  } else if (verdict.usual !== undefined) {
    send(record, response, verdict.usual);
  }
}

function answerFalsely(
  record: RequestRecord,
  response: ServerResponse,
  answer: FalseAnswer,
  usual: RawReply | undefined,
): void {
  const usualText = usual?.status === 200 ? usual.text : JSON.stringify(fabricatedBody(record.params));
  switch (answer.kind) {
    case "disconnect":
      response.socket?.destroy();
      return;
    case "hang":
      return;
    case "stall":
      writeHead(record, response, usualText.length);
      response.flushHeaders();
      return;
    case "cutBody":
      writeHead(record, response, Buffer.byteLength(usualText));
      response.write(usualText.slice(0, Math.max(1, Math.floor(usualText.length / 2))), () =>
        response.socket?.destroy(),
      );
      return;
    case "respond":
      send(record, response, respondReply(answer, record.path));
      return;
    case "garbage":
      send(record, response, garbageReply(answer.content, JSON.parse(usualText)));
      return;
  }
}

function writeHead(record: RequestRecord, response: ServerResponse, length: number): void {
  record.answer = { status: 200, code: undefined };
  response.writeHead(200, { "Content-Type": "application/json;charset=UTF-8", "Content-Length": length });
}

function send(record: RequestRecord, response: ServerResponse, reply: RawReply): void {
  record.answer = { status: reply.status, code: codeOf(reply) };
  response.writeHead(reply.status, {
    ...reply.headers,
    "Content-Length": Buffer.byteLength(reply.text),
    "x-mbx-used-weight-1m": "1",
  });
  response.end(reply.text);
}

function codeOf(reply: RawReply): number | undefined {
  return reply.status < 400 ? undefined : Number(/"code":(-?\d+)/.exec(reply.text)?.[1] ?? Number.NaN);
}
