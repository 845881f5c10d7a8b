/**
 * The columns of a file of candles, and the other names that programs give them (R14.3).
 *
 * Promises: an alias says what a column is, never in which unit it stands.
 */
import type { ColumnFormat } from "./column-layout.ts";
import { TIME_ALIASES, TIME_COLUMN } from "./row-time.ts";

export const CANDLE_FORMAT: ColumnFormat = {
  what: "candles",
  columns: [TIME_COLUMN, "open", "high", "low", "close", "volume"],
  optionalColumns: 1,
  aliases: new Map([[TIME_COLUMN, TIME_ALIASES]]),
};
