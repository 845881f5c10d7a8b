/**
 * A position that was ridden to its end, as it is reported: money exact by the domain's own arithmetic, as if every fill had
 * been counted (R1.7, R2.5).
 */
import { exact, toText, ZERO_TEXT } from "../domain/decimal.ts";
import { grossProfit } from "../domain/exit-record.ts";
import { quoteFee } from "../domain/fills.ts";
import { addToTally, allotToRungs } from "../domain/ladder.ts";
import { levelPrice, lotsToAmount } from "../domain/market.ts";
import { computeOutcome } from "../domain/outcome-figures.ts";
import type { Position, Tally } from "../domain/position.ts";
import { dividedBy, quotientOf, reported, whole } from "../domain/quotient.ts";
import type { FillReport } from "../domain/report.ts";
import { closingOrderSide, openingOrderSide, type OrderSide } from "../domain/side.ts";
import { epochMs, price, type Lots } from "../domain/units.ts";
import type { PaperSettings } from "../exchange/paper/settings.ts";
import { fillFee, fillPrice } from "../exchange/paper/terms.ts";
import type { InstantExit } from "./instant-terms.ts";
import { initialRisk } from "./initial-risk.ts";
import { fundingOf, type FundingPayments } from "./funding-payments.ts";
import type { TestedExit, TestedPosition } from "./result.ts";
import type { Ride } from "./ride.ts";

export function testedPosition(ride: Ride, settings: PaperSettings, funding: FundingPayments | null): TestedPosition {
  const ridden = ride.position;
  const { position, exits } = withMoney(ridden.position, ridden.exits, settings);
  const [best, worst] = ridden.side === "long" ? [ride.high, ride.low] : [ride.low, ride.high];
  const reason = ridden.exits.at(-1)?.reason ?? "end_of_data";
  const outcome = computeOutcome(
    { ...position, bestPrice: price(best), worstPrice: price(worst) },
    reason,
    epochMs(ridden.closedAtMs),
  );
  const { grid, market } = position;
  const brought = funding === null ? 0 : fundingOf(position, ridden.exits, ridden.closedAtMs, funding);
  const netProfit = Number(outcome.netProfit) + brought;
  const risk = initialRisk(position);
  const ticksToPrice = (level: Parameters<typeof levelPrice>[1]): number => levelPrice(grid!, level);
  return {
    id: position.id,
    symbol: position.symbol,
    account: position.account,
    side: position.side,
    leverage: position.leverage,
    quote: market.quote,
    openedAtMs: position.openedAtMs!,
    closedAtMs: ridden.closedAtMs,
    reason,
    amount: Number(outcome.amount),
    entryPrice: Number(outcome.entryPrice),
    averageExitPrice: Number(outcome.averageExitPrice),
    grossProfit: Number(outcome.grossProfit),
    fees: Number(outcome.fees),
    funding: brought,
    netProfit,
    risk,
    netR: risk > 0 ? netProfit / risk : 0,
    mfe: Number(outcome.mfe),
    mae: Number(outcome.mae),
    exits,
    stops: ridden.stops.map(({ atMs, stop }) => ({ atMs, price: ticksToPrice(stop.level), source: stop.source })),
    targets: ridden.targets.map(ticksToPrice),
    ambiguousCandles: ride.ambiguousCandles,
  };
}

/** The position with the money of its fills, and each reduction by itself. */
function withMoney(
  position: Position,
  exits: readonly InstantExit[],
  settings: PaperSettings,
): { readonly position: Position; readonly exits: readonly TestedExit[] } {
  let books: Position = {
    ...position,
    ...entryMoney(position, settings),
    rungs: position.rungs.map((rung) => ({ ...rung, fills: null })),
    exitValue: ZERO_TEXT,
    exitFees: ZERO_TEXT,
  };
  const tested: TestedExit[] = [];
  for (const [order, exit] of exits.entries()) {
    // A liquidation takes the margin and no more: its price is the venue's, not the market's.
    const terms = exit.reason === "liquidated" ? { ...settings, slippage: ZERO_TEXT } : settings;
    const fill = fillOf(books, closingOrderSide(position.side), exit.lots, exit.price, terms);
    const one = {
      lots: exit.lots,
      price: fill.price,
      fee: quoteFee(fill),
      orderId: String(order),
      atMs: epochMs(exit.atMs),
    };
    books = {
      ...books,
      exitValue: toText(exact(one.price).times(one.lots).plus(exact(books.exitValue))),
      exitFees: toText(exact(books.exitFees).plus(exact(one.fee))),
    };
    const record = (rung: number | null, tally: Tally): void => {
      tested.push({
        rung,
        reason: exit.reason ?? "take_profit",
        amount: Number(lotsToAmount(position.market, tally.lots)),
        price: Number(reported(dividedBy(quotientOf(tally.value), whole(tally.lots)))),
        fee: Number(tally.fee),
        profit: Number(grossProfit(books, quotientOf(tally.value), tally.lots)),
        atMs: exit.atMs,
      });
    };
    if (exit.rungs.length === 0) {
      record(null, addToTally(null, one));
      continue;
    }
    const shared = books.rungs.map((rung) => {
      const share = exit.rungs.find(({ rung: number }) => number === rung.number);
      return share === undefined ? rung : { ...rung, shareLots: share.lots, fills: null };
    });
    for (const rung of allotToRungs(
      shared,
      exit.rungs.map(({ rung: number }) => number),
      one,
    ))
      if (rung.fills?.orderId === one.orderId) record(rung.number, rung.fills);
  }
  return { position: books, exits: tested };
}

function entryMoney(position: Position, settings: PaperSettings): Pick<Position, "entryFees"> {
  const orderSide = openingOrderSide(position.side);
  const at = exact(position.entryCost).dividedBy(position.enteredLots);
  const fee = fillFee({ market: position.market, settings, orderSide, lots: position.enteredLots, price: toText(at) });
  return { entryFees: quoteFee({ kind: "fill", price: toText(at), lots: position.enteredLots, fee } as FillReport) };
}

function fillOf(
  position: Position,
  orderSide: OrderSide,
  sold: Lots,
  at: number,
  settings: PaperSettings,
): Pick<FillReport, "price" | "fee"> & FillReport {
  const { market } = position;
  const paid = fillPrice({ market, settings, orderSide, price: at });
  return {
    kind: "fill",
    price: paid,
    lots: sold,
    fee: fillFee({ market, settings, orderSide, lots: sold, price: paid }),
  } as FillReport;
}
