/** What was not taken in, and why: reports that cannot be true, prices that were not let through (R1.9, R13.0). */
import { impossibleReport } from "./fills.ts";
import type { PriceDropReason } from "./price-gate.ts";
import type { EndedReport, FillReport } from "./report.ts";
import { tell, type Turn } from "./turn.ts";

/** A report that cannot be true changes nothing, is recorded, and suspends the position. */
export function suspectReport(turn: Turn, report: FillReport | EndedReport): Turn {
  const what = impossibleReport(turn.position, report) ?? "a report that cannot be true";
  const message = `Report for ${turn.position.symbol} cannot be true: ${what}`;
  return { ...tell(turn, { type: "notDone", reason: "report_impossible", rung: null, message }), suspect: message };
}

/** A price that was not let through, said where it might have mattered. */
export function noteDroppedPrice(
  turn: Turn,
  dropped: { readonly value: number; readonly reason: PriceDropReason },
): Turn {
  const message = `Price ${dropped.value} of ${turn.position.symbol} dropped: ${dropped.reason}`;
  return tell(turn, {
    type: "notDone",
    reason: "price_dropped",
    rung: null,
    message,
    field: "price",
    value: String(dropped.value),
    limit: dropped.reason,
  });
}
