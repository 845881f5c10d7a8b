/**
 * Control of a local venue from another process: JSON over `/__control/…` on the venue's own port.
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import { FAULTS } from "./fault-catalogue.ts";
import type { CallTarget, RestFault, StreamFault, StreamTarget } from "./fault-kinds.ts";
import { readBody } from "./http-door.ts";
import type { LocalVenue } from "./local-venue.ts";
import type { StreamSide } from "./stream-door.ts";
import type { FillPlan } from "./world.ts";

interface ControlOrder {
  readonly symbol?: string;
  readonly value?: string;
  readonly mark?: string;
  readonly plan?: FillPlan;
  readonly clientOrderId?: string;
  readonly share?: string;
  readonly do?: string;
  readonly target?: string;
  readonly fault?: RestFault | StreamFault;
  readonly count?: number;
  readonly forMs?: number;
  readonly name?: string;
  readonly seed?: number;
  readonly side?: StreamSide;
  readonly announced?: boolean;
  readonly skewMs?: number;
}

export function receiveControl(venue: LocalVenue, request: IncomingMessage, response: ServerResponse): void {
  readBody(request, (body) => {
    const path = (request.url ?? "").slice("/__control/".length);
    try {
      const order = (body === "" ? {} : JSON.parse(body)) as ControlOrder;
      answer(response, 200, obey(venue, `${request.method} ${path}`, order) ?? { done: true });
    } catch (failure) {
      answer(response, 400, { failure: failure instanceof Error ? failure.message : String(failure) });
    }
  });
}

function answer(response: ServerResponse, status: number, body: unknown): void {
  const text = JSON.stringify(body);
  response.writeHead(status, { "Content-Type": "application/json", "Content-Length": Buffer.byteLength(text) });
  response.end(text);
}

function obey(venue: LocalVenue, path: string, order: ControlOrder): unknown {
  switch (path) {
    case "GET ledger":
      return { orders: venue.ledger.orders, trades: venue.ledger.trades };
    case "GET requests":
      return venue.requests;
    case "GET faults":
      return { pending: venue.faults.pending, catalogue: FAULTS.map(({ name }) => name) };
    case "POST position":
      return { position: venue.ledger.position(needed(order.symbol, "symbol")) };
    case "POST executions":
      return venue.ledger.executionsOf(needed(order.clientOrderId, "clientOrderId"));
    case "POST price":
      return venue.price(needed(order.symbol, "symbol"), needed(order.value, "value"), order.mark);
    case "POST fillPlan":
      return venue.fillPlan(needed(order.symbol, "symbol"), order.plan);
    case "POST nextFillPlan":
      return venue.nextFillPlan(needed(order.plan, "plan"));
    case "POST fillResting":
      return venue.fillResting(needed(order.clientOrderId, "clientOrderId"), order.share);
    case "POST clock":
      return venue.clockSkew(order.skewMs ?? 0);
    case "POST faults":
      return armFault(venue, order);
    case "POST streams":
      return moveStreams(venue, order);
    default:
      throw new Error(`no control called ${path}`);
  }
}

function needed<Value>(value: Value | undefined, name: string): Value {
  if (value === undefined) throw new Error(`${name} is missing`);
  return value;
}

function armFault(venue: LocalVenue, order: ControlOrder): void {
  if (order.do === "clear") return venue.faults.clear();
  if (order.do === "arm") {
    const found = FAULTS.find(({ name }) => name === order.name);
    if (found === undefined) throw new Error(`no fault called ${order.name}`);
    return found.arm(venue, { seed: order.seed ?? 1 });
  }
  // The switchboard checks that fault and target belong together.
  const target = needed(order.target, "target") as CallTarget & StreamTarget;
  const fault = needed(order.fault, "fault") as RestFault & StreamFault;
  if (order.do === "next") venue.faults.next(target, fault, order.count);
  else if (order.do === "always") venue.faults.always(target, fault, order.forMs);
  else throw new Error("do is next, always, arm or clear");
}

function moveStreams({ streams }: LocalVenue, order: ControlOrder): unknown {
  switch (order.do) {
    case "mute":
      return streams.mute(order.side, order.forMs);
    case "unmute":
      return streams.unmute();
    case "closeAll":
      return streams.closeAll(order.side);
    case "refuseNew":
      return streams.refuseNew(order.forMs);
    case "acceptNew":
      return streams.acceptNew();
    case "expireListenKey":
      return streams.expireListenKey({ announced: order.announced ?? false });
    default:
      return { connections: streams.connections(), user: streams.connections("user") };
  }
}
