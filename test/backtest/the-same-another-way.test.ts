/** R12.2: what must not change a backtest does not: chunks, payments some milliseconds late, another market beside it. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { pairsOf } from "../../src/backtest/paired.ts";
import { leverageFault, liquidationBy } from "../../src/backtest/liquidation.ts";
import { fundingOf } from "../../src/backtest/funding-payments.ts";
import { indexOf, type PriceColumns } from "../../src/backtest/price-columns.ts";
import type { TestedPosition } from "../../src/backtest/result.ts";
import { runMarket } from "../../src/backtest/run-market.ts";
import { listFlow } from "../../src/backtest/entry-flow.ts";
import { streamMarket } from "../../src/backtest/stream.ts";
import { refined } from "../../src/backtest/tested-market.ts";
import { testedPosition } from "../../src/backtest/tested-position.ts";
import type { CandleChunk } from "../../src/prices/candle-chunks.ts";
import type { LeverageBracket } from "../../src/prices/leverage-brackets.ts";
import { newPosition } from "../../src/domain/opening.ts";
import { decimalText, lots } from "../../src/domain/units.ts";
import type { Both } from "../support/both-ways.ts";
import { aMarket, anOpening, aPlan } from "../support/house.ts";
import { parityCases, PLACES } from "../support/parity-cases.ts";

function inOnePiece({ market, columns, entries, settings }: Both): readonly TestedPosition[] {
  const last = columns.at.length - 1;
  const track = {
    market,
    columns,
    index: indexOf(columns),
    order: "pessimistic" as const,
    context: null,
    endMs: columns.at[last]! + columns.timeframeMs - 1,
  };
  return [...runMarket(track, listFlow(entries), { settings, liquidation: null, keepsStops: true })].flatMap((tested) =>
    tested.kind === "ridden" ? [testedPosition(tested.ride, settings, null)] : [],
  );
}

async function* chunksOf(columns: PriceColumns, rows: number): AsyncGenerator<CandleChunk> {
  for (let from = 0; from < columns.at.length; from += rows) {
    const part = (column: Float64Array): Float64Array => column.slice(from, from + rows);
    const { at, open, high, low, close, timeframeMs } = columns;
    const candles = {
      at: part(at),
      open: part(open),
      high: part(high),
      low: part(low),
      close: part(close),
      volume: null,
    };
    const seen = { rowCount: Math.min(from + rows, at.length) } as CandleChunk["seen"];
    yield { candles, timeframeMs, seen };
  }
}

const byId = (positions: readonly TestedPosition[]) => positions.toSorted((a, b) => (a.id < b.id ? -1 : 1));

describe("the same another way", () => {
  test("R12.2 candles in chunks of any size give the positions of the whole", { timeout: 120_000 }, async () => {
    let positions = 0;
    await fc.assert(
      fc.asyncProperty(parityCases(PLACES, ["candles"]), fc.integer({ min: 2, max: 50 }), async (both, rows) => {
        const whole = inOnePiece(both);
        const streamed: TestedPosition[] = [];
        const parts = streamMarket({
          chunks: chunksOf(both.columns, rows),
          market: both.market,
          spec: { kind: "list", entries: both.entries },
          settings: both.settings,
          order: "pessimistic",
          brackets: null,
        });
        for await (const part of parts) streamed.push(...part.positions);
        expect(byId(streamed)).toEqual(byId(whole));
        positions += whole.length;
      }),
      { numRuns: 100 },
    );
    expect(positions).toBeGreaterThan(100);
  });

  test("R12.2 finer candles that say the same in more words change nothing but the times", () => {
    const at = (start: number, step: number, values: readonly number[]) => ({
      kind: "candles" as const,
      at: Float64Array.from(values, (_, row) => start + row * step),
      open: Float64Array.from(values),
      high: Float64Array.from(values),
      low: Float64Array.from(values),
      close: Float64Array.from(values),
      timeframeMs: step,
    });
    const hours = at(0, 3_600_000, [100, 101, 102]);
    const minutes = at(0, 1_200_000, [100, 100, 100, 101, 101, 101]);
    const { columns, refinedCandles, contradicted } = refined(hours, minutes);
    expect({ refinedCandles, contradicted }).toEqual({ refinedCandles: 2, contradicted: 0 });
    expect([...columns.open]).toEqual([100, 100, 100, 101, 101, 101, 102]);
    expect([...columns.lengths!]).toEqual([...Array(6).fill(1_200_000), 3_600_000]);
  });

  test("R12.2 a pair is an entry of one market: ids of several markets may be the same", () => {
    const one = {
      symbol: "BTC/USDT",
      id: "e1",
      netProfit: 10,
      netR: 1,
      openedAtMs: 0,
      closedAtMs: 1,
    } as TestedPosition;
    const run = (btc: number, eth: number) => ({
      plan: "p",
      refused: [],
      range: null,
      positions: [
        { ...one, netProfit: btc },
        { ...one, symbol: "ETH/USDT", netProfit: eth },
      ],
    });
    expect([...pairsOf(run(10, 20), run(1, 2)).money]).toEqual([9, 18]);
  });
});

describe("leverage brackets", () => {
  const BRACKETS: readonly LeverageBracket[] = [
    bracket("0", "50000", "0.004", 125, "0"),
    bracket("50000", "100000", "0.005", 100, "50"),
  ];

  test("R12.2 a position that has outgrown the last bracket is liquidated by it", () => {
    const position = held({ side: "short", entry: 50_000, lots: 1_900, leverage: 10 });
    // margin 9,500 + 50,000 × 1.9 + cum 50 = p × 1.9 × (1 + 0.005): p = 104,550 ÷ 1.9095
    expect(liquidationBy(BRACKETS)(position)!.at).toBeCloseTo(104_550 / 1.9095, 6);
    // All of the margin is lost 5,000 above the entry.
    expect(liquidationBy(BRACKETS)(position)!.fill).toBeCloseTo(55_000, 6);
  });

  test("R8.1 leverage beyond a bracket, and a position beyond them all, are refused with what is allowed", () => {
    expect(leverageFault(BRACKETS, 125, 49_000)).toBe(null);
    expect(leverageFault(BRACKETS, 125, 51_000)).toContain("allowed: at most 100");
    expect(leverageFault(BRACKETS, 1, 200_000)).toContain("allowed: at most 100000");
  });
});

test("R12.2 a payment some milliseconds late is the payment of its minute", () => {
  const columns = {
    at: Float64Array.from([0, 28_800_000]),
    open: Float64Array.from([100, 110]),
  } as unknown as PriceColumns;
  const position = { ...held({ side: "long", entry: 100, lots: 1_000, leverage: 1 }), openedAtMs: 0 as never };
  const paid = (atMs: number): number =>
    fundingOf(position, [], 86_400_000, {
      rates: { atMs: Float64Array.from([atMs]), rate: Float64Array.from([0.001]) },
      columns: { ...columns, close: columns.open },
    });
  // One coin at 110, a thousandth of it.
  expect(paid(28_800_000)).toBeCloseTo(-0.11, 12);
  expect(paid(28_800_004)).toBe(paid(28_800_000));
});

function bracket(from: string, to: string, rate: string, most: number, cum: string): LeverageBracket {
  return {
    minNotional: decimalText(from),
    maxNotional: decimalText(to),
    maintenanceMarginRate: decimalText(rate),
    maxLeverage: most,
    cum: decimalText(cum),
  };
}

/** In lots of a thousandth of a coin. */
function held(words: { side: "long" | "short"; entry: number; lots: number; leverage: number }) {
  const opening = anOpening({
    plan: aPlan(),
    side: words.side,
    amount: String(words.lots / 1000),
    leverage: words.leverage,
    market: aMarket({ step: "0.001" }),
  });
  return {
    ...newPosition(opening),
    enteredLots: lots(words.lots),
    entryCost: decimalText(String(words.entry * words.lots)),
  };
}
