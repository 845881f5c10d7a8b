/** What a change of the market's classes does to a position: it knows of it, says so, and brings its levels up to date (R6.4). */
import { follow } from "./exit-rules.ts";
import { CONTEXT_KEYS, contextWith, type ContextKey, type PositionContext } from "./market-context.ts";
import type { Plan } from "./plan.ts";
import { rulesOn } from "./rules/table.ts";
import { become, warn, type Turn } from "./turn.ts";
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
  const changes = CONTEXT_KEYS.filter((key) => context[key] !== position.context[key]).map(
    (key) => `${key} ${context[key] ?? "none"} (was ${position.context[key] ?? "not known"})`,
  );
  const noted = warn(become(turn, { context }), "info", `Market of ${position.symbol}: ${changes.join(", ")}`);
  return position.grid === null ? noted : follow(noted, nowMs);
}
