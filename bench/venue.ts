/**
 * A venue that fills every order at once and in full, at the price it is given. It stands in for an exchange where
 * the engine is to be measured and not the exchange.
 */
import { toText } from "../src/domain/decimal.ts";
import type { OrderRequest } from "../src/domain/intent.ts";
import { notional, priceText, type Market } from "../src/domain/market.ts";
import type { OrderReport } from "../src/domain/report.ts";
import { price as asPrice, type EpochMs } from "../src/domain/units.ts";
import { NOTHING, type Kernel, type Step } from "../src/kernel/kernel.ts";

export interface Venue {
  /** Answers the orders of a step, and those that come of the answers, until there are none. */
  take(step: Step, price: number, nowMs: EpochMs): void;
}

export function createVenue(input: {
  readonly kernel: Kernel;
  readonly markets: readonly Market[];
  readonly onStep: (step: Step) => void;
}): Venue {
  const { kernel, onStep } = input;
  const marketOf = new Map(input.markets.map((market) => [market.symbol, market]));
  let trades = 0;
  return {
    take(first, price, nowMs) {
      const steps: Step[] = [first];
      for (let step = steps.shift(); step !== undefined; step = steps.shift()) {
        if (step === NOTHING) continue;
        onStep(step);
        for (const command of step.commands) {
          if (command.kind !== "placeOrder") continue;
          trades += 1;
          for (const report of reportsOf(command.order, {
            market: marketOf.get(command.order.symbol)!,
            price,
            trade: trades,
            atMs: nowMs,
          })) {
            steps.push(kernel.step({ type: "report", report, nowMs }));
          }
        }
      }
    },
  };
}

const TAKER_FEE = 0.0005;

function reportsOf(
  { clientOrderId, lots }: OrderRequest,
  fill: { readonly market: Market; readonly price: number; readonly trade: number; readonly atMs: EpochMs },
): readonly OrderReport[] {
  const { market, trade, atMs } = fill;
  const exchangeOrderId = `o${trade}`;
  const price = asPrice(Math.round(fill.price * 100) / 100);
  const fee = { cost: toText(notional(market, lots, price).times(TAKER_FEE)), currency: "quote" } as const;
  const tradeId = `t${trade}`;
  return [
    { kind: "accepted", clientOrderId, atMs, exchangeOrderId },
    { kind: "fill", clientOrderId, atMs, exchangeOrderId, tradeId, lots, price: priceText(price), fee },
    { kind: "ended", clientOrderId, atMs, end: "filled", filledLots: lots },
  ];
}
