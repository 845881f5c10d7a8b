/**
 * The position that is to be explained: one of a journal, or one that is opened here, on paper and in memory, with a plan and
 * the prices that it is to have been through. The same engine as everywhere opens it and takes it there.
 */
import type { Config } from "../config/config-file.ts";
import { DEFAULT_CONTEXT_SETTINGS } from "../domain/context-settings.ts";
import { openingWarnings } from "../domain/opening-warnings.ts";
import { makePlan } from "../domain/make-plan.ts";
import type { Market } from "../domain/market.ts";
import { isRefused } from "../domain/refused.ts";
import type { PositionSnapshot } from "../domain/row.ts";
import type { Side } from "../domain/side.ts";
import { price as asPrice, epochMs, type DecimalText, type EpochMs } from "../domain/units.ts";
import { memoryPaperLedger } from "../exchange/paper/ledger.ts";
import { parsePaperSettings } from "../exchange/paper/settings.ts";
import { openIn, type LatestRow } from "../journal/journal.ts";
import { openMemoryJournal } from "../journal/memory.ts";
import { readSqliteJournal } from "../journal/sqlite-reader.ts";
import type { FeedEvent, PriceFeed } from "../prices/price-feed.ts";
import { UsageError } from "./exit-codes.ts";
import { startSession } from "./session.ts";

export interface ExplainedPosition {
  readonly snapshot: PositionSnapshot;
  readonly nowMs: EpochMs;
  /** The last price of its symbol that is known. */
  readonly lastPrice: number | null;
  readonly warnings: readonly string[];
}

/** A position of a journal as it was journalled last; the only open one where none is named. */
export function journalledPosition(path: string, id: string | undefined): ExplainedPosition {
  const journal = readSqliteJournal(path);
  try {
    const latest = journal.latest();
    const { row, snapshot } = chosen(path, latest, id);
    if (snapshot === null) throw new UsageError(`${path}: ${row.position} was refused and never opened`);
    let lastPrice: number | null = null;
    let nowMs = row.atMs;
    for (const { feed, atMs } of journal.rows()) {
      nowMs = epochMs(Math.max(nowMs, atMs));
      if (feed?.symbol === row.symbol) lastPrice = feed.price;
    }
    return { snapshot, nowMs, lastPrice, warnings: [] };
  } finally {
    journal.close();
  }
}

function chosen(path: string, latest: readonly LatestRow[], id: string | undefined): LatestRow {
  const open = openIn(latest);
  const found = id === undefined ? open : latest.filter(({ position }) => position === id);
  const [only] = found;
  if (only !== undefined && found.length === 1) return only;
  const names = open.map(({ position }) => position);
  const listed = names.length > MOST_NAMES ? [...names.slice(0, MOST_NAMES), `… ${names.length} in all`] : names;
  const allowed = names.length === 0 ? "no position is open" : `open are ${listed.join(", ")}`;
  throw new UsageError(
    id === undefined
      ? `${path}: name one with --position ID; ${allowed}`
      : `--position is ${JSON.stringify(id)}, which ${path} does not have; ${allowed}`,
  );
}

const MOST_NAMES = 10;

export interface PaperPosition {
  readonly symbol: string;
  readonly side: Side;
  readonly amount: DecimalText;
  readonly leverage: number;
  readonly entryPrice: number;
  /** Prices it is to go through after its entry, evenly in time. */
  readonly through: readonly number[];
  readonly openedAtMs: EpochMs;
  /** From the entry to the moment at which it is explained. */
  readonly heldMs: number;
}

/** Opens a position on paper: without fees, slippage or delay. */
export function paperPosition(asked: PaperPosition, market: Market, config: Config): ExplainedPosition {
  const { symbol, side, amount, leverage, openedAtMs, heldMs } = asked;
  const plan = makePlan(config.plan, market);
  if (isRefused(plan)) throw new UsageError(plan.message);
  const feed = feedOf(asked);
  const journal = openMemoryJournal({ journalId: "explain" });
  const { replay } = startSession({
    journal,
    ledger: memoryPaperLedger(),
    settings: parsePaperSettings({ seed: "explain", takerFee: "0", makerFee: "0" }),
    feeds: [feed],
    markets: [market],
    entries: [
      {
        request: { id: "explained", account: config.account, symbol, side, amount, leverage, atMs: openedAtMs },
        market,
        plan,
      },
    ],
    context: { settings: DEFAULT_CONTEXT_SETTINGS, isAsked: false },
    onRows: () => {},
  });
  while (replay.progress().events < (feed.rowCount ?? 0)) replay.advance(1);
  const [latest] = journal.latest();
  if (latest === undefined || latest.snapshot === null) throw new UsageError(refusalOf(latest));
  return {
    snapshot: latest.snapshot,
    nowMs: epochMs(openedAtMs + heldMs),
    lastPrice: asked.through.at(-1) ?? asked.entryPrice,
    warnings: [
      ...plan.warnings,
      ...openingWarnings({ plan: plan.plan, symbol, leverage, entryPrice: asPrice(asked.entryPrice) }),
    ],
  };
}

function refusalOf(latest: LatestRow | undefined): string {
  const refusal = latest?.row.facts.find(({ type }) => type === "notDone");
  return refusal?.type === "notDone" ? refusal.message : "The position could not be opened";
}

/** The entry's price, then the others evenly up to the moment at which it is explained; the last one goes on until then. */
function feedOf({ symbol, entryPrice, through, openedAtMs, heldMs }: PaperPosition): PriceFeed {
  const prices = [entryPrice, ...through, through.at(-1) ?? entryPrice];
  const events = prices.map((price, index): FeedEvent => {
    const sinceMs = Math.floor((heldMs * index) / (prices.length - 1));
    return { kind: "jump", symbol, price, atMs: epochMs(openedAtMs + sinceMs) };
  });
  return { symbols: [symbol], rowCount: events.length, events: () => events };
}
