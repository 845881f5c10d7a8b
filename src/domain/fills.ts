/**
 * The one way to change quantities: counting a fill.
 *
 * Promises: each fill counts once, by trade id, in any order and in every state (R1.9, R10.7, P17); a fill that
 * cannot be true changes nothing (`impossibleReport` says why). Counting decides nothing: levels follow the entry
 * average while no rung is passed, and that is all.
 */
import { exact, toReported, toText, ZERO_TEXT } from "./decimal.ts";
import { productText, sumText } from "./decimal-text.ts";
import { follow } from "./exit-rules.ts";
import { isSettled, type Intent } from "./intent.ts";
import { addToTally, allotToRungs, armRungs, originalLots, remainingLots, rungsPassed } from "./ladder.ts";
import { levelText, lotsToAmount, lotUnit, priceGrid } from "./market.ts";
import { changeIntent, findIntent, wasSent } from "./placing.ts";
import { levelAtHeight, placeOf } from "./price-axis.ts";
import type { Position } from "./position.ts";
import type { FreshPrice } from "./price-gate.ts";
import { dividedBy, quotientOf, reported, whole } from "./quotient.ts";
import type { EndedReport, FillReport } from "./report.ts";
import { emergencyLevel, initialStopLevel, tighten } from "./stop.ts";
import { become, tell, type Turn } from "./turn.ts";
import { addLots, price, type DecimalText, type EpochMs, type Price, type Ticks } from "./units.ts";

/** Why a report cannot be true of this position; null when it can (R1.9). */
export function impossibleReport(position: Position, report: FillReport | EndedReport): string | null {
  const intent = findIntent(position, report.clientOrderId);
  if (intent === null) {
    // Said again of an attempt that sold nothing and is not carried along any more: nothing new.
    if (report.kind === "ended" && report.filledLots === 0 && wasSent(position, report.clientOrderId)) return null;
    return `report of an unknown order ${report.clientOrderId}`;
  }
  if (report.kind === "ended") {
    if (report.filledLots > intent.lots)
      return `order ${intent.number} ended with ${report.filledLots} lots filled of ${intent.lots} ordered`;
    if (report.filledLots < intent.filledLots)
      return `order ${intent.number} ended with ${report.filledLots} lots filled, but ${intent.filledLots} were reported`;
    return null;
  }
  if (isCounted(position, report)) return null;
  if (!Number.isSafeInteger(report.lots) || report.lots <= 0) return `fill ${report.tradeId} of ${report.lots} lots`;
  if (!(Number(report.price) > 0)) return `fill ${report.tradeId} at the price ${report.price}`;
  if (intent.filledLots + report.lots > intent.lots) {
    return `order ${intent.number} filled ${intent.filledLots + report.lots} lots of ${intent.lots} ordered`;
  }
  if (intent.progress.kind === "ended" && intent.filledLots + report.lots > intent.progress.filledLots) {
    return `order ${intent.number} ended with ${intent.progress.filledLots} lots and filled more`;
  }
  if (intent.purpose !== "entry" && report.lots > remainingLots(position)) {
    return `exit of ${report.lots} lots from a position of ${remainingLots(position)}`;
  }
  return null;
}

/** Was this very fill counted before? */
export const isCounted = (position: Position, report: FillReport): boolean =>
  findIntent(position, report.clientOrderId)?.tradeIds.includes(report.tradeId) ?? false;

/** When a fill is counted, and the deciding price of that moment, if there is one. */
export interface FillMoment {
  readonly nowMs: EpochMs;
  readonly quote: FreshPrice | null;
}

/** Counts a fill that is possible and was not counted before. */
export function countFill(turn: Turn, report: FillReport, moment: FillMoment): Turn {
  const intent = findIntent(turn.position, report.clientOrderId);
  if (intent === null) throw new Error("Invariant: only fills of known intents are counted");
  const noted = changeIntent(turn, report.clientOrderId, (each) => ({
    ...each,
    filledLots: addLots(each.filledLots, report.lots),
    tradeIds: [...each.tradeIds, report.tradeId],
    // A fill is proof that the order exists.
    progress:
      each.progress.kind === "ended" ? each.progress : { kind: "working", exchangeOrderId: report.exchangeOrderId },
  }));
  return intent.purpose === "entry" ? countEntryFill(noted, report, moment) : countExitFill(noted, intent, report);
}

