/**
 * What to do about a bad file of candles, guessed from what is wrong with it: columns in another order, rows that
 * run backwards, another unit of time. Guesses are offered, never acted on.
 */
import type { BadRows, RowProblemKind, RowProblems } from "./row-problems.ts";
import { TIME_COLUMN } from "./row-time.ts";

type PriceField = "open" | "high" | "low" | "close";
const PRICE_FIELDS: readonly PriceField[] = ["open", "high", "low", "close"];
const ALL_FIELDS = 0b1111;

export interface CandleAdvice {
  /** Looks at the prices of a row, good or bad. */
  see(open: number, high: number, low: number, close: number): void;
  /** The file's columns stand otherwise than a mapping would suggest: none is. */
  seeOtherOrder(): void;
  sentences(problems: RowProblems, rowCount: number, badRows: BadRows): readonly string[];
}

export function candleAdvice(): CandleAdvice {
  // One bit for each price field that has been the highest, or the lowest, of every row so far.
  let highest = ALL_FIELDS;
  let lowest = ALL_FIELDS;
  let isOtherOrder = false;
  return {
    see(open, high, low, close) {
      const top = Math.max(open, high, low, close);
      const bottom = Math.min(open, high, low, close);
      highest &= fieldsOf(top, open, high, low, close);
      lowest &= fieldsOf(bottom, open, high, low, close);
    },
    seeOtherOrder() {
      isOtherOrder = true;
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
        sentences.push(
          isOtherOrder
            ? otherNamesSentence(fieldNames(highest), fieldNames(lowest))
            : columnSentence(fieldNames(highest), fieldNames(lowest)),
        );
      if (sentences.length === 0 && badRows === "stop") sentences.push("--bad-rows skip leaves bad rows out.");
      return sentences;
    },
  };
}

/** The bits of the fields that have this price. */
const fieldsOf = (price: number, open: number, high: number, low: number, close: number): number =>
  (open === price ? 1 : 0) | (high === price ? 2 : 0) | (low === price ? 4 : 0) | (close === price ? 8 : 0);

const fieldNames = (bits: number): readonly PriceField[] =>
  PRICE_FIELDS.filter((_, index) => (bits & (1 << index)) !== 0);

/** Where names in the file said which column is which, the names are wrong, or the mapping is. */
function otherNamesSentence(highest: readonly PriceField[], lowest: readonly PriceField[]): string {
  const [high] = highest;
  const [low] = lowest;
  const seen =
    highest.length === 1 && lowest.length === 1 && high !== low
      ? `in every row the column named ${low} is the lowest price and the one named ${high} the highest`
      : "they seem to stand for other prices than they say";
  return `The names of the price columns are not to be trusted: ${seen}. Say which is which with --columns.`;
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
