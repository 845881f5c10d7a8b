/** The engine goes on where it ended: after stop(), and after a kill in the middle of orders (R11.2, P11, P16). */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { describe, expect, it, onTestFinished } from "vitest";
import { unsettledIntents } from "../../src/domain/placing.ts";
import type { Row } from "../../src/domain/row.ts";
import { createEngine, isRefused, type Engine } from "../../src/index.ts";
import { syntheticMarkets } from "../../src/prices/synthetic.ts";
import {
  aFolder,
  anEngine,
  ETH,
  isClosed,
  isExit,
  ledgerOf,
  MARKETS,
  optionsFor,
  priceUntil,
  rowsOnDisk,
} from "./embedding.ts";

interface Said {
  readonly said: string;
  readonly left?: readonly { readonly position: string }[];
}

function aBot(journal: string, mode: "trade" | "once", events = 0) {
  const script = join(import.meta.dirname, "bot-process.ts");
  const child = spawn(process.execPath, [script, journal, mode, String(events)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    child,
    ended: once(child, "exit"),
    hear: async (): Promise<Said> => {
      const line = await lines.next();
      if (line.done === true) throw new Error("the process ended without another word");
      return JSON.parse(line.value) as Said;
    },
  };
}

const BOT_SETTINGS = {
  latencyMs: { minimum: 1, maximum: 15 },
  partialFills: { probability: 0.5, maximumSlices: 3, gapMs: 4 },
};
const botOptions = (journal: string) =>
  optionsFor(journal, {
    exchange: { kind: "paper", markets: MARKETS.filter(({ kind }) => kind === "derivative"), settings: BOT_SETTINGS },
  });

/** By each position's last row. */
function ordersOnTheirWay(journal: string): number {
  const last = new Map(rowsOnDisk(journal).map(({ position, text }) => [position, (JSON.parse(text) as Row).snapshot]));
  return Array.from(last.values()).reduce(
    (sum, each) => sum + (each === null ? 0 : unsettledIntents(each.position).length),
    0,
  );
}

/** Fresh prices of the beginning for all markets, and everything that is open closed by hand. */
async function closeEverything(engine: Engine): Promise<void> {
  const start = new Map(syntheticMarkets().map(({ market, startPrice }) => [market.symbol, Number(startPrice)]));
  for (const [symbol, price] of start) engine.price(symbol, price);
  const isOver = (): boolean =>
    engine.positions().every(({ state, openOrders }) => state === "closed" && openOrders.length === 0);
  const over = new Promise<void>((resolve) => {
    const leave = engine.subscribe(() => {
      if (!isOver()) return;
      leave();
      resolve();
    });
  });
  const open = engine.positions().filter(({ state }) => state !== "closed");
  for (const { id } of open) await engine.close(id);
  if (!isOver()) await over;
}

describe("a restart", () => {
  it("P16 R11.2 after stop() every position stands as it stood, and goes on from there", async () => {
    const journal = join(aFolder(), "journal");
    const engine = await createEngine(optionsFor(journal));
    engine.price(ETH, 2_000);
    const answer = await engine.open({ id: "p1", symbol: ETH, side: "long", amount: "1" });
    if (isRefused(answer)) throw new Error(answer.message);
    await answer.filled;
    await priceUntil(engine, 2_060, isExit(1));
    await engine.stop();
    const before = { ...engine.status("p1"), unrealized: null };
    const rows = rowsOnDisk(journal);

    const next = await anEngine(optionsFor(journal));
    expect(next.positions()).toEqual([before]);
    expect(next.health()).toMatchObject({ mode: "running", openPositions: 1 });
    // Its id stays taken, and so does its market.
    next.price(ETH, 2_061);
    expect(await next.open({ id: "p1", symbol: ETH, side: "long", amount: "1" })).toMatchObject({ kind: "refused" });
    await priceUntil(next, 2_100, isExit(2));
    await priceUntil(next, 2_160, isClosed);
    expect(rowsOnDisk(journal).slice(0, rows.length)).toEqual(rows);
    await next.stop();
    for (const order of ledgerOf(journal)) expect(order).toMatchObject({ times: 1, filled: order.lots });
  });

  it("R11.2 the first price after a restart decides, whatever happened in between", async () => {
    const journal = join(aFolder(), "journal");
    const engine = await createEngine(optionsFor(journal));
    engine.price(ETH, 2_000);
    const answer = await engine.open({ id: "p1", symbol: ETH, side: "short", amount: "1" });
    if (isRefused(answer)) throw new Error(answer.message);
    await answer.filled;
    await engine.stop();
    const next = await anEngine(optionsFor(journal));
    const closed = await priceUntil(next, 2_300, isClosed);
    expect(closed.fact).toMatchObject({ outcome: { reason: "emergency_stop_excessive_loss" } });
  });

  it.each([0, 12])(
    "R11.2 P11 P12 killed with orders on their way (after %i events, and again), everything settles and nothing is done twice",
    async (events) => {
      const journal = join(aFolder(), "journal");
      for (const _ of ["first", "second"]) {
        const [, signal] = (await aBot(journal, "trade", events).ended) as [number | null, string | null];
        expect(signal).toBe("SIGKILL");
        expect(ordersOnTheirWay(journal)).toBeGreaterThan(0);
      }
      const rows = rowsOnDisk(journal);
      const engine = await createEngine(botOptions(journal));
      expect(rowsOnDisk(journal).slice(0, rows.length)).toEqual(rows);
      await closeEverything(engine);
      expect(engine.health()).toMatchObject({
        mode: "running",
        openPositions: 0,
        unsettledOrders: 0,
        unresolvedOrders: 0,
      });
      expect(await engine.stop()).toEqual([]);
      const orders = ledgerOf(journal);
      expect(orders.length).toBeGreaterThan(0);
      for (const order of orders) {
        expect(order.times).toBe(1);
        expect(order.filled).toBeLessThanOrEqual(order.lots);
      }
      // Bought as much as sold in every market: all positions are closed, at the exchange too (P12).
      for (const orders of Object.values(Object.groupBy(ledgerOf(journal), ({ symbol }) => symbol))) {
        expect(orders!.reduce((net, order) => net + order.sign * order.filled, 0)).toBe(0);
      }
    },
  );

  it("R12.4 after stop() the process ends by itself: no timer and no file is left open", async () => {
    const bot = aBot(join(aFolder(), "journal"), "once");
    let said = await bot.hear();
    while (said.said !== "stopped") said = await bot.hear();
    expect(said.left).toMatchObject([{ position: "p1", stop: "2850", protectedOnExchange: false }]);
    const [code] = (await bot.ended) as [number | null];
    expect(code).toBe(0);
  });
});
