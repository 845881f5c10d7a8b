/** What holds of every state of a position and along every step of it; each answer names what does not. */
import type { PositionEvent } from "../../machines/position-events.ts";
import type { PositionChartSnapshot } from "../../machines/position-logic.ts";
import { rungStateName } from "../../machines/position.ts";
import { remainingLots, rungsPassed } from "../../src/domain/ladder.ts";
import type { Position } from "../../src/domain/position.ts";
import { better } from "../../src/domain/side.ts";
import { sumLots } from "../../src/domain/units.ts";
import { positionOf } from "./position-cases.ts";

/** The top-level state. */
const topOf = ({ value }: PositionChartSnapshot): string =>
  typeof value === "string" ? value : Object.keys(value)[0]!;

const isRungState = (top: string): boolean => top === "open" || top.startsWith("TP");

export function brokenPromises(snapshot: PositionChartSnapshot): readonly string[] {
  const position = positionOf(snapshot);
  const top = topOf(snapshot);
  const where = JSON.stringify(snapshot.value);
  return [
    ...(snapshot.status === "active" ? [] : [`${where} is ${snapshot.status}`]),
    ...(isRungState(top) && top !== rungStateName(rungsPassed(position))
      ? [`P1 ${where} with ${rungsPassed(position)} rungs passed`]
      : []),
    ...(isRungState(top) && !passedInOrder(position)
      ? [`P1 ${where}: rungs ${position.rungs.map((rung) => rung.status).join()}`]
      : []),
    ...(isRungState(top) && (position.stop === null || position.closing !== null)
      ? [`P13 ${where} without a stop`]
      : []),
    ...(top === "closing" && position.closing === null ? [`R1.6 ${where} without a reason`] : []),
    ...((top === "closed") === (position.outcome !== null)
      ? []
      : [`R1.7 ${where} with the outcome ${position.outcome?.reason}`]),
    ...unbalanced(position).map((what) => `P2 ${where}: ${what}`),
  ];
}

export function brokenOnTheWay(
  from: PositionChartSnapshot,
  event: PositionEvent,
  to: PositionChartSnapshot,
): readonly string[] {
  const before = positionOf(from);
  const after = positionOf(to);
  const [left, reached] = [topOf(from), topOf(to)];
  const step = `${JSON.stringify(from.value)} ${event.type} ${JSON.stringify(to.value)}`;
  const loosened =
    before.stop !== null && (after.stop === null || better(before.side, before.stop.level, after.stop.level));
  return [
    ...(loosened ? [`P3 P4 ${step}: stop from ${before.stop?.level} to ${after.stop?.level}`] : []),
    ...(left === "closed" && reached !== "closed" ? [`R1.5 ${step}`] : []),
    ...(left === "closing" && reached !== "closing" && reached !== "closed" ? [`R1.6 ${step}`] : []),
    ...(left === "closed" && to.context.commands.some((command) => command.kind === "placeOrder")
      ? [`P15 ${step} sends an order`]
      : []),
    ...(isRungState(left) && isRungState(reached) && rungsPassed(after) < rungsPassed(before)
      ? [`P1 ${step} goes back`]
      : []),
    ...(event.type === "FILL" ? [] : quantityMoved(before, after, event).map((what) => `P17 ${step}: ${what}`)),
    ...(to !== from && after.version !== before.version + 1
      ? [`${step}: version ${before.version} to ${after.version}`]
      : []),
  ];
}

function passedInOrder({ rungs }: Position): boolean {
  const firstArmed = rungs.findIndex((rung) => rung.status === "armed");
  return firstArmed === -1 || rungs.slice(firstArmed).every((rung) => rung.status === "armed");
}

/** The books three times over: by order, by rung, and by what is left; in lots, exactly. */
function unbalanced(position: Position): readonly string[] {
  const { intents, rungs, closeFills, enteredLots, exitedLots, externalLots } = position;
  const bought = sumLots(intents.filter((intent) => intent.purpose === "entry").map((intent) => intent.filledLots));
  const sold = sumLots(intents.filter((intent) => intent.purpose !== "entry").map((intent) => intent.filledLots));
  const allotted = sumLots([...rungs.map((rung) => rung.fills), closeFills].map((tally) => tally?.lots ?? sumLots([])));
  const left = remainingLots(position);
  return [
    ...(bought === enteredLots ? [] : [`entered ${enteredLots}, orders say ${bought}`]),
    ...(sold === exitedLots ? [] : [`exited ${exitedLots}, orders say ${sold}`]),
    ...(allotted === exitedLots ? [] : [`exited ${exitedLots}, rungs and close say ${allotted}`]),
    ...(left === enteredLots - exitedLots - externalLots && left >= 0 ? [] : [`${left} left of ${enteredLots}`]),
    ...(exitedLots <= enteredLots ? [] : [`R3.7 exited ${exitedLots} of ${enteredLots}`]),
    ...(position.outcome !== null && left !== 0 ? [`closed with ${left} left`] : []),
  ];
}

/** Nothing but a fill changes quantities; what leaves without us is written down by GONE. */
function quantityMoved(before: Position, after: Position, event: PositionEvent): readonly string[] {
  const moved = before.enteredLots !== after.enteredLots || before.exitedLots !== after.exitedLots;
  const lost = event.type !== "GONE" && before.externalLots !== after.externalLots;
  return moved || lost ? [`${event.type} changed quantities`] : [];
}
