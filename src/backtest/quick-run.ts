/** A plan over a market for its score alone: what each position made, by floats, and nothing that a report would need. */
import { flowOf, type EntrySpec } from "./entry-spec.ts";
import { fundingOf } from "./funding-payments.ts";
import { initialRisk } from "./initial-risk.ts";
import { quickNet, quickTerms } from "./quick-money.ts";
import { runMarket } from "./run-market.ts";
import type { Groundwork, TaskTerms } from "./run-task.ts";
import type { Objective } from "./sweep-scores.ts";
import { endOf, type TestedMarket } from "./tested-market.ts";

/** Positions side by side, in order of opening. */
export interface QuickRun {
  readonly closedAtMs: Float64Array;
  /** Quote currency. */
  readonly net: Float64Array;
  /** In units of the initial risk. */
  readonly netR: Float64Array;
}

export function quickRun(
  tested: TestedMarket,
  { index, context, liquidation, funding }: Groundwork,
  spec: EntrySpec,
  { settings, order }: TaskTerms,
): QuickRun {
  const { market, columns, brackets } = tested;
  if (columns.at.length === 0)
    return { closedAtMs: new Float64Array(), net: new Float64Array(), netR: new Float64Array() };
  const money = quickTerms(market, settings);
  const flow = flowOf(spec, tested);
  const [closed, net, netR]: [number[], number[], number[]] = [[], [], []];
  const track = { market, columns, index, context, order, endMs: endOf(tested) };
  for (const each of runMarket(track, flow, { settings, liquidation, brackets, keepsStops: false })) {
    if (each.kind === "refused") continue;
    const { position } = each.ride;
    const paid = funding === null ? 0 : fundingOf(position.position, position.exits, position.closedAtMs, funding);
    const made = quickNet(position, money) + paid;
    const risk = initialRisk(position.position);
    closed.push(position.closedAtMs);
    net.push(made);
    netR.push(risk > 0 ? made / risk : 0);
  }
  return { closedAtMs: Float64Array.from(closed), net: Float64Array.from(net), netR: Float64Array.from(netR) };
}

/** The score of a plan over several markets together; null where it cannot be told. Drawdown: of what was realised. */
export function quickScore(
  runs: readonly QuickRun[],
  objective: Objective,
): { readonly value: number | null; readonly positions: number } {
  const all = runs
    .flatMap(({ closedAtMs, net, netR }) => Array.from(net, (made, at) => [closedAtMs[at]!, made, netR[at]!] as const))
    .toSorted((a, b) => a[0] - b[0]);
  const positions = all.length;
  if (positions === 0) return { value: null, positions };
  let [net, multiples, won, lost, peak, deepest] = [0, 0, 0, 0, 0, 0];
  for (const [, made, multiple] of all) {
    net += made;
    multiples += multiple;
    if (made > 0) won += made;
    else lost -= made;
    peak = Math.max(peak, net);
    deepest = Math.max(deepest, peak - net);
  }
  switch (objective) {
    case "netProfit":
      return { value: net, positions };
    case "averageR":
      return { value: multiples / positions, positions };
    case "profitFactor":
      return { value: lost === 0 ? null : won / lost, positions };
    case "returnOverDrawdown":
      return { value: deepest === 0 ? null : net / deepest, positions };
  }
}
