/** What is to be entered, as plain data that can be handed to a worker, and the flow of entries that it means in a market. */
import type { Refused } from "../domain/refused.ts";
import { lotsToAmount, lotUnit, type Market } from "../domain/market.ts";
import type { MadePlan } from "../domain/make-plan.ts";
import type { Side } from "../domain/side.ts";
import { epochMs, lots, type DecimalText } from "../domain/units.ts";
import type { EntryToJudge } from "../engine/judge-entry.ts";
import { listFlow, type EntryFlow } from "./entry-flow.ts";
import type { EntryRule } from "./entry-rule-text.ts";
import { signalsOf } from "./entry-rules.ts";
import { indexAtOrAfter, type PriceColumns } from "./price-columns.ts";
import type { TestedMarket } from "./tested-market.ts";

/** How large an entry of a rule is: in the exchange's unit, or worth so much quote currency. */
export type EntrySize =
  | { readonly kind: "amount"; readonly amount: DecimalText }
  | { readonly kind: "worth"; readonly quote: number };

export interface RuleEntries {
  readonly kind: "rule";
  readonly rule: EntryRule;
  readonly size: EntrySize;
  readonly leverage: number;
  readonly account: string;
  readonly plan: MadePlan | Refused;
  /** Every signal by itself, whatever else is open: so that plans can be compared over the same entries. */
  readonly isEach: boolean;
}

export type EntrySpec = { readonly kind: "list"; readonly entries: readonly EntryToJudge[] } | RuleEntries;

/** The flow of entries in a market. Signals need the prices as a whole; `always` and a list do not look at them. */
export function flowOf(
  spec: EntrySpec,
  { market, seen, columns }: Pick<TestedMarket, "market" | "seen" | "columns">,
): EntryFlow {
  if (spec.kind === "list") return listFlow(spec.entries);
  const { rule } = spec;
  const lotWorth = lotUnit(market).toNumber();
  const entryAt = ({ at, open }: PriceColumns, row: number, side: Side): EntryToJudge => {
    const id = `${rule.kind}-${market.symbol}-${at[row]!}`;
    return {
      market,
      plan: spec.plan,
      request: {
        id,
        account: spec.isEach ? id : spec.account,
        symbol: market.symbol,
        side,
        amount: amountOf(spec.size, market, lotWorth, open[row]!),
        leverage: spec.leverage,
        atMs: epochMs(at[row]!),
      },
    };
  };
  if (rule.kind === "always" && !spec.isEach) {
    return {
      kind: "rule",
      next: (row, prices) => (row < prices.at.length ? { row, entry: entryAt(prices, row, rule.side) } : null),
    };
  }
  const signals = signalsAt(rule, market, seen, columns);
  if (spec.isEach) return listFlow(signals.map(({ row, side }) => entryAt(columns, row, side)));
  let place = 0;
  return {
    kind: "rule",
    next(fromRow, prices) {
      while (place < signals.length && signals[place]!.row < fromRow) place += 1;
      const signal = signals[place];
      return signal === undefined ? null : { row: signal.row, entry: entryAt(prices, signal.row, signal.side) };
    },
  };
}

/** Signals of what is seen, at the rows of what is ridden; those of other times are not among them. */
function signalsAt(rule: EntryRule, market: Market, seen: PriceColumns, ridden: PriceColumns): readonly EntrySignal[] {
  const all = signalsIn(rule, market, seen);
  if (ridden === seen) return all;
  const [first, last] = [ridden.at[0] ?? Number.POSITIVE_INFINITY, ridden.at.at(-1) ?? Number.NEGATIVE_INFINITY];
  return all.flatMap(({ row, side }) => {
    const atMs = seen.at[row]!;
    return atMs < first || atMs > last ? [] : [{ row: indexAtOrAfter(ridden.at, atMs), side }];
  });
}

/** Prices do not change, so what a rule says of them is found once, however many plans are tried on it. */
const FOUND = new WeakMap<PriceColumns, Map<string, readonly EntrySignal[]>>();

function signalsIn(rule: EntryRule, market: Market, seen: PriceColumns): readonly EntrySignal[] {
  const ofPrices = FOUND.get(seen) ?? new Map<string, readonly EntrySignal[]>();
  FOUND.set(seen, ofPrices);
  const key = `${market.symbol} ${market.kind} ${JSON.stringify(rule)}`;
  const known = ofPrices.get(key);
  if (known !== undefined) return known;
  const found = edgesOf(signalsOf(rule, seen, market.symbol), rule.kind === "random", seen.at.length, market);
  ofPrices.set(key, found);
  return found;
}

interface EntrySignal {
  readonly row: number;
  readonly side: Side;
}

/** The first candle of each run of the same signal, entered at the open of the next; on spot only to the long side. */
function edgesOf(
  { index, side }: ReturnType<typeof signalsOf>,
  isEvery: boolean,
  rows: number,
  market: Market,
): readonly EntrySignal[] {
  const edges: EntrySignal[] = [];
  for (let at = 0; at < index.length; at += 1) {
    const goesOn = at > 0 && index[at - 1]! + 1 === index[at] && side[at - 1] === side[at];
    const row = index[at]! + 1;
    if ((goesOn && !isEvery) || row >= rows || (market.kind === "spot" && side[at]! < 0)) continue;
    edges.push({ row, side: side[at]! > 0 ? "long" : "short" });
  }
  return edges;
}

function amountOf(size: EntrySize, market: Market, lotWorth: number, price: number): DecimalText {
  if (size.kind === "amount") return size.amount;
  return lotsToAmount(market, lots(Math.floor(size.quote / (price * lotWorth))));
}
