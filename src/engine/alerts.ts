/**
 * What a person has to know at once: an order of unknown outcome, an error, a position that decides no more; and when that is over.
 *
 * Promises: every alert says which position it concerns; what was alerted of an order or a close that failed is followed by a message
 * that says how it ended.
 */
import { FAILED_REASONS, type Fact } from "../domain/fact.ts";
import type { Intent } from "../domain/intent.ts";
import { lotsToAmount } from "../domain/market.ts";
import type { Position } from "../domain/position.ts";
import type { Row } from "../domain/row.ts";

export interface Alerting {
  /** What to say of a row's facts; nothing for most of them. */
  of(row: Row): readonly string[];
}

export function createAlerting(): Alerting {
  /** Orders whose outcome is still unknown, and positions whose exit has failed, since it was said. */
  const unknown = new Set<string>();
  const failing = new Set<string>();

  const settled = (row: Row): readonly string[] => {
    const position = row.snapshot?.position;
    if (position === undefined || unknown.size === 0) return [];
    const told: string[] = [];
    for (const intent of position.intents) {
      const { clientOrderId, progress } = intent;
      if (progress.kind === "unresolved" || !unknown.delete(clientOrderId)) continue;
      told.push(`Outcome of order ${clientOrderId} of ${row.symbol} known: ${endOf(position, intent)} (${named(row)})`);
    }
    return told;
  };

  const closed = (row: Row): readonly string[] => {
    if (!row.facts.some(({ type }) => type === "closed") || !failing.delete(row.position)) return [];
    return [`Closed after all: ${named(row)}`];
  };

  const alertOf = (row: Row, fact: Fact): string | null => {
    switch (fact.type) {
      case "unresolved":
        unknown.add(fact.orderId);
        return `Outcome of order ${fact.orderId} of ${row.symbol} unknown: ${fact.message} (${concerned(row, fact.orderId)})`;
      case "warning":
        return fact.severity === "error" ? `${fact.message} (${named(row)})` : null;
      case "notDone":
        if (!FAILED_REASONS.has(fact.reason)) return null;
        if (fact.reason === "exit_failed") failing.add(row.position);
        return `${fact.message} (${named(row)})`;
      default:
        return null;
    }
  };

  return {
    of: (row) => [...row.facts.flatMap((fact) => alertOf(row, fact) ?? []), ...settled(row), ...closed(row)],
  };
}

const named = ({ position, symbol, side }: Row): string => `position ${position}, ${side} ${symbol}`;

/** "position p1, long BTC/USDT:USDT: exit, sell 0.04". */
function concerned(row: Row, orderId: string): string {
  const intent = row.snapshot?.position.intents.find(({ clientOrderId }) => clientOrderId === orderId);
  return intent === undefined ? named(row) : `${named(row)}: ${intent.purpose}, ${intent.orderSide} ${intent.amount}`;
}

function endOf(position: Position, intent: Intent): string {
  const { kind } = intent.progress;
  if (kind === "absent") return "it is not at the exchange";
  if (kind === "rejected") return "it was rejected";
  return `${lotsToAmount(position.market, intent.filledLots)} of ${intent.amount} filled so far`;
}
