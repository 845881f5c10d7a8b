/**
 * The life of a position: opening → open → TP1_hit → TP2_hit → closing → closed, made for 1 to 10 rungs.
 *
 * Promises, each visible as a shape: only the state before a rung leads to it, so rungs are hit in order (R1.2);
 * every way out of the rung states leads to `closing` or `closed` (R1.5); an exit of everything is an edge to
 * `closing`, never an order (R1.4); `closing` has one way out: flat. Fills are counted in every state and decide
 * nothing by themselves (R1.9). No clock, no I/O, no timers: what goes out is the turn's outbox.
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
  mayWaitNoLonger,
  noteCloseFailure,
  nothingToSell,
  placeClose,
  renewSettle,
  startClosing,
} from "../src/domain/closing.ts";
import { isStillWanted } from "../src/domain/deciding-again.ts";
import { decide, exitInFlight, type Decision } from "../src/domain/exit-rules.ts";
import type { ExitVerdict } from "../src/domain/exit-size.ts";
import { countFill, impossibleReport, isCounted, nothingEntered } from "../src/domain/fills.ts";
import { fallBackToSingle, mustFallBackToSingle, openPosition, type Opening } from "../src/domain/opening.ts";
import {
  lookUpAll,
  lookUpOverdue,
  noteAbsent,
  noteAccepted,
  noteEnded,
  noteRejected,
  noteUnknown,
  placeAgain,
} from "../src/domain/placing.ts";
import type { Position } from "../src/domain/position.ts";
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
import { tell, type Turn } from "../src/domain/turn.ts";
import type { PositionEvent } from "./position-events.ts";

export const MAXIMUM_RUNGS = 10;

/** The name of the state after so many rungs: "open", "TP1_hit", … */
export const rungStateName = (rungsPassed: number): string => (rungsPassed === 0 ? "open" : `TP${rungsPassed}_hit`);

type EventOf<Type extends PositionEvent["type"]> = Extract<PositionEvent, { type: Type }>;

/** The chart's own view of an event that only one transition can bring: a wrong one is a defect of the chart. */
function only<Type extends PositionEvent["type"]>(event: PositionEvent, type: Type): EventOf<Type> {
  if (event.type !== type) throw new Error(`Invariant: this step belongs to ${type}, not to ${event.type}`);
  return event as EventOf<Type>;
}

const decisionAt = (turn: Turn, event: PositionEvent): Decision | null => {
  const { quote, atMs } = only(event, "PRICE");
  return decide(turn.position, quote, atMs);
};

const exitVerdictIs = (turn: Turn, event: PositionEvent, kind: ExitVerdict["kind"]): boolean => {
  const decision = decisionAt(turn, event);
  return decision?.kind === "exitRungs" && decision.verdict.kind === kind;
};

/** The rung exit that the guard before it has established. */
function rungDecision(turn: Turn, event: PositionEvent): Extract<Decision, { kind: "exitRungs" }> {
  const decision = decisionAt(turn, event);
  if (decision?.kind !== "exitRungs") throw new Error("Invariant: the guard saw an exit of rungs");
  return decision;
}

