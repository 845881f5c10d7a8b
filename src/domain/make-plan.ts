/**
 * From settings to the frozen plan of one position: ladder put in order or given up, shares made to sum to one.
 *
 * Promises: an accepted plan has 1 to 10 rungs, targets that strictly ascend (P7) and shares that sum to exactly one
 * (P5); what was changed on the way is a warning, what cannot be meant is a refusal. It is total and reads no market
 * but the one it is given.
 */
import { exact, isDecimalText, toText, ZERO_TEXT } from "./decimal.ts";
import type { Market } from "./market.ts";
import type { EmergencyLevel, InitialStop, Plan, PlanTiming } from "./plan.ts";
import { ratioText, takeProfitOf, type LadderSettings } from "./plan-ladder.ts";
import { isRefused, refused, type Refused } from "./refused.ts";
import { fitRules } from "./rules/fit-rules.ts";
import { NO_RULES, rulesOn, type PlanRules } from "./rules/table.ts";
import {
  decimalText,
  fraction,
  fractionFromMillionths,
  ONE,
  roiOf,
  type DecimalText,
  type Fraction,
  type PriceMove,
} from "./units.ts";
import { percentText } from "./wording.ts";

/** What a plan is made from: parsed and complete, but not yet judged. */
export interface PlanSettings extends LadderSettings {
  /** A preset's name, or "custom". */
  readonly preset: string;
  readonly stop: InitialStop;
  readonly breakeven: Plan["breakeven"];
  readonly emergencyLevels: readonly EmergencyLevel[];
  readonly undersizedExit: Plan["undersizedExit"];
  readonly residualBelowMinimum: Plan["residualBelowMinimum"];
  /** Quote currency, "0" for off; null for the default of R3.5. */
  readonly minimumExitValue: DecimalText | null;
  /** The account's balance in quote currency, for the default of R3.5 by balance profile; null if unknown. */
  readonly balance: DecimalText | null;
  /** By symbol, in the exchange's unit: used where the market states none (R3.3). */
  readonly minimumAmount: Readonly<Record<string, DecimalText>>;
  readonly fallbackToSingle: boolean;
  readonly rules: PlanRules;
  /** Step of the recorded high-water mark, in millionths of the entry price; 0 for every tick (R4.4). */
  readonly markStep: number;
  readonly timing: PlanTiming;
}

export interface MadePlan {
  readonly plan: Plan;
  readonly warnings: readonly string[];
}

/** Preset `scaled`: SPEC 2.1, 3, 4.1, 4.2 and section 16. */
export const DEFAULT_PLAN_SETTINGS: PlanSettings = {
  preset: "scaled",
  scaledTakeProfit: { enabled: true, strict: false },
  ladder: [
    { target: 30_000, fraction: 400_000 },
    { target: 50_000, fraction: 300_000 },
    { target: 80_000, fraction: 300_000 },
  ],
  singleTarget: null,
  stop: { kind: "fraction", fraction: fraction(0.05) },
  breakeven: "entry",
  emergencyLevels: [
    { roi: roiOf(-0.15), reason: "emergency_stop_excessive_loss" },
    { roi: roiOf(-0.25), reason: "emergency_stop_severe_loss" },
    { roi: roiOf(-0.4), reason: "emergency_stop_liquidation_risk" },
  ],
  undersizedExit: "raise",
  residualBelowMinimum: "keep",
  minimumExitValue: null,
  balance: null,
  minimumAmount: {},
  fallbackToSingle: true,
  rules: NO_RULES,
  markStep: 1_000,
  timing: {
    rungCooldownMs: 30_000,
    settleMs: 1_000,
    lookUpAfterMs: 5_000,
    closeRetryMs: 1_000,
    failuresBeforeBlocked: 5,
    blockedRetryMs: 30_000,
    entryFreshMs: 5_000,
  },
};

