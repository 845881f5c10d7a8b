/**
 * Volatility correction (R6.4): the distances of stop and targets of a *new* position, scaled by ATR over its average, bounded.
 * The plan is then frozen with them; an open position's distances are not touched. What is not known counts as 1.
 */
import type { Plan } from "../plan.ts";
import { fractionFromMillionths, moveFromMillionths, mulDiv, ONE, type PriceMove } from "../units.ts";
import type { Correction, Rule } from "./rule.ts";
import { ratio, written, type SettingsOf } from "./setting.ts";

const fields = {
  minimum: ratio({ about: "The factor is never less", byDefault: 0.5, over: 0, to: 1 }),
  maximum: ratio({ about: "The factor is never more", byDefault: 2, from: 1, to: 100 }),
};

export const volatilityCorrection = {
  name: "volatilityCorrection",
  requirement: "R6.4",
  about: "scales the distances of stop and targets of a new position by ATR over its average",
  fields,
  correct,
} as const satisfies Rule;

function correct(plan: Plan, atrRatio: number | null): Correction | null {
  const settings = plan.rules.volatilityCorrection;
  const factor = settings === null || atrRatio === null ? ONE : boundedFactor(settings, atrRatio);
  if (factor === ONE) return null;
  const { initialStop } = plan;
  const scaled: Plan = {
    ...plan,
    ladder: scaledLadder(plan, factor),
    singleTargetMove: scaledMove(plan.singleTargetMove, factor),
    initialStop:
      initialStop.kind === "price"
        ? initialStop
        : {
            kind: "fraction",
            fraction: fractionFromMillionths(within(mulDiv(initialStop.fraction, factor, ONE), 1, ONE - 1)),
          },
  };
  return { plan: scaled, said: `distances scaled by ${written(fields.maximum, factor)}, by ATR over its average` };
}

/** NaN cannot come here: figures that are not finite are refused where they enter. */
const boundedFactor = ({ minimum, maximum }: SettingsOf<typeof fields>, atrRatio: number): number =>
  within(Math.round(atrRatio * ONE), minimum, maximum);

/** Targets keep ascending where scaling brings two of them together. */
function scaledLadder({ ladder }: Plan, factor: number): Plan["ladder"] {
  let before = 0;
  return ladder.map((rung) => {
    before = Math.max(before + 1, scaledMove(rung.targetMove, factor));
    return { ...rung, targetMove: moveFromMillionths(before) };
  });
}

const scaledMove = (move: PriceMove, factor: number): PriceMove =>
  moveFromMillionths(Math.max(1, mulDiv(move, factor, ONE)));

const within = (value: number, least: number, most: number): number => Math.min(most, Math.max(least, value));
