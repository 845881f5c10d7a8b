/**
 * After an order's absence is established the position decides again (R10.3). Where the same decision comes out, the
 * same intent is sent once more under its own id; otherwise it is over.
 */
import { decide } from "./exit-rules.ts";
import { closableLots } from "./closing.ts";
import type { Intent } from "./intent.ts";
import { findIntent, noteAbsent } from "./placing.ts";
import type { Position } from "./position.ts";
import type { FreshPrice } from "./price-gate.ts";
import type { AbsentReport } from "./report.ts";
import { settleExit } from "./taking-profit.ts";
import { beginTurn } from "./turn.ts";
import type { EpochMs } from "./units.ts";

/** Would the position send this very order, now that it is known never to have arrived? */
export function isStillWanted(
  position: Position,
  report: AbsentReport,
  quote: FreshPrice | null,
  nowMs: EpochMs,
): boolean {
  const intent = findIntent(position, report.clientOrderId);
  if (intent === null || intent.filledLots > 0 || !isSent(intent)) return false;
  switch (intent.purpose) {
    case "entry":
      // An entry that is decided again later is another entry: that is the bot's decision, not ours.
      return (
        position.closing === null && quote !== null && nowMs - intent.decidedAtMs <= position.plan.timing.entryFreshMs
      );
    case "exit":
      return quote !== null && position.closing === null && wouldExitAgain(position, report, intent, quote, nowMs);
    case "close":
      return position.closing !== null && closableLots(withoutIntent(position, report)) === intent.lots;
  }
}

const isSent = (intent: Intent): boolean =>
  intent.progress.kind === "recorded" || intent.progress.kind === "unresolved";

function wouldExitAgain(
  position: Position,
  report: AbsentReport,
  intent: Intent,
  quote: FreshPrice,
  nowMs: EpochMs,
): boolean {
  const settled = settleExit(beginTurn(withoutIntent(position, report)), nowMs).position;
  const decision = decide({ ...settled, rungCooldownUntilMs: null }, quote, nowMs);
  return (
    decision?.kind === "exitRungs" &&
    decision.verdict.kind === "partial" &&
    decision.verdict.order.lots === intent.lots &&
    decision.rungs.join() === intent.rungs.join()
  );
}

const withoutIntent = (position: Position, report: AbsentReport): Position =>
  noteAbsent(beginTurn(position), report).position;
