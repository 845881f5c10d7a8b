/**
 * What a position does about its rungs: exits that go out, rungs that are skipped or held back, rungs that are passed.
 * Each function is one step of a transition; the order of the steps belongs to the chart.
 */
import { follow, priceCause, type Decision } from "./exit-rules.ts";
import { exitRecord } from "./exit-record.ts";
import { isSettled } from "./intent.ts";
import { knownMinimumLots, openShare } from "./ladder.ts";
import { ladderStopLevel } from "./stop.ts";
import { levelPrice, lotsToAmount } from "./market.ts";
import { place } from "./placing.ts";
import type { Position, Rung } from "./position.ts";
import type { FreshPrice } from "./price-gate.ts";
import { tighten } from "./stop.ts";
import { become, tell, warn, type Turn } from "./turn.ts";
import { addLots, epochMs, NO_LOTS, type EpochMs, type Lots } from "./units.ts";
import { amountText } from "./wording.ts";

type RungDecision = Extract<Decision, { kind: "exitRungs" }>;

/** Sends one order for all due rungs; their shares are fixed from here on. */
export function exitRungs(turn: Turn, decision: RungDecision, at: FreshPrice, nowMs: EpochMs): Turn {
  const { verdict } = decision;
  if (verdict.kind !== "partial") throw new Error("Invariant: only a sized partial exit is sent as one");
  const { position } = turn;
  const shares = new Map(verdict.shares.map((share) => [share.rung, share.lots]));
  const shared = become(turn, {
    rungs: position.rungs.map((rung) => {
      const share = shares.get(rung.number);
      return share === undefined ? rung : { ...rung, shareLots: addLots(rung.fills?.lots ?? NO_LOTS, share) };
    }),
  });
  const told =
    verdict.raisedTo === null
      ? shared
      : warn(shared, "warning", raiseMessage(position, verdict.calculatedLots, verdict.raisedTo));
  return place(told, verdict.order, {
    purpose: "exit",
    rungs: decision.rungs,
    cause: priceCause(decision, at),
    nowMs,
  });
}

/** R3.1, policy `skip`: the state moves on, the stop still ratchets, nothing is sold. */
export function skipRungs(turn: Turn, decision: RungDecision): Turn {
  const { verdict } = decision;
  if (verdict.kind !== "skipped") throw new Error("Invariant: only a skipped exit is skipped");
  const { position } = turn;
  const minimum = amountText(lotsToAmount(position.market, verdict.minimumLots));
  const facts = decision.rungs.map((rung) => {
    const quantity = amountText(lotsToAmount(position.market, openShare(position, position.rungs[rung - 1]!)));
    return {
      type: "notDone",
      reason: "rung_skipped",
      rung,
      message: `TP${rung} skipped: quantity ${quantity} below minimum ${minimum}`,
      field: "quantity",
      value: quantity,
      limit: minimum,
    } as const;
  });
  return tell(become(turn, { skippedThrough: decision.rungs.at(-1) ?? 0 }), ...facts);
}

/** R3.5: not sent because it is worth too little; said once, and the rung stays armed. */
export function holdBackRungs(turn: Turn, decision: RungDecision): Turn {
  const { verdict } = decision;
  if (verdict.kind !== "heldBack") throw new Error("Invariant: only an exit that is held back is held back");
  const rung = decision.rungs.at(-1) ?? 0;
  const what = verdict.tooSmall === "position" ? "the whole position" : "the exit";
  return tell(become(turn, { heldBackThrough: rung }), {
    type: "notDone",
    reason: "rung_held_back",
    rung,
    message: `TP${rung} held back: ${what} is worth ${amountText(verdict.value)}, less than ${amountText(verdict.limit)} ${turn.position.market.quote}`,
    field: "minimumExitValue",
    value: verdict.value,
    limit: verdict.limit,
  });
}

/** Is this rung's share filled to the last lot? */
export const rungIsFilled = (position: Position, number: number): boolean => {
  const rung = position.rungs[number - 1];
  return rung !== undefined && rung.status === "armed" && rung.fills !== null && rung.fills.lots === rung.shareLots;
};

/** Was this rung passed over: by the policy `skip`, or because its share of a larger order rounded to nothing? */
export const rungIsSkipped = (position: Position, number: number): boolean => {
  const rung = position.rungs[number - 1];
  if (rung === undefined || rung.status !== "armed") return false;
  return position.skippedThrough >= number || rung.shareLots === 0;
};

