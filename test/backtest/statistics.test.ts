/** R12.3: the figures of a run, each held to an arithmetic that is written out. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { equityOf } from "../../src/backtest/equity.ts";
import { MOST_POINTS } from "../../src/backtest/equity-curve.ts";
import type { TestedPosition } from "../../src/backtest/result.ts";
import { quotesOf, statisticsOf } from "../../src/backtest/statistics.ts";
import { HOUR_MS, hour, runOf, runOfMultiples, START_MS, tested } from "./tested.ts";

const SPAN = { balance: 1_000, fromMs: hour(0), toMs: hour(10) };

/** Two rungs and the rest: 0.4 at 103, 0.3 at 105, 0.3 at 100; the entry costs 0.10, each exit 0.05. */
const LADDERED = tested({
  id: "laddered",
  reason: "stop_ladder",
  closedAtMs: hour(3),
  fees: 0.25,
  funding: -0.02,
  exits: [
    { rung: 1, reason: "take_profit", amount: 0.4, price: 103, fee: 0.05, profit: 1.2, atMs: hour(1) },
    { rung: 2, reason: "take_profit", amount: 0.3, price: 105, fee: 0.05, profit: 1.5, atMs: hour(2) },
    { rung: null, reason: "stop_ladder", amount: 0.3, price: 100, fee: 0.05, profit: 0, atMs: hour(3) },
  ],
});

describe("figures of a run", () => {
  it("R12.3 three positions, by hand", () => {
    const figures = statisticsOf(
      runOf([
        tested({ id: "a", exit: 120, openedAtMs: hour(0), closedAtMs: hour(2) }), // +20 = +2 R
        tested({ id: "b", exit: 90, openedAtMs: hour(1), closedAtMs: hour(3), reason: "stop_initial" }), // −10 = −1 R
        tested({ id: "c", exit: 95, openedAtMs: hour(5), closedAtMs: hour(6), reason: "stop_initial" }), // −5 = −0.5 R
      ]),
      SPAN,
    );
    expect(figures).toMatchObject({
      positions: 3,
      wins: 1,
      losses: 2,
      winRate: 1 / 3,
      netProfit: 5, // 20 − 10 − 5
      profitFactor: 20 / 15,
      expectancy: 5 / 3,
      averageR: 0.5 / 3, // 2 − 1 − 0.5
      medianR: -0.5,
      bestR: 2,
      worstR: -1,
      averageHoldingMs: ((2 + 2 + 1) / 3) * HOUR_MS,
      longestLosingStreak: 2,
      exposure: 0.4, // 0 to 3 (two overlap from 1 to 2) and 5 to 6: 4 of 10 hours
      maximumDrawdown: -15, // 1,020 to 1,005
      maximumDrawdownShare: -15 / 1_020,
      byReason: [
        { reason: "stop_initial", positions: 2, netProfit: -15 },
        { reason: "single_target", positions: 1, netProfit: 20 },
      ],
      byMonth: [{ year: 2025, month: 1, positions: 3, netProfit: 5 }],
    });
    expect(figures.averageMfe).toBeCloseTo(0.1);
    expect(figures.averageMae).toBeCloseTo(-0.02);
    expect(figures.rHistogram.filter(({ count }) => count > 0)).toEqual([
      { from: -1, to: -0.5, count: 1 },
      { from: -0.5, to: 0, count: 1 },
      { from: 2, to: 2.5, count: 1 },
    ]);
  });

  it("R12.3 profit by rung, before fees; without a rung last", () => {
    const figures = statisticsOf(runOf([LADDERED, tested({ id: "plain" })]), SPAN);
    expect(figures.byRung).toEqual([
      { rung: 1, exits: 1, profit: 1.2 },
      { rung: 2, exits: 1, profit: 1.5 },
      { rung: null, exits: 2, profit: 10 },
    ]);
    expect(figures.grossProfit).toBeCloseTo(12.7);
    expect(figures.netProfit).toBeCloseTo(12.7 - 0.25 - 0.02);
  });

  it("R12.3 months are those of UTC, in which a position closed", () => {
    const closing = (closedAtMs: number): TestedPosition => tested({ id: String(closedAtMs), closedAtMs });
    const { byMonth } = statisticsOf(
      runOf([
        closing(Date.UTC(2025, 0, 31, 23, 59, 59, 999)),
        closing(Date.UTC(2025, 1, 1)),
        closing(Date.UTC(2026, 1, 1)),
      ]),
      SPAN,
    );
    expect(byMonth.map(({ year, month }) => `${year}-${month}`)).toEqual(["2025-1", "2025-2", "2026-2"]);
  });

  it("R12.3 the outer bars of the histogram hold what lies beyond", () => {
    const { rHistogram } = statisticsOf(runOfMultiples([-7.25, -3, 5.75, 6, 12.5]), SPAN);
    expect(rHistogram).toHaveLength(20);
    expect(rHistogram[0]).toEqual({ from: -7.5, to: -3, count: 1 });
    expect(rHistogram[1]).toEqual({ from: -3, to: -2.5, count: 1 });
    expect(rHistogram[18]).toEqual({ from: 5.5, to: 6, count: 1 });
    expect(rHistogram[19]).toEqual({ from: 6, to: 13, count: 2 });
  });

  it("R12.3 nothing opened: zeros and nulls, never NaN", () => {
    expect(statisticsOf(runOf([]), { balance: 0, fromMs: START_MS, toMs: START_MS })).toEqual({
      positions: 0,
      wins: 0,
      losses: 0,
      winRate: null,
      netProfit: 0,
      grossProfit: 0,
      fees: 0,
      funding: 0,
      profitFactor: null,
      expectancy: null,
      averageR: null,
      medianR: null,
      bestR: null,
      worstR: null,
      averageMfe: null,
      averageMae: null,
      averageHoldingMs: null,
      longestLosingStreak: 0,
      exposure: null,
      maximumDrawdown: 0,
      maximumDrawdownShare: 0,
      byRung: [],
      byReason: [],
      byMonth: [],
      rHistogram: [],
      equity: [{ atMs: START_MS, equity: 0, drawdown: 0 }],
    });
  });

  it("R12.3 quote currencies are named, so that nobody adds them up unseen", () => {
    expect(quotesOf([runOf([tested(), tested({ quote: "USDC" })]), runOf([tested()])])).toEqual(["USDC", "USDT"]);
  });
});

