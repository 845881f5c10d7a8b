/**
 * What every rule says at one price, written from SPEC 2 to 6 and not from the code: the formulas as they stand there,
 * with exact fractions, evaluated at that price. It knows no intervals, no heights and no bands.
 *
 * The size of a partial exit is not judged here (that is SPEC 3, and has tables and tapes of its own).
 */
import type { Position } from "../../src/domain/position.ts";

/** A fraction of whole numbers; the denominator is positive. */
export interface Fraction {
  readonly over: bigint;
  readonly under: bigint;
}

const fraction = (over: bigint, under = 1n): Fraction =>
  under < 0n ? { over: -over, under: -under } : { over, under };
const minus = (a: Fraction, b: Fraction): Fraction => fraction(a.over * b.under - b.over * a.under, a.under * b.under);
const times = (a: Fraction, b: Fraction): Fraction => fraction(a.over * b.over, a.under * b.under);
const dividedBy = (a: Fraction, b: Fraction): Fraction => fraction(a.over * b.under, a.under * b.over);
const compare = (a: Fraction, b: Fraction): number => {
  const difference = a.over * b.under - b.over * a.under;
  return difference > 0n ? 1 : difference < 0n ? -1 : 0;
};
const atLeast = (a: Fraction, b: Fraction): boolean => compare(a, b) >= 0;
const atMost = (a: Fraction, b: Fraction): boolean => compare(a, b) <= 0;
const more = (a: Fraction, b: Fraction): boolean => compare(a, b) > 0;
const absolute = (a: Fraction): Fraction => fraction(a.over < 0n ? -a.over : a.over, a.under);
const millionths = (value: number): Fraction => fraction(BigInt(value), 1_000_000n);

function decimal(text: string): Fraction {
  const [whole = "0", decimals = ""] = text.split(".");
  return fraction(BigInt(whole + decimals), 10n ** BigInt(decimals.length));
}

/** The price of a level. */
function priceAt(position: Position, level: number): Fraction {
  const { units, decimals } = position.grid!;
  return fraction(BigInt(level) * BigInt(units), 10n ** BigInt(decimals));
}

export type Saying =
  | { readonly kind: "close"; readonly rule: string; readonly reason: string }
  | { readonly kind: "rungs"; readonly rungs: readonly number[] }
  | { readonly kind: "adjust"; readonly rule: string };

/** The strongest rule that speaks at this level, a price of which is known at `atMs` and decided on at `nowMs`; null for none. */
export function saysAt(
  position: Position,
  level: number,
  moment: { readonly atMs: number; readonly nowMs: number },
): Saying | null {
  if (position.grid === null || position.closing !== null || position.outcome !== null) return null;
  const look = lookingAt(position, level);
  return (
    emergency(look) ??
    stop(look) ??
    rungsDue(look, moment.nowMs) ??
    smartProfit(look) ??
    momentumLoss(look) ??
    leaving(position, moment) ??
    pointOfNoReturn(look) ??
    mark(look) ??
    activation(look)
  );
}

interface Look {
  readonly position: Position;
  readonly price: Fraction;
  readonly entry: Fraction;
  readonly leverage: Fraction;
  /** (price − entry) ÷ entry, favorable positive. */
  readonly move: Fraction;
  readonly moveOf: (price: Fraction) => Fraction;
  readonly roi: Fraction;
  readonly isLong: boolean;
  /** Is this price at the other, or beyond it in our favor? */
  readonly reaches: (price: Fraction, other: Fraction) => boolean;
}

function lookingAt(position: Position, level: number): Look {
  const isLong = position.side === "long";
  const way = fraction(isLong ? 1n : -1n);
  const entry = dividedBy(decimal(position.entryCost), fraction(BigInt(position.enteredLots)));
  const price = priceAt(position, level);
  const leverage = decimal(String(position.leverage));
  const moveOf = (at: Fraction): Fraction => times(way, dividedBy(minus(at, entry), entry));
  const move = moveOf(price);
  const reaches = (at: Fraction, other: Fraction): boolean => (isLong ? atLeast(at, other) : atMost(at, other));
  return { position, price, entry, leverage, move, moveOf, roi: times(move, leverage), isLong, reaches };
}

/** R4.2: the deepest level that is reached names the reason. */
function emergency({ position, roi }: Look): Saying | null {
  const reached = position.plan.emergencyLevels.filter((each) => atMost(roi, millionths(each.roi)));
  const deepest = reached.toSorted((a, b) => a.roi - b.roi)[0];
  return deepest === undefined ? null : { kind: "close", rule: "emergency", reason: deepest.reason };
}

/** R4.3: at or beyond its price. */
function stop({ position, price, isLong }: Look): Saying | null {
  if (position.stop === null) return null;
  const at = priceAt(position, position.stop.level);
  const isHit = isLong ? atMost(price, at) : atLeast(price, at);
  return isHit ? { kind: "close", rule: "stop", reason: `stop_${position.stop.source}` } : null;
}