const positionSetup = setup({
  types: {
    context: {} as Turn,
    events: {} as PositionEvent,
    input: {} as Opening,
  },
  guards: {
    // What the exit rules say at this price
    mustClose: ({ context, event }) => decisionAt(context, event)?.kind === "close",
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
    countFill: assign(({ context, event }) => countFill(context, only(event, "FILL").report)),
    noteAccepted: assign(({ context, event }) => noteAccepted(context, only(event, "ACCEPTED").report)),
    noteEnded: assign(({ context, event }) => noteEnded(context, only(event, "ENDED").report)),
    noteRejected: assign(({ context, event }) => noteRejected(context, only(event, "REJECTED").report)),
    noteUnknown: assign(({ context, event }) => noteUnknown(context, only(event, "UNKNOWN").report)),
    noteAbsent: assign(({ context, event }) => noteAbsent(context, only(event, "ABSENT").report)),
    placeAgain: assign(({ context, event }) =>
      placeAgain(context, only(event, "ABSENT").report.clientOrderId, event.atMs),
    ),
    suspectReport: assign(({ context, event }) => suspectReport(context, event as EventOf<"FILL"> | EventOf<"ENDED">)),
    handOverLateFill: assign(({ context, event }) => handOverLateFill(context, only(event, "FILL").report.lots)),
    noteDroppedPrice: assign(({ context, event }) => noteDroppedPrice(context, only(event, "PRICE_DROPPED"))),
    lookUpOverdue: assign(({ context, event }) => lookUpOverdue(context, event.atMs)),
    lookUpAll: assign(({ context, event }) => lookUpAll(context, event.atMs)),
    // The ladder
    fallBackToSingle: assign(({ context }) => fallBackToSingle(context)),
    exitRungs: assign(({ context, event }) => exitRungs(context, rungDecision(context, event), event.atMs)),
    skipRungs: assign(({ context, event }) => skipRungs(context, rungDecision(context, event))),
    holdBackRungs: assign(({ context, event }) => holdBackRungs(context, rungDecision(context, event))),
    passFilledRung: assign(({ context }, params: { rung: number }) => passFilledRung(context, params.rung)),
    passSkippedRung: assign(({ context }, params: { rung: number }) => passSkippedRung(context, params.rung)),
    settleExit: assign(({ context, event }) => settleExit(context, event.atMs)),
    endRungCooldown: assign(({ context, event }) => endRungCooldown(context, event.atMs)),
    // The close
    beginClose: assign(({ context, event }) => beginClose(context, decisionAt(context, event)!, event.atMs)),
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

/** A report that cannot be true changes nothing, is recorded, and suspends the position (R1.9). */
function suspectReport(turn: Turn, event: EventOf<"FILL"> | EventOf<"ENDED">): Turn {
  const what = impossibleReport(turn.position, event.report) ?? "a report that cannot be true";
  const message = `Report for ${turn.position.symbol} cannot be true: ${what}`;
  return { ...tell(turn, { type: "notDone", reason: "report_impossible", rung: null, message }), suspect: message };
}

/** A price that was not let through, said where it might have mattered (R13.0). */
function noteDroppedPrice(turn: Turn, event: EventOf<"PRICE_DROPPED">): Turn {
  const message = `Price ${event.value} of ${turn.position.symbol} dropped: ${event.reason}`;
  return tell(turn, { type: "notDone", reason: "price_dropped", rung: null, message, field: "price", value: String(event.value), limit: event.reason });
}

/** The state after `passed` of `rungs` rungs: what leads out of it upward is the next rung, and nothing else. */
const rungState = (passed: number, rungs: number) => {
  const next = passed + 1;
  const climbs =
    next < rungs
      ? [
          {
            guard: { type: "rungIsFilled" as const, params: { rung: next } },
            target: rungStateName(next),
            actions: { type: "passFilledRung" as const, params: { rung: next } },
          },
          {
            guard: { type: "rungIsSkipped" as const, params: { rung: next } },
            target: rungStateName(next),
            actions: { type: "passSkippedRung" as const, params: { rung: next } },
          },
        ]
      : [];
  const fallback =
    passed === 0 ? [{ guard: "mustFallBackToSingle" as const, actions: "fallBackToSingle" as const }] : [];
  return positionSetup.createStateConfig({
    initial: "watching",
    always: [...fallback, ...climbs],
    on: {
      PRICE: { guard: "mustClose", target: "closing", actions: "beginClose" },
      CLOSE: { target: "closing", actions: "closeOnRequest" },
      GONE: { target: "closed", actions: "closeExternally" },
    },
    states: {
      watching: {
        always: { guard: "exitInFlight", target: "takingProfit" },
        on: {
          PRICE: [
            { guard: "exitTakesEverything", target: "#position.closing", actions: "beginClose" },
            { guard: "exitIsSized", target: "takingProfit", actions: "exitRungs" },
            { guard: "exitIsSkipped", actions: "skipRungs" },
            { guard: "exitIsHeldBack", actions: "holdBackRungs" },
          ],
        },
      },
      takingProfit: {
        always: { guard: "exitsSettled", target: "watching", actions: "settleExit" },
      },
    },
  });
};

/** The chart of a position with a ladder of so many rungs. */
export function createPositionMachine(rungs: number) {
  if (!Number.isInteger(rungs) || rungs < 1 || rungs > MAXIMUM_RUNGS) {
    throw new Error(`Invariant: a ladder has 1 to ${MAXIMUM_RUNGS} rungs, not ${rungs}`);
  }
  const rungStates = Object.fromEntries(
    Array.from({ length: rungs }, (_, passed) => [rungStateName(passed), rungState(passed, rungs)]),
  );
  return positionSetup.createMachine({
    id: "position",
    context: ({ input }) => openPosition(input),
    initial: "opening",
    on: {
      ACCEPTED: { actions: "noteAccepted" },
      FILL: [
        { guard: "reportIsImpossible", actions: "suspectReport" },
        { guard: "fillIsNew", actions: "countFill" },
      ],
      ENDED: [{ guard: "reportIsImpossible", actions: "suspectReport" }, { actions: "noteEnded" }],
      REJECTED: { actions: "noteRejected" },
      UNKNOWN: { actions: "noteUnknown" },
      ABSENT: [{ guard: "isStillWanted", actions: "placeAgain" }, { actions: "noteAbsent" }],
      DEADLINE: { actions: ["lookUpOverdue", "endRungCooldown", "renewSettle"] },
      RECOVER: { actions: "lookUpAll" },
      PRICE_DROPPED: { actions: "noteDroppedPrice" },
    },
    states: {
      opening: {
        always: [
          { guard: "hasEntered", target: "open" },
          { guard: "nothingEntered", target: "closed", actions: "concludeUnfilled" },
        ],
        on: {
          CLOSE: { target: "closing", actions: "closeOnRequest" },
        },
      },
      ...rungStates,
      closing: {
        initial: "settling",
        always: [
          { guard: "isFlat", target: "closed", actions: "finishClose" },
          { guard: "nothingEntered", target: "closed", actions: "concludeUnfilled" },
        ],
        on: {
          GONE: { target: "closed", actions: "closeExternally" },
        },
        states: {
          settling: {
            entry: "askToSettle",
            always: { guard: "canSell", target: "requesting" },
            on: {
              DEADLINE: { guard: "mayWaitNoLonger", target: "requesting", actions: "lookUpOverdue" },
            },
          },
          requesting: {
            entry: "placeClose",
            always: [
              { guard: "nothingToSell", target: "settling" },
              { guard: "closeHasFailedTooOften", target: "blocked", actions: "noteCloseFailure" },
              { guard: "closeHasFailed", target: "backingOff", actions: "noteCloseFailure" },
              { guard: "closeLeftARest", target: "requesting", reenter: true },
              { guard: "closeIsWorking", target: "working" },
            ],
          },
          working: {
            always: [
              { guard: "closeHasFailedTooOften", target: "blocked", actions: "noteCloseFailure" },
              { guard: "closeHasFailed", target: "backingOff", actions: "noteCloseFailure" },
              { guard: "closeLeftARest", target: "requesting" },
            ],
          },
          backingOff: {
            on: {
              DEADLINE: { guard: "closeRetryIsDue", target: "requesting", actions: "lookUpOverdue" },
              RETRY: { target: "requesting" },
            },
          },
          blocked: {
            tags: ["alert"],
            on: {
              DEADLINE: { guard: "closeRetryIsDue", target: "requesting", actions: "lookUpOverdue" },
              RETRY: { target: "requesting" },
            },
          },
        },
      },
      closed: {
        on: {
          FILL: [
            { guard: "reportIsImpossible", actions: "suspectReport" },
            { guard: "fillIsNew", actions: ["countFill", "handOverLateFill"] },
          ],
          DEADLINE: {},
          RECOVER: {},
          PRICE_DROPPED: {},
        },
      },
    },
    options: { maxIterations: 100 },
  });
}

export type PositionMachine = ReturnType<typeof createPositionMachine>;
