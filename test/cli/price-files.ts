/** Small files of prices and entries that tests write themselves. */
import type { folder } from "./command.ts";

export const START_MS = Date.parse("2025-03-01T00:00:00Z");
const MINUTE_MS = 60_000;
export const HEADER = "timestamp_ms,open,high,low,close,volume";

export const candle = (minute: number, open: number | string, close: number): string =>
  [
    START_MS + minute * MINUTE_MS,
    open,
    Math.max(Number(open), close) + 1,
    Math.min(Number(open), close) - 1,
    close,
    10,
  ].join(",");

/** A price that rises by a thousandth a minute, with the given lines in place of its own. */
export function risingCandles(minutes: number, replaced: Readonly<Record<number, string>> = {}): string {
  const lines = Array.from(
    { length: minutes },
    (_, minute) => replaced[minute] ?? candle(minute, 50_000 + minute * 50, 50_050 + minute * 50),
  );
  return [HEADER, ...lines, ""].join("\n");
}

export const entryLine = (changes: object = {}): string =>
  JSON.stringify({ at: "2025-03-01T00:00:00Z", symbol: "BTC/USDT:USDT", side: "long", amount: "0.1", ...changes });

/** The options of a session over a price file of this content. */
export function sessionOver(
  place: ReturnType<typeof folder>,
  prices: string | Buffer,
  entries: string = entryLine(),
): readonly string[] {
  return [
    "paper",
    "--prices",
    place.write("prices.csv", prices),
    "--entries",
    place.write("entries.jsonl", entries),
    "--journal",
    place.at("paper.journal"),
  ];
}
