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
import { decide, type Decision } from "../src/domain/exit-rules.ts";
import type { ExitVerdict } from "../src/domain/exit-size.ts";
import { countFill, impossibleReport, isCounted, nothingEntered } from "../src/domain/fills.ts";
import { fallBackToSingle, mustFallBackToSingle, openPosition, type Opening } from "../src/domain/opening.ts";
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
    countFill: assign(({ context, event }) => countFill(context, only(event, "FILL").report)),
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
    // The ladder
    fallBackToSingle: assign(({ context }) => fallBackToSingle(context)),
    exitRungs: assign(({ context, event }) =>
      exitRungs(context, rungDecision(context, event), only(event, "PRICE").quote, event.atMs),
    ),
    skipRungs: assign(({ context, event }) => skipRungs(context, rungDecision(context, event))),
    holdBackRungs: assign(({ context, event }) => holdBackRungs(context, rungDecision(context, event))),
    passFilledRung: assign(({ context }, params: { rung: number }) => passFilledRung(context, params.rung)),
    passSkippedRung: assign(({ context }, params: { rung: number }) => passSkippedRung(context, params.rung)),
    settleExit: assign(({ context, event }) => settleExit(context, event.atMs)),
    endRungCooldown: assign(({ context, event }) => endRungCooldown(context, event.atMs)),
    // The close
    beginClose: assign(({ context, event }) =>
      beginClose(context, decisionAt(context, event)!, only(event, "PRICE").quote, event.atMs),
    ),
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

/**
 * The state after `passed` of `rungs` rungs: what leads out of it upward is the next rung, and nothing else. Where only
 * the last rung is left no partial exit is possible any more (it closes everything), so none is drawn.
 */
const rungState = (passed: number, rungs: number) => {
  const isFirst = passed === 0;
  const isLast = passed === rungs - 1;
  const next = passed + 1;
  return positionSetup.createStateConfig({
    description: rungStateDescription(passed, rungs),
    initial: isFirst ? "filling" : "watching",
    always: isLast ? [] : climbsTo(next),
    on: {
      PRICE: { guard: "mustClose", target: "closing", actions: "beginClose" },
      CLOSE: { target: "closing", actions: "closeOnRequest" },
      GONE: { target: "closed", actions: "closeExternally" },
    },
    states: {
      ...(isFirst ? { filling: fillingState(rungs) } : {}),
      watching: {
        description: "No exit is under way; prices may start one.",
        // A rung can be hit before its order has come to its end.
        always: isFirst ? [] : [{ guard: "exitInFlight", target: "takingProfit" }],
        on: isLast
          ? {}
          : {
              PRICE: [
                { guard: "exitTakesEverything", target: "#position.closing", actions: "beginClose" },
                { guard: "exitIsSized", target: "takingProfit", actions: "exitRungs" },
                { guard: "exitIsSkipped", actions: "skipRungs" },
                { guard: "exitIsHeldBack", actions: "holdBackRungs" },
              ],
            },
      },
      ...(rungs > 1
        ? {
            takingProfit: {
              description: "A partial exit is under way; no other is begun.",
              always: { guard: "exitsSettled", target: "watching", actions: "settleExit" },
            },
          }
        : {}),
    },
  });
};

const rungStateDescription = (passed: number, rungs: number): string => {
  const behind =
    passed === 0 ? "No rung is passed yet" : passed === 1 ? "Rung 1 is passed" : `Rungs 1 to ${passed} are passed`;
  return passed === rungs - 1 ? `${behind}; the next closes everything.` : `${behind}.`;
};

/** The two named causes of a rung edge (R1.2). */
const climbsTo = (rung: number) => {
  const target = rungStateName(rung);
  return [
    {
      guard: { type: "rungIsFilled" as const, params: { rung } },
      target,
      actions: { type: "passFilledRung" as const, params: { rung } },
    },
    {
      guard: { type: "rungIsSkipped" as const, params: { rung } },
      target,
      actions: { type: "passSkippedRung" as const, params: { rung } },
    },
  ];
};

/** Until the entry has come to its end the ladder waits; then, once, it is judged whether it can be carried out (R2.10). */
const fillingState = (rungs: number) =>
  positionSetup.createStateConfig({
    description: "Part of the entry has filled; the stop watches, the ladder waits.",
    always: [
      ...(rungs > 1
        ? [{ guard: "mustFallBackToSingle" as const, target: "watching", actions: "fallBackToSingle" as const }]
        : []),
      { guard: "entryHasSettled", target: "watching" },
    ],
  });

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
        description: "The entry is written down and sent; nothing has filled.",
        always: [
          { guard: "hasEntered", target: "open" },
          { guard: "nothingEntered", target: "closed", actions: "concludeUnfilled" },
        ],
        on: {
          CLOSE: { target: "closing.awaitingEntry", actions: "closeOnRequest" },
        },
      },
      ...rungStates,
      closing: {
        description: "Everything is to be sold. The only ways out: flat, or gone from the exchange.",
        initial: "settling",
        always: [
          { guard: "isFlat", target: "closed", actions: "finishClose" },
          { guard: "nothingEntered", target: "closed", actions: "concludeUnfilled" },
        ],
        on: {
          GONE: { target: "closed", actions: "closeExternally" },
          // A cancellation may have been lost with the process.
          RECOVER: { actions: ["lookUpAll", "askToSettle"] },
        },
        states: {
          awaitingEntry: {
            description: "Called off before anything filled: the entry is canceled, and what comes of it is closed.",
            entry: "askToSettle",
            always: { guard: "entryHasSettled", target: "settling" },
            on: {
              DEADLINE: { guard: "mayWaitNoLonger", target: "requesting", actions: "lookUpOverdue" },
            },
          },
          settling: {
            description: "Orders in the way are canceled; on spot a working exit holds the balance.",
            entry: "askToSettle",
            always: { guard: "canSell", target: "requesting" },
            // A ladder of one has no partial exit that could be in the way.
            on:
              rungs === 1
                ? {}
                : { DEADLINE: { guard: "mayWaitNoLonger", target: "requesting", actions: "lookUpOverdue" } },
          },
          requesting: {
            description: "The close is written down and sent; the exchange has not answered.",
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
            description: "The exchange has the close.",
            always: [
              { guard: "closeHasFailedTooOften", target: "blocked", actions: "noteCloseFailure" },
              { guard: "closeHasFailed", target: "backingOff", actions: "noteCloseFailure" },
              { guard: "closeLeftARest", target: "requesting" },
            ],
          },
          backingOff: {
            description: "The close has failed; a pause that doubles, then again.",
            on: {
              DEADLINE: { guard: "closeRetryIsDue", target: "requesting", actions: "lookUpOverdue" },
              RETRY: { target: "requesting" },
            },
          },
          blocked: {
            description: "The close has failed too often: alert, and again at a slow interval, without end.",
            tags: ["alert"],
            on: {
              DEADLINE: { guard: "closeRetryIsDue", target: "requesting", actions: "lookUpOverdue" },
              RETRY: { target: "requesting" },
            },
          },
        },
      },
      closed: {
        description: "Over; nothing leaves. Late fills are counted and handed over.",
        on: {
          FILL: [
            { guard: "reportIsImpossible", actions: "suspectReport" },
            { guard: "fillIsNew", actions: ["countFill", "handOverLateFill"] },
          ],
          // An order that was still open when the exchange let the position go is asked after until its end is known.
          DEADLINE: { actions: "lookUpOverdue" },
          PRICE_DROPPED: {},
        },
      },
    },
    options: { maxIterations: 100 },
  });
}

export type PositionMachine = ReturnType<typeof createPositionMachine>;
