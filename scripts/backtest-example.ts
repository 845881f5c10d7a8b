/**
 * Writes the files of docs/examples/backtest: a month of made-up hourly candles, the same in quarters of an hour for five
 * days, funding, and entries. The same seed gives the same bytes; a test keeps the files equal to what this makes.
 * `node scripts/backtest-example.ts [folder]`
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { seededStream } from "../src/prices/seeded-stream.ts";
import { syntheticCandles, syntheticMarkets } from "../src/prices/synthetic.ts";

const SEED = "6";
const START_AT_MS = Date.parse("2025-03-01T00:00:00Z");
const QUARTER_MS = 900_000;
const HOUR_MS = 4 * QUARTER_MS;
const HOURS = 24 * 24;
/** In one of these hours the order of the extremes decides. */
const FINE_FROM = 14 * 24;
const FINE_TO = 19 * 24;
const ENTRY_EVERY_HOURS = 14;

const source = syntheticMarkets().find(({ market }) => market.symbol === "SOL/USDT:USDT")!;
const fine = syntheticCandles({
  ...source,
  seed: SEED,
  startAtMs: START_AT_MS,
  timeframeMs: QUARTER_MS,
  count: HOURS * 4,
});
const stream = seededStream(SEED, "entries");

const HEADER = "timestamp_ms,open,high,low,close";
const quarter = (at: number): string =>
  [fine.at[at], fine.open[at], fine.high[at], fine.low[at], fine.close[at]].join(",");
const hour = (at: number): string => {
  const [from, to] = [at * 4, at * 4 + 4];
  const high = Math.max(...fine.high.subarray(from, to));
  const low = Math.min(...fine.low.subarray(from, to));
  return [fine.at[from], fine.open[from], high, low, fine.close[to - 1]].join(",");
};
const quarters = Array.from({ length: (FINE_TO - FINE_FROM) * 4 }, (_, at) => FINE_FROM * 4 + at);
const hours = Array.from({ length: HOURS }, (_, at) => at);

/** With the last day, or against it: what a bot of no great wit would do. */
function entry(at: number): string {
  const side = fine.close[at * 4]! > fine.close[(at - 24) * 4]! === stream.unit() < 0.55 ? "long" : "short";
  return JSON.stringify({
    id: `entry-${String((at - 24) / ENTRY_EVERY_HOURS + 1).padStart(2, "0")}`,
    at: new Date(START_AT_MS + at * HOUR_MS).toISOString().replace(".000Z", "Z"),
    symbol: source.market.symbol,
    side,
    amount: "7",
    leverage: 2,
  });
}

const funding = (at: number): string =>
  [START_AT_MS + at * HOUR_MS, (stream.bell() * 0.000_05 + 0.000_1).toFixed(6)].join(",");

const files: Readonly<Record<string, readonly string[]>> = {
  "candles.csv": [HEADER, ...hours.map(hour)],
  "candles-15m.csv": [HEADER, ...quarters.map(quarter)],
  "entries.jsonl": hours.filter((at) => at >= 24 && at < HOURS - 48 && (at - 24) % ENTRY_EVERY_HOURS === 0).map(entry),
  "funding.csv": ["timestamp_ms,funding_rate", ...hours.filter((at) => at % 8 === 0).map(funding)],
};

const folder = resolve(process.argv[2] ?? join(import.meta.dirname, "..", "docs", "examples", "backtest"));
mkdirSync(folder, { recursive: true });
for (const [name, lines] of Object.entries(files)) writeFileSync(join(folder, name), `${lines.join("\n")}\n`);
console.log(`${Object.keys(files).length} files in ${folder}`);
