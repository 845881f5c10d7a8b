/** The engine as a service embeds it, over the paper exchange and in real (short) time (R13.1). */
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import {
  ConfigError,
  createEngine,
  EngineStoppedError,
  isRefused,
  JournalError,
  PaperLedgerError,
  UnknownPositionError,
} from "../../src/index.ts";
import type { Engine, EngineEvent, Opened } from "../../src/index.ts";
import {
  aFolder,
  anEngine,
  ETH,
  factsOnDisk,
  isClosed,
  isExit,
  MARKETS,
  nextEvent,
  optionsFor,
  priceUntil,
  rowsOnDisk,
  SOL,
} from "./embedding.ts";

async function opened(engine: Engine, side: "long" | "short" = "long", id = "p1"): Promise<Opened> {
  engine.price(ETH, 2_000);
  const answer = await engine.open({ id, symbol: ETH, side, amount: "1" });
  if (isRefused(answer)) throw new Error(answer.message);
  expect(await answer.filled).toBe("open");
  return answer;
}

describe("an embedded engine", () => {
  it.each([
    ["long", [2_060, 2_100, 2_160], ["2000", "2060"]],
    ["short", [1_940, 1_900, 1_840], ["2000", "1940"]],
  ] as const)(
    "R13.1 R1.2 carries a %s through its rungs, the stop following",
    async (side, [first, second, third], stops) => {
      const engine = await anEngine();
      const { id } = await opened(engine, side);
      await priceUntil(engine, first, isExit(1));
      expect(engine.status(id)).toMatchObject({
        state: "TP1_hit",
        rungsHit: [1],
        remainingFraction: "0.6",
        stop: stops[0],
      });
      await priceUntil(engine, second, isExit(2));
      expect(engine.status(id)).toMatchObject({
        state: "TP2_hit",
        rungsHit: [1, 2],
        remainingFraction: "0.3",
        stop: stops[1],
      });
      const closed = await priceUntil(engine, third, isClosed);
      expect(closed.fact).toMatchObject({ type: "closed", outcome: { reason: "take_profit_final" } });
      expect(engine.status(id)).toMatchObject({ state: "closed", rungsHit: [1, 2, 3], remainingFraction: "0" });
      expect(engine.positions().map((position) => position.id)).toEqual([id]);
    },
  );

  it("R11.1 open resolves and events are told once a second reader of the file sees them", async () => {
    const journal = join(aFolder(), "journal");
    const engine = await anEngine(optionsFor(journal));
    const missing: EngineEvent[] = [];
    let told = 0;
    engine.subscribe((event) => {
      told += 1;
      if (!factsOnDisk(journal).some((fact) => JSON.stringify(fact) === JSON.stringify(event.fact)))
        missing.push(event);
    });
    engine.price(ETH, 2_000);
    const answer = await engine.open({ id: "p1", symbol: ETH, side: "long", amount: "1" });
    expect(rowsOnDisk(journal)[0]).toMatchObject({ seq: 1, position: "p1" });
    expect(await (answer as Opened).filled).toBe("open");
    await priceUntil(engine, 2_060, isExit(1));
    await priceUntil(engine, 1_990, isClosed);
    expect(missing).toEqual([]);
    expect(told).toBeGreaterThan(5);
  });

  it("R13.1 R8.1 a refused entry is an answer, and is written down", async () => {
    const journal = join(aFolder(), "journal");
    const engine = await anEngine(optionsFor(journal));
    const early = await engine.open({ id: "early", symbol: ETH, side: "long", amount: "1" });
    expect(early).toMatchObject({
      kind: "refused",
      field: "price",
      message: `No valid price for ${ETH} yet: an entry needs one`,
    });
    expect(await engine.open({ symbol: "X/Y", side: "long", amount: "1" })).toMatchObject({
      kind: "refused",
      field: "symbol",
      value: "X/Y",
    });
    expect(factsOnDisk(journal)).toMatchObject([
      { type: "notDone", reason: "entry_refused", field: "price" },
      { type: "notDone", reason: "entry_refused", field: "symbol" },
    ]);
    // A bot may ask again under the same id once there is a price.
    await opened(engine, "long", "early");
  });

  it("R8.1 a second entry under the id of an open position is refused, and the first still gets its answer", async () => {
    const engine = await anEngine();
    engine.price(ETH, 2_000);
    const [first, second] = await Promise.all([
      engine.open({ id: "p1", symbol: ETH, side: "long", amount: "1" }),
      engine.open({ id: "p1", symbol: ETH, side: "long", amount: "1" }),
    ]);
    expect(isRefused(second)).toBe(true);
    expect(await (first as Opened).filled).toBe("open");
  });

  it("R13.1 filled tells the outcome of a position that never came to be", async () => {
    const engine = await anEngine(
      optionsFor("memory", {
        exchange: { kind: "paper", markets: MARKETS, settings: { latencyMs: { minimum: 50, maximum: 50 } } },
      }),
    );
    engine.price(ETH, 2_000);
    // Called off before it arrives; what came of it is one of two, and either is told.
    const answer = (await engine.open({ id: "p1", symbol: ETH, side: "long", amount: "1" })) as Opened;
    const over = nextEvent(engine, isClosed);
    await engine.close("p1");
    const filled = await answer.filled;
    expect(filled === "open" || filled.reason === "entry_not_filled").toBe(true);
    await over;
    expect(engine.status("p1").state).toBe("closed");
  });

  it("R13.1 close and retry by hand; an unknown position is a typed error", async () => {
    const engine = await anEngine();
    const { id } = await opened(engine);
    await engine.retry(id);
    const closed = nextEvent(engine, isClosed);
    await engine.close(id, "kill_switch");
    expect((await closed).fact).toMatchObject({ outcome: { reason: "kill_switch" } });
    const message = `No position found for ${SOL} to scale out of`;
    expect(() => engine.status(SOL)).toThrow(new UnknownPositionError(SOL));
    await expect(engine.close(SOL)).rejects.toThrow(message);
    await expect(engine.retry(SOL)).rejects.toMatchObject({ name: "UnknownPositionError", id: SOL, message });
  });

  it("R14.1 what cannot be an entry names every wrong field, its value and what is allowed", async () => {
    const engine = await anEngine();
    const wrong = { symbol: ETH, side: "up", amount: "1,5", laverage: 3 } as unknown as Parameters<Engine["open"]>[0];
    const error = await engine.open(wrong).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ConfigError);
    const { problems } = error as ConfigError;
    expect(problems.map((problem) => problem.path).sort()).toEqual(["amount", "laverage", "side"]);
    expect(String(error)).toContain('side is "up"; allowed:');
  });

  it("R13.7 options that cannot be used name the field, its value and what is allowed", async () => {
    const plan = { ladder: [{ target: "three", fraction: "1" }] };
    const wrong = { ...optionsFor(""), account: "my account", plan, prices: { maximumAgeMs: -1 } };
    const error = await createEngine(wrong).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ConfigError);
    const paths = (error as ConfigError).problems.map((problem) => problem.path);
    for (const path of ["journal", "account", "prices.maximumAgeMs"]) expect(paths).toContain(path);
    expect(paths.some((path) => path.startsWith("plan"))).toBe(true);
    const other = { ...optionsFor("memory"), exchange: { kind: "live" } } as unknown as Parameters<
      typeof createEngine
    >[0];
    await expect(createEngine(other)).rejects.toThrow('engine options: exchange.kind is "live"; allowed:');
  });

  it("R13.1 two engines in one process do not see each other", async () => {
    const [one, other] = await Promise.all([anEngine(), anEngine()]);
    const heard: string[] = [];
    other.subscribe(({ position }) => heard.push(position));
    await opened(one);
    expect(other.positions()).toEqual([]);
    expect(() => other.status("p1")).toThrow(UnknownPositionError);
    expect(await other.open({ symbol: ETH, side: "long", amount: "1" })).toMatchObject({
      kind: "refused",
      field: "price",
    });
    await opened(other, "short");
    expect([one.status("p1").side, other.status("p1").side]).toEqual(["long", "short"]);
    expect(heard.every((position) => position === "p1" || position.includes("!"))).toBe(true);
  });

  it("R11.6 a journal in use refuses a second engine, and nothing of the attempt remains", async () => {
    const journal = join(aFolder(), "journal");
    const engine = await anEngine(optionsFor(journal));
    const error = await createEngine(optionsFor(journal)).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(JournalError);
    expect(error).toMatchObject({ failure: { kind: "in_use" } });
    await opened(engine);
    await engine.stop();
    const next = await anEngine(optionsFor(journal));
    expect(next.status("p1").state).toBe("open");
  });

  it("R11.6 an engine that cannot begin lets go of what it had opened", async () => {
    const folder = aFolder();
    const journal = join(folder, "journal");
    await (await createEngine(optionsFor(journal))).stop();
    const otherSettings = { kind: "paper", markets: MARKETS, settings: { seed: "other" } } as const;
    await expect(createEngine(optionsFor(journal, { exchange: otherSettings }))).rejects.toThrow(PaperLedgerError);
    await (await createEngine(optionsFor(journal))).stop();
  });

  it("R13.1 a listener that throws stops nothing, and one that has left hears nothing", async () => {
    const engine = await anEngine();
    const heard: string[] = [];
    const left: string[] = [];
    engine.subscribe(() => {
      throw new Error("a listener of the test throws");
    });
    engine.subscribe(({ fact }) => heard.push(fact.type));
    const leave = engine.subscribe(({ fact }) => left.push(fact.type));
    leave();
    leave();
    await opened(engine);
    await priceUntil(engine, 1_900, isClosed);
    expect(heard).toEqual(expect.arrayContaining(["opened", "stopMoved", "exit", "closed"]));
    expect(left).toEqual([]);
  });

  it("R9.1 a price that is dropped reaches neither the decisions nor the paper exchange, and never throws", async () => {
    const engine = await anEngine();
    const { id } = await opened(engine);
    for (const price of [Number.NaN, Number.POSITIVE_INFINITY, 0, -5]) engine.price(ETH, price);
    engine.price(ETH, 1, Date.now() + 60_000);
    engine.price(ETH, 1, Date.now() - 60_000);
    expect(engine.health().droppedPrices).toBe(6);
    const closed = nextEvent(engine, isClosed);
    await engine.close(id);
    expect((await closed).fact).toMatchObject({ outcome: { averageExitPrice: "2000" } });
  });

  it("R13.1 an order finds the price that decided it at the exchange", async () => {
    const exchange = { kind: "paper", markets: MARKETS } as const;
    const engine = await anEngine(optionsFor("memory", { exchange }));
    await opened(engine);
    const exit = await priceUntil(engine, 2_070, isExit(1));
    expect(exit.fact).toMatchObject({ price: "2070" });
  });

  it("R13.1 health: ages and counts", async () => {
    const engine = await anEngine();
    expect(engine.health()).toEqual({
      mode: "running",
      entries: "allowed",
      openPositions: 0,
      unsettledOrders: 0,
      unresolvedOrders: 0,
      waitingCommits: 0,
      droppedPrices: 0,
      lastPriceAtMs: null,
      priceAgeMs: null,
      lastCommitAtMs: null,
      commitAgeMs: null,
    });
    const before = Date.now();
    engine.price(ETH, 2_000, before - 1_000);
    const answer = (await engine.open({ id: "p1", symbol: ETH, side: "long", amount: "1" })) as Opened;
    expect(engine.health()).toMatchObject({ openPositions: 1, unsettledOrders: 1, lastPriceAtMs: before - 1_000 });
    await answer.filled;
    const { priceAgeMs, commitAgeMs, lastCommitAtMs } = engine.health();
    expect(priceAgeMs).toBeGreaterThanOrEqual(1_000);
    expect(commitAgeMs).toBeGreaterThanOrEqual(0);
    expect(lastCommitAtMs).toBeGreaterThanOrEqual(before);
  });
});

