/**
 * A file of prices of either kind: candles or trades, told apart by the columns, so that one option takes both.
 *
 * Promises: what the columns do not tell is refused, not guessed. Everything else as the two readers promise.
 */
import { candleFeed } from "./candle-path.ts";
import { CANDLE_FORMAT, readCandles, type CandleFile, type CandleReading } from "./candles.ts";
import { firstRecords, looksNumeric } from "./csv-rows.ts";
import type { PriceFeed } from "./price-feed.ts";
import { priceFileError } from "./price-file-error.ts";
import { readTrades, TRADE_FORMAT, tradeFeed, type TradeFile } from "./trades.ts";

export type PriceFile =
  | { readonly kind: "candles"; readonly file: CandleFile; readonly feed: PriceFeed }
  | { readonly kind: "trades"; readonly file: TradeFile; readonly feed: PriceFeed };

/** Reads candles or trades, whichever the file holds. Throws PriceFileError. */
export function readPriceFile(reading: CandleReading): PriceFile {
  if (detectPriceFile(reading.path, reading.columns) === "candles") {
    const file = readCandles(reading);
    return { kind: "candles", file, feed: candleFeed(file) };
  }
  const file = readTrades(reading);
  return { kind: "trades", file, feed: tradeFeed(file) };
}

/** Candles or trades, by the mapping, the header, or the number of columns. */
export function detectPriceFile(path: string, columns?: string): PriceFile["kind"] {
  const [first] = firstRecords(path, 1);
  const names = columns?.split(",").map((name) => name.trim()) ?? first?.map((name) => name.toLowerCase()) ?? [];
  const named = columns !== undefined || !names.some(looksNumeric);
  const kind = named ? kindByNames(names) : kindByValues(names);
  if (kind !== null) return kind;
  throw priceFileError(
    {
      path,
      row: columns === undefined ? 1 : null,
      field: columns === undefined ? "columns" : "--columns",
      value: names.join(","),
      allowed: `${CANDLE_FORMAT.columns.join(",")} or ${TRADE_FORMAT.columns.join(",")}, in any order when a header or --columns names them`,
    },
    `the columns ${JSON.stringify(names.join(","))} are neither those of candles nor those of trades`,
  );
}

function kindByNames(names: readonly string[]): PriceFile["kind"] | null {
  const candles = ["open", "high", "low", "close"].some((name) => names.includes(name));
  const trades = ["price", "side"].some((name) => names.includes(name));
  if (candles === trades) return null;
  return candles ? "candles" : "trades";
}

function kindByValues(values: readonly string[]): PriceFile["kind"] | null {
  if (values.length === 5 || values.length === 6) return "candles";
  return values.length === TRADE_FORMAT.columns.length ? "trades" : null;
}
