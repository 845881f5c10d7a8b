/**
 * What a position is now, for people and programs that ask (R2.6).
 *
 * Promises: answers are frozen copies that share nothing which could change; quantities, prices and money are decimal
 * text, exact; no question is answered by a guess: what is not known yet is null. It reads no clock and no exchange.
 */
import { exact, toReported, toText, ZERO_TEXT, type Exact } from "./decimal.ts";
import { grossProfit, moveFromEntry, roiOf } from "./exit-record.ts";
import type { ExitReason, ExitRecord } from "./fact.ts";
import { entryPriceText } from "./fills.ts";
import { isSettled, type Intent } from "./intent.ts";
import { originalLots, remainingLots, rungsPassed } from "./ladder.ts";
import { levelText, lotsToAmount } from "./market.ts";
import type { PositionContext } from "./market-context.ts";
import type { Position, Rung, StopSource } from "./position.ts";
import type { ChartState, PositionSnapshot } from "./row.ts";
import { quotientOf, reported, times, whole } from "./quotient.ts";
import type { Side } from "./side.ts";
import type { DecimalText } from "./units.ts";

/** Status query of R2.6. */
export interface PositionStatus {
  readonly id: string;
  readonly account: string;
  readonly symbol: string;
  readonly side: Side;
  /** "TP1_hit"; what it is doing there is the substate: "takingProfit", "blocked". */
  readonly state: string;
  readonly substate: string | null;
  readonly rungsHit: readonly number[];
  readonly rungsSkipped: readonly number[];
  /** Share of the size at entry that is still open; null before the first fill. */
  readonly remainingFraction: DecimalText | null;
  readonly stop: DecimalText | null;
  readonly stopSource: StopSource | null;
  /** The recorded high-water mark (R4.4); null where no rule of the plan uses it. */
  readonly mark: DecimalText | null;
  /** The trailing stop is active. */
  readonly isTrailing: boolean;
  /** The classes of its market, as far as the plan looks at them (R6.4). */
  readonly context: PositionContext;
  /** The lowest rung that is neither hit nor skipped; null when there is none. */
  readonly nextRung: { readonly rung: number; readonly price: DecimalText } | null;
  /** Of what is still open, at the price that was given; null without a price or before the first fill. */
  readonly unrealized: Unrealized | null;
  /** Why it is being closed; null while it is not. */
  readonly closing: ExitReason | null;
  /** Orders whose end is not known. */
  readonly openOrders: readonly OpenOrder[];
}

export interface Unrealized {
  readonly price: DecimalText;
  readonly priceMove: DecimalText;
  readonly roi: DecimalText;
  readonly grossProfit: DecimalText;
  /** Less the entry fees of what is open, and as much again for its exit (as breakeven with fees is reckoned). */
  readonly netProfit: DecimalText;
}

export interface OpenOrder {
  readonly clientOrderId: string;
  readonly purpose: Intent["purpose"];
  readonly amount: DecimalText;
  readonly filled: DecimalText;
  /** Sent, and no answer that can be trusted (R10.2). */
  readonly isUnresolved: boolean;
}

/** Snapshot query of R2.6. */
export interface PositionDetails {
  readonly id: string;
  readonly entryPrice: DecimalText | null;
  readonly originalAmount: DecimalText;
  readonly amount: DecimalText;
  readonly rungs: readonly RungDetails[];
  readonly exits: readonly ExitRecord[];
  readonly stop: DecimalText | null;
}

export interface RungDetails {
  readonly rung: number;
  readonly price: DecimalText;
  readonly fraction: DecimalText;
  readonly status: Rung["status"];
}

/** The status of a position at a price (null where none is known). */
export function positionStatus(snapshot: PositionSnapshot, price: DecimalText | null): PositionStatus {
  const { position } = snapshot;
  const { id, account, symbol, side, stop } = position;
  const numbersOf = (status: Rung["status"]): readonly number[] =>
    position.rungs.filter((rung) => rung.status === status).map(({ number }) => number);
  return frozen({
    id,
    account,
    symbol,
    side,
    ...stateNames(snapshot.state),
    rungsHit: numbersOf("hit"),
    rungsSkipped: numbersOf("skipped"),
    remainingFraction: remainingFraction(position),
    stop: stopText(position),
    stopSource: stop?.source ?? null,
    mark: position.mark === null || position.grid === null ? null : levelText(position.grid, position.mark),
    isTrailing: position.isTrailing,
    context: { ...position.context },
    nextRung: nextRung(position),
    unrealized: price === null ? null : unrealizedAt(position, price),
    closing: position.closing?.reason ?? null,
    openOrders: position.intents.filter((intent) => !isSettled(intent)).map((intent) => openOrder(position, intent)),
  });
}

/** What a position holds and has done. */
export function positionDetails({ position }: PositionSnapshot): PositionDetails {
  const { grid, market } = position;
  return frozen({
    id: position.id,
    entryPrice: position.enteredLots > 0 ? entryPriceText(position) : null,
    originalAmount: lotsToAmount(market, originalLots(position)),
    amount: lotsToAmount(market, remainingLots(position)),
    rungs:
      grid === null
        ? []
        : position.rungs.map((rung) => ({
            rung: rung.number,
            price: levelText(grid, rung.target),
            fraction: toText(exact(rung.exitFraction).shiftedBy(-6)),
            status: rung.status,
          })),
    exits: position.exits.map((each) => ({ ...each })),
    stop: stopText(position),
  });
}

function stateNames(chart: ChartState): Pick<PositionStatus, "state" | "substate"> {
  if (typeof chart === "string") return { state: chart, substate: null };
  const [[state, child] = ["", ""]] = Object.entries(chart);
  return { state, substate: typeof child === "string" ? child : stateNames(child).state };
}

const stopText = ({ stop, grid }: Position): DecimalText | null =>
  stop === null || grid === null ? null : levelText(grid, stop.level);

function remainingFraction(position: Position): DecimalText | null {
  const original = originalLots(position);
  return original > 0 ? toReported(exact(remainingLots(position)).dividedBy(original)) : null;
}

function nextRung(position: Position): PositionStatus["nextRung"] {
  const next = position.rungs[rungsPassed(position)];
  if (next === undefined || position.grid === null) return null;
  return { rung: next.number, price: levelText(position.grid, next.target) };
}

function unrealizedAt(position: Position, price: DecimalText): Unrealized | null {
  if (position.enteredLots === 0) return null;
  const remaining = remainingLots(position);
  const at = quotientOf(price);
  const move = moveFromEntry(position, at);
  const gross = remaining > 0 ? grossProfit(position, times(at, whole(remaining)), remaining) : ZERO_TEXT;
  return {
    price,
    priceMove: reported(move),
    roi: reported(roiOf(position, move)),
    grossProfit: gross,
    netProfit: toReported(exact(gross).minus(feesOf(position, remaining).times(2))),
  };
}

/** The entry fees of what is still open. */
const feesOf = (position: Position, remaining: number): Exact =>
  exact(position.entryFees).times(remaining).dividedBy(position.enteredLots);

const openOrder = (position: Position, intent: Intent): OpenOrder => ({
  clientOrderId: intent.clientOrderId,
  purpose: intent.purpose,
  amount: intent.amount,
  filled: lotsToAmount(position.market, intent.filledLots),
  isUnresolved: intent.progress.kind === "unresolved",
});

/** Frozen to the last list: whoever asked cannot change what the next one is told. */
function frozen<T extends object>(value: T): T {
  for (const each of Object.values(value)) {
    if (typeof each === "object" && each !== null && !Object.isFrozen(each)) frozen(each as object);
  }
  return Object.freeze(value);
}
