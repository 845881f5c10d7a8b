/**
 * A file of prices of either kind: candles or trades, told apart by the columns, so that one option takes both.
 *
 * Promises: what the columns do not tell is refused, not guessed. Everything else as the two readers promise.
 */
import { candleFeed } from "./candle-path.ts";
import { CANDLE_FORMAT } from "./candle-format.ts";
import { readCandles, type CandleFile, type CandleReading } from "./candles.ts";
import { mappedNames } from "./column-layout.ts";
import { firstRecord } from "./csv-rows.ts";
import { looksNumeric } from "./decimal-bytes.ts";
import type { PriceFeed } from "./price-feed.ts";
import { priceFileError } from "./price-file-error.ts";
import { TRADE_FORMAT } from "./trade-judge.ts";
import { readTrades, tradeFeed, type TradeFile } from "./trades.ts";

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

/** Candles or trades of a CSV file, by the mapping, the header, or the number of columns. Throws PriceFileError. */
export function detectPriceFile(path: string, columns?: string): PriceFile["kind"] {
  const first = firstRecord(path) ?? [];
  const isHeader = !first.some(looksNumeric);
  return kindOfColumns({ path, columns, header: isHeader ? first : null, width: first.length, found: first });
}

/** Candles or trades, by what is known of the columns. Throws PriceFileError. */
export function kindOfColumns(input: {
  readonly path: string;
  readonly columns: string | undefined;
  /** The names that the file has itself. */
  readonly header: readonly string[] | null;
  readonly width: number;
  /** What to show of the file. */
  readonly found: readonly string[];
}): PriceFile["kind"] {
  const { path, columns, header } = input;
  const names = columns === undefined ? header : mappedNames(path, columns, header);
  const kind = names === null ? kindByWidth(input.width) : kindByNames(names.map((name) => name.toLowerCase()));
  if (kind !== null) return kind;
  const shown = (names ?? input.found).join(",");
  throw priceFileError(
    {
      path,
      row: columns === undefined ? 1 : null,
      field: columns === undefined ? "columns" : "--columns",
      value: shown,
      allowed: `${CANDLE_FORMAT.columns.join(",")} or ${TRADE_FORMAT.columns.join(",")}, in any order when a header or --columns names them`,
    },
    `the columns ${JSON.stringify(shown)} are neither those of candles nor those of trades`,
  );
}

function kindByNames(names: readonly string[]): PriceFile["kind"] | null {
  const candles = ["open", "high", "low", "close"].some((name) => names.includes(name));
  const trades = ["price", "side"].some((name) => names.includes(name));
  if (candles === trades) return null;
  return candles ? "candles" : "trades";
}

function kindByWidth(width: number): PriceFile["kind"] | null {
  if (width === 5 || width === 6) return "candles";
  return width === TRADE_FORMAT.columns.length ? "trades" : null;
}
