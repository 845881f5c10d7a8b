/**
 * Moving targets (R6.1): targets that are not hit yet stand at their planned move times one factor, a product of a table by
 * market context, time in position and how far the mark has come. Off by default.
 *
 * Promises: a target never runs away: once so much of the way to a rung is covered it is not extended any more (R6.2); the
 * ladder is never reordered, and a rung that is passed or whose exit is under way is never touched (R6.3).
 */
import { heightAtMove, heightOf, heightOnWay, placeOf } from "../price-axis.ts";
import { beyond, targetAt } from "../ladder.ts";
import { levelText } from "../market.ts";
import type { Position, Rung } from "../position.ts";
import type { FreshPrice } from "../price-gate.ts";
import { become, warn, type Turn } from "../turn.ts";
import { ONE, type EpochMs, type Height } from "../units.ts";
import { boundedProduct, factorOf, furthestRow } from "./factors.ts";
import { NEVER, upFrom, type Decision, type Rule, type FiringInterval } from "./rule.ts";
import { durationMs, group, ratio, rows, written, type Fault, type SettingsOf } from "./setting.ts";

const factor = (about: string, byDefault: number) => ratio({ about, byDefault, over: 0, to: 100 });
const HOUR_MS = 3_600_000;

const fields = {
  momentum: group("Factors by class of momentum", {
    strong: factor("A strong move in our favor", 1.15),
    weak: factor("No move in our favor, or one against us", 0.9),
  }),
  regime: group("Factors by strength of the trend", {
    trending: factor("A trend", 1.1),
    ranging: factor("No trend", 0.9),
    choppy: factor("No trend, and restless", 0.85),
  }),
  volatility: group("Factors by class of volatility", {
    high: factor("ATR far above its average", 1.2),
    low: factor("ATR far below its average", 0.85),
  }),
  rsi: group("Factors by RSI, as our side sees it", {
    stretched: factor("Overbought for a long, oversold for a short", 0.9),
    relaxed: factor("The other way round", 1.05),
  }),
  obstacle: group("Factors by swing levels on the way (resistance above a long, support below a short)", {
    near: factor("One is near", 0.95),
  }),
  time: rows(
    "Factors by time in position; the furthest row that is reached counts",
    {
      afterMs: durationMs({ about: "Time since the first fill", byDefault: HOUR_MS, from: 1, to: 10_000 * HOUR_MS }),
      factor: factor("Factor", 1),
    },
    [
      { afterMs: 4 * HOUR_MS, factor: 0.95 },
      { afterMs: 12 * HOUR_MS, factor: 0.9 },
      { afterMs: 24 * HOUR_MS, factor: 0.8 },
    ],
  ),
  profit: rows(
    "Factors by the mark's price move; the furthest row that it is beyond counts",
    {
      above: ratio({ about: "Price move of the mark, more than", byDefault: 0.05, from: 0, to: 1000 }),
      factor: factor("Factor", 1),
    },
    [
      { above: 0.05, factor: 1.05 },
      { above: 0.1, factor: 1.1 },
    ],
  ),
  minimum: factor("The product is never less", 0.7),
  maximum: factor("The product is never more", 1.5),
  // SPEC R6.2
  noFurtherFrom: ratio({
    about: "From so much of the way to a rung on it is not extended any more",
    byDefault: 0.7,
    over: 0,
    to: 1,
  }),
};

type MovingTargetSettings = SettingsOf<typeof fields>;

export const movingTargets = {
  name: "movingTargets",
  requirement: "R6.1",
  about: "moves targets that are not hit yet with the market, the time and the profit",
  fields,
  flaw,
  usesMark: true,
  uses: ["regime", "volatility", "momentum", "rsi", "obstacle"],
  intervals,
  decide,
  adjust,
  adjusts: "targets up to the next one stop to be extended",
  follow,
  momentsMs,
  standing,
} as const satisfies Rule;

function flaw({ minimum, maximum, time, profit }: MovingTargetSettings): Fault | null {
  if (minimum > ONE) return { field: "minimum", value: written(fields.minimum, minimum), limit: "at most 1" };
  if (maximum < ONE) return { field: "maximum", value: written(fields.maximum, maximum), limit: "1 or more" };
  if (new Set(time.map(({ afterMs }) => afterMs)).size < time.length)
    return { field: "time", value: "one time twice", limit: "each time once" };
  if (new Set(profit.map(({ above }) => above)).size < profit.length)
    return { field: "profit", value: "one move twice", limit: "each move once" };
  return null;
}

function standing({ rungs, plan }: Position): string | null {
  const movable = rungs.filter(isMovable);
  if (plan.rules.movingTargets === null || movable.length === 0) return null;
  return movable
    .map(
      ({ number, factor: by, isFrozen }) =>
        `TP${number} × ${written(fields.maximum, by)}${isFrozen ? ", no further" : ""}`,
    )
    .join(", ");
}

/** From the point of the way at which the next rung stops to be extended. */
function intervals(position: Position): readonly FiringInterval[] {
  const settings = position.plan.rules.movingTargets;
  const next = position.rungs.find(mayRunAway);
  return settings === null || next === undefined ? NEVER : upFrom(pointOfNoReturn(position, next, settings));
}

const pointOfNoReturn = (position: Position, rung: Rung, { noFurtherFrom }: MovingTargetSettings): Height =>
  heightOnWay(position, heightOf(position.side, rung.target), noFurtherFrom, "favorable");

function decide(): Decision {
  return { kind: "adjust", rule: movingTargets.name };
}

