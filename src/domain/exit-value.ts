/** What a partial exit must be worth at least (R3.5): by what the plan says, or by regime where that asks for more. */
import { exact } from "./decimal.ts";
import type { Position } from "./position.ts";
import type { DecimalText } from "./units.ts";

/** Quote currency; "0" where nothing is asked for. */
export function minimumExitValue({ plan, context }: Position): DecimalText {
  const { minimumExitValue: planned, minimumExitValueByRegime: byRegime } = plan;
  const { regime } = context;
  if (byRegime === null || regime === null || regime === "choppy") return planned;
  return exact(byRegime[regime]).gt(exact(planned)) ? byRegime[regime] : planned;
}
