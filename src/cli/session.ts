/**
 * One paper session put together: journal, paper exchange over its ledger, prices, entries and the replay driver.
 *
 * Promises: nothing is chosen here that the caller has not named; the same input gives the same rows, byte for byte
 * (P20), and a session that was stopped anywhere continues from its journal and its ledger.
 */
import type { Caps } from "../domain/caps.ts";
import { usesContext } from "../domain/context-settings.ts";
import { isRefused } from "../domain/refused.ts";
import type { EntryToJudge } from "../engine/judge-entry.ts";
import { createReplay, type Replay } from "../engine/replay.ts";
import type { PaperLedger } from "../exchange/paper/ledger.ts";
import { openPaperExchange, type PaperExchange } from "../exchange/paper/paper.ts";
import type { PaperSettings } from "../exchange/paper/settings.ts";
import type { Market } from "../domain/market.ts";
import type { Row } from "../domain/row.ts";
import { createMarketContext } from "../market-context/market-context.ts";
import { openIn, type Journal } from "../journal/journal.ts";
import { mergeFeeds } from "../prices/merge.ts";
import type { PriceFeed } from "../prices/price-feed.ts";
import type { ReckonedContext } from "./reckoned-context.ts";

export interface SessionInput {
  readonly journal: Journal;
  readonly ledger: PaperLedger;
  readonly feeds: readonly PriceFeed[];
  readonly markets: readonly Market[];
  readonly entries: readonly EntryToJudge[];
  readonly settings: PaperSettings;
  /** How market context is reckoned; null where it is turned off. */
  readonly context: ReckonedContext | null;
  /** Of new positions (R8.6); left out, there are none. */
  readonly caps?: Caps;
  readonly onRows: (rows: readonly Row[]) => void;
}

export interface Session {
  readonly replay: Replay;
  readonly exchange: PaperExchange;
}

/** A paper order is over when the exchange says so, and nothing of it comes later than that. */
const VISIBILITY_LAG_MS = 60_000;

/** Opens the exchange and takes up where the journal ends. Throws what they throw, and ResumeError. */
export function startSession(input: SessionInput): Session {
  const { journal, ledger, markets, settings, entries, context, caps, onRows } = input;
  const exchange = openPaperExchange({ markets, settings, ledger });
  const feed = mergeFeeds(input.feeds);
  const isReckoned = context !== null && (context.isAsked || isLookedAt(entries, journal));
  const replay = createReplay({
    journal,
    exchange,
    feed,
    markets,
    entries,
    context: isReckoned ? createMarketContext(context.settings, { fromPrices: true }) : null,
    ...(caps === undefined ? {} : { caps }),
    visibilityLagMs: VISIBILITY_LAG_MS,
    onRows,
  });
  return { replay, exchange };
}

const isLookedAt = (entries: readonly EntryToJudge[], journal: Journal): boolean =>
  entries.some(({ plan }) => !isRefused(plan) && usesContext(plan.plan.rules)) ||
  openIn(journal.latest()).some(({ snapshot }) => usesContext(snapshot.position.plan.rules));
