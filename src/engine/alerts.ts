/** Which facts a person has to know at once: an order of unknown outcome, an error, a position that decides no more. */
import type { Fact } from "../domain/fact.ts";
import type { Row } from "../domain/row.ts";

/** What to say of a row's facts; nothing for most of them. */
export const alertsOf = ({ symbol, facts }: Row): readonly string[] =>
  facts.flatMap((fact) => alertOf(symbol, fact) ?? []);

function alertOf(symbol: string, fact: Fact): string | null {
  switch (fact.type) {
    case "unresolved":
      return `Outcome of order ${fact.orderId} of ${symbol} unknown: ${fact.message}`;
    case "warning":
      return fact.severity === "error" ? fact.message : null;
    case "notDone":
      return ALERTED.has(fact.reason) ? fact.message : null;
    default:
      return null;
  }
}

const ALERTED: ReadonlySet<string> = new Set(["exit_failed", "report_impossible", "suspended"]);