/** R2.3: due rungs go out together; the last one closes. Partial exits wait for one another, and rest after a failure. */
function rungsDue({ position, price, reaches }: Look, nowMs: number): Saying | null {
  const { rungs, intents, rungCooldownUntilMs, plan } = position;
  if (intents.some((intent) => intent.purpose === "entry" && !isOver(intent))) return null;
  const armed = rungs.filter(({ status }) => status === "armed");
  const due = armed.filter(({ target }) => reaches(price, priceAt(position, target))).map(({ number }) => number);
  if (due.length === 0) return null;
  if (due.at(-1) === rungs.length) {
    return {
      kind: "close",
      rule: "rungs",
      reason: plan.takeProfit === "single" ? "single_target" : "take_profit_final",
    };
  }
  const isUnderWay = intents.some((intent) => intent.purpose === "exit" && !isOver(intent));
  const isResting = rungCooldownUntilMs !== null && nowMs < rungCooldownUntilMs;
  return isUnderWay || isResting ? null : { kind: "rungs", rungs: due };
}

const isOver = ({ progress, filledLots }: Position["intents"][number]): boolean =>
  progress.kind === "ended"
    ? progress.filledLots === filledLots
    : progress.kind === "rejected" || progress.kind === "absent";

/** R5.1: a row holds where the move is large enough and the next target further away than it says. */
function smartProfit({ position, price, move }: Look): Saying | null {
  const settings = position.plan.rules.smartProfit;
  const next = position.rungs.find(({ status }) => status === "armed");
  if (settings === null || next === undefined) return null;
  if (position.intents.some((intent) => intent.purpose === "exit" && !isOver(intent))) return null;
  const distance = dividedBy(absolute(minus(priceAt(position, next.target), price)), price);
  const holds = settings.rows.some(
    (row) =>
      atLeast(move, millionths(row.move)) &&
      (row.targetFurtherThan === null || more(distance, millionths(row.targetFurtherThan))),
  );
  return holds ? { kind: "close", rule: "smartProfit", reason: "smart_profit" } : null;
}

/** R5.2: given back = (peak − now) ÷ peak, both ROI, the peak that of the recorded mark. */
function momentumLoss({ position, moveOf, roi, leverage }: Look): Saying | null {
  const settings = position.plan.rules.momentumLoss;
  if (settings === null || position.mark === null) return null;
  const peak = times(moveOf(priceAt(position, position.mark)), leverage);
  if (!atLeast(peak, millionths(settings.minimumPeakRoi))) return null;
  const givenBack = dividedBy(minus(peak, roi), peak);
  const { within } = settings;
  const isInside = atLeast(roi, millionths(within.fromRoi)) && atMost(roi, millionths(within.toRoi));
  const isLost =
    atLeast(givenBack, millionths(settings.giveBack)) || (isInside && atLeast(givenBack, millionths(within.giveBack)));
  return isLost ? { kind: "close", rule: "momentumLoss", reason: "momentum_loss" } : null;
}

/** R5.3: from its moment on, on a price that is not from before it. */
function leaving(
  { plan, openedAtMs }: Position,
  { atMs, nowMs }: { readonly atMs: number; readonly nowMs: number },
): Saying | null {
  const { maxHoldingTime, exitAtTime } = plan.rules;
  const heldUntilMs = maxHoldingTime === null ? Infinity : openedAtMs! + maxHoldingTime.afterMs;
  if (nowMs >= heldUntilMs && atMs >= heldUntilMs)
    return { kind: "close", rule: "maxHoldingTime", reason: "max_holding_time" };
  const at = exitAtTime?.at ?? Infinity;
  return nowMs >= at && atMs >= at ? { kind: "close", rule: "exitAtTime", reason: "exit_at_time" } : null;
}

/** R6.2: so much of the way to a rung is covered, and it has not been noted yet. */
function pointOfNoReturn({ position, move, moveOf }: Look): Saying | null {
  const settings = position.plan.rules.movingTargets;
  if (settings === null) return null;
  const isCovered = position.rungs.some(({ status, isFrozen, target }) => {
    const whole = moveOf(priceAt(position, target));
    return status === "armed" && !isFrozen && atLeast(move, times(whole, millionths(settings.noFurtherFrom)));
  });
  return isCovered ? { kind: "adjust", rule: "movingTargets" } : null;
}

/** R4.4: a step beyond the mark, at least a tick. */
function mark({ position, price, entry, isLong }: Look): Saying | null {
  const { markStep } = position.plan;
  if (markStep === null || position.mark === null) return null;
  const at = priceAt(position, position.mark);
  const beyond = isLong ? minus(price, at) : minus(at, price);
  const isStep = atLeast(beyond, times(entry, millionths(markStep))) && atLeast(beyond, priceAt(position, 1));
  return isStep ? { kind: "adjust", rule: "mark" } : null;
}

/** R4.4: from a price move, once. */
function activation({ position, move }: Look): Saying | null {
  const from = position.plan.rules.trailing?.activation.move ?? null;
  if (from === null || position.isTrailing || !atLeast(move, millionths(from))) return null;
  return { kind: "adjust", rule: "trailing" };
}
