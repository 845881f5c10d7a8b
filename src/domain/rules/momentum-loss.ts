/**
 * Momentum loss (R5.2): leaves when so much of the peak profit has been given back; less of it where the profit that is left
 * lies in a range. The peak is that of the recorded mark, so that a decision can be replayed.
 *
 * Given back is (peak − now) ÷ peak, both ROI: leverage cancels out, and the level follows from mark and entry alone.
 */
import { heightAtMove, heightOf, heightOnWay } from "../price-axis.ts";
import type { Position } from "../position.ts";
import { ONE, type Height } from "../units.ts";
import { between, downFrom, NEVER, type Decision, type Rule, type FiringInterval } from "./rule.ts";
import { group, ratio, written, type Fault, type SettingsOf } from "./setting.ts";

// SPEC R5.2
const fields = {
  giveBack: ratio({ about: "Share of the peak profit given back, at least", byDefault: 0.5, over: 0, to: 1 }),
  within: group("Where the profit that is left lies in this range, less has to be given back", {
    fromRoi: ratio({ about: "ROI, at least", byDefault: 0.03, from: 0, to: 1000 }),
    toRoi: ratio({ about: "ROI, at most", byDefault: 0.15, from: 0, to: 1000 }),
    giveBack: ratio({ about: "Share of the peak profit given back, at least", byDefault: 0.3, over: 0, to: 1 }),
  }),
  minimumPeakRoi: ratio({
    about: "ROI of the peak, at least: keeps noise from closing fresh positions",
    byDefault: 0.03,
    over: 0,
    to: 1000,
  }),
};

export const momentumLoss = {
  name: "momentumLoss",
  requirement: "R5.2",
  about: "leaves when too much of the peak profit has been given back",
  fields,
  flaw,
  usesMark: true,
  intervals,
  decide,
} as const satisfies Rule;

function flaw({ within }: SettingsOf<typeof fields>): Fault | null {
  if (within.fromRoi <= within.toRoi) return null;
  const { fromRoi, toRoi } = fields.within.fields;
  const limit = `at most toRoi (${written(toRoi, within.toRoi)})`;
  return { field: "within.fromRoi", value: written(fromRoi, within.fromRoi), limit };
}

function intervals(position: Position): readonly FiringInterval[] {
  const settings = position.plan.rules.momentumLoss;
  if (settings === null || position.mark === null) return NEVER;
  const mark = heightOf(position.side, position.mark);
  const { within, minimumPeakRoi } = settings;
  const { leverage } = position;
  if (mark < heightAtMove(position, minimumPeakRoi, "favorable", leverage)) return NEVER;
  const least = heightAtMove(position, within.fromRoi, "favorable", leverage);
  const most = heightAtMove(position, within.toRoi, "unfavorable", leverage);
  const nearer = givenBack(position, mark, within.giveBack);
  return [...downFrom(givenBack(position, mark, settings.giveBack)), ...between(least, nearer < most ? nearer : most)];
}

/** The highest height at which this share of the way from the entry to the mark has been given back. */
const givenBack = (position: Position, mark: Height, share: number): Height =>
  heightOnWay(position, mark, ONE - share, "unfavorable");

function decide(): Decision {
  return { kind: "close", rule: momentumLoss.name, reason: "momentum_loss", rungs: [] };
}