describe("equity", () => {
  it("R12.3 realised only: fees when they fall due, funding at the close", () => {
    const { curve } = equityOf([LADDERED], SPAN);
    expect(curve.map(({ atMs, equity }) => [(atMs - START_MS) / HOUR_MS, rounded(equity)])).toEqual([
      [0, 1_000],
      [0, 999.9], // the entry's fee: 0.25 − 3 × 0.05
      [1, 1_001.05], // + 1.2 − 0.05
      [2, 1_002.5], // + 1.5 − 0.05
      [3, 1_002.43], // 1,000 + 2.7 − 0.25 − 0.02
      [10, 1_002.43],
    ]);
  });

  it("R12.3 what is open is worth its close, and the deepest fall is one between the fills", () => {
    // Bought at 100; closes 104, 92, 101; sold at 110 in the hour after: the fall is 104 to 92.
    const closes = new Map([
      ["BTC/USDT", { at: Float64Array.of(hour(1), hour(2), hour(3)), close: Float64Array.of(104, 92, 101) }],
    ]);
    const positions = [tested({ openedAtMs: hour(0), closedAtMs: hour(3) + 1, amount: 2 })];
    const equity = equityOf(positions, { ...SPAN, closes });
    expect(equity.curve.map((point) => point.equity)).toEqual([1_000, 1_000, 1_008, 984, 1_002, 1_020, 1_020]);
    expect(equity.maximumDrawdown).toBe(-24);
    expect(equity.maximumDrawdownShare).toBe(-24 / 1_008);
    expect(equityOf(positions, SPAN).maximumDrawdown).toBe(0);
  });

  it("R12.3 a short gains where the price falls, a contract counts for its size", () => {
    const closes = new Map([
      ["BTC/USDT", { at: Float64Array.of(hour(1)), close: Float64Array.of(80), contractSize: 0.01 }],
    ]);
    // 500 contracts of 0.01: 5 units. At 80 they are worth 5 × 20; at 90 they bring 5 × 10.
    const position = tested({ side: "short", amount: 500, grossProfit: 50, exit: 90, closedAtMs: hour(2), risk: 50 });
    const exits = position.exits.map((exit) => ({ ...exit, profit: 50 }));
    const equity = equityOf([{ ...position, exits }], { ...SPAN, closes });
    expect(equity.curve.map((point) => point.equity)).toEqual([1_000, 1_000, 1_100, 1_050, 1_050]);
    expect(equity.maximumDrawdown).toBe(-50);
  });

  it("R12.3 a candle closes before what opens at the same moment, and funding is paid when it is said to be", () => {
    const closes = new Map([["BTC/USDT", { at: Float64Array.of(hour(1), hour(2)), close: Float64Array.of(50, 100) }]]);
    const funding = new Map([["entry-1", [{ atMs: hour(2), money: -3 }]]]);
    const position = tested({ openedAtMs: hour(1), closedAtMs: hour(3), funding: -3 });
    const equity = equityOf([position], { ...SPAN, closes, funding });
    expect(equity.curve.map((point) => point.equity)).toEqual([1_000, 1_000, 1_000, 997, 1_007, 1_007]);
  });

  it("R12.3 two symbols at once: each keeps its last price until its own next close", () => {
    const closes = new Map([
      ["BTC/USDT", { at: Float64Array.of(hour(1), hour(3)), close: Float64Array.of(104, 110) }],
      ["ETH/USDT", { at: Float64Array.of(hour(2), hour(3)), close: Float64Array.of(95, 90) }],
    ]);
    const positions = [
      tested({ id: "btc", closedAtMs: hour(4) }), // long 1 from 100 to 110
      tested({ id: "eth", symbol: "ETH/USDT", side: "short", amount: 2, exit: 90, closedAtMs: hour(4) }), // +20
    ];
    const { curve } = equityOf(positions, { ...SPAN, toMs: hour(4), closes });
    expect(curve.map(({ atMs, equity }) => [(atMs - START_MS) / HOUR_MS, equity])).toEqual([
      [0, 1_000],
      [0, 1_000],
      [1, 1_004], // BTC + 4
      [2, 1_014], // BTC + 4, ETH 2 × 5
      [3, 1_030], // BTC + 10, ETH 2 × 10, at one moment
      [4, 1_030],
    ]);
  });

  it("R12.3 P20 agrees with a book-keeper who looks at every position at every close", () => {
    fc.assert(
      fc.property(fc.array(somePosition(), { maxLength: 12 }), someCloses(), (positions, closes) => {
        const input = { ...SPAN, toMs: hour(40), closes: new Map([["BTC/USDT", closes]]) };
        const equity = equityOf(positions, input);
        const net = positions.reduce((sum, { netProfit }) => sum + netProfit, 0);
        expect(equity.curve.at(-1)!.equity).toBeCloseTo(1_000 + net, 8);
        for (const { atMs, equity: worth } of equity.curve) {
          if (!Number.isInteger((atMs - START_MS) / HOUR_MS) || atMs === START_MS || atMs === input.toMs) continue;
          // The fills of these positions stand beside the hour, so that a whole hour is a close and nothing else.
          expect(worth).toBeCloseTo(plainEquity(positions, closes, atMs), 8);
        }
        expect(equity.maximumDrawdown).toBe(Math.min(...equity.curve.map(({ drawdown }) => drawdown)));
      }),
    );
  });

  it("R12.3 a long run is thinned, and keeps its extremes", () => {
    const count = 50_000;
    const at = Float64Array.from({ length: count }, (_, index) => START_MS + (index + 1) * 60_000);
    const close = Float64Array.from({ length: count }, (_, index) => 100 + 20 * Math.sin(index / 4_000));
    close[12_345] = 300;
    close[23_456] = 10;
    const toMs = at[count - 1]! + 1;
    const { curve, maximumDrawdown } = equityOf([tested({ closedAtMs: toMs })], {
      ...SPAN,
      toMs,
      closes: new Map([["BTC/USDT", { at, close }]]),
    });
    expect(curve.length).toBeLessThanOrEqual(MOST_POINTS);
    expect(curve.length).toBeGreaterThan(MOST_POINTS / 4);
    expect(Math.max(...curve.map(({ equity }) => equity))).toBe(1_200);
    expect(Math.min(...curve.map(({ equity }) => equity))).toBe(910);
    expect(maximumDrawdown).toBe(-290);
    expect(Math.min(...curve.map(({ drawdown }) => drawdown))).toBe(-290);
    expect(curve.map(({ atMs }) => atMs)).toEqual(curve.map(({ atMs }) => atMs).toSorted((a, b) => a - b));
  });
});

