/**
 * The assertions that stay on in production (R11.7): the same promises that types and transitions make, checked once
 * more where a state is written and where it is read back. A fault names what does not add up; nobody repairs it here.
 */
import { originalLots, remainingLots, rungsPassed } from "./ladder.ts";
import type { Position } from "./position.ts";
import { better } from "./side.ts";

/** Why this state cannot be true (P2, P7, P9, P13, R3.7); null when it adds up. */
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
  for (let index = 1; index < position.rungs.length; index += 1) {
    const [nearer, further] = [position.rungs[index - 1]!.target, position.rungs[index]!.target];
    if (!better(position.side, further, nearer)) return `target ${index + 1} does not stand beyond target ${index}`;
  }
  if (remaining > 0 && position.stop === null && position.closing === null) return "open without a stop";
  return null;
}

/** Why one state cannot follow the other (P1, P3, P4, P15, R4.4, R6.2); null when it can. */
export function transitionFault(before: Position, after: Position): string | null {
  const { stop, side } = before;
  if (stop !== null && (after.stop === null || better(side, stop.level, after.stop.level))) {
    return `the stop would move back from ${stop.level} to ${after.stop?.level ?? "nothing"} ticks`;
  }
  if (before.mark !== null && (after.mark === null || better(side, before.mark, after.mark)))
    return `the recorded mark would move back from ${before.mark} to ${after.mark ?? "nothing"} ticks`;
  if (before.isTrailing && !after.isTrailing) return "the trailing stop would be switched off again";
  const runaway = runawayRung(before, after);
  if (runaway !== null) return `target ${runaway} would run away from ${before.rungs[runaway - 1]!.target} ticks`;
  if (rungsPassed(after) < rungsPassed(before))
    return `${rungsPassed(before)} rungs were passed, ${rungsPassed(after)} would be`;
  if (after.enteredLots < before.enteredLots || after.exitedLots < before.exitedLots)
    return "a quantity that was filled would shrink";
  if (before.outcome !== null && after.intents.length > before.intents.length)
    return "a closed position would trade again";
  return null;
}

/** A rung whose target stands further than it may: it was frozen, and the entry has not changed (R6.2). */
function runawayRung(before: Position, after: Position): number | null {
  if (after.enteredLots !== before.enteredLots || after.rungs.length !== before.rungs.length) return null;
  const index = before.rungs.findIndex(
    (rung, at) => rung.isFrozen && better(before.side, after.rungs[at]!.target, rung.target),
  );
  return index === -1 ? null : index + 1;
}
