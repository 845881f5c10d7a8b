/** The real command against the local venue: the unmodified client in a child process, over real HTTP. */
import { spawn } from "node:child_process";
import { createServer, request, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { expect, onTestFinished } from "vitest";
import { startLocalVenue, type LocalVenue, type LocalVenueOptions } from "../exchange/venue/local-venue.ts";
import { ended, type Ended, type Running } from "./command.ts";

const PAWL = join(import.meta.dirname, "../../src/cli/pawl.js");
const REDIRECT = join(import.meta.dirname, "../exchange/venue/redirect-tls.ts");

/** Nothing else looks like these: a canary in whatever is printed. */
const API_KEY = "canaryKey7Q2mZp9LxT4vB8nW1sD6fH3jK5rY0cAe";
export const API_SECRET = "canarySecret4Xk8Wq1Vn6Jb3Gt9Zr2Mh7Py5Ld0Fs";
export const KEYS = { PAWL_API_KEY: API_KEY, PAWL_API_SECRET: API_SECRET };

export async function aVenue(options: LocalVenueOptions = {}): Promise<LocalVenue> {
  const venue = await startLocalVenue({ apiKey: API_KEY, secret: API_SECRET, ...options });
  onTestFinished(() => venue.close());
  return venue;
}

export function startAt(
  venue: { readonly port: number },
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Running {
  const child = spawn(process.execPath, ["--import", REDIRECT, PAWL, ...args], {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...withoutKeys(), NO_COLOR: "1", PAWL_LOCAL_VENUE_PORT: String(venue.port), ...env },
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  return child;
}

/** Keys of the machine that tests run on are none of their business. */
const withoutKeys = (): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^PAWL_|XDG_CACHE_HOME/.test(name)));

/** Carries out a command, and sees to it that no secret comes out. */
export async function pawlAt(
  venue: { readonly port: number },
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Ended> {
  const end = await ended(startAt(venue, args, env));
  for (const secret of [API_KEY, API_SECRET]) {
    expect(end.out + end.err).not.toContain(secret);
    expect(end.out + end.err).not.toContain(secret.slice(0, 16));
  }
  return end;
}

export type Candle = readonly [atMs: number, open: string, high: string, low: string, close: string, volume: string];

export interface CandleVenue {
  readonly port: number;
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
  return { port: (server.address() as AddressInfo).port, pages };
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
