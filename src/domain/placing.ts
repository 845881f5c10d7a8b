/**
 * From a sized order to an intent, and what reports other than fills say about it.
 *
 * Promises: an intent accepts nothing but a `SizedOrder`; it is part of the position before any command asks for it to
 * be sent; its end is taken from evidence alone (R10.2). Fills are counted in `fills.ts`.
 */
import type { SizedOrder } from "./exit-size.ts";
import {
  clientOrderIdOf,
  isSettled,
  type Command,
  type Intent,
  type IntentProgress,
  type IntentPurpose,
  type RuleCause,
} from "./intent.ts";
import { lotsToAmount } from "./market.ts";
import type { Position } from "./position.ts";
import type { AbsentReport, AcceptedReport, EndedReport, RejectedReport, UnknownReport } from "./report.ts";
import { ask, become, tell, warn, type Turn } from "./turn.ts";
import { epochMs, NO_LOTS, type EpochMs } from "./units.ts";

/** Writes an intent down and asks for its order to be sent. */
export function place(
  turn: Turn,
  order: SizedOrder,
  what: {
    readonly purpose: IntentPurpose;
    readonly rungs: readonly number[];
    readonly cause: RuleCause | null;
    readonly nowMs: EpochMs;
  },
): Turn {
  const { position } = turn;
  const number = (position.intents.at(-1)?.number ?? 0) + 1;
  const intent: Intent = {
    number,
    clientOrderId: clientOrderIdOf({
      journalId: position.journalId,
      account: position.account,
      positionId: position.id,
      number,
    }),
    purpose: what.purpose,
    orderSide: order.orderSide,
    lots: order.lots,
    amount: lotsToAmount(position.market, order.lots),
    reduceOnly: order.reduceOnly,
    rungs: what.rungs,
    decidedAtMs: what.nowMs,
    cause: what.cause,
    sends: 1,
    lookUpAtMs: epochMs(what.nowMs + position.plan.timing.lookUpAfterMs),
    progress: { kind: "recorded" },
    filledLots: NO_LOTS,
    tradeIds: [],
  };
  const recorded = become(turn, { intents: [...position.intents.filter(isWorthKeeping), intent] });
  return ask(recorded, placeCommand(recorded.position, intent));
}

/**
 * Attempts that ended without selling anything are not carried along: each stands in the row of its time, and a close
 * that is refused for days must not grow the state. The entry stays, because it says what was asked for.
 */
const isWorthKeeping = (intent: Intent): boolean =>
  intent.purpose === "entry" || intent.filledLots > 0 || !isSettled(intent);

/** Sends an intent once more under its own id, after its absence was established (R10.3). */
export function placeAgain(turn: Turn, clientOrderId: string, nowMs: EpochMs): Turn {
  const again = changeIntent(turn, clientOrderId, (intent) => ({
    ...intent,
    sends: intent.sends + 1,
    lookUpAtMs: epochMs(nowMs + turn.position.plan.timing.lookUpAfterMs),
    progress: { kind: "recorded" },
  }));
  return ask(again, placeCommand(again.position, findIntent(again.position, clientOrderId)!));
}

export const findIntent = (position: Position, clientOrderId: string): Intent | null =>
  position.intents.find((intent) => intent.clientOrderId === clientOrderId) ?? null;

/** Did this position ever send an order of this id, carried along or not? Ids follow from numbers, so they can be asked. */
export function wasSent(position: Position, clientOrderId: string): boolean {
  const { journalId, account, id: positionId } = position;
  const last = position.intents.at(-1)?.number ?? 0;
  for (let number = 1; number <= last; number += 1) {
    if (clientOrderIdOf({ journalId, account, positionId, number }) === clientOrderId) return true;
  }
  return false;
}

export const unsettledIntents = (position: Position): readonly Intent[] =>
  position.intents.filter((intent) => !isSettled(intent));

/** Is a partial exit under way, its end not yet known? One exit at a time (invariant I7 of the research). */
export const exitInFlight = (position: Position): boolean =>
  position.intents.some((intent) => intent.purpose === "exit" && !isSettled(intent));

/** Has the entry ended, so that the size that shares refer to stands (R2.10)? */
export const entrySettled = (position: Position): boolean =>
  position.intents.every((intent) => intent.purpose !== "entry" || isSettled(intent));

export const changeIntent = (turn: Turn, clientOrderId: string, change: (intent: Intent) => Intent): Turn =>
  become(turn, {
    intents: turn.position.intents.map((intent) => (intent.clientOrderId === clientOrderId ? change(intent) : intent)),
  });

export const noteAccepted = (turn: Turn, report: AcceptedReport): Turn =>
  progressIfOpen(turn, report.clientOrderId, { kind: "working", exchangeOrderId: report.exchangeOrderId });

/** The order's outcome is unknown: it stays open, visible, and blocks new exposure until it is settled. */
export function noteUnknown(turn: Turn, report: UnknownReport): Turn {
  const noted = progressIfOpen(turn, report.clientOrderId, { kind: "unresolved", sinceMs: report.atMs });
  if (noted === turn) return turn;
  return tell(noted, { type: "unresolved", orderId: report.clientOrderId, message: report.message });
}

