/**
 * What the guards and actions of the position's chart mean: each a one-line call into the domain, by the name under which
 * the chart knows it. A guard asks, an action records; neither decides what comes next.
 */
import { assign, setup } from "xstate";
import {
  askToSettle,
  beginClose,
  canSell,
  closeExternally,
  closeHasFailed,
  closeHasFailedTooOften,
  closeIsWorking,
  closeLeftARest,
  closeRetryIsDue,
  concludeUnfilled,
  finishClose,
  handOverLateFill,
  isFlat,
  leaveOnTime,
  mayWaitNoLonger,
  noteCloseFailure,
  nothingToSell,
  placeClose,
  renewSettle,
  startClosing,
} from "../src/domain/closing.ts";
import { isStillWanted } from "../src/domain/deciding-again.ts";
import { noteContext } from "../src/domain/context-change.ts";
import { adjust, decide, decideOnTime, followAtMoment, type Decision } from "../src/domain/exit-rules.ts";
import type { ExitVerdict } from "../src/domain/exit-size.ts";
import { countFill, impossibleReport, isCounted, nothingEntered } from "../src/domain/fills.ts";
import { fallBackToSingle, mustFallBackToSingle, type Opening } from "../src/domain/opening.ts";
import {
  entrySettled,
  exitInFlight,
  lookUpAll,
  lookUpOverdue,
  noteAbsent,
  noteAccepted,
  noteEnded,
  noteRejected,
  noteUnknown,
  placeAgain,
} from "../src/domain/placing.ts";
import {
  endRungCooldown,
  exitRungs,
  exitsSettled,
  holdBackRungs,
  passFilledRung,
  passSkippedRung,
  rungIsFilled,
  rungIsSkipped,
  settleExit,
  skipRungs,
} from "../src/domain/taking-profit.ts";
import { noteDroppedPrice, suspectReport } from "../src/domain/not-done.ts";
import type { Turn } from "../src/domain/turn.ts";
import type { PositionEvent } from "./position-events.ts";

type EventOf<Type extends PositionEvent["type"]> = Extract<PositionEvent, { type: Type }>;

/** The chart's own view of an event that only one transition can bring: a wrong one is a defect of the chart. */
function only<Type extends PositionEvent["type"]>(event: PositionEvent, type: Type): EventOf<Type> {
  if (event.type !== type) throw new Error(`Invariant: this step belongs to ${type}, not to ${event.type}`);
  return event as EventOf<Type>;
}

/**
 * What the rules say at a price: asked by every guard of one event, decided once. Not state: it is known again by the very
 * objects that it was asked with, and to forget it changes nothing.
 */
const decided: { turn: Turn | null; event: PositionEvent | null; decision: Decision | null } = {
  turn: null,
  event: null,
  decision: null,
};

function decisionAt(turn: Turn, event: PositionEvent): Decision | null {
  if (decided.turn === turn && decided.event === event) return decided.decision;
  const { quote, atMs } = only(event, "PRICE");
  const decision = decide(turn.position, quote, atMs);
  Object.assign(decided, { turn, event, decision });
  return decision;
}

/** The decision that the guard before it has established. */
function decisionOf<Kind extends Decision["kind"]>(
  turn: Turn,
  event: PositionEvent,
  ...kinds: readonly Kind[]
): Extract<Decision, { kind: Kind }> {
  const decision = decisionAt(turn, event);
  if (decision !== null && (kinds as readonly string[]).includes(decision.kind))
    return decision as Extract<Decision, { kind: Kind }>;
  throw new Error(`Invariant: the guard saw ${kinds.join(" or ")}`);
}

/** What a rule has brought about, with its name. */
function byRule<Kind extends Decision["kind"]>(
  { context, event }: { readonly context: Turn; readonly event: PositionEvent },
  kinds: readonly Kind[],
  act: (decision: Extract<Decision, { kind: Kind }>, moment: EventOf<"PRICE">) => Turn,
): Turn {
  const decision = decisionOf(context, event, ...kinds);
  return { ...act(decision, only(event, "PRICE")), rule: decision.rule };
}

const exitVerdictIs = (turn: Turn, event: PositionEvent, kind: ExitVerdict["kind"]): boolean => {
  const decision = decisionAt(turn, event);
  return decision?.kind === "exitRungs" && decision.verdict.kind === kind;
};

