/**
 * The same entries over the same recorded prices in a paper session and in a backtest (R12.1): the same exits, to the lot, the
 * tick and the millisecond. Orders are filled at once and whole in both; candles are read as a path.
 */
import { usesContext, DEFAULT_CONTEXT_SETTINGS } from "../../src/domain/context-settings.ts";
import type { Market } from "../../src/domain/market.ts";
import { isRefused } from "../../src/domain/refused.ts";
import { candleColumns, tradeColumns, type PriceColumns } from "../../src/backtest/price-columns.ts";
import { parsePaperSettings } from "../../src/exchange/paper/settings.ts";
import type { MarketFile } from "../../src/prices/market-file.ts";
import { readPriceFile } from "../../src/prices/price-file.ts";
import { byId, feedOf, inBacktest, inSession, type Became } from "../../test/support/both-ways.ts";
import { entriesFor } from "./recorded-entries.ts";
import { marketFor, recordedFiles } from "./recorded-files.ts";
import type { RecordedPlan } from "./recorded-plans.ts";

export interface ParitySeries {
  readonly name: string;
  readonly market: Market;
  readonly columns: PriceColumns;
}

/** What a minute allows: trades to their end, candles up to here, and every fourth entry. */
const MOST_CANDLES = 5_000;
const EVERY = 4;

/** Sound files alone: what becomes of the others is told by the sessions. */
export const paritySeries = (data: string, venues: readonly MarketFile[]): readonly ParitySeries[] =>
  recordedFiles(data)
    .filter(({ folder }) => folder !== "defects")
    .map((file) => {
      const read = readPriceFile({ path: file.path, symbol: file.symbol, badRows: "skip" });
      const columns =
        read.kind === "trades"
          ? tradeColumns(read.file.trades)
          : candleColumns(read.file.candles, read.file.timeframeMs);
      return { name: file.name, market: marketFor(file, venues), columns: shortened(columns) };
    });

function shortened(columns: PriceColumns): PriceColumns {
  const { kind, at, open, high, low, close } = columns;
  if (kind === "trades" || at.length <= MOST_CANDLES) return columns;
  const [first, opens, highs, lows, closes] = [at, open, high, low, close].map((column) =>
    column.slice(0, MOST_CANDLES),
  );
  return { ...columns, at: first!, open: opens!, high: highs!, low: lows!, close: closes! };
}

export interface Parity {
  readonly positions: number;
  readonly exits: number;
  readonly refused: number;
  readonly differences: readonly string[];
}

export function parityOf({ name, market, columns }: ParitySeries, plan: RecordedPlan): Parity {
  const feed = feedOf(market, columns);
  const all = entriesFor({ name, market, feed, settingsAt: plan.settingsAt });
  const entries = all.filter((_, index) => index % EVERY === 0);
  const isLookedAt = entries.some(({ plan: made }) => !isRefused(made) && usesContext(made.plan.rules));
  const both = {
    market,
    columns,
    entries,
    settings: parsePaperSettings({ seed: name, slippage: "0.0003" }),
    context: isLookedAt ? DEFAULT_CONTEXT_SETTINGS : null,
  };
  const [session, backtest] = [byId(inSession(both)), byId(inBacktest(both))];
  const opened = session.filter(({ refused }) => refused === null);
  const refused = session.length - opened.length;
  const differences = differencesOf(session, backtest);
  if (session.length !== entries.length)
    differences.push(`${entries.length} entries, ${session.length} of them in the session`);
  if (!market.linear && refused !== entries.length) differences.push("an inverse contract was not refused");
  return {
    positions: opened.length,
    exits: opened.reduce((sum, { exits }) => sum + exits.length, 0),
    refused,
    differences,
  };
}

function differencesOf(session: readonly Became[], backtest: readonly Became[]): string[] {
  const found: string[] = [];
  const tested = new Map(backtest.map((each) => [each.id, each]));
  for (const one of session) {
    const other = tested.get(one.id);
    tested.delete(one.id);
    const [said, also] = [JSON.stringify(one), JSON.stringify(other)];
    if (said !== also) found.push(`${one.id}: the session says ${said}, the backtest ${also}`);
  }
  for (const id of tested.keys()) found.push(`${id}: in the backtest alone`);
  return found;
}
