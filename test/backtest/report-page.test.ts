/** What a report carries with it (R12.3): bars, equity and numbers made small without a loss, and nothing else let in. */
import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decimalsOfMoney, decimalsOfPrices } from "../../src/backtest/page/decimals.ts";
import { equityGrid } from "../../src/backtest/page/equity-grid.ts";
import { pageData } from "../../src/backtest/page/pack.ts";
import type { PackedChart, PageData } from "../../src/backtest/page/page-data.ts";
import { barsAround, MOST_CHARTS, reportPage, type Bars } from "../../src/backtest/page/report-page.ts";
import { exampleReport } from "../support/example-report.ts";

interface Unpacked {
  readonly time: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
}

/** The page's own module, as the browser runs it. */
const { priceBars } = (await import(
  new URL("../../src/backtest/page/browser/price-bars.js", import.meta.url).href
)) as { readonly priceBars: (packed: PackedChart) => readonly Unpacked[] };

const hours = fc.array(fc.tuple(fc.integer({ min: 1, max: 999 }), fc.integer({ min: 0, max: 9 })), { minLength: 1 });

const candlesOf = (rows: readonly (readonly [number, number])[]): Bars => ({
  at: Float64Array.from(rows, (_, index) => index * 1_000),
  open: Float64Array.from(rows, ([price]) => price),
  high: Float64Array.from(rows, ([price, reach]) => price + reach),
  low: Float64Array.from(rows, ([price, reach]) => price - Math.min(reach, price) / 2),
  close: Float64Array.from(rows, ([price, reach]) => price + reach / 2),
});

describe("R12.3 the bars around a position", () => {
  it("never more than asked for; first open, last close and both extremes stay", () => {
    fc.assert(
      fc.property(hours, fc.integer({ min: 1, max: 60 }), fc.nat(), fc.nat(), (rows, most, one, other) => {
        const candles = candlesOf(rows);
        const [first, last] = [one % rows.length, other % rows.length].toSorted((a, b) => a - b) as [number, number];
        const bars = barsAround(candles, first * 1_000 + 400, last * 1_000 + 999, most);
        expect(bars.at.length).toBeLessThanOrEqual(most);
        expect(bars.at[0]).toBe(first * 1_000);
        expect(bars.open[0]).toBe(candles.open[first]);
        expect(bars.close.at(-1)).toBe(candles.close[last]);
        expect(Math.max(...bars.high)).toBe(Math.max(...candles.high.subarray(first, last + 1)));
        expect(Math.min(...bars.low)).toBe(Math.min(...candles.low.subarray(first, last + 1)));
        expect([...bars.at]).toEqual([...bars.at].toSorted((a, b) => a - b));
      }),
    );
  });

  it("there are none before the first candle, nor of none", () => {
    expect(barsAround(candlesOf([[5, 1]]), -10, -5, 10).at).toHaveLength(0);
    expect(barsAround(candlesOf([]), 0, 5, 10).at).toHaveLength(0);
  });

  it("come out of the page as they went in, gaps and tiny prices included", () => {
    const input = exampleReport({ entries: 30 });
    const shifted = input.charts.map((chart) => ({
      ...chart,
      at: chart.at.map((atMs, bar) => atMs + (bar > 9 ? 7_200_000 : 0)),
    }));
    const { charts } = pageData({ ...input, charts: shifted });
    expect(charts.length).toBe(shifted.length);
    for (const packed of charts) {
      const id = input.result.runs[packed.run]!.positions[packed.position]!.id;
      const chart = shifted.find((one) => one.run === packed.run && one.positionId === id)!;
      const bars = priceBars(packed);
      expect(bars.map(({ time }) => time * 1_000)).toEqual([...chart.at]);
      for (const [index, bar] of bars.entries())
        for (const price of ["open", "high", "low", "close"] as const)
          expect(Math.abs(bar[price] / chart[price][index]! - 1)).toBeLessThan(1e-9);
    }
  });
});

