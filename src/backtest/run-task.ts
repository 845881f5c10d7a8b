/**
 * One plan over one market, from its entries to what became of them. The unit of work: here, or in a worker.
 *
 * Promises: it can be stopped between two positions, and what was done by then is right; with a range the same entries are run
 * in every order of the extremes (R12.2).
 */
import type { ContextSettings } from "../domain/context-settings.ts";
import type { PaperSettings } from "../exchange/paper/settings.ts";
import type { EntryFlow } from "./entry-flow.ts";
import { flowOf, type EntrySpec } from "./entry-spec.ts";
import type { FundingPayments } from "./funding-payments.ts";
import type { Liquidation } from "./instant-terms.ts";
import type { knownContext, KnownContext } from "./known-context.ts";
import { liquidationBy } from "./liquidation.ts";
import { indexOf, type PriceIndex } from "./price-columns.ts";
import type { CandleOrder, RefusedTest, TestedPosition } from "./result.ts";
import { createMarketRun } from "./run-market.ts";
import { testedPosition } from "./tested-position.ts";
import { endOf, type TestedMarket } from "./tested-market.ts";

export interface TaskTerms {
  readonly settings: PaperSettings;
  readonly order: CandleOrder;
  /** Null where no plan looks at its market. */
  readonly context: ContextSettings | null;
  readonly hasRange: boolean;
  /** Of entries that do not know of each other, a part of so many; left out for all of them. */
  readonly part?: EntryPart | undefined;
}

export interface EntryPart {
  readonly index: number;
  readonly of: number;
}

export interface TaskResult {
  readonly positions: readonly TestedPosition[];
  readonly refused: readonly RefusedTest[];
  /** Entries whose time comes after the last price. */
  readonly late: readonly string[];
  /** What was said when positions opened, the first of each kind with their number. */
  readonly warnings: readonly (readonly [text: string, count: number])[];
  /** Net profit in each order of the extremes; null where it was not asked for, or not reckoned to its end. */
  readonly nets: Readonly<Record<CandleOrder, number>> | null;
  /** It was asked to stop: entries are left that were not tried. */
  readonly isPartial: boolean;
}

/** Yields how far it is; handed `true`, it ends there with what it has. */
export type Stoppable<Result> = Generator<number, Result, true | undefined>;

/** What is reckoned once for a market, whatever the plan. */
export interface Groundwork {
  readonly index: PriceIndex;
  readonly context: KnownContext | null;
  readonly liquidation: Liquidation | null;
  readonly funding: FundingPayments | null;
}

export const groundwork = (
  { market, columns, seen, brackets, funding }: TestedMarket,
  context: ContextSettings | null,
  reckon: Reckon | null,
): Groundwork => ({
  index: indexOf(columns),
  context: context === null || reckon === null ? null : reckon(market.symbol, seen, context, columns),
  liquidation: brackets === null ? null : liquidationBy(brackets),
  funding: funding === null ? null : { rates: funding, columns },
});

/** How market context is reckoned: loaded where somebody looks at it, since its indicators are half of what a backtest loads. */
export type Reckon = typeof knownContext;

const ORDERS: readonly CandleOrder[] = ["pessimistic", "path", "optimistic"];

/** Yields the rows that it is through with, of all orders that were asked for; returns what came of it. */
export function* runTask(
  tested: TestedMarket,
  ground: Groundwork,
  spec: EntrySpec,
  terms: TaskTerms,
): Stoppable<TaskResult> {
  const main = yield* runOrder(tested, ground, spec, terms, { order: terms.order, rowsBefore: 0 });
  if (!terms.hasRange || tested.columns.kind === "trades" || main.isPartial) return main;
  const nets = { pessimistic: 0, path: 0, optimistic: 0 };
  let rowsBefore = 0;
  for (const order of ORDERS) {
    if (order !== terms.order) rowsBefore += tested.columns.at.length;
    const { positions, isPartial } =
      order === terms.order ? main : yield* runOrder(tested, ground, spec, terms, { order, rowsBefore });
    if (isPartial) return { ...main, isPartial };
    nets[order] = positions.reduce((sum, { netProfit }) => sum + netProfit, 0);
  }
  return { ...main, nets };
}

function* runOrder(
  tested: TestedMarket,
  { index, context, liquidation, funding }: Groundwork,
  spec: EntrySpec,
  { settings, part }: TaskTerms,
  { order, rowsBefore }: { readonly order: CandleOrder; readonly rowsBefore: number },
): Stoppable<TaskResult> {
  const { market, columns, brackets } = tested;
  const flow = partOf(flowOf(spec, tested), part);
  const positions: TestedPosition[] = [];
  const refused: RefusedTest[] = [];
  const track = { market, columns, index, context, order, endMs: endOf(tested) };
  const run = createMarketRun(flow, { settings, liquidation, brackets, keepsStops: true });
  let isPartial = false;
  for (const each of run.through(track)) {
    if (each.kind === "refused") refused.push(each.refused);
    else positions.push(testedPosition(each.ride, settings, funding));
    isPartial = (yield rowsBefore + each.row) === true;
    if (isPartial) break;
  }
  return {
    positions,
    refused,
    late: run.late().map(({ request }) => request.id),
    warnings: run.warnings(),
    nets: null,
    isPartial,
  };
}

/** Parts follow one another in time; a rule that is asked anew has none. */
function partOf(flow: EntryFlow, part: EntryPart | undefined): EntryFlow {
  if (part === undefined || flow.kind === "rule") return flow;
  const count = flow.entries.length;
  const [from, to] = [part.index, part.index + 1].map((at) => Math.round((count * at) / part.of));
  return { kind: "list", entries: flow.entries.slice(from, to) };
}
