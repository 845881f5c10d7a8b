/**
 * The right side of a tape: everything that one step has done, in phrases; what it said about it comes last.
 *
 *     TP1_hit · closing stop_ladder · closing.blocked        the state, when it changes
 *     mark 103                                               the recorded mark, when it moves
 *     market volatility high                                 what it knows of its market, when that changes
 *     opened 40@100 average 100 · stop 95                    what was opened; the stop, when it moves
 *     TP1 40@106 +240 left 60 · manual 60@101 +60 left 0     one exit record: rung or reason, profit, what is left
 *     external fee_in_coin 1 left 99                         what left without a trade of ours
 *     closed stop_ladder +570 fees 1.5                       the outcome
 *     info: … · warning: … · error: … · not done: … · unresolved: …
 *     entry 100 · exit 70 TP1+TP2 · close 30 · … again       an order that is sent (again: its id was sent before)
 *     look up exit · cancel entry                            what else is asked of the exchange
 */
import { exact, toText } from "../../src/domain/decimal.ts";
import type { Fact } from "../../src/domain/fact.ts";
import type { Command, Intent } from "../../src/domain/intent.ts";
import { levelText, type Market } from "../../src/domain/market.ts";
import type { ChartState, Row } from "../../src/domain/row.ts";
import type { DecimalText } from "../../src/domain/units.ts";
import type { Step } from "../../src/kernel/kernel.ts";

export interface Teller {
  tell(step: Step): readonly string[];
}

/** The position that a tape is about; rows of any other are told with its name. */
export const FIRST_POSITION = "p1";

export function createTeller(market: Market): Teller {
  const states = new Map<string, string>();
  const intents = new Map<string, Intent>();
  const sent = new Set<string>();
  const marks = new Map<string, string>();
  const markets = new Map<string, string>();

  function rowPhrases(row: Row): readonly string[] {
    for (const intent of row.snapshot?.position.intents ?? []) intents.set(intent.clientOrderId, intent);
    const next = row.snapshot === null ? "" : stateName(row);
    const changed = next !== states.get(row.position) && next !== "closed" ? [next] : [];
    states.set(row.position, next);
    const whose = row.position === FIRST_POSITION ? [] : [`[${row.position}]`];
    const mark = markOf(row);
    const moved = mark === null || mark === marks.get(row.position) ? [] : [`mark ${mark}`];
    if (mark !== null) marks.set(row.position, mark);
    const market = marketOf(row);
    const learned = market === "" || market === markets.get(row.position) ? [] : [`market ${market}`];
    markets.set(row.position, market);
    return [...whose, ...changed, ...moved, ...learned, ...row.facts.filter((fact) => !isSaid(fact)).map(factPhrase)];
  }

  function commandPhrase(command: Command): string {
    if (command.kind !== "placeOrder") {
      const purpose = intents.get(command.clientOrderId)?.purpose ?? "an order that nobody wrote down";
      return `${command.kind === "cancelOrder" ? "cancel" : "look up"} ${purpose}`;
    }
    const { order } = command;
    const intent = intents.get(order.clientOrderId);
    if (intent === undefined) return `${order.purpose} ${order.amount} that nobody wrote down`;
    const again = sent.has(order.clientOrderId) ? " again" : "";
    sent.add(order.clientOrderId);
    const rungs = order.purpose === "exit" ? ` ${intent.rungs.map((rung) => `TP${rung}`).join("+")}` : "";
    const wrong = order.purpose !== "entry" && order.reduceOnly !== (market.kind === "derivative");
    return `${order.purpose} ${order.amount}${rungs}${again}${wrong ? ` reduce-only ${order.reduceOnly}` : ""}`;
  }

  return {
    tell: (step) => [
      ...step.rows.flatMap(rowPhrases),
      ...step.commands.map(commandPhrase),
      ...step.rows.flatMap((row) => row.facts.filter(isSaid).map(factPhrase)),
    ],
  };
}

/** Messages come last: they are long, and a tape is read from what happened to what was said. */
const isSaid = (fact: Fact): boolean =>
  fact.type === "warning" || fact.type === "notDone" || fact.type === "unresolved";

/** All classes that it knows. */
const marketOf = ({ snapshot }: Row): string =>
  Object.entries(snapshot?.position.context ?? {})
    .flatMap(([key, value]) => (value === null ? [] : [`${key} ${value}`]))
    .join(" ");

/** The recorded mark, where the plan keeps one. */
function markOf({ snapshot }: Row): string | null {
  const position = snapshot?.position;
  return position === undefined || position.mark === null || position.grid === null
    ? null
    : levelText(position.grid, position.mark);
}

/** Waits inside `closing` that a trader would want to know of are shown, everything else is its top-level state. */
function stateName(row: Row): string {
  const { state, position } = row.snapshot!;
  const [top, inner] = namesOf(state);
  if (top !== "closing") return top;
  if (inner === "backingOff" || inner === "blocked") return `closing.${inner}`;
  return `closing ${position.closing?.reason ?? "for no reason"}`;
}

const namesOf = (state: ChartState): readonly [string, string] => {
  if (typeof state === "string") return [state, ""];
  const [top = "", inner = ""] = Object.entries(state)[0] ?? [];
  return [top, typeof inner === "string" ? inner : namesOf(inner)[0]];
};

const signed = (value: DecimalText): string => (value.startsWith("-") ? value : `+${value}`);
const nonZeroFee = (fee: DecimalText, word: string): string =>
  exact(fee).isZero() ? "" : ` ${word} ${toText(exact(fee))}`;

function factPhrase(fact: Fact): string {
  switch (fact.type) {
    case "opened": {
      const average = fact.price === fact.entryPrice ? "" : ` average ${fact.entryPrice}`;
      return `opened ${fact.amount}@${fact.price}${average}${nonZeroFee(fact.fee, "fee")}`;
    }
    case "exit": {
      const name = fact.rung === null ? fact.reason : `TP${fact.rung}`;
      return `${name} ${fact.amount}@${fact.price} ${signed(fact.profit)}${nonZeroFee(fact.fee, "fee")} left ${fact.remaining}`;
    }
    case "external":
      return `external ${fact.reason} ${fact.amount} left ${fact.remaining}`;
    case "stopMoved":
      return `stop ${fact.to}`;
    case "notDone":
      return `not done: ${fact.message}`;
    case "warning":
      return `${fact.severity}: ${fact.message}`;
    case "unresolved":
      return `unresolved: ${fact.message}`;
    case "closed":
      return `closed ${fact.outcome.reason} ${signed(fact.outcome.grossProfit)}${nonZeroFee(fact.outcome.fees, "fees")}`;
  }
}
