/**
 * One WebSocket connection to the venue: what host and path make of it, and how events go out on it, faults included.
 */
import type { IncomingMessage } from "node:http";
import type { StreamFault } from "./fault-kinds.ts";
import type { MarketStream } from "./market-streams.ts";
import type { MarketKind } from "./markets.ts";
import type { World } from "./world.ts";
import type { ServerSocket } from "./ws-package.ts";

export interface Connection {
  readonly socket: ServerSocket;
  readonly side: "user" | "market";
  readonly kind: MarketKind;
  /** Streams of the combined path come wrapped in their name. */
  readonly wrapped: boolean;
  readonly subscriptions: Map<string, MarketStream>;
  /** Of the futures user stream. */
  readonly listenKey: string | undefined;
  /** Of the spot WebSocket API; undefined until subscribed. */
  subscriptionId: number | undefined;
  /** An event that waits for the next one to go before it. */
  heldBack: string | undefined;
}

/** Until when nothing is sent on the connections of a side. */
export interface Mutes {
  user: number;
  market: number;
}

const REORDER_PATIENCE_MS = 1000;

export function transmit(mutes: Mutes, connection: Connection, text: string): void {
  if (Date.now() < mutes[connection.side]) return;
  connection.socket.send(text);
  const held = connection.heldBack;
  connection.heldBack = undefined;
  if (held !== undefined) connection.socket.send(held);
}

/** Sends an event as the fault that strikes it demands. */
export function transmitStruck(
  world: World,
  mutes: Mutes,
  connection: Connection,
  event: { readonly text: string; readonly fault: StreamFault | undefined },
): void {
  const { text, fault } = event;
  switch (fault?.kind) {
    case undefined:
      return transmit(mutes, connection, text);
    case "dropEvent":
      return;
    case "duplicateEvent":
      for (let sent = 0; sent < (fault.times ?? 2); sent += 1) transmit(mutes, connection, text);
      return;
    case "delayEvent":
      return world.timers.after(fault.ms, () => transmit(mutes, connection, text));
    case "reorderEvents":
      connection.heldBack = text;
      return world.timers.after(REORDER_PATIENCE_MS, () => {
        if (connection.heldBack !== text) return;
        connection.heldBack = undefined;
        transmit(mutes, connection, text);
      });
  }
}

/** A futures user stream listens as long as its key is the running one; a spot one once it is subscribed. */
export function listens(world: World, connection: Connection): boolean {
  if (connection.kind === "spot") return connection.subscriptionId !== undefined;
  return connection.listenKey !== undefined && connection.listenKey === world.listenKeys.current;
}

/** Host and path say what a connection is for. */
export function describeConnection(
  request: IncomingMessage,
  socket: ServerSocket,
): { readonly connection: Connection; readonly names: readonly string[] } {
  const url = new URL(request.url ?? "/", "ws://local");
  const host = request.headers.host ?? "";
  const kind: MarketKind = host.startsWith("fstream.") ? "perpetual" : "spot";
  const isApi = url.pathname.startsWith("/ws-api/");
  const keyInPath = kind === "perpetual" ? /\/ws\/(local-listen-key-\d+)$/.exec(url.pathname)?.[1] : undefined;
  const listenKey = url.searchParams.get("listenKey") ?? keyInPath;
  const names = url.searchParams.get("streams")?.split("/") ?? [];
  const connection: Connection = {
    socket,
    side: isApi || listenKey !== undefined ? "user" : "market",
    kind,
    wrapped: url.pathname.endsWith("/stream"),
    subscriptions: new Map(),
    listenKey,
    subscriptionId: undefined,
    heldBack: undefined,
  };
  return { connection, names };
}