/** Rungs whose way is covered far enough are not extended any more. */
function adjust(turn: Turn, at: FreshPrice): Turn {
  const { position } = turn;
  const settings = position.plan.rules.movingTargets;
  if (settings === null) return turn;
  const { atOrBelow } = placeOf(position.grid!, position.side, at.value);
  return become(turn, {
    rungs: position.rungs.map((rung) =>
      mayRunAway(rung) && pointOfNoReturn(position, rung, settings) <= atOrBelow ? { ...rung, isFrozen: true } : rung,
    ),
  });
}

/** Also while its exit is under way: that may fail. So the rungs that are frozen are always the nearest ones. */
const mayRunAway = (rung: Rung): boolean => rung.status === "armed" && !rung.isFrozen;

/** Neither passed nor being paid out. */
const isMovable = (rung: Rung): boolean => rung.status === "armed" && rung.shareLots === null && rung.fills === null;

/** Puts every rung that may move where the factor of this moment has it. */
function follow(turn: Turn, nowMs: EpochMs): Turn {
  const { position } = turn;
  const settings = position.plan.rules.movingTargets;
  if (settings === null || position.rungs.length === 0) return turn;
  const factors = targetFactors(position, settings, nowMs);
  const now = productOf(factors, settings);
  const moved: Rung[] = [];
  for (const rung of position.rungs) moved.push(isMovable(rung) ? movedRung(position, rung, now, moved.at(-1)) : rung);
  const changes = moved.filter((rung, index) => rung.target !== position.rungs[index]!.target);
  const isChanged = moved.some((rung, index) => rung.factor !== position.rungs[index]!.factor);
  if (changes.length === 0 && !isChanged) return turn;
  return changes.reduce(
    (told, rung) => warn(told, "info", movedText(position, rung, factors)),
    become(turn, { rungs: moved }),
  );
}

/** A frozen rung takes part in what brings it nearer only; none comes to stand at or before the one below it. */
function movedRung(position: Position, rung: Rung, factorNow: number, below: Rung | undefined): Rung {
  const allowed = rung.isFrozen ? Math.min(rung.factor, factorNow) : factorNow;
  if (allowed === rung.factor) return rung;
  const planned = position.plan.ladder[rung.number - 1]!.targetMove;
  return { ...rung, factor: allowed, target: beyond(position.side, targetAt(position, planned, allowed), below) };
}

interface Factor {
  readonly of: "momentum" | "regime" | "volatility" | "rsi" | "obstacle" | "time" | "profit";
  /** In millionths; null where it is not known or normal. */
  readonly factor: number | null;
}

/** The product of the table, in millionths. */
const productOf = (factors: readonly Factor[], { minimum, maximum }: MovingTargetSettings): number =>
  boundedProduct(
    ONE,
    factors.map(({ factor: each }) => each),
    minimum,
    maximum,
  );

/** What makes up the factor of this moment. */
function targetFactors(position: Position, settings: MovingTargetSettings, nowMs: EpochMs): readonly Factor[] {
  const { context, mark, side, openedAtMs } = position;
  const at = mark === null ? null : heightOf(side, mark);
  const profit = furthestRow(
    settings.profit,
    ({ above }) => above,
    ({ above }) => at !== null && at > heightAtMove(position, above, "unfavorable"),
  );
  const time = furthestRow(
    settings.time,
    ({ afterMs }) => afterMs,
    ({ afterMs }) => openedAtMs !== null && nowMs >= openedAtMs + afterMs,
  );
  return [
    { of: "momentum", factor: factorOf(settings.momentum, context.momentum) },
    { of: "regime", factor: factorOf(settings.regime, context.regime) },
    { of: "volatility", factor: factorOf(settings.volatility, context.volatility) },
    { of: "rsi", factor: factorOf(settings.rsi, context.rsi) },
    { of: "obstacle", factor: factorOf(settings.obstacle, context.obstacle) },
    { of: "time", factor: time?.factor ?? null },
    { of: "profit", factor: profit?.factor ?? null },
  ];
}

const FACTOR_NAMES: Readonly<Record<Factor["of"], (context: Position["context"]) => string>> = {
  momentum: ({ momentum }) => `momentum ${momentum}`,
  regime: ({ regime }) => `regime ${regime}`,
  volatility: ({ volatility }) => `volatility ${volatility}`,
  rsi: ({ rsi }) => `RSI ${rsi}`,
  obstacle: ({ obstacle }) => `swing level ${obstacle}`,
  time: () => "time in position",
  profit: () => "profit",
};

function movedText(position: Position, rung: Rung, factors: readonly Factor[]): string {
  const before = position.rungs[rung.number - 1]!;
  const [from, to] = [before, rung].map(({ target }) => levelText(position.grid!, target));
  const number = (value: number): string => written(fields.maximum, value);
  const why = factors
    .flatMap(({ of, factor: each }) => (each === null ? [] : [`${FACTOR_NAMES[of](position.context)} ${number(each)}`]))
    .join(", ");
  const planned = targetAt(position, position.plan.ladder[rung.number - 1]!.targetMove, rung.factor);
  const kept = planned === rung.target ? "" : `; kept beyond TP${rung.number - 1}`;
  return `TP${rung.number} moved from ${from} to ${to} for ${position.symbol}: times ${number(rung.factor)} (${why === "" ? "as planned" : why}${kept})`;
}

/** Each time at which the factor by time changes. */
function momentsMs({ plan, openedAtMs }: Position): readonly number[] {
  const time = plan.rules.movingTargets?.time ?? [];
  return openedAtMs === null ? [] : time.map(({ afterMs }) => openedAtMs + afterMs);
}
