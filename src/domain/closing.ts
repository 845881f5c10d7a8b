/**
 * Closing everything: from the decision to leave until the position is flat. Each function is one step of a
 * transition; the chart says when (R1.5, R1.6).
 *
 * Promises: a close is for everything that is left; it never gives up silently; flat means nothing left to sell and
 * no unsettled order that could raise the position.
 */
import { exitRecord } from "./exit-record.ts";
import { decideOnTime, priceCause, type Decision } from "./exit-rules.ts";
import { sizeClose, type ExitVerdict } from "./exit-size.ts";
import type { ExitReason, ExitRecord, Fact } from "./fact.ts";
import { isSettled, type Intent, type RuleCause } from "./intent.ts";
import { openShare, remainingLots } from "./ladder.ts";
import { lotsToAmount } from "./market.ts";
import { computeOutcome } from "./outcome-figures.ts";
import { cancelCommand, entrySettled, exitInFlight, place, unsettledIntents } from "./placing.ts";
import type { Position, Tally } from "./position.ts";
import type { FreshPrice } from "./price-gate.ts";
import { ask, become, tell, warn, type Turn } from "./turn.ts";
import { addLots, epochMs, lots, NO_LOTS, type EpochMs, type Lots } from "./units.ts";
import { amountText } from "./wording.ts";

/** Nothing left to sell, and no order on its way that could raise the position again. */
export const isFlat = (position: Position): boolean =>
  position.enteredLots > 0 && remainingLots(position) === 0 && entrySettled(position);

/** A decision to leave, by a rule. */
export function beginClose(
  turn: Turn,
  decision: Exclude<Decision, { kind: "adjust" }>,
  at: FreshPrice,
  nowMs: EpochMs,
): Turn {
  const cause = priceCause(decision, at);
  if (decision.kind === "close") {
    return startClosing(turn, { reason: decision.reason, rungs: decision.rungs, cause, nowMs });
  }
  const { verdict, rungs } = decision;
  if (verdict.kind !== "everything") throw new Error("Invariant: only an exit of everything closes a position");
  const told = fullCloseMessages(turn, verdict, rungs);
  return startClosing(told, { reason: "scaled_tp_full_close_fallback", rungs, cause, nowMs });
}

/** Leaves because its time has come: without a price (R5.3). */
export function leaveOnTime(turn: Turn, nowMs: EpochMs): Turn {
  const decision = decideOnTime(turn.position, nowMs);
  if (decision === null) throw new Error("Invariant: the guard saw that the time has come");
  const { rule, reason } = decision;
  return { ...startClosing(turn, { reason, rungs: [], cause: { rule, price: null, atMs: nowMs }, nowMs }), rule };
}

/** Leaves for a reason of somebody's own: by hand, the kill switch, the end of the data. */
export function startClosing(
  turn: Turn,
  why: {
    readonly reason: ExitReason;
    readonly rungs: readonly number[];
    readonly cause?: RuleCause | null;
    readonly nowMs: EpochMs;
  },
): Turn {
  const { position } = turn;
  const last = why.rungs.at(-1);
  return become(turn, {
    // Each rung but the last has its own share; the last takes whatever remains (R2.1).
    rungs: position.rungs.map((rung) =>
      why.rungs.includes(rung.number) && rung.number !== last
        ? { ...rung, shareLots: addLots(rung.fills?.lots ?? NO_LOTS, openShare(position, rung)) }
        : rung,
    ),
    closing: {
      reason: why.reason,
      rungs: why.rungs,
      cause: why.cause ?? null,
      sinceMs: why.nowMs,
      settleByMs: epochMs(why.nowMs + position.plan.timing.settleMs),
      failures: 0,
      retryAtMs: null,
      lastFailure: null,
    },
  });
}

/** A spot exit that is still working holds the balance: it is canceled and settled before the rest is sold (R10.8). */
const exitHoldsBalance = (position: Position): boolean => position.market.kind === "spot" && exitInFlight(position);

/** Orders that a close wants out of the way: a working entry, and on spot a working exit. */
export const inTheWay = (position: Position): readonly Intent[] =>
  unsettledIntents(position).filter(
    (intent) => intent.purpose === "entry" || (intent.purpose === "exit" && position.market.kind === "spot"),
  );

/** There is something to sell, and nothing that has to be waited for. */
export const canSell = (position: Position): boolean => closableLots(position) > 0 && !exitHoldsBalance(position);

/** The wait for an exit that holds the balance is over: what is free is sold. */
export const mayWaitNoLonger = (position: Position, nowMs: EpochMs): boolean =>
  closableLots(position) > 0 && settleIsOverdue(position, nowMs);

