/**
 * The trailing stop (R4.4): a distance behind the recorded mark, adapted to volatility, momentum and how far the mark has
 * come; bounded. Activated once and for good: from entry, from a price move, or from a rung that is passed.
 *
 * Promises: it moves the stop through `tighten` alone, so that a distance that grows again moves nothing.
 */
import { levelText } from "../market.ts";
import { heightAtMove, heightOf, heightTimes, levelAtHeight } from "../price-axis.ts";
import { rungsPassed } from "../ladder.ts";
import type { Position } from "../position.ts";
import { better, direction, type Side } from "../side.ts";
import { tighten } from "../stop.ts";
import { become, warn, type Turn } from "../turn.ts";
import { fractionFromMillionths, height, ONE, type Fraction, type Height } from "../units.ts";
import { percentText } from "../wording.ts";
import { boundedProduct, factorOf, furthestRow } from "./factors.ts";
import {
  HIGHEST,
  NEVER,
  upFrom,
  type Decision,
  type FiringInterval,
  type Fitted,
  type Ladder,
  type Rule,
} from "./rule.ts";
import { count, group, optional, ratio, rows, written, type Fault, type SettingsOf } from "./setting.ts";

const factor = (about: string, byDefault: number) => ratio({ about, byDefault, over: 0, to: 100 });

// SPEC R4.4
const fields = {
  activation: group("From entry, where neither is given", {
    move: optional(ratio({ about: "From a price move", byDefault: 0, over: 0, to: 1000 })),
    rung: optional(count({ about: "From a rung that is hit or skipped", byDefault: 1, from: 1, to: 10 })),
  }),
  distance: ratio({ about: "From the recorded mark, as a share of it", byDefault: 0.02, over: 0, under: 1 }),
  volatility: group("Factors by class of volatility", {
    high: factor("ATR far above its average", 1.3),
    low: factor("ATR far below its average", 0.7),
  }),
  profit: rows(
    "Factors by the mark's price move; the furthest row that it is beyond counts",
    {
      above: ratio({ about: "Price move of the mark, more than", byDefault: 0.1, from: 0, to: 1000 }),
      factor: factor("Factor", 1),
    },
    [
      { above: 0.1, factor: 0.5 },
      { above: 0.05, factor: 0.7 },
      { above: 0.03, factor: 0.85 },
    ],
  ),
  momentum: group("Factors by class of momentum", {
    strong: factor("A strong move in our favor", 1.2),
    weak: factor("No move in our favor, or one against us", 0.8),
  }),
  minimum: ratio({ about: "The distance is never less", byDefault: 0.004, over: 0, under: 1 }),
  maximum: ratio({ about: "The distance is never more", byDefault: 0.04, over: 0, under: 1 }),
};

export type TrailingSettings = SettingsOf<typeof fields>;

export const trailing = {
  name: "trailing",
  requirement: "R4.4",
  about: "keeps the stop at a distance behind the recorded mark",
  fields,
  flaw,
  fit,
  usesMark: true,
  uses: ["volatility", "momentum"],
  intervals,
  decide,
  adjust,
  adjusts: "the trailing stop becomes active",
  follow,
  standing,
} as const satisfies Rule;

function flaw({ activation, minimum, maximum, profit }: TrailingSettings): Fault | null {
  if (activation.move !== null && activation.rung !== null) {
    const value = `a move (${written(fields.distance, activation.move)}) and a rung (${activation.rung})`;
    return { field: "activation", value, limit: "one of them, or neither; the other has to be null" };
  }
  if (minimum > maximum) {
    const limit = `at most maximum (${written(fields.maximum, maximum)})`;
    return { field: "minimum", value: written(fields.minimum, minimum), limit };
  }
  if (new Set(profit.map(({ above }) => above)).size < profit.length)
    return { field: "profit", value: "one move twice", limit: "each move once" };
  return null;
}

/** A rung that is never passed would never activate it: the last one closes, and a single target has no other. */
function fit(settings: TrailingSettings, { takeProfit, targets }: Ladder): Fitted | Fault {
  const { rung } = settings.activation;
  if (rung === null || (takeProfit === "scaled" && rung < targets.length))
    return { settings, warning: boundedText(settings) };
  const move = targets[rung - 1];
  if (takeProfit === "scaled" || move === undefined) {
    const limit = `a rung before the last: there are ${targets.length}`;
    return { field: "activation.rung", value: rung, limit };
  }
  return {
    settings: { ...settings, activation: { move, rung: null } },
    warning: `Trailing stop: there is no rung ${rung} with a single target; active from ${percentText(move)} on instead`,
  };
}

