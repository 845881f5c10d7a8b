/** The real command against the local venue: the unmodified client in a child process, over real HTTP. */
import { spawn, type ChildProcessByStdio } from "node:child_process";
import { createServer, request, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import type { Readable, Writable } from "node:stream";
import { expect, onTestFinished } from "vitest";
import { CANARIES, leaks } from "../exchange/canary.ts";
import type { RequestRecord } from "../exchange/venue/fault-kinds.ts";
import { startLocalVenue, type LocalVenue, type LocalVenueOptions } from "../exchange/venue/local-venue.ts";
import { ended, PAWL, type Ended, type Running } from "./command.ts";

const REDIRECT = join(import.meta.dirname, "../exchange/venue/redirect-tls.ts");

export const KEYS = { PAWL_API_KEY: CANARIES.apiKey, PAWL_API_SECRET: CANARIES.secret };

/** What a command dials. */
interface Dialed {
  readonly port: number;
  /** What has come in there; none where nobody listens. */
  readonly requests?: readonly RequestRecord[];
}

/** A command that is written to. */
export type Listening = ChildProcessByStdio<Writable, Readable, Readable>;

export async function aVenue(options: LocalVenueOptions = {}): Promise<LocalVenue> {
  const venue = await startLocalVenue({ ...CANARIES, ...options });
  onTestFinished(() => venue.close());
  return venue;
}

type Env = Readonly<Record<string, string>>;

export function startAt(
  venue: Dialed,
  args: readonly string[],
  env?: Env,
  options?: { readonly stdin: "ignore" },
): Running;
export function startAt(
  venue: Dialed,
  args: readonly string[],
  env: Env,
  options: { readonly stdin: "pipe" },
): Listening;
export function startAt(
  venue: Dialed,
  args: readonly string[],
  more: Env = {},
  { stdin }: { readonly stdin: "ignore" | "pipe" } = { stdin: "ignore" },
): Running | Listening {
  const command = ["--import", REDIRECT, PAWL, ...args];
  const env = { ...withoutKeys(), NO_COLOR: "1", PAWL_LOCAL_VENUE_PORT: String(venue.port), ...more };
  const child =
    stdin === "pipe"
      ? spawn(process.execPath, command, { stdio: ["pipe", "pipe", "pipe"], env })
      : spawn(process.execPath, command, { stdio: ["ignore", "pipe", "pipe"], env });
  onTestFinished(() => void child.kill("SIGKILL"));
  return child;
}

/** Keys of the machine that tests run on are none of their business. */
const withoutKeys = (): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^PAWL_|XDG_CACHE_HOME/.test(name)));

/** Carries out a command, and sees to it that no secret comes out. */
export async function pawlAt(venue: Dialed, args: readonly string[], env: Env = {}): Promise<Ended> {
  const end = await ended(startAt(venue, args, env));
  expect(leaks({ printed: [end.out + end.err] }, venue.requests)).toEqual([]);
  return end;
}

export type Candle = readonly [atMs: number, open: string, high: string, low: string, close: string, volume: string];

export interface CandleVenue {
  readonly port: number;
  /** Those that were handed on. */
  readonly requests: readonly RequestRecord[];
  /** First moments of the pages that were asked for. */
  readonly pages: readonly number[];
}

/** In front of a local venue, with candles of its own; everything else is handed on. */
export async function candleVenue(
  venue: LocalVenue,
  candles: readonly Candle[],
  options: { readonly answerAfterMs?: number } = {},
): Promise<CandleVenue> {
  const pages: number[] = [];
  const server = createServer((incoming, response) => {
    const url = new URL(incoming.url ?? "/", "http://venue");
    if (!url.pathname.endsWith("/klines")) return handOn(venue, incoming, response);
    const startMs = Number(url.searchParams.get("startTime"));
    pages.push(startMs);
    const rows = candles
      .filter(([atMs]) => atMs >= startMs)
      .slice(0, Number(url.searchParams.get("limit")))
      .map((candle) => [...candle, candle[0] + 59_999, "0", 1, "0", "0", "0"]);
    setTimeout(() => response.end(JSON.stringify(rows)), options.answerAfterMs ?? 0);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { port: (server.address() as AddressInfo).port, requests: venue.requests, pages };
}

function handOn({ port }: LocalVenue, incoming: IncomingMessage, response: ServerResponse): void {
  const { method, url, headers } = incoming;
  const onward = request({ port, host: "127.0.0.1", method, path: url, headers }, (answer) => {
    response.writeHead(answer.statusCode ?? 500, answer.headers);
    answer.pipe(response);
  });
  onward.on("error", () => response.destroy());
  incoming.pipe(onward);
}
