/**
 * Made-up markets and prices: a random walk through trends and ranges, with gaps and wild bars, from a seed.
 *
 * Promises: the same seed gives the same bytes (no logarithm or other function that machines compute differently);
 * every price is positive and on its market's tick grid. It claims no likeness to any real market's statistics.
 */
import { levelPrice, priceGrid, type Market, type PriceGrid } from "../domain/market.ts";
import { decimalText, lots, ticks, type DecimalText } from "../domain/units.ts";
import { candleFeed } from "./candle-path.ts";
import type { Candles } from "./candles.ts";
import type { PriceFeed } from "./price-feed.ts";
import { seededStream, type SeededStream } from "./seeded-stream.ts";

export interface SyntheticMarket {
  readonly market: Market;
  readonly startPrice: DecimalText;
}

/** Four linear perpetuals of different steps (one in contracts of 0.01, at least one contract an order) and a spot market. */
export function syntheticMarkets(): readonly SyntheticMarket[] {
  return [
    {
      startPrice: decimalText("60000"),
      market: perpetual("BTC", {
        contractSize: "0.01",
        amountStep: "0.0001",
        priceTick: "0.1",
        minimumLots: 10_000,
        minimumCost: null,
        maximumLots: 100_000_000,
        maximumLeverage: 100,
      }),
    },
    {
      startPrice: decimalText("3000"),
      market: perpetual("ETH", {
        contractSize: "1",
        amountStep: "0.001",
        priceTick: "0.01",
        minimumLots: 1,
        minimumCost: "5",
        maximumLots: 2_000_000,
        maximumLeverage: 100,
      }),
    },
    {
      startPrice: decimalText("150"),
      market: perpetual("SOL", {
        contractSize: "1",
        amountStep: "0.1",
        priceTick: "0.01",
        minimumLots: 1,
        minimumCost: "5",
        maximumLots: 500_000,
        maximumLeverage: 75,
      }),
    },
    {
      startPrice: decimalText("0.2"),
      market: perpetual("DOGE", {
        contractSize: "1",
        amountStep: "1",
        priceTick: "0.00001",
        minimumLots: 1,
        minimumCost: "5",
        maximumLots: 30_000_000,
        maximumLeverage: 50,
      }),
    },
    {
      startPrice: decimalText("60000"),
      market: {
        ...perpetual("BTC", {
          contractSize: "1",
          amountStep: "0.00001",
          priceTick: "0.01",
          minimumLots: 1,
          minimumCost: "5",
          maximumLots: 10_000_000,
          maximumLeverage: null,
        }),
        symbol: "BTC/USDT",
        kind: "spot",
      },
    },
  ];
}

export interface SyntheticSeries {
  readonly seed: string | number;
  readonly market: Market;
  readonly startPrice: DecimalText;
  readonly startAtMs: number;
  readonly timeframeMs: number;
  readonly count: number;
}

/** A feed of made-up candles of one market. */
export const syntheticFeed = (series: SyntheticSeries): PriceFeed =>
  candleFeed({ symbol: series.market.symbol, candles: syntheticCandles(series), timeframeMs: series.timeframeMs });

export function syntheticCandles(series: SyntheticSeries): Candles {
  const drawing = candleDrawing(series);
  drawing.wander(series.count);
  return drawing.candles();
}

/** Candles of one market as they are drawn, one after the other; the session of `synthetic-session.ts` shapes them. */
export interface CandleDrawing {
  readonly length: number;
  readonly lastPrice: number;
  /** A random walk with regimes, gaps and wild bars. */
  wander(count: number): void;
  /** One candle through these prices, the first its open and the last its close. */
  draw(prices: readonly number[]): void;
  candles(): Candles;
}

