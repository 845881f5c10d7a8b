/** What a change of the market's classes does to a position: it knows of it, and brings its levels up to date (R6.4). */
import { follow } from "./exit-rules.ts";
import { CONTEXT_KEYS, contextWith, type ContextKey, type PositionContext } from "./market-context.ts";
import type { Plan } from "./plan.ts";
import { rulesOn } from "./rules/table.ts";
import { become, type Turn } from "./turn.ts";
import type { EpochMs } from "./units.ts";

/** The classes that a plan looks at; a position is told of changes of these only. */
export const classesUsed = ({ rules, minimumExitValueByRegime }: Plan): readonly ContextKey[] => {
  const used = new Set<ContextKey>(rulesOn(rules).flatMap((rule) => rule.uses ?? []));
  if (minimumExitValueByRegime !== null) used.add("regime");
  return CONTEXT_KEYS.filter((key) => used.has(key));
};

/** Takes over what is known of the market, as far as the plan uses it. Nothing changes where it is known already. */
export function noteContext(turn: Turn, known: Partial<PositionContext>, nowMs: EpochMs): Turn {
  const { position } = turn;
  const context = contextWith(position.context, known, classesUsed(position.plan));
  if (context === position.context) return turn;
  const noted = become(turn, { context });
  return position.grid === null ? noted : follow(noted, nowMs);
}
