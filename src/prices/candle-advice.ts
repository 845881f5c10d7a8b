/**
 * What to do about a bad file of candles, guessed from what is wrong with it: columns in another order, rows that
 * run backwards, another unit of time. Guesses are offered, never acted on.
 */
import type { CandlePrices } from "./candles.ts";
import type { BadRows, RowProblemKind, RowProblems } from "./row-problems.ts";
import { TIME_COLUMN } from "./row-time.ts";

type PriceField = keyof CandlePrices;
const PRICE_FIELDS: readonly PriceField[] = ["open", "high", "low", "close"];

export interface CandleAdvice {
  /** Looks at the prices of a row, good or bad. */
  see(prices: CandlePrices): void;
  sentences(problems: RowProblems, rowCount: number, badRows: BadRows): readonly string[];
}

export function candleAdvice(): CandleAdvice {
  const highest = new Set(PRICE_FIELDS);
  const lowest = new Set(PRICE_FIELDS);
  return {
    see(prices) {
      const top = Math.max(prices.open, prices.high, prices.low, prices.close);
      const bottom = Math.min(prices.open, prices.high, prices.low, prices.close);
      for (const field of PRICE_FIELDS) {
        if (prices[field] !== top) highest.delete(field);
        if (prices[field] !== bottom) lowest.delete(field);
      }
    },
    sentences(problems, rowCount, badRows) {
      const most = (...kinds: readonly RowProblemKind[]): boolean =>
        kinds.reduce((sum, kind) => sum + (problems.countByKind.get(kind) ?? 0), 0) > rowCount / 2;
      const sentences: string[] = [];
      if (most("out of order"))
        sentences.push("The rows run backwards (newest first): sort them by time, oldest first.");
      if (most("wrong unit of time"))
        sentences.push(`Times have to be milliseconds since 1970: multiply or divide the column ${TIME_COLUMN}.`);
      if (most("high below low", "high and low do not enclose open and close"))
        sentences.push(columnSentence([...highest], [...lowest]));
      if (sentences.length === 0 && badRows === "stop") sentences.push("--bad-rows skip leaves bad rows out.");
      return sentences;
    },
  };
}

function columnSentence(highest: readonly PriceField[], lowest: readonly PriceField[]): string {
  const [high] = highest;
  const [low] = lowest;
  if (highest.length !== 1 || lowest.length !== 1 || high === undefined || low === undefined || high === low) {
    return "The price columns seem to be in another order than open,high,low,close: name the columns as they stand with --columns.";
  }
  const rest: PriceField[] = ["open", "close"];
  const order = PRICE_FIELDS.map((field) => (field === high ? "high" : field === low ? "low" : rest.shift()!));
  return `In every row the column read as ${low} is the lowest price and the one read as ${high} the highest: probably --columns ${TIME_COLUMN},${order.join(",")},volume (or with open and close the other way round).`;
}