export function candleDrawing(series: Omit<SyntheticSeries, "count">): CandleDrawing {
  const { market, startPrice, startAtMs, timeframeMs } = series;
  const grid = priceGrid(market, startPrice);
  const stream = seededStream(series.seed, market.symbol, "wander");
  const columns = {
    at: [] as number[],
    open: [] as number[],
    high: [] as number[],
    low: [] as number[],
    close: [] as number[],
    volume: [] as number[],
  };
  const scale = Math.sqrt(timeframeMs / 60_000);
  let lastPrice = onGrid(grid, Number(startPrice));
  let regime = nextRegime(stream);
  const draw = (prices: readonly number[]): void => {
    const steps = prices.map((value) => onGrid(grid, value));
    columns.at.push(startAtMs + columns.at.length * timeframeMs);
    columns.open.push(steps[0]!);
    columns.high.push(Math.max(...steps));
    columns.low.push(Math.min(...steps));
    columns.close.push(steps.at(-1)!);
    columns.volume.push(stream.whole(1, 10_000) / 100);
    lastPrice = steps.at(-1)!;
  };
  return {
    get length() {
      return columns.at.length;
    },
    get lastPrice() {
      return lastPrice;
    },
    wander(count) {
      for (let drawn = 0; drawn < count; drawn++) {
        if (regime.candlesLeft === 0) regime = nextRegime(stream);
        regime = { ...regime, candlesLeft: regime.candlesLeft - 1 };
        draw(wanderingCandle({ stream, regime, from: lastPrice, home: Number(startPrice), scale }));
      }
    },
    draw,
    candles: () => ({
      at: Float64Array.from(columns.at),
      open: Float64Array.from(columns.open),
      high: Float64Array.from(columns.high),
      low: Float64Array.from(columns.low),
      close: Float64Array.from(columns.close),
      volume: Float64Array.from(columns.volume),
    }),
  };
}

interface Regime {
  readonly driftPerCandle: number;
  readonly noisePerCandle: number;
  readonly candlesLeft: number;
}

const STRONGEST_TREND = 0.00012;
const REGIMES = [
  { driftPerCandle: STRONGEST_TREND, noisePerCandle: 0.0007 },
  { driftPerCandle: -STRONGEST_TREND, noisePerCandle: 0.0007 },
  { driftPerCandle: 0, noisePerCandle: 0.0005 },
  { driftPerCandle: 0, noisePerCandle: 0.0012 },
] as const;

const nextRegime = (stream: SeededStream): Regime => ({ ...stream.pick(REGIMES), candlesLeft: stream.whole(60, 360) });

const STEPS_PER_CANDLE = 6;
const GAP_CHANCE = 1 / 700;
const LARGEST_GAP = 0.012;
const WILD_CHANCE = 1 / 400;
const WILD_NOISE = 8;

/** Further than this from where it began, trends lead back. */
const LEASH = 10;

/** The prices of one candle; multiplying keeps them positive whatever the walk does. */
function wanderingCandle(input: {
  readonly stream: SeededStream;
  readonly regime: Regime;
  readonly from: number;
  readonly home: number;
  readonly scale: number;
}): readonly number[] {
  const { stream, regime, from, home, scale } = input;
  const gap = stream.unit() < GAP_CHANCE ? (stream.unit() * 2 - 1) * LARGEST_GAP : 0;
  const wild = stream.unit() < WILD_CHANCE ? WILD_NOISE : 1;
  const noise = (regime.noisePerCandle * wild * scale) / Math.sqrt(STEPS_PER_CANDLE);
  const trend = from > home * LEASH ? -STRONGEST_TREND : from < home / LEASH ? STRONGEST_TREND : regime.driftPerCandle;
  const drift = (trend * scale * scale) / STEPS_PER_CANDLE;
  const prices = [from * (1 + gap)];
  for (let step = 0; step < STEPS_PER_CANDLE; step++) {
    prices.push(prices.at(-1)! * (1 + Math.max(-0.5, Math.min(0.5, drift + noise * stream.bell()))));
  }
  return prices;
}

const MOST_TICKS = 2 ** 50;

/** The nearest price on the grid that is more than zero. */
const onGrid = (grid: PriceGrid, value: number): number =>
  levelPrice(grid, ticks(Math.min(MOST_TICKS, Math.max(1, Math.round(value / levelPrice(grid, ticks(1)))))));

interface Steps {
  readonly contractSize: string;
  readonly amountStep: string;
  readonly priceTick: string;
  readonly minimumLots: number;
  readonly minimumCost: string | null;
  readonly maximumLots: number;
  readonly maximumLeverage: number | null;
}

const perpetual = (base: string, steps: Steps): Market => ({
  symbol: `${base}/USDT:USDT`,
  kind: "derivative",
  linear: true,
  active: true,
  base,
  quote: "USDT",
  contractSize: decimalText(steps.contractSize),
  amountStep: decimalText(steps.amountStep),
  priceTick: decimalText(steps.priceTick),
  minimumLots: lots(steps.minimumLots),
  minimumCost: steps.minimumCost === null ? null : decimalText(steps.minimumCost),
  maximumLots: lots(steps.maximumLots),
  maximumLeverage: steps.maximumLeverage,
});