function countEntryFill(turn: Turn, report: FillReport, moment: FillMoment): Turn {
  const before = turn.position;
  const feeInQuote = quoteFee(report);
  const counted = become(turn, {
    enteredLots: addLots(before.enteredLots, report.lots),
    entryCost: sumText(productText(report.price, report.lots), before.entryCost),
    entryFees: sumText(before.entryFees, feeInQuote),
    coinFeeLots: coinFees(before, report),
    grid: before.grid ?? priceGrid(before.market, report.price),
    openedAtMs: before.openedAtMs ?? report.atMs,
  });
  const at = moment.quote?.value ?? price(Number(report.price));
  const { position, ...rest } = rungsPassed(before) === 0 ? setLevels(counted, at, moment.nowMs) : counted;
  const record = {
    amount: lotsToAmount(position.market, report.lots),
    price: report.price,
    fee: feeInQuote,
    leverage: position.leverage,
    entryPrice: entryPriceText(position),
    stop: position.stop === null || position.grid === null ? null : levelText(position.grid, position.stop.level),
  };
  const part = before.additions.length + 1;
  const opened = tell(
    { ...rest, position: { ...position, additions: [...position.additions, record] }, facts: turn.facts },
    { type: "opened", part, orderId: report.clientOrderId, ...record },
    ...rest.facts.slice(turn.facts.length),
  );
  return tellCoinFee(opened, before);
}

/**
 * Sets stop, emergency levels and targets from the entry average (R7.8); the stop only ever tightens (R7.7). `at` is the
 * deciding price of that moment, or that of the fill where there is none.
 */
export function setLevels(turn: Turn, at: Price, nowMs: EpochMs): Turn {
  const { position } = turn;
  const grid = position.grid!;
  const stopped = tighten(turn, { level: initialStopLevel(position, grid), source: "initial" });
  const set = become(stopped, {
    mark: position.mark ?? firstMark(position, at),
    emergency: position.plan.emergencyLevels.map((level) => ({
      level: emergencyLevel(position, level),
      reason: level.reason,
    })),
    rungs: armRungs(position, position.plan),
  });
  return follow(set, nowMs);
}

/** The mark begins at the deciding price of the first fill, or at the price of the fill where there is none. */
function firstMark({ plan, grid, side }: Position, at: Price): Ticks | null {
  return plan.markStep === null ? null : levelAtHeight(side, placeOf(grid!, side, at).atOrBelow);
}

/** What a fee in the coin took from the holding, as a reduction that nobody traded (R3.4). */
function tellCoinFee(turn: Turn, before: Position): Turn {
  const { position } = turn;
  const taken = position.enteredLots - originalLots(position) - (before.enteredLots - originalLots(before));
  if (taken === 0) return turn;
  return tell(turn, {
    type: "external",
    reason: "fee_in_coin",
    amount: productText(position.market.amountStep, taken),
    remaining: lotsToAmount(position.market, remainingLots(position)),
  });
}

function countExitFill(turn: Turn, intent: Intent, report: FillReport): Turn {
  const { position } = turn;
  const fee = quoteFee(report);
  const fill = { lots: report.lots, price: report.price, fee, orderId: report.clientOrderId, atMs: report.atMs };
  return become(turn, {
    exitedLots: addLots(position.exitedLots, report.lots),
    exitValue: sumText(productText(report.price, report.lots), position.exitValue),
    exitFees: sumText(position.exitFees, fee),
    ...(intent.rungs.length > 0
      ? { rungs: allotToRungs(position.rungs, intent.rungs, fill) }
      : { closeFills: addToTally(position.closeFills, fill) }),
  });
}

/** The average of all entry fills, for people and reports. */
export const entryPriceText = (position: Position): DecimalText =>
  reported(dividedBy(quotientOf(position.entryCost), whole(position.enteredLots)));

/** A fee in quote currency; one in the coin at the price of its fill. A fee in a third coin has no price here: zero. */
export function quoteFee(report: FillReport): DecimalText {
  switch (report.fee.currency) {
    case "quote":
      return report.fee.cost;
    case "base":
      return toReported(exact(report.fee.cost).times(exact(report.price)));
    case "other":
      return ZERO_TEXT;
  }
}

/** Fees in the coin so far, in lots: only what the spot market takes from the holding. */
export function coinFees(position: Position, report: FillReport): DecimalText {
  if (report.fee.currency !== "base" || position.market.kind !== "spot") return position.coinFeeLots;
  const inLots = exact(report.fee.cost).dividedBy(lotUnit(position.market));
  return toText(exact(position.coinFeeLots).plus(inLots));
}

/** Is the entry over, with every fill of it counted, and did it bring anything? */
export const nothingEntered = (position: Position): boolean =>
  position.enteredLots === 0 && position.intents.every((intent) => intent.purpose !== "entry" || isSettled(intent));
