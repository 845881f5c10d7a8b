/** Where the result of a backtest goes: tables or JSON to the terminal, a page to a file. */
import {
  MOST_CHARTS,
  positionChart,
  reportPage,
  resultJson,
  type PlanComparison,
  type TestedMarket,
} from "../backtest/backtest.ts";
import type { Outcome } from "./backtest-session.ts";
import { resultTables } from "./backtest-tables.ts";
import { writeOutput } from "./output-file.ts";
import type { Terminal } from "./terminal.ts";

export function report(
  { result, statistics }: Outcome,
  comparisons: readonly PlanComparison[],
  where: {
    /** Those whose prices are there to be drawn. */
    readonly markets: readonly TestedMarket[];
    readonly title: string;
    readonly terminal: Terminal;
    readonly html: string | undefined;
    readonly json: boolean;
    readonly nowMs: number;
  },
): void {
  const { terminal, html } = where;
  if (where.json) terminal.out(resultJson(result, statistics, comparisons).trimEnd());
  else terminal.out(resultTables(result, statistics, comparisons));
  if (html === undefined) return;
  const columnsOf = new Map(where.markets.map(({ market, columns }) => [market.symbol, columns]));
  const page = reportPage({
    title: where.title,
    generatedAtMs: where.nowMs,
    result,
    statistics,
    comparison: comparisons.map(({ a, b, sentence, warnings, pairs }) => ({
      plan: a,
      against: b,
      headline: sentence,
      lines: [`${pairs} entries that both plans opened`, ...warnings],
    })),
    charts: result.runs.flatMap(({ positions }, run) =>
      positions.slice(0, Math.floor(MOST_CHARTS / result.runs.length)).flatMap((position) => {
        const columns = columnsOf.get(position.symbol);
        return columns === undefined ? [] : [positionChart(run, position, columns)];
      }),
    ),
  });
  writeOutput("--html", html, page);
  terminal.err(`Report: ${html} (${(page.length / 1e6).toFixed(1)} MB); open it in a browser`);
}
