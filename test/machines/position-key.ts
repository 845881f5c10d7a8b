/**
 * What makes two states of a position the same for exploring: everything that a guard can tell apart, and nothing
 * that only counts (times, ids, money, versions).
 */
import type { PositionChartSnapshot } from "../../machines/position-logic.ts";
import { closableLots } from "../../src/domain/closing.ts";
import { isSettled, type Intent } from "../../src/domain/intent.ts";
import { remainingLots } from "../../src/domain/ladder.ts";
import type { Position, Rung } from "../../src/domain/position.ts";
import type { Turn } from "../../src/domain/turn.ts";

/** `full` tells all orders and rungs apart; `coarse`, for longer ladders, only what the next steps depend on. */
export type Grain = "full" | "coarse";

/** The key of each snapshot, computed once: exploring asks for it at every edge. */
export function keyedBy(grain: Grain): (snapshot: PositionChartSnapshot) => string {
  const known = new WeakMap<PositionChartSnapshot, string>();
  return (snapshot) => {
    const key = known.get(snapshot) ?? keyOf(snapshot, grain);
    known.set(snapshot, key);
    return key;
  };
}

function keyOf(snapshot: PositionChartSnapshot, grain: Grain): string {
  const { position, suspect } = snapshot.context as Turn;
  const leaving = position.closing !== null || position.outcome !== null;
  const parts = grain === "coarse" && leaving ? leavingKey(position) : wholeKey(position, grain);
  return JSON.stringify([snapshot.value, suspect !== null, ...parts]);
}

/** How far up the ladder it was does not matter any more once it is leaving, and of other orders only that they are open. */
function leavingKey(position: Position): readonly unknown[] {
  const { outcome, intents } = position;
  const open = intents.filter((intent) => !isSettled(intent));
  const orders = open.map((intent) =>
    intent.purpose === "close" && outcome === null ? orderKey(intent) : intent.purpose,
  );
  return outcome === null ? [orders, ...closeKey(position)] : [new Set(open.map((intent) => intent.purpose)).size];
}

function wholeKey(position: Position, grain: Grain): readonly unknown[] {
  const { rungs, intents, plan } = position;
  return [
    intents.filter((intent) => !isSettled(intent)).map(orderKey),
    ...closeKey(position),
    rungs.map((rung) => rungKey(rung, grain)),
    [plan.takeProfit, position.heldBackThrough, position.skippedThrough, position.rungCooldownUntilMs !== null],
    position.outcome !== null,
  ];
}

function closeKey(position: Position): readonly unknown[] {
  const { closing, intents, plan } = position;
  const close = intents.findLast((intent) => intent.purpose === "close");
  return [
    close === undefined ? null : [isSettled(close), Math.sign(close.filledLots)],
    closing === null
      ? null
      : [Math.min(closing.failures, plan.timing.failuresBeforeBlocked), closing.retryAtMs !== null],
    [position.enteredLots > 0, Math.sign(remainingLots(position)), Math.sign(closableLots(position))],
  ];
}

const orderKey = (intent: Intent): readonly unknown[] => [
  intent.purpose,
  intent.progress.kind,
  intent.progress.kind === "ended" ? Math.sign(intent.progress.filledLots - intent.filledLots) : 0,
  amountKey(intent.filledLots, intent.lots),
  intent.rungs.length,
];

const rungKey = ({ status, shareLots, fills }: Rung, grain: Grain): unknown => {
  if (status !== "armed") return grain === "full" ? status : "passed";
  return fills === null ? (shareLots === null ? "armed" : "asked") : amountKey(fills.lots, shareLots);
};

const amountKey = (filled: number, whole: number | null): "none" | "part" | "all" =>
  filled === 0 ? "none" : filled === whole ? "all" : "part";
