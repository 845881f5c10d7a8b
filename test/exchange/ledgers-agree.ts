/**
 * The engine's books against the venue's ledger, by client order id: what was executed, how often, and what is held. The ledger is
 * the other side's, so that a mistake of ours cannot hide in it.
 */
import { exact, toText } from "../../src/domain/decimal.ts";
import { lotsToAmount } from "../../src/domain/market.ts";
import type { Intent } from "../../src/domain/intent.ts";
import type { Position } from "../../src/domain/position.ts";
import { remainingLots } from "../../src/domain/ladder.ts";
import { decimalText } from "../../src/domain/units.ts";
import type { TradingBench } from "./trading-bench.ts";

/** What was written down of one market, and the other side of it. */
export type Books = Pick<TradingBench, "rows" | "venue" | "market">;

/** Everything that does not agree; nothing where all is well. */
export function disagreements({ rows, venue, market }: Books): readonly string[] {
  const intents = new Map<string, { readonly intent: Intent; readonly position: Position }>();
  const latest = new Map<string, Position>();
  for (const { snapshot } of rows) {
    if (snapshot === null) continue;
    const { position } = snapshot;
    latest.set(position.id, position);
    for (const intent of position.intents) intents.set(intent.clientOrderId, { intent, position });
  }
  const found: string[] = [];
  for (const { call, clientOrderId, params } of venue.requests) {
    if (call !== "placeOrder" || clientOrderId === undefined) continue;
    const known = intents.get(clientOrderId);
    // I4: nothing arrives that was not written down before, and as it was written down.
    if (known === undefined) found.push(`the venue received ${clientOrderId}, which no row knows`);
    else if (exact(decimalText(params["quantity"] ?? "0")).gt(exact(known.intent.amount)))
      found.push(
        `the venue received ${params["quantity"]} for ${clientOrderId}, written down were ${known.intent.amount}`,
      );
    else if (market.kind === "derivative" && known.intent.purpose !== "entry" && !reduces(params))
      found.push(`the exit ${clientOrderId} could open a position`);
  }
  for (const [clientOrderId, { intent, position }] of intents) {
    const { orders, filled } = venue.ledger.executionsOf(clientOrderId);
    const executed = orders.filter((order) => Number(order.filled) > 0);
    // I3: at most one order with executions for one intent.
    if (executed.length > 1) found.push(`${intent.purpose} ${clientOrderId} was executed ${executed.length} times`);
    const counted = lotsToAmount(position.market, intent.filledLots);
    if (!exact(decimalText(filled)).eq(exact(counted)))
      found.push(`${intent.purpose} ${clientOrderId}: the venue filled ${filled}, counted are ${counted}`);
    if (orders.length > 0 && (intent.progress.kind === "absent" || intent.progress.kind === "rejected"))
      found.push(`${intent.purpose} ${clientOrderId} is called ${intent.progress.kind}, and the venue has it`);
  }
  const held = [...latest.values()].reduce(
    (sum, position) =>
      sum.plus(exact(lotsToAmount(position.market, remainingLots(position))).times(position.side === "long" ? 1 : -1)),
    exact(0),
  );
  const atVenue = exact(decimalText(venue.ledger.position(market.symbol)));
  // On spot a fee in the coin leaves less than a lot.
  const difference = held.minus(atVenue).abs();
  if (market.kind === "derivative" ? !difference.eq(0) : difference.gte(exact(market.amountStep)))
    found.push(`the engine holds ${toText(held)}, the venue ${toText(atVenue)}`);
  return found;
}

const reduces = (params: Readonly<Record<string, string>>): boolean =>
  params["reduceOnly"] === "true" || (params["positionSide"] !== undefined && params["positionSide"] !== "BOTH");

/** Opened and exited are the same when it is over (R3.4). */
export function exitsAddUp({ rows }: Pick<Books, "rows">, id = "p1"): boolean {
  const facts = rows.filter((row) => row.position === id).flatMap((row) => row.facts);
  const sum = (type: "opened" | "exit" | "external"): string =>
    toText(facts.reduce((total, fact) => (fact.type === type ? total.plus(exact(fact.amount)) : total), exact(0)));
  return exact(decimalText(sum("opened"))).eq(
    exact(decimalText(sum("exit"))).plus(exact(decimalText(sum("external")))),
  );
}
