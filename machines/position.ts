/**
 * The life of a position: opening → open → TP1_hit → TP2_hit → closing → closed, made for 1 to 10 rungs.
 *
 * Promises, each visible as a shape: only the state before a rung leads to it, so rungs are hit in order (R1.2);
 * every way out of the rung states leads to `closing` or `closed` (R1.5); an exit of everything is an edge to
 * `closing`, never an order (R1.4); `closing` has one way out: flat. Fills are counted in every state and decide
 * nothing by themselves (R1.9). No clock, no I/O, no timers: what goes out is the turn's outbox.
 */
import { openPosition } from "../src/domain/opening.ts";
import { positionSetup } from "./position-setup.ts";

export const MAXIMUM_RUNGS = 10;

/** The name of the state after so many rungs: "open", "TP1_hit", … */
export const rungStateName = (rungsPassed: number): string => (rungsPassed === 0 ? "open" : `TP${rungsPassed}_hit`);

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
      PRICE: [
        { guard: "mustClose", target: "closing", actions: "beginClose" },
        { guard: "mustAdjust", actions: "adjust" },
      ],
      CONTEXT: { actions: "noteContext" },
      DEADLINE: [
        { guard: "timeIsUp", target: "closing", actions: ["lookUpOverdue", "leaveOnTime"] },
        { actions: ["lookUpOverdue", "endRungCooldown", "follow"] },
      ],
      RECOVER: [
        { guard: "timeIsUp", target: "closing", actions: ["lookUpAll", "leaveOnTime"] },
        { actions: ["lookUpAll", "follow"] },
      ],
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
      DEADLINE: { actions: ["lookUpOverdue", "renewSettle"] },
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
          CONTEXT: { actions: "noteContext" },
          DEADLINE: {
            guard: "timeIsUp",
            target: "closing.awaitingEntry",
            actions: ["lookUpOverdue", "leaveOnTime"],
          },
          RECOVER: { guard: "timeIsUp", target: "closing.awaitingEntry", actions: ["lookUpAll", "leaveOnTime"] },
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
