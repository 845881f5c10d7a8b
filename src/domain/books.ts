/**
 * The assertions that stay on in production (R11.7): the same promises that types and transitions make, checked once
 * more where a state is written and where it is read back. A fault names what does not add up; nobody repairs it here.
 */
import { originalLots, remainingLots, rungsPassed } from "./ladder.ts";
import type { Position } from "./position.ts";
import { better } from "./side.ts";

/** Why this state cannot be true (P2, P9, P13, R3.7); null when it adds up. */
export function booksFault(position: Position): string | null {
  let entered = 0;
  let exited = 0;
  for (const intent of position.intents) {
    if (intent.purpose === "entry") entered += intent.filledLots;
    else exited += intent.filledLots;
  }
  // An adopted position was entered by an order of another position.
  const adopted = position.intents.every((intent) => intent.purpose !== "entry");
  if (!adopted && entered !== position.enteredLots)
    return `${entered} lots filled of the entry, ${position.enteredLots} in the books`;
  if (exited !== position.exitedLots) return `${exited} lots filled of exits, ${position.exitedLots} in the books`;
  const remaining = remainingLots(position);
  if (remaining < 0) return `${remaining} lots remain`;
  if (position.exitedLots > originalLots(position))
    return `${position.exitedLots} lots exited of ${originalLots(position)}`;
  if (position.outcome !== null && remaining !== 0) return `closed with ${remaining} lots remaining`;
  if (remaining > 0 && position.stop === null && position.closing === null) return "open without a stop";
  return null;
}

/** Why one state cannot follow the other (P1, P3, P4, P15); null when it can. */
export function transitionFault(before: Position, after: Position): string | null {
  const { stop, side } = before;
  if (stop !== null && (after.stop === null || better(side, stop.level, after.stop.level))) {
    return `the stop would move back from ${stop.level} to ${after.stop?.level ?? "nothing"} ticks`;
  }
  if (rungsPassed(after) < rungsPassed(before))
    return `${rungsPassed(before)} rungs were passed, ${rungsPassed(after)} would be`;
  if (after.enteredLots < before.enteredLots || after.exitedLots < before.exitedLots)
    return "a quantity that was filled would shrink";
  if (before.outcome !== null && after.intents.length > before.intents.length)
    return "a closed position would trade again";
  return null;
}