export function noteEnded(turn: Turn, report: EndedReport): Turn {
  const intent = findIntent(turn.position, report.clientOrderId);
  if (intent === null || intent.progress.kind === "ended") return turn;
  return changeIntent(turn, report.clientOrderId, (each) => ({
    ...each,
    progress: { kind: "ended", end: report.end, filledLots: report.filledLots },
  }));
}

export function noteRejected(turn: Turn, report: RejectedReport): Turn {
  const intent = findIntent(turn.position, report.clientOrderId);
  const noted = progressIfOpen(turn, report.clientOrderId, { kind: "rejected", reason: report.reason });
  if (noted === turn || intent === null) return turn;
  const { symbol } = turn.position;
  const what = `${report.reason} (${report.message})`;
  if (intent.purpose === "exit") {
    const rungs = intent.rungs.map((rung) => `TP${rung}`).join("+");
    const message = `Partial close failed for ${symbol} ${rungs}: ${what}`;
    return tell(noted, { type: "notDone", reason: "exit_failed", rung: intent.rungs[0] ?? null, message });
  }
  if (intent.purpose === "entry") {
    return tell(noted, {
      type: "notDone",
      reason: "entry_rejected",
      rung: null,
      message: `Entry rejected for ${symbol}: ${what}`,
    });
  }
  const told = warn(noted, "error", `Close rejected for ${symbol}: ${what}`);
  // Nothing there to reduce: evidence that another order of ours has closed it, so look (R4.6).
  return report.reason === "reduce_only" ? lookUpAll(told, report.atMs) : told;
}

/** Complete listings say that the order does not exist: it never will, and nothing of it was carried out. */
export function noteAbsent(turn: Turn, report: AbsentReport): Turn {
  const intent = findIntent(turn.position, report.clientOrderId);
  const noted = progressIfOpen(turn, report.clientOrderId, { kind: "absent" });
  if (noted === turn || intent?.purpose !== "entry") return noted;
  const message = `Entry for ${turn.position.symbol} never reached the exchange and is not sent again: the decision is too old`;
  return tell(noted, { type: "notDone", reason: "entry_absent", rung: null, message });
}

/** Asks after every order that is overdue, and sets its next look-up. */
export function lookUpOverdue(turn: Turn, nowMs: EpochMs): Turn {
  let next = turn;
  for (const intent of unsettledIntents(turn.position)) {
    if (intent.lookUpAtMs <= nowMs) next = lookUp(next, intent, nowMs);
  }
  return next;
}

/** Asks after every open order: the first thing after a restart (R11.2). */
export function lookUpAll(turn: Turn, nowMs: EpochMs): Turn {
  return unsettledIntents(turn.position).reduce((next, intent) => lookUp(next, intent, nowMs), turn);
}

export const cancelCommand = (position: Position, intent: Intent): Command => ({
  kind: "cancelOrder",
  ...aboutOrder(position, intent),
});

function lookUp(turn: Turn, intent: Intent, nowMs: EpochMs): Turn {
  const { position } = turn;
  const lookUpAtMs = epochMs(nowMs + position.plan.timing.lookUpAfterMs);
  return ask(
    changeIntent(turn, intent.clientOrderId, (each) => ({ ...each, lookUpAtMs })),
    { kind: "lookUpOrder", ...aboutOrder(position, intent) },
  );
}

/** Changes the progress of an intent whose end is not known yet; anything later is old news. */
function progressIfOpen(turn: Turn, clientOrderId: string, progress: IntentProgress): Turn {
  const intent = findIntent(turn.position, clientOrderId);
  if (intent === null || !isOpen(intent.progress)) return turn;
  if (intent.progress.kind === progress.kind) return turn;
  // Something of it was filled, so it can be neither absent nor refused: what was filled stands, the rest is over.
  const contradicted = intent.filledLots > 0 && (progress.kind === "absent" || progress.kind === "rejected");
  const next: IntentProgress = contradicted
    ? { kind: "ended", end: "canceled", filledLots: intent.filledLots }
    : progress;
  return changeIntent(turn, clientOrderId, (each) => ({ ...each, progress: next }));
}

const isOpen = (progress: IntentProgress): boolean =>
  progress.kind === "recorded" || progress.kind === "working" || progress.kind === "unresolved";

const aboutOrder = (position: Position, intent: Intent) => ({
  position: position.id,
  clientOrderId: intent.clientOrderId,
  account: position.account,
  symbol: position.symbol,
  lots: intent.lots,
  decidedAtMs: intent.decidedAtMs,
});

const placeCommand = (position: Position, intent: Intent): Command => ({
  kind: "placeOrder",
  position: position.id,
  order: {
    clientOrderId: intent.clientOrderId,
    account: position.account,
    symbol: position.symbol,
    orderSide: intent.orderSide,
    lots: intent.lots,
    amount: intent.amount,
    reduceOnly: intent.reduceOnly,
    purpose: intent.purpose,
    decidedAtMs: intent.decidedAtMs,
    sizedBy: closesOverAnExit(position, intent) ? "exchange" : "position",
  },
});

/** A full close can be repeated, a partial exit can not: what the exchange still shows is what is left (R10.4). */
const closesOverAnExit = (position: Position, intent: Intent): boolean =>
  intent.purpose === "close" && position.market.kind === "derivative" && exitInFlight(position);
