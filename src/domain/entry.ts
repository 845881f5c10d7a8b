/**
 * Validation of a new position, before anything is sent (R8.1).
 *
 * Promises: the answer is a position that can be opened or the first reason against it, as a value; it never throws,
 * whatever it is given. It does not read a clock, ask an exchange, or remember which ids were used.
 */
import { capFault, type Caps, type Held } from "./caps.ts";
import { exact, isDecimalText, toText, type Exact } from "./decimal.ts";
import { amountToLotsDown, lotsToAmount, notional, type Market } from "./market.ts";
import { openingWarnings } from "./opening-warnings.ts";
import type { InitialStop, Plan } from "./plan.ts";
import type { FreshPrice } from "./price-gate.ts";
import { isRefused, refused, type Refused } from "./refused.ts";
import { refuseSetting } from "./rules/setting.ts";
import { rulesOn } from "./rules/table.ts";
import type { Side } from "./side.ts";
import { epochMs, mulDiv, ONE, type DecimalText, type EpochMs, type Lots, type Price } from "./units.ts";
import { amountText } from "./wording.ts";

/** What a bot or a person asks for. Not checked yet: every field may hold anything. */
export interface EntryRequest {
  readonly id: string;
  readonly account: string;
  readonly symbol: string;
  readonly side: Side;
  /** In the exchange's unit: contracts on derivatives, base coin on spot. */
  readonly amount: DecimalText;
  /** 1 where it is not given. */
  readonly leverage?: number | undefined;
  /** In place of the plan's own initial stop. */
  readonly stop?: InitialStop | undefined;
  readonly atMs: EpochMs;
}

/** What holds a market already: one position per account and symbol, in hedge mode per side as well. */
export interface OpenPositions {
  /** The id of the position there, or null; `side` is null where both sides count as one. */
  find(place: { readonly account: string; readonly symbol: string; readonly side: Side | null }): string | null;
}

export interface EntryContext {
  /** Undefined where the symbol is not known. */
  readonly market: Market | undefined;
  /** The fresh price of the symbol, or null where there is none. */
  readonly price: FreshPrice | null;
  readonly openPositions: OpenPositions;
  readonly hedgeMode: boolean;
  readonly usedIds: { has(id: string): boolean };
  /** From `makePlan`, for this market. */
  readonly plan: Plan;
  /** ATR over its average, as it is now; null where it is not known. */
  readonly atrRatio?: number | null;
  /** Caps on new positions, with what is held (R8.6); left out, there are none. */
  readonly capped?: { readonly caps: Caps; readonly held: Held };
}

export interface ValidEntry {
  readonly lots: Lots;
  readonly leverage: number;
  readonly market: Market;
  /** The plan with the stop that the entry asked for. */
  readonly plan: Plan;
  readonly warnings: readonly string[];
}

const MAXIMUM_LEVERAGE = 125;

/** A position that may be opened, or the first reason against it. */
export function validateEntry(request: EntryRequest, context: EntryContext): ValidEntry | Refused {
  const leverage = request.leverage ?? 1;
  const own =
    identityFault(request) ?? amountFault(request.amount) ?? leverageFault(leverage) ?? stopFault(request.stop);
  if (own !== null) return own;
  const { market } = context;
  if (market === undefined) {
    return refuse(
      "symbol",
      request.symbol,
      "a symbol of the exchange's markets",
      `No market ${request.symbol} is known`,
    );
  }
  const unfit = marketFault(market) ?? leverageAtMarketFault(leverage, market) ?? sideFault(request.side, market);
  if (unfit !== null) return unfit;
  const sized = sizeOf(request, market, context.price);
  if (isRefused(sized)) return sized;
  const corrected = correctedPlan(context.plan, context.atrRatio ?? null);
  const plan = request.stop === undefined ? corrected.plan : { ...corrected.plan, initialStop: request.stop };
  const misplaced =
    stopPriceFault(plan.initialStop, request.side, sized.price) ??
    targetFault(plan, request.side) ??
    entryFlawOf(plan, epochMs(Math.max(request.atMs, context.price?.atMs ?? 0)));
  if (misplaced !== null) return misplaced;
  const taken = takenFault(request, context) ?? cappedFault(sized, market, context);
  if (taken !== null) return taken;
  const { symbol } = request;
  const warnings = [
    ...sized.warnings,
    ...corrected.said.map((said) => `${symbol}: ${said}`),
    ...openingWarnings({ plan, symbol, leverage, entryPrice: sized.price }),
  ];
  return { lots: sized.lots, leverage, market, plan, warnings };
}

