/**
 * What a trader should know about the stop of a position before it opens (R4.1): an emergency level that would fire
 * first, or a liquidation that would come before the stop.
 *
 * Promises: it only warns; nothing is refused or changed. The liquidation price is an estimate without the
 * exchange's maintenance margin, so the real one is a little nearer.
 */
import { exact, type Exact } from "./decimal.ts";
import type { Plan } from "./plan.ts";
import { ONE, type DecimalText, type Price } from "./units.ts";
import { percentText } from "./wording.ts";

export function openingWarnings(input: {
  readonly plan: Plan;
  readonly symbol: string;
  readonly leverage: number;
  /** The price at which the entry is expected to fill. */
  readonly entryPrice: Price | DecimalText;
}): readonly string[] {
  const { plan, symbol, leverage } = input;
  const away = stopDistance(plan, exact(input.entryPrice));
  const warnings: string[] = [];
  const nearest = plan.emergencyLevels.reduce((best, level) => Math.max(best, level.roi), Number.NEGATIVE_INFINITY);
  if (exact(-nearest).lt(away.times(leverage))) {
    warnings.push(
      `Emergency stop for ${symbol} at ${percentText(nearest)} ROI is nearer than the stop: at ${leverage}x leverage it is a move of ${percentText(-nearest / leverage)}, the stop is ${percentText(away.toNumber())} away`,
    );
  }
  if (away.times(leverage).gte(ONE)) {
    warnings.push(
      `Stop for ${symbol} is ${percentText(away.toNumber())} away, at or beyond the estimated liquidation price: at ${leverage}x leverage that is a move of ${percentText(ONE / leverage)}`,
    );
  }
  return warnings;
}

/** From the entry to the initial stop, as a share of the entry price; in millionths, not negative. */
function stopDistance(plan: Plan, entryPrice: Exact): Exact {
  const { initialStop } = plan;
  if (initialStop.kind === "fraction") return exact(initialStop.fraction);
  return exact(initialStop.price).minus(entryPrice).abs().times(ONE).dividedBy(entryPrice);
}