describe("R12.3 what the page carries", () => {
  it("charts of the first positions of each run, and no more than it says", () => {
    const { charts } = pageData(exampleReport({ entries: 260 }));
    expect(charts).toHaveLength(MOST_CHARTS);
    expect(charts.filter(({ run }) => run === 1)).toHaveLength(MOST_CHARTS / 2);
    expect(Math.max(...charts.map(({ position }) => position))).toBe(MOST_CHARTS / 2 - 1);
  });

  it("every run on the same moments; the last equity and the deepest drawdown stay", () => {
    const points = Array.from({ length: 5_000 }, (_, index) => ({
      atMs: 1_700_000_000_000 + index * 733_000,
      equity: 1_000 + Math.sin(index / 40) * 100,
      drawdown: index === 3_111 ? -777 : -1,
    }));
    const grid = equityGrid([points, points.slice(2_000, 2_001), []], 1_000)!;
    expect(grid.runs.map(({ equity }) => equity.length)).toEqual(Array(3).fill(grid.runs[0]!.equity.length));
    expect(grid.runs[0]!.equity.length).toBeLessThanOrEqual(1_002);
    expect(grid.runs[0]!.equity.at(-1)).toBeCloseTo(points.at(-1)!.equity, 6);
    expect(Math.min(...grid.runs[0]!.drawdown)).toBe(-777);
    expect(grid.runs.map(({ equity }) => equity[0])).toEqual([1_000, 1_000, 1_000]);
    expect(new Set(grid.runs[2]!.equity)).toEqual(new Set([1_000]));
    expect(equityGrid([[], []], 1_000)).toBeNull();
  });

  it("prices with the decimals that they need", () => {
    expect(decimalsOfPrices([61_250.5, 60_000])).toBe(1);
    expect(decimalsOfPrices([0.00000123, 0.0000012])).toBe(8);
    expect(decimalsOfPrices([100, 1 / 3])).toBe(8);
    expect(decimalsOfPrices([0, Number.NaN, Number.POSITIVE_INFINITY])).toBe(0);
    expect([decimalsOfMoney([12.5, -80]), decimalsOfMoney([0.00021, -0.0004]), decimalsOfMoney([])]).toEqual([2, 6, 2]);
  });

  it("one set of figures for each run, or it says so", () => {
    expect(() => pageData({ ...exampleReport({ entries: 1 }), statistics: [] })).toThrow(/2 runs, 0/);
  });
});

describe("R13.6 the page lets nothing in", () => {
  const html = reportPage({ ...exampleReport({ entries: 3, symbols: ["</script><b>", "<!--"] }), title: "<b>&" });
  const scripts = [...html.matchAll(/<script>([\s\S]*?)<\/script>/g)].map(([, text]) => text!);
  const policy = /http-equiv="Content-Security-Policy" content="([^"]+)"/.exec(html)![1]!;

  it("only the scripts and the style that it names by hash, and nothing from anywhere", () => {
    const style = /<style>([\s\S]*?)<\/style>/.exec(html)![1]!;
    for (const text of [...scripts, style])
      expect(policy).toContain(`'sha256-${createHash("sha256").update(text).digest("base64")}'`);
    expect(scripts).toHaveLength(2);
    expect(policy.split("; ")[0]).toBe("default-src 'none'");
    expect(policy).not.toMatch(/unsafe|http|\*/);
    expect(html).not.toMatch(/\s(style|on[a-z]+)="/);
  });

  it("data is JSON in which no element begins or ends", () => {
    const data = /<script type="application\/json" id="report-data">([\s\S]*?)<\/script>/.exec(html)![1]!;
    expect(data).not.toContain("<");
    expect((JSON.parse(data) as PageData).series.map(({ symbol }) => symbol)).toEqual(["</script><b>", "<!--"]);
    expect(html).toContain("<title>&lt;b&gt;&amp;</title>");
  });
});