const refuse = (field: string, value: unknown, limit: string, message?: string): Refused =>
  refused({ rule: "R8.1", field, value, limit, ...(message === undefined ? {} : { message }) });

/** Ids go into hashes and file lines: visible ASCII keeps them apart and readable. */
export const NAME = /^[\x21-\x7e]{1,100}$/;
export const NAME_LIMIT = "1 to 100 letters, digits or signs, no spaces";
const isName = (value: unknown): value is string => typeof value === "string" && NAME.test(value);

function identityFault({ id, account, side }: EntryRequest): Refused | null {
  if (!isName(id)) return refuse("id", id, NAME_LIMIT);
  if (!isName(account)) return refuse("account", account, NAME_LIMIT);
  return side === "long" || side === "short" ? null : refuse("side", side, "long or short");
}

function amountFault(amount: unknown): Refused | null {
  const positive = typeof amount === "string" && isDecimalText(amount) && exact(amount).gt(0);
  return positive ? null : refuse("amount", amount, "decimal text greater than 0");
}

function leverageFault(leverage: unknown): Refused | null {
  const inside = typeof leverage === "number" && leverage >= 1 && leverage <= MAXIMUM_LEVERAGE;
  return inside ? null : refuse("leverage", leverage, `1 to ${MAXIMUM_LEVERAGE}`);
}

function stopFault(stop: InitialStop | undefined): Refused | null {
  if (stop === undefined) return null;
  const given: unknown = stop;
  if (typeof given !== "object" || given === null) return refuse("stop", given, "a fraction or a price");
  if (stop.kind === "fraction") {
    const { fraction } = stop;
    if (Number.isSafeInteger(fraction) && fraction > 0 && fraction < ONE) return null;
    return refuse(
      "stop.fraction",
      typeof fraction === "number" ? exact(fraction).shiftedBy(-6).toFixed() : fraction,
      "more than 0 and less than 1",
    );
  }
  if (stop.kind !== "price") return refuse("stop", given, "a fraction or a price");
  const positive = typeof stop.price === "string" && isDecimalText(stop.price) && exact(stop.price).gt(0);
  return positive ? null : refuse("stop.price", stop.price, "decimal text greater than 0");
}

function marketFault(market: Market): Refused | null {
  const { symbol } = market;
  if (!market.active) return refuse("symbol", symbol, "an active market", `The market ${symbol} is not active`);
  if (market.linear) return null;
  return refuse(
    "symbol",
    symbol,
    "a linear market",
    "inverse contracts are refused until they are supported everywhere",
  );
}

function leverageAtMarketFault(leverage: number, market: Market): Refused | null {
  if (market.kind === "spot") return leverage === 1 ? null : refuse("leverage", leverage, "1 on spot");
  const { maximumLeverage } = market;
  if (maximumLeverage === null || leverage <= maximumLeverage) return null;
  return refuse("leverage", leverage, `1 to ${maximumLeverage} on ${market.symbol}`);
}

const sideFault = (side: Side, market: Market): Refused | null =>
  side === "short" && market.kind === "spot"
    ? refuse("side", side, "long on spot", "short needs a derivatives market")
    : null;

interface EntrySize {
  readonly lots: Lots;
  readonly price: Price;
  readonly warnings: readonly string[];
}

/** Whole lots within the exchange's limits at the current price. */
function sizeOf({ amount, symbol }: EntryRequest, market: Market, price: FreshPrice | null): EntrySize | Refused {
  const step = amountText(market.amountStep);
  const lots = amountToLotsDown(market, amount);
  if (lots === null) return refuse("amount", amount, `less than 2^53 steps of ${step}`);
  if (lots < 1) return refuse("amount", amount, `at least one step of ${step}`);
  if (price === null) {
    return refuse("price", "none", "a valid, fresh price", `No valid price for ${symbol} yet: an entry needs one`);
  }
  const rounded = lotsToAmount(market, lots);
  const fault = sizeFault({ market, lots, amount: rounded, worth: notional(market, lots, price.value) });
  if (fault !== null) return fault;
  const whole = exact(rounded).eq(exact(amount));
  const warnings = whole
    ? []
    : [`Entry amount ${amountText(amount)} for ${symbol} rounded down to ${amountText(rounded)} (amount step ${step})`];
  return { lots, price: price.value, warnings };
}

