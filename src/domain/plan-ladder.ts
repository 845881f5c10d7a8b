/**
 * The ladder of a plan as it was asked for: put to use, mended, or given up for the single target (R2.7 to R2.9).
 *
 * Promises: an accepted ladder has 1 to 10 rungs whose targets strictly ascend (P7) and whose shares are whole
 * millionths above 0 that sum to exactly one (P5). It knows no market and no position.
 */
import { exact } from "./decimal.ts";
import type { Plan, PlanRung } from "./plan.ts";
import { isRefused, refused, type Refused } from "./refused.ts";
import { fractionFromMillionths, moveFromMillionths, mulDiv, ONE } from "./units.ts";
import { percentText } from "./wording.ts";

/** A rung as it was asked for: both in millionths, neither checked. */
export interface RungSettings {
  readonly target: number;
  readonly fraction: number;
}

export interface LadderSettings {
  readonly scaledTakeProfit: {
    readonly enabled: boolean;
    /** Refuse what would otherwise be mended with a warning (R2.7, R2.8). */
    readonly strict: boolean;
  };
  readonly ladder: readonly RungSettings[];
  /** Millionths; null for the ladder's last target (R2.9). */
  readonly singleTarget: number | null;
}

export type TakeProfit = Pick<Plan, "takeProfit" | "ladder" | "singleTargetMove"> & {
  readonly warnings: readonly string[];
};

const TARGET_LIMIT = "more than 0 and at most 1000 (100,000 %)";
const FRACTION_LIMIT = "more than 0 and at most 1000";
const MAXIMUM_RUNGS = 10;
/** Far above anything meant, far below where sums of millionths stop being exact. */
const MAXIMUM_MILLIONTHS = 1_000_000_000;

const isPositiveRatio = (millionths: number): boolean =>
  Number.isSafeInteger(millionths) && millionths > 0 && millionths <= MAXIMUM_MILLIONTHS;

/** R2.7 to R2.9: the ladder where it holds, else everything at the single target. */
export function takeProfitOf(settings: LadderSettings): TakeProfit | Refused {
  const { ladder, scaledTakeProfit } = settings;
  const fault = ladderFault(settings);
  if (fault !== null) return fault;
  if (!scaledTakeProfit.enabled) return singleTakeProfit(settings, []);
  const disorder = disorderOf(ladder);
  if (disorder !== null) return scaledTakeProfit.strict ? disorder : singleTakeProfit(settings, [disorder.message]);
  const singleTarget = singleTargetOf(settings);
  if (isRefused(singleTarget)) return singleTarget;
  const shares = sharesOf(ladder);
  if (scaledTakeProfit.strict && shares.warnings.length > 0) return sumRefusal(ladder, shares.sum);
  const rungs: readonly PlanRung[] = ladder.map((rung, index) => ({
    targetMove: moveFromMillionths(rung.target),
    exitFraction: fractionFromMillionths(shares.millionths[index]!),
  }));
  return {
    takeProfit: "scaled",
    ladder: rungs,
    singleTargetMove: moveFromMillionths(singleTarget),
    warnings: shares.warnings,
  };
}

/** What no leniency mends: a count out of range, or a number that cannot be meant. */
function ladderFault({ ladder, scaledTakeProfit }: LadderSettings): Refused | null {
  if (ladder.length > MAXIMUM_RUNGS || (ladder.length === 0 && scaledTakeProfit.enabled)) {
    return refused({
      rule: "R1.1",
      field: "ladder",
      value: `${ladder.length} rungs`,
      limit: `1 to ${MAXIMUM_RUNGS} rungs`,
    });
  }
  for (const [index, rung] of ladder.entries()) {
    if (!isPositiveRatio(rung.fraction)) {
      return refused({
        rule: "R2.8",
        field: `ladder[${index}].fraction`,
        value: ratioText(rung.fraction),
        limit: FRACTION_LIMIT,
      });
    }
    if (!Number.isSafeInteger(rung.target) || rung.target > MAXIMUM_MILLIONTHS) {
      return refused({
        rule: "R2.7",
        field: `ladder[${index}].target`,
        value: ratioText(rung.target),
        limit: TARGET_LIMIT,
      });
    }
  }
  return null;
}

const DISORDER = "Scaled TP disabled: profit levels must be in ascending order";

/** The first target that is not above 0 and above the one before it (R2.7). */
function disorderOf(ladder: readonly RungSettings[]): Refused | null {
  let before = 0;
  for (const [index, { target }] of ladder.entries()) {
    if (target <= before) {
      const limit = `more than ${ratioText(before)}, targets strictly ascending`;
      return refused({
        rule: "R2.7",
        field: `ladder[${index}].target`,
        value: ratioText(target),
        limit,
        message: DISORDER,
      });
    }
    before = target;
  }
  return null;
}

function singleTakeProfit(settings: LadderSettings, warnings: readonly string[]): TakeProfit | Refused {
  const target = singleTargetOf(settings);
  if (isRefused(target)) return target;
  const targetMove = moveFromMillionths(target);
  return { takeProfit: "single", ladder: [{ targetMove, exitFraction: ONE }], singleTargetMove: targetMove, warnings };
}

/** In millionths. */
function singleTargetOf({ singleTarget, ladder }: LadderSettings): number | Refused {
  const target = singleTarget ?? ladder.at(-1)?.target;
  if (target !== undefined && isPositiveRatio(target)) return target;
  return refused({
    rule: "R2.9",
    field: "singleTarget",
    value: target === undefined ? undefined : ratioText(target),
    limit: `${TARGET_LIMIT}; where it is not given, the ladder's last target counts`,
  });
}

interface Shares {
  readonly millionths: readonly number[];
  readonly sum: number;
  readonly warnings: readonly string[];
}

/** Shares of exactly one million: each in proportion, at least 1; what rounding leaves goes to the (last) largest. */
function sharesOf(ladder: readonly RungSettings[]): Shares {
  const asked = ladder.map((rung) => rung.fraction);
  const sum = total(asked);
  if (sum === ONE) return { millionths: asked, sum, warnings: [] };
  const parts = asked.map((part) => Math.max(1, mulDiv(part, ONE, sum)));
  const largest = parts.lastIndexOf(Math.max(...parts));
  parts[largest] = parts[largest]! + ONE - total(parts);
  return { millionths: parts, sum, warnings: [`Scaled TP percentages normalized from ${percentText(sum)} to 100%`] };
}

const total = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);

const sumRefusal = (ladder: readonly RungSettings[], sum: number): Refused =>
  refused({
    rule: "R2.8",
    field: "ladder",
    value: ladder.map((rung) => ratioText(rung.fraction)).join(" + "),
    limit: "fractions that sum to 1",
    message: `The fractions of the ladder sum to ${percentText(sum)}; allowed: 100% exactly (strict)`,
  });

/** Millionths as people write a ratio: 30_000 is "0.03". */
export const ratioText = (millionths: number): string => exact(millionths).shiftedBy(-6).toFixed();