describe("stop", () => {
  it("R12.4 says what is left behind, and what acts after it throws a clear error", async () => {
    const journal = join(aFolder(), "journal");
    const engine = await createEngine(optionsFor(journal));
    await opened(engine);
    const left = await engine.stop();
    expect(left).toEqual([{ position: "p1", symbol: ETH, stop: "1900", protectedOnExchange: false }]);
    expect(await engine.stop()).toEqual(left);
    await expect(engine.open({ symbol: SOL, side: "long", amount: "1" })).rejects.toThrow(EngineStoppedError);
    await expect(engine.close("p1")).rejects.toThrow("The engine has been stopped");
    await expect(engine.retry("p1")).rejects.toThrow(EngineStoppedError);
    expect(() => engine.subscribe(() => undefined)).toThrow(EngineStoppedError);
    engine.price(ETH, 1_000);
    expect(engine.status("p1").state).toBe("open");
    expect(engine.positions()).toHaveLength(1);
    expect(engine.health().openPositions).toBe(1);
  });

  it("R12.4 commits what was decided in the same turn, and tells whoever waits for a fill that none will be told", async () => {
    const journal = join(aFolder(), "journal");
    const slow = { kind: "paper", markets: MARKETS, settings: { latencyMs: { minimum: 200, maximum: 200 } } } as const;
    const alerts: string[] = [];
    const engine = await createEngine(
      optionsFor(journal, { exchange: slow, onAlert: (message) => alerts.push(message) }),
    );
    engine.price(ETH, 2_000);
    const opening = engine.open({ id: "p1", symbol: ETH, side: "long", amount: "1" });
    const stopping = engine.stop();
    const answer = (await opening) as Opened;
    expect(await stopping).toMatchObject([{ position: "p1", stop: null }]);
    await expect(answer.filled).rejects.toThrow(EngineStoppedError);
    expect(alerts).toEqual([]);
    expect(rowsOnDisk(journal).map((row) => row.position)).toEqual(["p1"]);

    const next = await anEngine(optionsFor(journal, { exchange: slow }));
    const filled = nextEvent(next, (event) => event.fact.type === "opened");
    next.price(ETH, 2_000);
    await filled;
    expect(next.status("p1").state).toBe("open");
  });

  it("R12.4 asked for by a listener, it ends after everybody has been told", async () => {
    const engine = await createEngine(optionsFor("memory"));
    const heard: string[] = [];
    const stopped = new Promise<void>((resolve) => {
      engine.subscribe(({ fact }) => {
        if (fact.type === "opened") void engine.stop().then(() => resolve());
      });
    });
    engine.subscribe(({ fact }) => heard.push(fact.type));
    await opened(engine);
    await stopped;
    expect(heard.slice(0, 2)).toEqual(["opened", "stopMoved"]);
  });
});