/** The rung was hit: recorded with its own fills, and the stop follows (R2.5, R2.2). */
export function passFilledRung(turn: Turn, number: number, nowMs: EpochMs): Turn {
  const { position, facts } = turn;
  const rung = position.rungs[number - 1]!;
  const ratcheted = ratchet(become(turn, { rungs: withStatus(position.rungs, number, "hit") }), number);
  const { record, message } = exitRecord(ratcheted.position, {
    rung: number,
    reason: "take_profit",
    tally: rung.fills!,
  });
  const recorded = tell(
    { ...become(ratcheted, { exits: [...position.exits, record] }), facts },
    { type: "exit", message, ...record },
    ...ratcheted.facts.slice(facts.length),
  );
  return follow(recorded, nowMs);
}

/** The rung was skipped: nothing is recorded as sold, the stop follows all the same (R3.1). */
export const passSkippedRung = (turn: Turn, number: number, nowMs: EpochMs): Turn =>
  passRung(turn, number, "skipped", nowMs);

/** A rung is behind us: the stop follows, and what hangs on it; without a record. */
export const passRung = (turn: Turn, number: number, status: "hit" | "skipped", nowMs: EpochMs): Turn =>
  follow(ratchet(become(turn, { rungs: withStatus(turn.position.rungs, number, status) }), number), nowMs);

/** Has every exit order come to its end? */
export const exitsSettled = (position: Position): boolean =>
  position.intents.every((intent) => intent.purpose !== "exit" || isSettled(intent));

/**
 * Closes the books on an exit that has ended: a rung with a rest under the minimum ends here and keeps what it has
 * (R2.5); one of which nothing was filled is asked anew, after a cool-down (R10.6).
 */
export function settleExit(turn: Turn, nowMs: EpochMs): Turn {
  const { position } = turn;
  const exit = position.intents.findLast((intent) => intent.purpose === "exit");
  if (exit === undefined) return turn;
  const rungs = position.rungs.map((rung) =>
    exit.rungs.includes(rung.number) && rung.status === "armed" ? settleRung(position, rung) : rung,
  );
  // One that never arrived has not failed: the position decides again at once (R10.3).
  if (exit.filledLots > 0 || exit.progress.kind === "absent") return freed(become(turn, { rungs }), nowMs);
  const rungCooldownUntilMs = epochMs(nowMs + position.plan.timing.rungCooldownMs);
  return freed(become(turn, { rungs, rungCooldownUntilMs }), nowMs);
}

/** Nothing is under way any more: what has changed meanwhile holds for its rungs, too. */
const freed = (turn: Turn, nowMs: EpochMs): Turn => (turn.position.closing === null ? follow(turn, nowMs) : turn);

/** The cool-down of a rung is over: it may be asked again. */
export const endRungCooldown = (turn: Turn, nowMs: EpochMs): Turn =>
  turn.position.rungCooldownUntilMs !== null && nowMs >= turn.position.rungCooldownUntilMs
    ? become(turn, { rungCooldownUntilMs: null })
    : turn;

function settleRung(position: Position, rung: Rung): Rung {
  if (rung.fills === null) return { ...rung, shareLots: null };
  const rest = openShare(position, rung);
  if (rest <= 0) return rung;
  const minimum = knownMinimumLots(position, levelPrice(position.grid!, rung.target));
  return minimum !== null && rest < minimum ? { ...rung, shareLots: rung.fills.lots } : rung;
}

const ratchet = (turn: Turn, number: number): Turn =>
  tighten(turn, { level: ladderStopLevel(turn.position, turn.position.grid!, number), source: "ladder" });

const withStatus = (rungs: readonly Rung[], number: number, status: "hit" | "skipped"): readonly Rung[] =>
  rungs.map((rung) => (rung.number === number ? { ...rung, status } : rung));

function raiseMessage(position: Position, calculated: Lots, raisedTo: Lots): string {
  const [from, to] = [calculated, raisedTo].map((each) => amountText(lotsToAmount(position.market, each)));
  return `Scale-out amount ${from} below minimum ${to} for ${position.symbol}. Adjusting to minimum ${to}. Reason: the exchange refuses smaller orders`;
}