/** The plan of positions opened with these settings, or the first reason against it; without a market, as far as can be judged. */
export function makePlan(settings: PlanSettings, market?: Market): MadePlan | Refused {
  const takeProfit = takeProfitOf(settings);
  if (isRefused(takeProfit)) return takeProfit;
  const initialStop = initialStopOf(settings.stop);
  if (isRefused(initialStop)) return initialStop;
  const emergencyLevels = emergencyLevelsOf(settings.emergencyLevels);
  if (isRefused(emergencyLevels)) return emergencyLevels;
  const exitValue = minimumExitValueOf(settings, market);
  if (isRefused(exitValue)) return exitValue;
  const minimumAmount = minimumAmountOf(settings, market);
  if (isRefused(minimumAmount)) return minimumAmount;
  const markStep = markStepOf(settings);
  if (isRefused(markStep)) return markStep;
  const fitted = fitRules(settings.rules, {
    takeProfit: takeProfit.takeProfit,
    targets: settings.ladder.map(({ target }) => target),
  });
  if (isRefused(fitted)) return fitted;
  const { takeProfit: kind, ladder, singleTargetMove } = takeProfit;
  return {
    plan: {
      preset: settings.preset,
      takeProfit: kind,
      ladder,
      singleTargetMove,
      initialStop,
      breakeven: settings.breakeven,
      emergencyLevels,
      undersizedExit: settings.undersizedExit,
      residualBelowMinimum: settings.residualBelowMinimum,
      minimumExitValue: exitValue.value,
      minimumExitValueByRegime: exitValue.byRegime,
      minimumAmount,
      fallbackToSingle: settings.fallbackToSingle,
      rules: fitted.rules,
      markStep,
      timing: settings.timing,
    },
    warnings: [
      ...takeProfit.warnings,
      ...farTargets(kind === "single" ? [singleTargetMove] : ladder.map(({ targetMove }) => targetMove)),
      ...exitValue.warnings,
      ...fitted.warnings,
    ],
  };
}

/** Nothing forbids to wait for a price that has doubled; most who write it mean a percentage. */
const farTargets = (moves: readonly PriceMove[]): readonly string[] =>
  moves
    .filter((move) => move >= ONE)
    .map((move) => `A target stands at ${percentText(move)} from the entry: targets are ratios, 0.03 is 3 %`);

/** Null where no rule looks at the mark: then it is not kept, and wakes nobody. */
function markStepOf({ markStep, rules }: PlanSettings): Fraction | null | Refused {
  if (!Number.isSafeInteger(markStep) || markStep < 0 || markStep >= ONE) {
    return refused({ rule: "R4.4", field: "markStep", value: ratioText(markStep), limit: "0 or more and less than 1" });
  }
  return rulesOn(rules).some(({ usesMark }) => usesMark === true) ? fractionFromMillionths(markStep) : null;
}

function initialStopOf(stop: InitialStop): InitialStop | Refused {
  if (stop.kind === "price") {
    if (isPositiveDecimal(stop.price)) return { kind: "price", price: toText(exact(stop.price)) };
    return refused({ rule: "R4.1", field: "stop.price", value: stop.price, limit: "decimal text greater than 0" });
  }
  if (Number.isSafeInteger(stop.fraction) && stop.fraction > 0 && stop.fraction < ONE) return stop;
  return refused({
    rule: "R4.1",
    field: "stop.fraction",
    value: ratioText(stop.fraction),
    limit: "more than 0 and less than 1",
  });
}

/** Shallowest first; each level and each reason once, and the deeper level has the graver reason (R4.2). */
function emergencyLevelsOf(levels: readonly EmergencyLevel[]): readonly EmergencyLevel[] | Refused {
  const sorted = [...levels].sort((a, b) => b.roi - a.roi);
  for (const [index, level] of levels.entries()) {
    if (!Number.isSafeInteger(level.roi) || level.roi >= 0 || level.roi < -ONE) {
      return refused({
        rule: "R4.2",
        field: `emergencyLevels[${index}].roi`,
        value: ratioText(level.roi),
        limit: "a loss of the margin as a ratio: -1 (all of it) or more, and less than 0; -0.15 is -15 %",
      });
    }
  }
  for (const [index, level] of sorted.entries()) {
    const before = sorted[index - 1];
    if (before === undefined) continue;
    if (before.roi === level.roi || gravity(level) <= gravity(before)) {
      return refused({
        rule: "R4.2",
        field: "emergencyLevels",
        value: sorted.map((each) => `${ratioText(each.roi)} ${each.reason}`).join(", "),
        limit: `each level and each reason once, the deeper level with the graver reason (${GRAVITY.join(", ")})`,
      });
    }
  }
  return sorted;
}

