/** Figures of made-up positions, plainly computed: what a page shows in tests need not be what the product reckons. */
import type { TestedPosition } from "../../src/backtest/result.ts";
import type { EquityPoint, RunStatistics } from "../../src/backtest/run-statistics.ts";

export function exampleStatistics(positions: readonly TestedPosition[], balance: number): RunStatistics {
  const nets = positions.map(({ netProfit }) => netProfit);
  const rs = positions.map(({ netR }) => netR).toSorted((a, b) => a - b);
  const [won, lost] = [sum(nets.filter((net) => net > 0)), -sum(nets.filter((net) => net <= 0))];
  const equity = equityOf(positions, balance);
  const maximumDrawdown = Math.min(0, ...equity.map(({ drawdown }) => drawdown));
  const wins = nets.filter((net) => net > 0).length;
  return {
    positions: nets.length,
    wins,
    losses: nets.length - wins,
    winRate: share(wins, nets.length),
    netProfit: sum(nets),
    grossProfit: sum(positions.map(({ grossProfit }) => grossProfit)),
    fees: sum(positions.map(({ fees }) => fees)),
    funding: sum(positions.map(({ funding }) => funding)),
    profitFactor: share(won, lost),
    expectancy: share(sum(nets), nets.length),
    averageR: share(sum(rs), rs.length),
    medianR: rs[rs.length >>> 1] ?? null,
    bestR: rs.at(-1) ?? null,
    worstR: rs[0] ?? null,
    averageMfe: share(sum(positions.map(({ mfe }) => mfe)), nets.length),
    averageMae: share(sum(positions.map(({ mae }) => mae)), nets.length),
    averageHoldingMs: share(sum(positions.map(({ openedAtMs, closedAtMs }) => closedAtMs - openedAtMs)), nets.length),
    longestLosingStreak: nets.length === 0 ? 0 : 7,
    exposure: nets.length === 0 ? null : 0.62,
    maximumDrawdown,
    maximumDrawdownShare: nets.length === 0 ? null : maximumDrawdown / balance,
    byRung: [
      ...Map.groupBy(
        positions.flatMap(({ exits }) => exits),
        ({ rung }) => rung,
      ),
    ]
      .map(([rung, exits]) => ({
        rung,
        exits: exits.length,
        profit: sum(exits.map(({ profit }) => profit)),
      }))
      .toSorted((a, b) => (a.rung ?? 99) - (b.rung ?? 99)),
    byReason: [...Map.groupBy(positions, ({ reason }) => reason)].map(([reason, ended]) => ({
      reason,
      positions: ended.length,
      netProfit: sum(ended.map(({ netProfit }) => netProfit)),
    })),
    byMonth: [...Map.groupBy(positions, ({ closedAtMs }) => new Date(closedAtMs).toISOString().slice(0, 7))].map(
      ([name, ended]) => ({
        year: Number(name.slice(0, 4)),
        month: Number(name.slice(5)),
        positions: ended.length,
        netProfit: sum(ended.map(({ netProfit }) => netProfit)),
      }),
    ),
    rHistogram: histogram(rs),
    equity,
  };
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
const share = (part: number, whole: number): number | null => (whole === 0 ? null : part / whole);

function histogram(rs: readonly number[]): RunStatistics["rHistogram"] {
  if (rs.length === 0) return [];
  const size = 0.25;
  const first = Math.floor(rs[0]! / size);
  const bars = Math.floor(rs.at(-1)! / size) - first + 1;
  return Array.from({ length: bars }, (_, index) => {
    const [from, to] = [(first + index) * size, (first + index + 1) * size];
    return { from, to, count: rs.filter((r) => r >= from && r < to).length };
  });
}

function equityOf(positions: readonly TestedPosition[], balance: number): readonly EquityPoint[] {
  let [equity, peak] = [balance, balance];
  return positions
    .toSorted((a, b) => a.closedAtMs - b.closedAtMs)
    .map(({ closedAtMs, netProfit }) => {
      equity += netProfit;
      peak = Math.max(peak, equity);
      return { atMs: closedAtMs, equity, drawdown: equity - peak };
    });
}
