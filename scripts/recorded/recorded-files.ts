/** The recorded files beside the checkout: what each holds, by its name, and a market with real limits for it. */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { hashUnit } from "../../src/domain/hash.ts";
import type { Market } from "../../src/domain/market.ts";
import { defaultMarket } from "../../src/prices/default-market.ts";
import { readMarketFile, type MarketFile } from "../../src/prices/market-file.ts";

export interface RecordedFile {
  readonly path: string;
  readonly name: string;
  readonly folder: "candles" | "trades" | "defects";
  readonly symbol: string;
}

export function recordedFiles(data: string): readonly RecordedFile[] {
  return (["candles", "trades", "defects"] as const).flatMap((folder) =>
    readdirSync(join(data, folder))
      .filter((name) => name.endsWith(".csv.gz"))
      .toSorted()
      .map((name) => ({ path: join(data, folder, name), name, folder, symbol: symbolOf(name) })),
  );
}

/** "binance-BTCUSDT-perp-5m-….csv.gz" is BTC/USDT:USDT; an inverse contract is settled in its base coin. */
function symbolOf(name: string): string {
  const [, base, quote, kind] = /-([A-Z0-9]+?)(USDT|USD|ETH)(?:_PERP)?-(spot|perp|inverse)-/.exec(name) ?? [];
  if (base === undefined) throw new Error(`${name}: the symbol cannot be told from the name`);
  if (kind === "spot") return `${base}/${quote}`;
  return kind === "perp" ? `${base}/${quote}:${quote}` : `${base}/${quote}:${base}`;
}

/** Every venue's markets; their precision modes are named in the files. */
export const marketFiles = (data: string): readonly MarketFile[] =>
  readdirSync(join(data, "markets"))
    .filter((name) => name.endsWith(".json") && !name.includes("leverage"))
    .toSorted()
    .map((name) => readMarketFile({ path: join(data, "markets", name) }));

/** The market of one of the venues that have it, another one for each file; a named default where none has. */
export function marketFor(file: RecordedFile, venues: readonly MarketFile[]): Market {
  const found = venues.flatMap(({ markets }) => markets.filter(({ symbol }) => symbol === file.symbol));
  return found[Math.floor(hashUnit("venue", file.name) * found.length)] ?? defaultMarket(file.symbol).market;
}