const GRAVITY = [
  "emergency_stop_excessive_loss",
  "emergency_stop_severe_loss",
  "emergency_stop_liquidation_risk",
] as const;
const gravity = (level: EmergencyLevel): number => GRAVITY.indexOf(level.reason);

/** USD and the coins that follow it: where the defaults of R3.5 mean what they say. */
const DOLLARS: ReadonlySet<string> = new Set([
  "USD",
  "USDT",
  "USDC",
  "FDUSD",
  "BUSD",
  "TUSD",
  "USDP",
  "DAI",
  "USDE",
  "PYUSD",
  "GUSD",
  "USDD",
  "USDS",
  "USD1",
  "RLUSD",
]);

/** By balance profile, quote currency: SPEC R3.5; the bounds of the profiles are in section 16. */
const EXIT_VALUE = { small: decimalText("3"), medium: decimalText("5"), large: decimalText("10") };
const EXIT_VALUE_BY_REGIME = { ranging: decimalText("5"), trending: decimalText("10") };
const SMALL_BELOW = 1_000;
const LARGE_ABOVE = 10_000;

function minimumExitValueOf(
  settings: PlanSettings,
  market: Market | undefined,
):
  | {
      readonly value: DecimalText;
      readonly byRegime: Plan["minimumExitValueByRegime"];
      readonly warnings: readonly string[];
    }
  | Refused {
  const { minimumExitValue, balance } = settings;
  if (minimumExitValue !== null) {
    if (isDecimalText(minimumExitValue) && exact(minimumExitValue).gte(0))
      return { value: toText(exact(minimumExitValue)), byRegime: null, warnings: [] };
    return refused({
      rule: "R3.5",
      field: "minimumExitValue",
      value: minimumExitValue,
      limit: "decimal text, 0 (off) or more",
    });
  }
  if (balance !== null && !(isDecimalText(balance) && exact(balance).gte(0))) {
    return refused({ rule: "R3.5", field: "balance", value: balance, limit: "decimal text, 0 or more" });
  }
  const value = defaultExitValue(balance);
  if (market === undefined || DOLLARS.has(market.quote)) return { value, byRegime: EXIT_VALUE_BY_REGIME, warnings: [] };
  const warning = `minimumExitValue is off for ${market.symbol}: its default of ${value} holds for quote currencies worth about a dollar, not for ${market.quote}; give a value in ${market.quote} to turn it on`;
  return { value: ZERO_TEXT, byRegime: null, warnings: [warning] };
}

function defaultExitValue(balance: DecimalText | null): DecimalText {
  if (balance === null) return EXIT_VALUE.medium;
  const amount = exact(balance);
  if (amount.lt(SMALL_BELOW)) return EXIT_VALUE.small;
  return amount.gt(LARGE_ABOVE) ? EXIT_VALUE.large : EXIT_VALUE.medium;
}

function minimumAmountOf({ minimumAmount }: PlanSettings, market: Market | undefined): DecimalText | null | Refused {
  for (const [symbol, amount] of Object.entries(minimumAmount)) {
    if (!isPositiveDecimal(amount)) {
      return refused({
        rule: "R3.3",
        field: `minimumAmount["${symbol}"]`,
        value: amount,
        limit: "decimal text greater than 0",
      });
    }
  }
  if (market === undefined || !Object.hasOwn(minimumAmount, market.symbol)) return null;
  return toText(exact(minimumAmount[market.symbol]!));
}

const isPositiveDecimal = (value: string): boolean => isDecimalText(value) && exact(decimalText(value)).gt(0);
