/** Pause, resume, kill and caps as a host has them (R8.5, R8.6, R13.1). */
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ConfigError, createEngine, EngineStoppedError, isRefused, type Engine } from "../../src/index.ts";
import { aFolder, anEngine, ETH, factsOnDisk, isClosed, nextEvent, optionsFor, SOL } from "./embedding.ts";

const long = (id: string, symbol = ETH, amount = "1") => ({ id, symbol, side: "long", amount }) as const;

async function filled(engine: Engine, id: string, symbol = ETH): Promise<void> {
  engine.price(symbol, 2_000);
  const answer = await engine.open(long(id, symbol));
  if (isRefused(answer)) throw new Error(answer.message);
  expect(await answer.filled).toBe("open");
}

describe("the switch of entries in an embedded engine", () => {
  it("R8.5 R13.1 pause and resume, across a restart; refusals are answers, and are written down", async () => {
    const journal = join(aFolder(), "journal");
    const first = await createEngine(optionsFor(journal));
    expect(await first.pause("ann")).toMatchObject({ entries: "paused", by: "ann" });
    expect(await first.open(long("p1"))).toMatchObject({ kind: "refused", rule: "R8.5", value: "paused" });
    await first.stop();
    expect(factsOnDisk(journal)).toMatchObject([{ type: "notDone", reason: "entry_refused", field: "entries" }]);
    const second = await anEngine(optionsFor(journal));
    expect(second.health()).toMatchObject({ mode: "running", entries: "paused" });
    expect(await second.open(long("p1"))).toMatchObject({ kind: "refused", rule: "R8.5" });
    expect(await second.resume()).toMatchObject({ entries: "allowed", by: "the host" });
    await filled(second, "p1");
  });

  it("R8.5 R13.1 kill closes what is open, and says what; after stop() nothing of it can be asked", async () => {
    const engine = await createEngine(optionsFor("memory"));
    await filled(engine, "p1");
    const closed = nextEvent(engine, isClosed);
    expect(await engine.kill("ann")).toMatchObject({ entries: "killed", closing: ["p1"], suspended: [] });
    expect((await closed).fact).toMatchObject({ outcome: { reason: "kill_switch" } });
    await engine.stop();
    for (const act of ["pause", "resume", "kill"] as const)
      await expect(engine[act]("ann")).rejects.toThrow(EngineStoppedError);
  });

  it.each(["", "x".repeat(101), "two\nlines", 3 as unknown as string])("R8.5 R13.7 by %j is an error", async (by) => {
    const engine = await anEngine();
    const error = await engine.pause(by).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ConfigError);
    expect(error).toMatchObject({ path: "by", allowed: "1 to 100 letters, digits, signs or spaces" });
    expect(engine.health().entries).toBe("allowed");
  });
});

describe("caps of an embedded engine", () => {
  it("R8.6 R13.1 bound what is opened", async () => {
    const caps = { maximumOrderNotional: 3_000, maximumTotalNotional: "5000", symbols: [ETH, SOL] };
    const engine = await anEngine(optionsFor("memory", { caps }));
    await filled(engine, "p1");
    engine.price(SOL, 2_000);
    expect(await engine.open(long("p2", SOL, "1.6"))).toMatchObject({
      rule: "R8.6",
      field: "caps.maximumOrderNotional",
    });
    expect(await engine.open(long("p3", SOL, "1.5"))).toMatchObject({ kind: "opened" });
    await engine.close("p1");
  });

  it("R8.6 R13.7 that cannot be meant name what is allowed", async () => {
    const wrong = { ...optionsFor("memory"), caps: { maximumOrderNotional: "-1", perHour: 3 }, control: 3 };
    const error = await createEngine(wrong as never).catch((thrown: unknown) => thrown);
    const { problems } = error as ConfigError;
    expect(problems.map(({ path }) => path).toSorted()).toEqual([
      "caps.maximumOrderNotional",
      "caps.perHour",
      "control",
    ]);
  });
});
