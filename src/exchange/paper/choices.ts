/**
 * What the paper exchange chooses for an order: latency, slices, expiry. Each choice is a hash of the seed and the
 * order's id (law 9), so that an exchange that was stopped in the middle chooses the same when it goes on.
 *
 * Promises: the slices of an order are whole lots above zero and add up to the order.
 */
import { hashUnit } from "../../domain/hash.ts";
import type { OrderRequest } from "../../domain/intent.ts";
import { lots, mulDiv, type Lots } from "../../domain/units.ts";
import type { PaperSettings } from "./settings.ts";

export interface SlicePlan {
  readonly slices: readonly Lots[];
  /** How many of them are carried out; the rest expires. All of them as a rule. */
  readonly carriedOut: number;
}

/** How long the order, and later its cancellation, is on its way. */
export function latencyOf(settings: PaperSettings, clientOrderId: string): number {
  const { minimum, maximum } = settings.latencyMs;
  if (minimum === maximum) return minimum;
  return minimum + Math.floor(choice(settings, clientOrderId, "latency") * (maximum - minimum + 1));
}

export function slicePlanOf(settings: PaperSettings, order: Pick<OrderRequest, "clientOrderId" | "lots">): SlicePlan {
  const count = sliceCount(settings, order);
  if (count === 1) return { slices: [order.lots], carriedOut: 1 };
  return { slices: split(settings, order, count), carriedOut: carriedOut(settings, order.clientOrderId, count) };
}

function sliceCount(settings: PaperSettings, order: Pick<OrderRequest, "clientOrderId" | "lots">): number {
  const { probability, maximumSlices } = settings.partialFills;
  if (probability === 0 || choice(settings, order.clientOrderId, "partial") >= probability) return 1;
  const wanted = 2 + Math.floor(choice(settings, order.clientOrderId, "slices") * (maximumSlices - 1));
  return Math.min(wanted, order.lots);
}

/** One lot each, and what is above that by weight; rounding leaves its rest to the last slice. */
function split(
  settings: PaperSettings,
  order: Pick<OrderRequest, "clientOrderId" | "lots">,
  count: number,
): readonly Lots[] {
  const weights = Array.from(
    { length: count },
    (_, index) => 1 + Math.floor(choice(settings, order.clientOrderId, `slice ${index + 1}`) * 1000),
  );
  const weightSum = weights.reduce((sum, weight) => sum + weight, 0);
  const spare = order.lots - count;
  const slices = weights.map((weight) => 1 + mulDiv(spare, weight, weightSum));
  const rest = order.lots - slices.reduce((sum, slice) => sum + slice, 0);
  return slices.map((slice, index) => lots(index === count - 1 ? slice + rest : slice));
}

function carriedOut(settings: PaperSettings, clientOrderId: string, count: number): number {
  const probability = settings.expireRestProbability;
  if (probability === 0 || choice(settings, clientOrderId, "expire") >= probability) return count;
  return 1 + Math.floor(choice(settings, clientOrderId, "expire after") * (count - 1));
}

const choice = (settings: PaperSettings, clientOrderId: string, what: string): number =>
  hashUnit("paper", settings.seed, what, clientOrderId);