function sizeFault(input: {
  readonly market: Market;
  readonly lots: Lots;
  readonly amount: DecimalText;
  readonly worth: Exact;
}): Refused | null {
  const { market, lots, amount, worth } = input;
  const { minimumLots, minimumCost, maximumLots, symbol, quote } = market;
  const limitText = (bound: Lots): string => amountText(lotsToAmount(market, bound));
  if (minimumLots !== null && lots < minimumLots)
    return refuse("amount", amount, `at least ${limitText(minimumLots)} for ${symbol}`);
  if (minimumCost !== null && worth.lt(exact(minimumCost))) {
    const message = `amount ${amount} is worth ${amountText(toText(worth))} ${quote}; allowed: at least ${amountText(minimumCost)} ${quote} for ${symbol}`;
    return refuse("amount", amount, `worth at least ${amountText(minimumCost)} ${quote}`, message);
  }
  if (maximumLots !== null && lots > maximumLots)
    return refuse("amount", amount, `at most ${limitText(maximumLots)} for ${symbol}`);
  return null;
}

/** A stop at the price itself, or on its favorable side, would be hit at once. */
function stopPriceFault(stop: InitialStop, side: Side, price: Price): Refused | null {
  if (stop.kind !== "price") return null;
  const level = exact(stop.price);
  const at = exact(price);
  if (side === "long" ? level.lt(at) : level.gt(at)) return null;
  return refuse(
    "stop.price",
    stop.price,
    `${side === "long" ? "below" : "above"} the current price ${amountText(toText(at))} for a ${side}`,
  );
}

/** A short's target at 100 % or more would stand at or below zero, where no price can reach it. */
function targetFault(plan: Plan, side: Side): Refused | null {
  if (side === "long") return null;
  // Moving targets may go as far as their largest factor.
  const furthest = plan.rules.movingTargets?.maximum ?? ONE;
  const index = plan.ladder.findIndex((rung) => mulDiv(rung.targetMove, furthest, ONE) >= ONE);
  if (index === -1) return null;
  const target = exact(plan.ladder[index]!.targetMove).shiftedBy(-6).toFixed();
  return refuse(
    plan.takeProfit === "single" ? "singleTarget" : `ladder[${index}].target`,
    target,
    furthest === ONE ? "less than 1 for a short" : "less than 1 for a short, times the largest factor of movingTargets",
  );
}

/** The plan as its rules have it for this moment, and what they say they have changed. */
function correctedPlan(plan: Plan, atrRatio: number | null): { readonly plan: Plan; readonly said: readonly string[] } {
  let corrected: { readonly plan: Plan; readonly said: readonly string[] } = { plan, said: [] };
  for (const rule of rulesOn(plan.rules)) {
    const correction = rule.correct?.(corrected.plan, atrRatio) ?? null;
    if (correction !== null) corrected = { plan: correction.plan, said: [...corrected.said, correction.said] };
  }
  return corrected;
}

/** What a rule has against this moment. */
function entryFlawOf(plan: Plan, atMs: EpochMs): Refused | null {
  for (const rule of rulesOn(plan.rules)) {
    const flaw = rule.entryFlaw?.(plan.rules[rule.name] as never, atMs) ?? null;
    if (flaw !== null) return refuseSetting(rule, flaw);
  }
  return null;
}

function takenFault(request: EntryRequest, { openPositions, hedgeMode, usedIds }: EntryContext): Refused | null {
  const { id, account, symbol } = request;
  // First: whoever asks the same again, not knowing whether it has been heard, is told just that.
  if (usedIds.has(id)) return refuse("id", id, "an id that was not used before", `The id ${id} was used before`);
  const holder = openPositions.find({ account, symbol, side: hedgeMode ? request.side : null });
  if (holder === null) return null;
  const limit = hedgeMode ? "one position per account, symbol and side" : "one position per account and symbol";
  return refuse("symbol", symbol, limit, `${symbol} is already held by position ${holder}; allowed: ${limit}`);
}

/** What a cap has against it, last of all: it is about an entry that could be opened otherwise (R8.6). */
function cappedFault({ lots, price }: EntrySize, market: Market, { capped }: EntryContext): Refused | null {
  if (capped === undefined) return null;
  const { symbol, quote } = market;
  return capFault({ symbol, quote, worth: notional(market, lots, price) }, capped.caps, capped.held);
}
