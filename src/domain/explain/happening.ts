/** What happens at a price, in words for people. */
import type { Decision } from "../exit-rules.ts";
import { lotsToAmount } from "../market.ts";
import type { Position } from "../position.ts";
import { RULES } from "../rules/table.ts";
import type { Lots } from "../units.ts";
import { amountText } from "../wording.ts";

/** What happens at a price, and by which rule. */
export interface Happening {
  readonly kind: "nothing" | "close" | "exit" | "adjust";
  readonly rule: string | null;
  readonly text: string;
}

export function happeningOf(position: Position, decision: Decision | null): Happening {
  if (decision === null) return { kind: "nothing", rule: null, text: "nothing" };
  const { rule } = decision;
  if (decision.kind === "adjust") {
    return {
      kind: "adjust",
      rule,
      text: RULES.find(({ name }) => name === rule)?.adjusts ?? "what it watches changes",
    };
  }
  const names = position.plan.takeProfit === "single" ? "" : rungNames(decision.rungs);
  if (decision.kind === "close") {
    const what = names === "" ? "everything is closed" : `${names}: everything is closed`;
    return { kind: "close", rule, text: `${what} (${decision.reason})` };
  }
  const { verdict } = decision;
  const text = (quantity: Lots): string => amountText(lotsToAmount(position.market, quantity));
  switch (verdict.kind) {
    case "partial": {
      const raised = verdict.raisedTo === null ? "" : `, raised from ${text(verdict.calculatedLots)} to the minimum`;
      return { kind: "exit", rule, text: `${names}: ${text(verdict.order.lots)} is closed${raised}` };
    }
    case "everything":
      return { kind: "close", rule, text: `${names}: everything is closed, a part would be too small` };
    case "skipped":
      return { kind: "exit", rule, text: `${names}: skipped, ${text(verdict.calculatedLots)} is too small` };
    case "heldBack":
      return {
        kind: "exit",
        rule,
        text: `${names}: held back while it is worth less than ${amountText(verdict.limit)}`,
      };
  }
}

/** "TP1, TP2 and TP3"; more of them in a row are "TP1 to TP5". */
function rungNames(numbers: readonly number[]): string {
  const [first, last] = [numbers.at(0), numbers.at(-1)];
  if (numbers.length > 3 && last! - first! === numbers.length - 1) return `TP${first} to TP${last}`;
  const names = numbers.map((number) => `TP${number}`);
  return names.length < 2 ? names.join("") : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
}