const settleIsOverdue = (position: Position, nowMs: EpochMs): boolean =>
  position.closing !== null && nowMs >= position.closing.settleByMs;

/** Asks for the orders in the way to be canceled. */
export const askToSettle = (turn: Turn): Turn =>
  ask(turn, ...inTheWay(turn.position).map((intent) => cancelCommand(turn.position, intent)));

/** Where orders in the way have not settled in time: asks again, and gives them as long again. */
export function renewSettle(turn: Turn, nowMs: EpochMs): Turn {
  const { closing, plan } = turn.position;
  if (closing === null || !settleIsOverdue(turn.position, nowMs) || inTheWay(turn.position).length === 0) return turn;
  return askToSettle(become(turn, { closing: { ...closing, settleByMs: epochMs(nowMs + plan.timing.settleMs) } }));
}

/** What a close can sell now: on spot, less what other orders may still sell. */
export function closableLots(position: Position): Lots {
  if (position.market.kind !== "spot") return remainingLots(position);
  const spoken = unsettledIntents(position)
    .filter((intent) => intent.purpose !== "entry")
    .reduce((sum, intent) => sum + mayStillFill(intent), 0);
  return lots(Math.max(0, remainingLots(position) - spoken));
}

/** Of an order that has ended, what it filled and was not counted yet; of one at work, all that is not filled. */
const mayStillFill = (intent: Intent): number =>
  (intent.progress.kind === "ended" ? intent.progress.filledLots : intent.lots) - intent.filledLots;

/** All that is left to wait for is an order that may still raise the position. */
export const nothingToSell = (position: Position): boolean =>
  closableLots(position) === 0 && !closeInFlight(position) && !isFlat(position);

export const closeInFlight = (position: Position): boolean =>
  position.intents.some((intent) => intent.purpose === "close" && !isSettled(intent));

/** Sends the close of everything that can be sold. */
export function placeClose(turn: Turn, nowMs: EpochMs): Turn {
  const { position } = turn;
  const order = sizeClose(position, closableLots(position));
  if (order === null || closeInFlight(position) || position.closing === null) return turn;
  // Failures are counted in a row: an attempt that sold something ends the row.
  const failures = closeLeftARest(position) ? 0 : position.closing.failures;
  const closing = { ...position.closing, failures, retryAtMs: null };
  return place(become(turn, { closing }), order, {
    purpose: "close",
    rungs: closing.rungs,
    cause: closing.cause,
    nowMs,
  });
}

const lastClose = (position: Position): Intent | undefined =>
  position.intents.findLast((intent) => intent.purpose === "close");

/** The last close has ended without selling anything. */
export const closeHasFailed = (position: Position): boolean => {
  const close = lastClose(position);
  return close !== undefined && isSettled(close) && close.filledLots === 0;
};

/** The last close has ended and sold something, but not everything. */
export const closeLeftARest = (position: Position): boolean => {
  const close = lastClose(position);
  return close !== undefined && isSettled(close) && close.filledLots > 0 && remainingLots(position) > 0;
};

/** The exchange has the close: it answered, or filled part of it. */
export const closeIsWorking = (position: Position): boolean => {
  const close = lastClose(position);
  return close !== undefined && !isSettled(close) && close.progress.kind === "working";
};

/** One more failure, and the next attempt waits for the slow interval (R1.6). */
export const closeHasFailedTooOften = (position: Position): boolean =>
  closeHasFailed(position) && (position.closing?.failures ?? 0) + 1 >= position.plan.timing.failuresBeforeBlocked;

/** Counts a failed close and says when it is tried again: a pause that doubles, then the slow interval. */
export function noteCloseFailure(turn: Turn, nowMs: EpochMs): Turn {
  const { closing, plan, symbol } = turn.position;
  if (closing === null) return turn;
  const { timing } = plan;
  const failures = closing.failures + 1;
  const blocked = failures >= timing.failuresBeforeBlocked;
  const pauseMs = blocked
    ? timing.blockedRetryMs
    : Math.min(timing.blockedRetryMs, timing.closeRetryMs * 2 ** (failures - 1));
  const why = lastClose(turn.position)?.progress;
  const lastFailure = why?.kind === "rejected" ? why.reason : (why?.kind ?? "unknown");
  const failed = become(turn, { closing: { ...closing, failures, lastFailure, retryAtMs: epochMs(nowMs + pauseMs) } });
  const message = `Close of ${symbol} failed (attempt ${failures}: ${lastFailure}); tried again in ${pauseMs / 1000} s`;
  return warn(failed, blocked ? "error" : "warning", message);
}

/** The pause is over (or somebody said: now). */
export const closeRetryIsDue = ({ closing }: Position, nowMs: EpochMs): boolean =>
  closing !== null && closing.retryAtMs !== null && nowMs >= closing.retryAtMs;

