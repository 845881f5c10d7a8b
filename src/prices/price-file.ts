/**
 * A file of prices of either kind: candles or trades, told apart by the columns, so that one option takes both (R14.3).
 *
 * Promises: what the columns do not tell is refused, not guessed. CSV is read at once; `loadPriceFile` takes every
 * format. Everything else as the readers of candles and trades promise.
 */
import { CANDLE_FORMAT } from "./candle-format.ts";
import { candleJudge } from "./candle-judge.ts";
import { candleFeed } from "./candle-path.ts";
import { candleFile, type CandleFile, type CandleReading } from "./candles.ts";
import { mappedNames, ourNames, type LayoutQuestion } from "./column-layout.ts";
import { readCsvRows } from "./csv-rows.ts";
import { readCsvBytes } from "./file-bytes.ts";
import type { PriceFeed } from "./price-feed.ts";
import { priceFileError } from "./price-file-error.ts";
import { csvColumns, rowSource, type FoundColumns } from "./row-source.ts";
import type { RowTaker } from "./row-view.ts";
import { TRADE_FORMAT, tradeJudge } from "./trade-judge.ts";
import { tradeFeed, tradeFile, type TradeFile } from "./trades.ts";

export type PriceFile =
  | { readonly kind: "candles"; readonly file: CandleFile; readonly feed: PriceFeed }
  | { readonly kind: "trades"; readonly file: TradeFile; readonly feed: PriceFeed };

/** Reads candles or trades, whichever the CSV file holds. Throws PriceFileError. */
export function readPriceFile(reading: CandleReading): PriceFile {
  const { path, columns } = reading;
  const bytes = readCsvBytes(path);
  const reader = readerOf(reading, priceFileKind(path, columns, csvColumns(path, bytes)));
  return reader.end(readCsvRows(reader.question, reader.taker, bytes));
}

/**
 * Reads candles or trades from a file of any format: CSV, JSON (both plain or gzip), Parquet or feather, told by its
 * content. Rejects with PriceFileError.
 *
 * ```ts
 * const { kind, file, feed } = await loadPriceFile({ path, symbol: "BTC/USDT:USDT", badRows: "stop" });
 * ```
 */
export async function loadPriceFile(reading: CandleReading): Promise<PriceFile> {
  const { path, columns } = reading;
  const source = await rowSource(path);
  const reader = readerOf(reading, priceFileKind(path, columns, source));
  return reader.end(await source.readRows(reader.question, reader.taker));
}

/** Candles or trades of a CSV file, by the mapping, the header, or the number of columns. Throws PriceFileError. */
export const detectPriceFile = (path: string, columns?: string): PriceFile["kind"] =>
  priceFileKind(path, columns, csvColumns(path, readCsvBytes(path)));

interface Reader {
  readonly question: LayoutQuestion;
  readonly taker: RowTaker;
  /** After the last row, with the columns that the file has. */
  end(present: readonly string[]): PriceFile;
}

function readerOf(reading: CandleReading, kind: PriceFile["kind"]): Reader {
  if (kind === "candles") {
    const judge = candleJudge(reading);
    return {
      question: { ...reading, format: CANDLE_FORMAT },
      taker: judge,
      end(present) {
        const file = candleFile(reading, judge, present.includes("volume"));
        return { kind: "candles", file, feed: candleFeed(file) };
      },
    };
  }
  const judge = tradeJudge(reading);
  return {
    question: { ...reading, format: TRADE_FORMAT },
    taker: judge,
    end() {
      const file = tradeFile(reading, judge);
      return { kind: "trades", file, feed: tradeFeed(file) };
    },
  };
}

function priceFileKind(path: string, columns: string | undefined, { header, found }: FoundColumns): PriceFile["kind"] {
  const names = columns === undefined ? header : mappedNames(path, columns, header);
  const kind = names === null ? kindByWidth(found.length) : kindByNames(ourNames(CANDLE_FORMAT, names));
  if (kind !== null) return kind;
  const shown = (names ?? found).join(",");
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