const rounded = (money: number): number => Math.round(money * 1e6) / 1e6;

/** Opened a minute after an hour, closed half an hour after a later one. */
const somePosition = (): fc.Arbitrary<TestedPosition> =>
  fc
    .record({
      opened: fc.integer({ min: 0, max: 20 }),
      hours: fc.integer({ min: 0, max: 15 }),
      side: fc.constantFrom("long" as const, "short" as const),
      amount: fc.integer({ min: 1, max: 9 }),
      exit: fc.integer({ min: 50, max: 150 }),
    })
    .map(({ opened, hours, ...about }) =>
      tested({ ...about, openedAtMs: hour(opened) + 60_000, closedAtMs: hour(opened + hours) + 1_800_000 }),
    );

const someCloses = () =>
  fc.array(fc.integer({ min: 50, max: 150 }), { minLength: 40, maxLength: 40 }).map((prices) => ({
    at: Float64Array.from(prices, (_, index) => hour(index)),
    close: Float64Array.from(prices),
  }));

function plainEquity(
  positions: readonly TestedPosition[],
  closes: { readonly at: Float64Array; readonly close: Float64Array },
  atMs: number,
): number {
  const price = closes.close[closes.at.indexOf(atMs)]!;
  return positions.reduce((sum, position) => {
    if (position.closedAtMs < atMs) return sum + position.netProfit;
    if (position.openedAtMs > atMs) return sum;
    return sum + (position.side === "long" ? 1 : -1) * position.amount * (price - position.entryPrice);
  }, 1_000);
}