/** Until it is active: from the price move that activates it. */
function intervals(position: Position): readonly FiringInterval[] {
  const move = position.plan.rules.trailing?.activation.move ?? null;
  if (move === null || position.isTrailing) return NEVER;
  return upFrom(heightAtMove(position, move, "favorable"));
}

/** A distance that its own bounds never let be: somebody has set the one and forgotten the others. */
function boundedText({ distance, minimum, maximum }: TrailingSettings): string | null {
  if (distance >= minimum && distance <= maximum) return null;
  const [bound, is] = distance > maximum ? ["maximum", maximum] : ["minimum", minimum];
  return `Trailing stop: its distance of ${percentText(distance)} is bounded to ${percentText(is as number)}, trailing.${bound}`;
}

function decide(): Decision {
  return { kind: "adjust", rule: trailing.name };
}

function adjust(turn: Turn): Turn {
  return trail(activate(turn));
}

/** After a change of entry, mark, rungs or context: activates where a rung or the entry does, and moves the stop along. */
function follow(turn: Turn): Turn {
  const { position } = turn;
  const { rules, markStep } = position.plan;
  if (rules.trailing === null || markStep === null || position.mark === null) return turn;
  const { move, rung } = rules.trailing.activation;
  const isDue = move === null && (rung ?? 0) <= rungsPassed(position);
  return trail(isDue && !position.isTrailing ? activate(turn) : turn);
}

function activate(turn: Turn): Turn {
  const { symbol, grid, mark } = turn.position;
  const from = mark === null || grid === null ? "the entry" : levelText(grid, mark);
  return warn(become(turn, { isTrailing: true }), "info", `Trailing stop for ${symbol} active, mark at ${from}`);
}

function trail(turn: Turn): Turn {
  const { position } = turn;
  const settings = position.plan.rules.trailing;
  if (!position.isTrailing || settings === null || position.mark === null) return turn;
  const level = levelAtHeight(
    position.side,
    heightBehind(position, settings, heightOf(position.side, position.mark)).at,
  );
  // A level behind the stop asks for nothing: the most favorable of all stops counts (R4.3).
  if (position.stop !== null && !better(position.side, level, position.stop.level)) return turn;
  return tighten(turn, { level, source: "trailing" });
}

/** Where the stop trails while the mark stands at a height, and up to which height of the mark its distance stays the same. */
export function heightBehind(
  position: Position,
  settings: TrailingSettings,
  mark: Height,
): { readonly at: Height; readonly distance: Fraction; readonly upTo: Height } {
  const { distance, upTo } = trailingDistance(position, settings, mark);
  return { at: heightAtDistance(position.side, mark, distance), distance, upTo };
}

/** So much of itself behind the mark. */
export function heightAtDistance(side: Side, mark: Height, distance: Fraction): Height {
  // On a coarse grid the tighter tick may be the mark itself: a stop there would sell at every new high.
  return height(Math.min(heightTimes(mark, ONE - direction(side) * distance, ONE, "favorable"), mark - 1));
}

/** The share of the mark that the stop stays behind it; rounded down to a whole millionth, which is the tighter side. */
function trailingDistance(
  position: Position,
  settings: TrailingSettings,
  mark: Height,
): { readonly distance: Fraction; readonly upTo: Height } {
  const { context } = position;
  const { volatility, momentum, profit, minimum, maximum, distance } = settings;
  let upTo: Height = HIGHEST;
  const tier = furthestRow(
    profit,
    ({ above }) => above,
    ({ above }) => {
      const last = heightAtMove(position, above, "unfavorable");
      if (mark <= last && last < upTo) upTo = last;
      return mark > last;
    },
  );
  const factors = [
    factorOf(volatility, context.volatility),
    tier?.factor ?? null,
    factorOf(momentum, context.momentum),
  ];
  return { distance: fractionFromMillionths(boundedProduct(distance, factors, minimum, maximum)), upTo };
}

function standing(position: Position): string | null {
  const settings = position.plan.rules.trailing;
  if (settings === null || position.mark === null) return null;
  const { distance: share } = trailingDistance(position, settings, heightOf(position.side, position.mark));
  const distance = `${percentText(share)} behind the mark`;
  return position.isTrailing ? `${distance} now` : `not active yet; would be ${distance}`;
}
