/**
 * Trades from a file, in CSV `timestamp_ms,price,amount,side` (R14.3), and their feed: every trade is a jump (R9.5).
 *
 * Promises: several trades of one millisecond keep the order of the file; a trade that goes back in time is bad.
 * Bad rows as for candles. Amount and side are checked and kept; prices are all that the feed carries.
 */
import { epochMs } from "../domain/units.ts";
import { readCsvRows } from "./csv-rows.ts";
import type { FeedEvent, PriceFeed } from "./price-feed.ts";
import { priceFileError } from "./price-file-error.ts";
import type { BadRows, RowProblems } from "./row-problems.ts";
import { TRADE_FORMAT, tradeJudge, type TradeJudge } from "./trade-judge.ts";

/** Trades side by side: the same index in every array is one trade. */
export interface Trades {
  readonly at: Float64Array;
  readonly price: Float64Array;
  readonly amount: Float64Array;
  /** 1 where the taker bought, −1 where the taker sold. */
  readonly taker: Int8Array;
}

export interface TradeFile {
  readonly path: string;
  readonly symbol: string;
  readonly trades: Trades;
  readonly problems: RowProblems;
  readonly rowCount: number;
}

export interface TradeReading {
  readonly path: string;
  readonly symbol: string;
  readonly columns?: string | undefined;
  readonly badRows: BadRows;
}

/** Reads a CSV file of trades. Throws PriceFileError. */
export function readTrades(reading: TradeReading): TradeFile {
  const judge = tradeJudge(reading);
  readCsvRows({ ...reading, format: TRADE_FORMAT }, judge);
  return tradeFile(reading, judge);
}

/** What a judge has seen of a whole file. Throws PriceFileError. */
export function tradeFile(reading: TradeReading, judge: TradeJudge): TradeFile {
  const { path, symbol } = reading;
  const trades = judge.fetch();
  judge.refuse(trades.at.length === 0);
  if (trades.at.length === 0) {
    throw priceFileError(
      { path, row: null, field: null, value: null, allowed: TRADE_FORMAT.columns.join(",") },
      "the file has a header and no trades",
    );
  }
  return { path, symbol, trades, problems: judge.problems, rowCount: judge.rowCount };
}

export const tradeFeed = (source: { readonly symbol: string; readonly trades: Trades }): PriceFeed => ({
  symbols: [source.symbol],
  rowCount: source.trades.at.length,
  events: () => tradeEvents(source.symbol, source.trades),
});

function* tradeEvents(symbol: string, { at, price }: Trades): Generator<FeedEvent, void, undefined> {
  for (let index = 0; index < at.length; index++) {
    yield { kind: "jump", symbol, price: price[index]!, atMs: epochMs(at[index]!) };
  }
}
