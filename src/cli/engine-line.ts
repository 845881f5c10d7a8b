/** A running engine in one line: how it does, and whether it lets new positions in (R13.1, R13.2). */
import type { AnswerTo } from "../control/protocol.ts";

export function engineLine({ pid, account, health }: AnswerTo<"health">): string {
  const { mode, entries, priceAgeMs, commitAgeMs, unresolvedOrders, unsettledOrders } = health;
  const lets = mode === "protect-only" ? "protect-only: no new positions, exits go on" : `running, entries ${entries}`;
  const orders = `${unsettledOrders} ${unsettledOrders === 1 ? "order" : "orders"} under way, ${unresolvedOrders} of unknown outcome`;
  return `engine: process ${pid}, account ${account}, ${lets}; last price ${ageText(priceAgeMs)}, last commit ${ageText(commitAgeMs)}; ${orders}`;
}

const MINUTE_MS = 60_000;

function ageText(ageMs: number | null): string {
  if (ageMs === null) return "none yet";
  return ageMs < MINUTE_MS ? `${(ageMs / 1_000).toFixed(1)} s ago` : `${Math.round(ageMs / MINUTE_MS)} min ago`;
}