/** Flat: what was sold is recorded, rung by rung and the rest in one record, and the outcome is drawn up. */
export function finishClose(turn: Turn, nowMs: EpochMs): Turn {
  const { position } = turn;
  const closing = position.closing!;
  let next = turn;
  for (const rung of position.rungs) {
    if (rung.status !== "armed" || rung.fills === null) continue;
    const paidOut = closing.rungs.includes(rung.number);
    const hit = become(next, {
      rungs: next.position.rungs.map((each) =>
        paidOut && each.number === rung.number ? { ...each, status: "hit" as const } : each,
      ),
    });
    next = recordExit(hit, { rung: rung.number, reason: paidOut ? closing.reason : "take_profit", tally: rung.fills });
  }
  if (position.closeFills !== null) {
    next = recordExit(next, { rung: null, reason: closing.reason, tally: position.closeFills });
  }
  return conclude(next, closing.reason, nowMs);
}

/** The exchange no longer holds the position: what is missing left without us (R1.5, R11.3). */
export function closeExternally(turn: Turn, nowMs: EpochMs): Turn {
  const { position } = turn;
  const gone = remainingLots(position);
  const fact: Fact = {
    type: "external",
    reason: "outside",
    amount: lotsToAmount(position.market, gone),
    remaining: lotsToAmount(position.market, NO_LOTS),
  };
  const emptied = become(turn, { externalLots: addLots(position.externalLots, gone) });
  // What still works at the exchange could raise the position again: it is called back.
  const open = unsettledIntents(position).map((intent) => cancelCommand(position, intent));
  const told = ask(gone > 0 ? tell(emptied, fact) : emptied, ...open);
  const closing = startClosing(told, { reason: "closed_externally", rungs: [], nowMs });
  return finishClose(closing, nowMs);
}

/** The entry came to its end and brought nothing. */
export const concludeUnfilled = (turn: Turn, nowMs: EpochMs): Turn => conclude(turn, "entry_not_filled", nowMs);

/**
 * A fill after the end: counted, and said loudly, because nothing should have been left to fill. What it brought
 * leaves these books; the exposure becomes a position of its own (R1.10).
 */
export function handOverLateFill(turn: Turn, filledLots: Lots): Turn {
  const { position } = turn;
  const amount = lotsToAmount(position.market, filledLots);
  const message = `Late fill for ${position.symbol} after the position was closed: ${amountText(amount)} more at the exchange`;
  const handedOver = become(turn, { externalLots: lots(position.externalLots + remainingLots(position)) });
  return tell(warn(handedOver, "error", message), {
    type: "external",
    reason: "outside",
    amount,
    remaining: lotsToAmount(position.market, NO_LOTS),
  });
}

function recordExit(
  turn: Turn,
  what: { readonly rung: number | null; readonly reason: ExitReason; readonly tally: Tally },
): Turn {
  const { record, message } = exitRecord(turn.position, what);
  const exits: readonly ExitRecord[] = [...turn.position.exits, record];
  return tell(become(turn, { exits }), { type: "exit", message, ...record });
}

function conclude(turn: Turn, reason: ExitReason, nowMs: EpochMs): Turn {
  const outcome = computeOutcome(turn.position, reason, nowMs);
  return tell(become(turn, { outcome }), { type: "closed", outcome });
}

function fullCloseMessages(
  turn: Turn,
  verdict: Extract<ExitVerdict, { kind: "everything" }>,
  rungs: readonly number[],
): Turn {
  const { position } = turn;
  const text = (quantity: Lots): string => amountText(lotsToAmount(position.market, quantity));
  const size = text(remainingLots(position));
  const { symbol } = position;
  switch (verdict.cause) {
    case "raised":
      return warn(
        turn,
        "info",
        `Adjusted scale-out amount ${text(verdict.wantedLots)} would close entire position for ${symbol} (position size: ${size}). Closing full position.`,
      );
    case "insufficient":
      return warn(turn, "info", `Closing remaining ${size} at TP${rungs.at(-1)} (insufficient for full close)`);
    case "policy":
      return warn(
        turn,
        "info",
        `Scale-out amount ${text(verdict.calculatedLots)} below minimum ${text(verdict.minimumLots ?? NO_LOTS)} for ${symbol} (position size: ${size}). Closing full position.`,
      );
    case "residual":
      return warn(
        turn,
        "info",
        `Scale-out amount ${text(verdict.wantedLots)} would leave less than the minimum ${text(verdict.minimumLots ?? NO_LOTS)} of ${symbol} (position size: ${size}). Closing full position.`,
      );
  }
}
