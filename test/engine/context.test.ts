/** Market context from the host application, and from prices (R6.4): what it changes, what is refused, what survives. */
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { isRefused, type Engine, type EngineEvent } from "../../src/index.ts";
import { aFolder, anEngine, ETH, isClosed, nextEvent, optionsFor, priceUntil, rowsOnDisk } from "./embedding.ts";

const TRAILING = { trailing: true } as const;

async function opened(engine: Engine, id = "p1", side: "long" | "short" = "long"): Promise<void> {
  engine.price(ETH, 2_000);
  const answer = await engine.open({ id, symbol: ETH, side, amount: "1" });
  if (isRefused(answer)) throw new Error(answer.message);
  await answer.filled;
}

const stopMoves = ({ fact }: EngineEvent): boolean => fact.type === "stopMoved";
const candle = (minute: number, close: number, range = 2) => ({
  atMs: 1_700_000_000_000 + minute * 60_000,
  lengthMs: 60_000,
  open: close,
  high: close + range,
  low: close - range,
  close,
});

describe("R6.4 what the host knows of a market", () => {
  it("R4.4 classes change the distance of the trailing stop: 2 % behind the mark, 1.4 % where it is calm", async () => {
    const engine = await anEngine(optionsFor("memory", { plan: TRAILING }));
    await opened(engine);
    expect(engine.status("p1")).toMatchObject({ stop: "1960", stopSource: "trailing", mark: "2000", isTrailing: true });
    const moved = nextEvent(engine, stopMoves);
    expect(engine.context(ETH, { classes: { long: { volatility: "low" }, short: { volatility: "low" } } })).toBeNull();
    expect((await moved).fact).toMatchObject({ type: "stopMoved", from: "1960", to: "1972" });
    expect(engine.status("p1").context).toMatchObject({ volatility: "low", momentum: null });
  });

  it("R4.4 R1.3 a class that widens it moves nothing back", async () => {
    const engine = await anEngine(optionsFor("memory", { plan: TRAILING }));
    await opened(engine);
    engine.context(ETH, { classes: { long: { volatility: "high" } } });
    await expect.poll(() => engine.status("p1").context.volatility).toBe("high");
    expect(engine.status("p1").stop).toBe("1960");
    expect((await priceUntil(engine, 1_960, isClosed)).fact).toMatchObject({ outcome: { reason: "stop_trailing" } });
  });

  it("section 16 figures become classes, each side's own", async () => {
    const engine = await anEngine(optionsFor("memory", { plan: TRAILING }));
    await opened(engine, "short", "short");
    expect(engine.context(ETH, { figures: { atrRatio: 1.6, changeInAtrs: -2 } })).toBeNull();
    await expect.poll(() => engine.status("short").context).toMatchObject({ volatility: "high", momentum: "strong" });
  });

  it.each([
    [{ figures: { atrRatio: Number.NaN } }, "atrRatio"],
    [{ figures: { adx: Number.POSITIVE_INFINITY } }, "adx"],
    [{ figures: { rsi: 101 } }, "rsi"],
    [{ figures: { atrRatio: -1 } }, "atrRatio"],
    [{ figures: { atrRatio: "1" } }, "atrRatio"],
  ])("R9.4 %j is refused by the name of the figure, and changes nothing", async (known, name) => {
    const engine = await anEngine(optionsFor("memory", { plan: TRAILING }));
    await opened(engine);
    const refusal = engine.context(ETH, known as never);
    expect(refusal).toMatchObject({ kind: "refused" });
    expect(refusal!.field).toContain(name);
    expect(engine.status("p1").context.volatility).toBeNull();
  });

  it.each([
    [{ classes: { long: { volatility: "huge" } } }, "volatility"],
    [{ figure: { adx: 1 } }, "figures"],
    [null, "figures"],
  ])("R13.7 %j is no knowledge of a market: an error that says what is allowed", async (known, word) => {
    const engine = await anEngine(optionsFor("memory", { plan: TRAILING }));
    expect(() => engine.context(ETH, known as never)).toThrow(word);
  });

  it("candles are taken in order; one that cannot be meant is refused with its field, and none after it is taken", async () => {
    const engine = await anEngine(optionsFor("memory", { plan: TRAILING, context: { timeframe: "1m" } }));
    expect(
      engine.candles(
        ETH,
        Array.from({ length: 30 }, (_, minute) => candle(minute, 2_000)),
      ),
    ).toBeNull();
    expect(engine.candles(ETH, [candle(5, 2_000)])).toMatchObject({ field: "candle.atMs" });
    expect(engine.candles(ETH, [{ ...candle(31, 2_000), high: 1 }, candle(32, 2_000)])).toMatchObject({
      field: "candle.high",
    });
    expect(engine.candles(ETH, [{ ...candle(33, 2_000), close: Number.NaN }])).toMatchObject({ field: "candle.close" });
    expect(engine.candles(ETH, [candle(31, 2_000)])).toBeNull();
  });

  // Why this test? Each class on the way through history moved the stop of an open position, for good.
  it("R6.4 R4.4 history tells an open position what it comes to, not what the market was like on the way", async () => {
    const engine = await anEngine(optionsFor("memory", { plan: TRAILING, context: { timeframe: "1m" } }));
    await opened(engine);
    const history = Array.from({ length: 400 }, (_, at) =>
      candle(at, 2_000 + (at % 2), at >= 150 && at < 190 ? 1 : 10),
    );
    const quiet = await anEngine(optionsFor("memory", { plan: TRAILING, context: { timeframe: "1m" } }));
    await opened(quiet);
    expect(quiet.candles(ETH, history.slice(0, 190))).toBeNull();
    await expect.poll(() => quiet.status("p1").context.volatility).toBe("low");
    expect(engine.candles(ETH, history)).toBeNull();
    await expect.poll(() => engine.status("p1").context.volatility).toBe("normal");
    expect(Number(engine.status("p1").stop)).toBeLessThan(Number(quiet.status("p1").stop));
  });

  it("R9.4 R13.0 a market that is not there, a candle of tomorrow or in seconds are refused by name", async () => {
    const engine = await anEngine(optionsFor("memory"));
    expect(engine.context("ETHUSDT", { figures: { adx: 31 } })).toMatchObject({ field: "symbol", value: "ETHUSDT" });
    expect(engine.candles("ETHUSDT", [candle(0, 2_000)])).toMatchObject({ field: "symbol" });
    const tomorrow = { ...candle(0, 2_000), atMs: Date.now() + 86_400_000 };
    expect(engine.candles(ETH, [tomorrow])).toMatchObject({
      field: "candle.atMs",
      limit: "a closed candle: atMs + lengthMs not in the future",
    });
    const seconds = { ...candle(0, 2_000), atMs: 1_700_000_000 };
    expect(engine.candles(ETH, [seconds])).toMatchObject({ limit: "epoch milliseconds, not seconds" });
    expect(engine.candles(ETH, [candle(0, 2_000)])).toBeNull();
  });

  it("R6.4 the correction of a new position comes from candles that were handed in", async () => {
    const engine = await anEngine(
      optionsFor("memory", {
        plan: { volatilityCorrection: true },
        context: { timeframe: "1m", periods: { atr: 3, atrAverage: 10 } },
      }),
    );
    // Calm for long, then ranges of three times as much.
    for (let minute = 0; minute < 60; minute += 1)
      expect(engine.candles(ETH, [candle(minute, 2_000, minute < 55 ? 2 : 6)])).toBeNull();
    await opened(engine);
    const { nextRung, stop } = engine.status("p1");
    expect(Number(nextRung!.price)).toBeGreaterThan(2_060);
    expect(Number(stop)).toBeLessThan(1_900);
  });

  it("R6.4 R11.2 what a position knows is journalled with it, and a restart has it", async () => {
    const journal = join(aFolder(), "journal");
    const before = await anEngine(optionsFor(journal, { plan: TRAILING }));
    await opened(before);
    before.context(ETH, { classes: { long: { volatility: "low" } } });
    await expect.poll(() => before.status("p1").stop).toBe("1972");
    const context = rowsOnDisk(journal).filter(({ text }) => text.includes('"rule":"context"'));
    expect(context).toHaveLength(1);
    await before.stop();
    const after = await anEngine(optionsFor(journal, { plan: TRAILING }));
    expect(after.status("p1")).toMatchObject({ stop: "1972", context: { volatility: "low" } });
  });

  it("R13.0 explain says what happens where, at the last price or at another", async () => {
    const engine = await anEngine(optionsFor("memory", { plan: "guarded" }));
    await opened(engine);
    expect(engine.explain("p1")).toMatchObject({ price: "2000", happens: { kind: "nothing" } });
    expect(engine.explain("p1", 2_300)).toMatchObject({ happens: { rule: "rungs" }, band: null });
    expect(engine.explain("p1", -1)).toBeNull();
    expect(() => engine.explain("gone")).toThrow("No position found for gone");
  });
});
