/**
 * The WebSocket side of the local venue: market streams, the futures user stream by listen key, the spot WebSocket API;
 * with the faults that strike events and connections.
 */
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { firstEvent, marketEvent, readStreamName } from "./market-streams.ts";
import { VenueRefusal } from "./records.ts";
import { checkSortedSignature } from "./signature.ts";
import {
  describeConnection,
  listens,
  transmit,
  transmitStruck,
  type Connection,
  type Mutes,
} from "./stream-connection.ts";
import type { FaultSource } from "./switchboard.ts";
import { userEvent } from "./user-events.ts";
import type { VenueEvent, World } from "./world.ts";
import { createSocketServer } from "./ws-package.ts";

export type StreamSide = "all" | "user" | "market";

export interface Streams {
  /** Connections open now. */
  readonly connections: (side?: StreamSide) => number;
  /** Market streams subscribed to, or users' streams that get events. */
  readonly subscribed: (side: "user" | "market") => number;
  /** Connections stay, but nothing more is sent on them (pings are still answered). */
  readonly mute: (side?: StreamSide, forMs?: number) => void;
  readonly unmute: () => void;
  /** Cuts all connections of a side without a closing handshake. */
  readonly closeAll: (side?: StreamSide) => void;
  /** New connections are cut before they open. */
  readonly refuseNew: (forMs?: number) => void;
  readonly acceptNew: () => void;
  /** The listen key ends: no more events on its connections; `announced` sends `listenKeyExpired` first. */
  readonly expireListenKey: (how: { readonly announced: boolean }) => void;
}

export interface StreamDoor {
  readonly control: Streams;
  readonly upgrade: (request: IncomingMessage, socket: Duplex, head: Buffer) => void;
  readonly close: () => void;
}

interface Hub {
  readonly world: World;
  readonly faults: FaultSource;
  readonly connections: Set<Connection>;
  readonly mutes: Mutes;
  refusedUntil: number;
}

export function createStreamDoor(world: World, faults: FaultSource): StreamDoor {
  const server = createSocketServer();
  const hub: Hub = { world, faults, connections: new Set(), mutes: { user: 0, market: 0 }, refusedUntil: 0 };
  world.listeners.push((event) => tell(hub, event));
  return {
    upgrade: (request, socket, head) => {
      if (Date.now() < hub.refusedUntil) return void socket.destroy();
      server.handleUpgrade(request, socket, head, (opened) => {
        const { connection, names } = describeConnection(request, opened);
        hub.connections.add(connection);
        opened.on("message", (data) => receive(hub, connection, data.toString("utf8")));
        opened.on("close", () => hub.connections.delete(connection));
        opened.on("error", () => undefined);
        for (const name of names) subscribe(hub, connection, name);
      });
    },
    close: () => {
      for (const { socket } of hub.connections) socket.terminate();
      hub.connections.clear();
      server.close();
    },
    control: createControl(hub),
  };
}

function tell(hub: Hub, event: VenueEvent): void {
  if (event.type === "price") return tellPrice(hub, event);
  const user = userEvent(hub.world, event);
  if (user === undefined) return;
  for (const connection of hub.connections) {
    if (connection.kind !== user.kind || !listens(hub.world, connection)) continue;
    const { subscriptionId } = connection;
    const body = subscriptionId === undefined ? user.body : { subscriptionId, event: user.body };
    const fault = hub.faults.takeStream(user.targets);
    transmitStruck(hub.world, hub.mutes, connection, { text: JSON.stringify(body), fault });
  }
}

function tellPrice(hub: Hub, { market, markOnly }: Extract<VenueEvent, { type: "price" }>): void {
  for (const connection of hub.connections) {
    for (const [name, stream] of connection.subscriptions) {
      if (stream.market !== market || (markOnly && !stream.channel.startsWith("markPrice"))) continue;
      const body = marketEvent(hub.world, stream);
      if (body !== undefined) emitMarketEvent(hub, connection, name, body);
    }
  }
}

function emitMarketEvent(hub: Hub, connection: Connection, stream: string, data: object): void {
  const text = JSON.stringify(connection.wrapped ? { stream, data } : data);
  transmitStruck(hub.world, hub.mutes, connection, { text, fault: hub.faults.takeStream(["marketEvents"]) });
}

function receive(hub: Hub, connection: Connection, text: string): void {
  const message = JSON.parse(text) as { id?: unknown; method?: string; params?: unknown };
  const names = Array.isArray(message.params) ? message.params.map(String) : [];
  const reply = (body: object): void => transmit(hub.mutes, connection, JSON.stringify(body));
  switch (message.method) {
    case "userDataStream.subscribe.signature":
      return reply(subscribeUser(hub.world, connection, message));
    case "SUBSCRIBE":
      reply({ result: null, id: message.id });
      for (const name of names) subscribe(hub, connection, name);
      return;
    case "UNSUBSCRIBE":
      for (const name of names) connection.subscriptions.delete(name);
      return reply({ result: null, id: message.id });
    default:
      return reply({ error: { code: 2, msg: "Invalid request" }, id: message.id });
  }
}

function subscribe(hub: Hub, connection: Connection, name: string): void {
  const stream = readStreamName(hub.world, connection.kind, name);
  if (stream === undefined) return;
  connection.subscriptions.set(name, stream);
  const first = firstEvent(hub.world, stream);
  if (first !== undefined) emitMarketEvent(hub, connection, name, first);
}

function subscribeUser(world: World, connection: Connection, message: { id?: unknown; params?: unknown }): object {
  const sent = (message.params ?? {}) as Record<string, unknown>;
  const params = Object.fromEntries(Object.entries(sent).map(([name, value]) => [name, String(value)]));
  try {
    checkSortedSignature(world, params);
    connection.subscriptionId = 0;
    return { id: message.id, status: 200, result: { subscriptionId: 0 }, rateLimits: [] };
  } catch (refusal) {
    if (!(refusal instanceof VenueRefusal)) throw refusal;
    return { id: message.id, status: refusal.status, error: { code: refusal.code, msg: refusal.message } };
  }
}

function createControl(hub: Hub): Streams {
  const ofSide = (side: StreamSide = "all"): readonly Connection[] =>
    [...hub.connections].filter((connection) => side === "all" || connection.side === side);
  return {
    connections: (side) => ofSide(side).length,
    subscribed: (side) =>
      side === "user"
        ? ofSide("user").filter((connection) => listens(hub.world, connection)).length
        : ofSide("market").reduce((sum, { subscriptions }) => sum + subscriptions.size, 0),
    mute: (side = "all", forMs = Number.POSITIVE_INFINITY) => {
      if (side !== "market") hub.mutes.user = Date.now() + forMs;
      if (side !== "user") hub.mutes.market = Date.now() + forMs;
    },
    unmute: () => {
      hub.mutes.user = 0;
      hub.mutes.market = 0;
    },
    closeAll: (side) => {
      for (const { socket } of ofSide(side)) socket.terminate();
    },
    refuseNew: (forMs = Number.POSITIVE_INFINITY) => {
      hub.refusedUntil = Date.now() + forMs;
    },
    acceptNew: () => {
      hub.refusedUntil = 0;
    },
    expireListenKey: ({ announced }) => {
      const { listenKeys, clock } = hub.world;
      const { current: listenKey } = listenKeys;
      const text = JSON.stringify({ e: "listenKeyExpired", E: clock.now(), listenKey });
      for (const connection of hub.connections) {
        if (announced && listens(hub.world, connection) && connection.kind === "perpetual") {
          transmit(hub.mutes, connection, text);
        }
      }
      listenKeys.current = undefined;
    },
  };
}