export const positionSetup = setup({
  types: {
    context: {} as Turn,
    events: {} as PositionEvent,
    input: {} as Opening,
  },
  guards: {
    // What the exit rules say at this price
    mustClose: ({ context, event }) => decisionAt(context, event)?.kind === "close",
    mustAdjust: ({ context, event }) => decisionAt(context, event)?.kind === "adjust",
    timeIsUp: ({ context, event }) => {
      const { nextPriceDecides, atMs } = event as EventOf<"DEADLINE"> | EventOf<"RECOVER">;
      return nextPriceDecides !== true && decideOnTime(context.position, atMs) !== null;
    },
    exitTakesEverything: ({ context, event }) => exitVerdictIs(context, event, "everything"),
    exitIsSized: ({ context, event }) => exitVerdictIs(context, event, "partial"),
    exitIsSkipped: ({ context, event }) => exitVerdictIs(context, event, "skipped"),
    exitIsHeldBack: ({ context, event }) => exitVerdictIs(context, event, "heldBack"),
    // What has become of orders
    reportIsImpossible: ({ context, event }) => {
      const { report } = event as EventOf<"FILL"> | EventOf<"ENDED">;
      return impossibleReport(context.position, report) !== null;
    },
    fillIsNew: ({ context, event }) => !isCounted(context.position, only(event, "FILL").report),
    isStillWanted: ({ context, event }) => {
      const { report, quote, atMs } = only(event, "ABSENT");
      return isStillWanted(context.position, report, quote, atMs);
    },
    hasEntered: ({ context }) => context.position.enteredLots > 0,
    nothingEntered: ({ context }) => nothingEntered(context.position),
    entryHasSettled: ({ context }) => entrySettled(context.position),
    mustFallBackToSingle: ({ context }) => mustFallBackToSingle(context.position),
    exitInFlight: ({ context }) => exitInFlight(context.position),
    exitsSettled: ({ context }) => exitsSettled(context.position),
    // The ladder
    rungIsFilled: ({ context }, params: { rung: number }) => rungIsFilled(context.position, params.rung),
    rungIsSkipped: ({ context }, params: { rung: number }) => rungIsSkipped(context.position, params.rung),
    // The close
    isFlat: ({ context }) => isFlat(context.position),
    canSell: ({ context }) => canSell(context.position),
    mayWaitNoLonger: ({ context, event }) => mayWaitNoLonger(context.position, event.atMs),
    nothingToSell: ({ context }) => nothingToSell(context.position),
    closeIsWorking: ({ context }) => closeIsWorking(context.position),
    closeLeftARest: ({ context }) => closeLeftARest(context.position),
    closeHasFailed: ({ context }) => closeHasFailed(context.position),
    closeHasFailedTooOften: ({ context }) => closeHasFailedTooOften(context.position),
    closeRetryIsDue: ({ context, event }) => closeRetryIsDue(context.position, event.atMs),
  },
  actions: {
    // Counting and noting what the exchange says
    countFill: assign(({ context, event }) => {
      const { report, atMs, quote } = only(event, "FILL");
      return countFill(context, report, { nowMs: atMs, quote: quote ?? null });
    }),
    noteAccepted: assign(({ context, event }) => noteAccepted(context, only(event, "ACCEPTED").report)),
    noteEnded: assign(({ context, event }) => noteEnded(context, only(event, "ENDED").report)),
    noteRejected: assign(({ context, event }) => noteRejected(context, only(event, "REJECTED").report)),
    noteUnknown: assign(({ context, event }) => noteUnknown(context, only(event, "UNKNOWN").report)),
    noteAbsent: assign(({ context, event }) => noteAbsent(context, only(event, "ABSENT").report)),
    placeAgain: assign(({ context, event }) =>
      placeAgain(context, only(event, "ABSENT").report.clientOrderId, event.atMs),
    ),
    suspectReport: assign(({ context, event }) =>
      suspectReport(context, (event as EventOf<"FILL"> | EventOf<"ENDED">).report),
    ),
    handOverLateFill: assign(({ context, event }) => handOverLateFill(context, only(event, "FILL").report.lots)),
    noteDroppedPrice: assign(({ context, event }) => noteDroppedPrice(context, only(event, "PRICE_DROPPED"))),
    lookUpOverdue: assign(({ context, event }) => lookUpOverdue(context, event.atMs)),
    lookUpAll: assign(({ context, event }) => lookUpAll(context, event.atMs)),
    // What it knows and watches
    adjust: assign((now) =>
      byRule(now, ["adjust"], (decision, { quote, atMs }) => adjust(now.context, decision, quote, atMs)),
    ),
    follow: assign(({ context, event }) => followAtMoment(context, event.atMs)),
    noteContext: assign(({ context, event }) => noteContext(context, only(event, "CONTEXT").known, event.atMs)),
    // The ladder
    fallBackToSingle: assign(({ context, event }) => fallBackToSingle(context, event.atMs)),
    exitRungs: assign((now) =>
      byRule(now, ["exitRungs"], (decision, { quote, atMs }) => exitRungs(now.context, decision, quote, atMs)),
    ),
    skipRungs: assign((now) => byRule(now, ["exitRungs"], (decision) => skipRungs(now.context, decision))),
    holdBackRungs: assign((now) => byRule(now, ["exitRungs"], (decision) => holdBackRungs(now.context, decision))),
    passFilledRung: assign(({ context, event }, params: { rung: number }) =>
      passFilledRung(context, params.rung, event.atMs),
    ),
    passSkippedRung: assign(({ context, event }, params: { rung: number }) =>
      passSkippedRung(context, params.rung, event.atMs),
    ),
    settleExit: assign(({ context, event }) => settleExit(context, event.atMs)),
    endRungCooldown: assign(({ context, event }) => endRungCooldown(context, event.atMs)),
    // The close
    beginClose: assign((now) =>
      byRule(now, ["close", "exitRungs"], (decision, { quote, atMs }) =>
        beginClose(now.context, decision, quote, atMs),
      ),
    ),
    leaveOnTime: assign(({ context, event }) => leaveOnTime(context, event.atMs)),
    closeOnRequest: assign(({ context, event }) =>
      startClosing(context, { reason: only(event, "CLOSE").reason, rungs: [], nowMs: event.atMs }),
    ),
    askToSettle: assign(({ context }) => askToSettle(context)),
    renewSettle: assign(({ context, event }) => renewSettle(context, event.atMs)),
    placeClose: assign(({ context, event }) => placeClose(context, event.atMs)),
    noteCloseFailure: assign(({ context, event }) => noteCloseFailure(context, event.atMs)),
    finishClose: assign(({ context, event }) => finishClose(context, event.atMs)),
    closeExternally: assign(({ context, event }) => closeExternally(context, event.atMs)),
    concludeUnfilled: assign(({ context, event }) => concludeUnfilled(context, event.atMs)),
  },
});
