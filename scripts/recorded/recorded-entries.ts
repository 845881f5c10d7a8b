/**
 * Entries for a recorded file, from a hash of its name: at regular rows, long and short where the market allows it,
 * leverage 1 to 10, amounts from the market's minimum (where exits have to be raised and become full closes) upward.
 */
import { exact, toText } from "../../src/domain/decimal.ts";
import { makePlan, type PlanSettings } from "../../src/domain/make-plan.ts";
import { hashUnit } from "../../src/domain/hash.ts";
import { lotsToAmount, lotUnit, minimumOrderLots, type Market } from "../../src/domain/market.ts";
import { epochMs, lots, price as asPrice, type DecimalText } from "../../src/domain/units.ts";
import type { EntryToJudge } from "../../src/engine/judge-entry.ts";
import type { FeedEvent, PriceFeed } from "../../src/prices/price-feed.ts";

const MOST_ENTRIES = 80;
/**
 * One account holds one position a symbol; more accounts, more positions at once. On spot each entry has its own: parts
 * of a lot that fees in the coin have left behind would add up to a holding that no position knows of.
 */
const ACCOUNTS = 20;

export function entriesFor(input: {
  readonly name: string;
  readonly market: Market;
  readonly feed: PriceFeed;
  readonly settingsAt: (atMs: number) => PlanSettings;
}): readonly EntryToJudge[] {
  const { name, market, feed, settingsAt } = input;
  const rows = feed.rowCount ?? 1;
  const every = Math.max(1, Math.floor(rows / MOST_ENTRIES));
  const entries: EntryToJudge[] = [];
  let row = 0;
  for (const event of feed.events()) {
    if (event.kind !== "jump") continue;
    row += 1;
    if (row % every === 0) entries.push(entryAt({ name, market, event, index: entries.length, settingsAt }));
  }
  return entries;
}

function entryAt(input: {
  readonly name: string;
  readonly market: Market;
  readonly event: Extract<FeedEvent, { readonly kind: "jump" }>;
  readonly index: number;
  readonly settingsAt: (atMs: number) => PlanSettings;
}): EntryToJudge {
  const { name, market, event, index, settingsAt } = input;
  const choice = (what: string): number => hashUnit("recorded", name, index, what);
  const side = market.kind === "spot" || choice("side") < 0.5 ? "long" : "short";
  return {
    request: {
      id: `entry-${index + 1}`,
      account: `account-${market.kind === "spot" ? index : index % ACCOUNTS}`,
      symbol: event.symbol,
      side,
      amount: amountAt(market, event.price, choice("amount")),
      leverage: market.kind === "spot" ? 1 : 1 + Math.floor(choice("leverage") * 10),
      stop: undefined,
      atMs: epochMs(event.atMs),
    },
    market,
    plan: makePlan(settingsAt(event.atMs), market),
  };
}

/** Times the minimum; where none is known, times what is worth some 6 of quote currency. */
const MULTIPLES = [1, 1.3, 1.7, 2, 3, 5, 20, 300];

function amountAt(market: Market, price: number, choice: number): DecimalText {
  const minimum =
    minimumOrderLots(market, asPrice(price)) ??
    lots(Math.ceil(exact(6).dividedBy(lotUnit(market).times(price)).toNumber()));
  const multiple = MULTIPLES[Math.floor(choice * MULTIPLES.length)]!;
  const wanted = Math.ceil(minimum * multiple);
  return toText(exact(lotsToAmount(market, lots(Math.min(wanted, market.maximumLots ?? wanted)))));
}
