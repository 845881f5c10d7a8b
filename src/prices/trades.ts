/**
 * Trades from a CSV file `timestamp_ms,price,amount,side` (R14.3), and their feed: every trade is a jump (R9.5).
 *
 * Promises: several trades of one millisecond keep the order of the file; a trade that goes back in time is bad.
 * Bad rows as for candles. Amount and side are checked and kept; prices are all that the feed carries.
 */
import { epochMs } from "../domain/units.ts";
import { parseNumber, readCsvRows, type CsvFormat } from "./csv-rows.ts";
import type { FeedEvent, PriceFeed } from "./price-feed.ts";
import { priceFileError } from "./price-file-error.ts";
import { badRowsError, rowProblemLog, type BadRows, type RowProblem, type RowProblems } from "./row-problems.ts";
import { rowTime, TIME_COLUMN } from "./row-time.ts";

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

export const TRADE_FORMAT: CsvFormat = {
  what: "trades",
  columns: [TIME_COLUMN, "price", "amount", "side"],
  optionalColumns: 0,
};

/** Reads a file of trades. Throws PriceFileError. */
export function readTrades(reading: TradeReading): TradeFile {
  const log = rowProblemLog();
  const rows: TradeRow[] = [];
  let rowCount = 0;
  let lastMs = Number.NEGATIVE_INFINITY;
  readCsvRows({
    path: reading.path,
    format: TRADE_FORMAT,
    columns: reading.columns,
    onRow: (fields, row) => {
      rowCount += 1;
      const time = rowTime({ text: fields[0]!, row, lastMs, equalAllowed: true });
      if (time.ok) lastMs = time.atMs;
      else log.add(time.problem);
      const trade = tradeOf(fields as readonly string[], row, (problem) => log.add(problem));
      if (!time.ok || trade === null) return;
      rows.push({ atMs: time.atMs, ...trade });
    },
    onWrongWidth: (row, width, expected) => {
      rowCount += 1;
      log.add({
        row,
        kind: "wrong number of columns",
        field: "columns",
        value: String(width),
        allowed: String(expected),
      });
    },
  });
  const { problems } = log;
  if (problems.count > 0 && (reading.badRows === "stop" || rows.length === 0)) {
    const advice = reading.badRows === "stop" ? ["--bad-rows skip leaves bad rows out."] : [];
    throw badRowsError({ path: reading.path, problems, rowCount, advice });
  }
  if (rows.length === 0) {
    throw priceFileError(
      { path: reading.path, row: null, field: null, value: null, allowed: TRADE_FORMAT.columns.join(",") },
      "the file has a header and no trades",
    );
  }
  return { path: reading.path, symbol: reading.symbol, trades: tradesFrom(rows), problems, rowCount };
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

interface TradeRow {
  readonly atMs: number;
  readonly price: number;
  readonly amount: number;
  readonly taker: 1 | -1;
}

/** The trade of a row; null with one problem reported. */
function tradeOf(
  fields: readonly string[],
  row: number,
  add: (problem: Omit<RowProblem, "text">) => void,
): Omit<TradeRow, "atMs"> | null {
  const [, priceText, amountText, side] = fields as readonly [string, string, string, string];
  const price = parseNumber(priceText);
  const amount = parseNumber(amountText);
  const bad = (kind: RowProblem["kind"], field: string, value: string, allowed: string): null => {
    add({ row, kind, field, value, allowed });
    return null;
  };
  if (price === null) return bad("not a number", "price", priceText, "decimal text");
  if (amount === null) return bad("not a number", "amount", amountText, "decimal text");
  if (!(price > 0)) return bad("price not positive", "price", priceText, "more than 0");
  if (!(amount > 0)) return bad("amount not positive", "amount", amountText, "more than 0");
  if (side !== "buy" && side !== "sell") return bad("unknown side", "side", side, "buy or sell");
  return { price, amount, taker: side === "buy" ? 1 : -1 };
}

const tradesFrom = (rows: readonly TradeRow[]): Trades => ({
  at: Float64Array.from(rows, ({ atMs }) => atMs),
  price: Float64Array.from(rows, ({ price }) => price),
  amount: Float64Array.from(rows, ({ amount }) => amount),
  taker: Int8Array.from(rows, ({ taker }) => taker),
});
