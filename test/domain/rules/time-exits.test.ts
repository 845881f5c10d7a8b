/** Leaving in time (R5.3): after so long, or at a moment. Neither needs a price; after a moment that passed unseen the next one will do. */
import { describe, expect, it } from "vitest";
import { decide, watchBand } from "../../../src/domain/exit-rules.ts";
import { validateEntry } from "../../../src/domain/entry.ts";
import type { FreshPrice } from "../../../src/domain/price-gate.ts";
import { decimalText, epochMs } from "../../../src/domain/units.ts";
import { createKernel } from "../../../src/kernel/kernel.ts";
import { aMarket, anOpening, aPlan, START_MS } from "../../support/house.ts";
import { long, playTape, short, tape } from "../../support/tape.ts";

const held = { rules: { maxHoldingTime: { afterMs: 60_000 } } };
const until = (seconds: number) => ({ rules: { exitAtTime: { at: START_MS + seconds * 1_000 } } });

describe("R5.3 the maximum holding time", () => {
  tape(
    "R5.3 counts from the first fill and closes everything, whatever the price",
    long({ entry: 100, amount: "10", plan: held }),
    `
    wait 59999 ms |
    wait 1 ms     | closing max_holding_time  close 10
    fill 10@100.2 | max_holding_time 10@100.2 +2 left 0  closed max_holding_time +2
  `,
  );

  tape(
    "R5.3 needs no fresh price: where the last one is stale it leaves all the same",
    short({ entry: 100, amount: "10", maximumAgeMs: 5_000, plan: held }),
    `
    wait 60 s     | closing max_holding_time  close 10
  `,
  );

  tape(
    "R5.3 rungs that were hit before do not make it later; an exit under way does not hold it up",
    long({ entry: 100, amount: "100", plan: held }),
    `
    wait 30 s     |
    price 103     | exit 40 TP1
    fill 40@103   | TP1_hit  TP1 40@103 +120 left 60  stop 100
    price 105     | exit 30 TP2
    wait 4999 ms  |
    wait 1 ms     | look up exit
    wait 24999 ms | look up exit  look up exit  look up exit  look up exit
    wait 1 ms     | closing max_holding_time  look up exit  close 60
  `,
  );

  tape(
    "R5.5 a stop at the same moment comes first",
    long({ entry: 100, amount: "10", plan: held }),
    `
    price 95      | closing stop_initial  close 10
    wait 4999 ms  |
  `,
  );

  tape(
    "R11.2 what fell due while the process was down is done when it comes back",
    long({ entry: 100, amount: "10", plan: held }),
    `
    wait 59 s     |
    crash         |
    wait 1 s      | closing max_holding_time  close 10
  `,
  );

  it("R5.3 off by default", () => {
    expect(playTape(long({ entry: 100, amount: "10" }), "wait 500000 s").position.closing).toBeNull();
  });
});

describe("R5.3 an exit at a given time", () => {
  tape(
    "R5.3 at its moment",
    long({ entry: 100, amount: "10", plan: until(30) }),
    `
    wait 29999 ms |
    wait 1 ms     | closing exit_at_time  close 10
  `,
  );

  tape(
    "R1.5 before anything has filled: the entry is called back, and what comes of it is closed",
    long({ entry: 100, amount: "10", pending: true, plan: until(2) }),
    `
    wait 1999 ms  |
    wait 1 ms     | closing exit_at_time  cancel entry
    fill 4@100 only | opened 4@100  stop 95
    end canceled  | close 4
    fill 4@99     | exit_at_time 4@99 -4 left 0  closed exit_at_time -4
  `,
  );

  it("R8.1 R5.3 a moment that is not after the entry is refused", () => {
    const market = aMarket();
    const request = {
      id: "p1",
      account: "main",
      symbol: market.symbol,
      side: "long" as const,
      amount: decimalText("10"),
      atMs: START_MS,
    };
    const judged = validateEntry(request, {
      market,
      price: { value: 100, atMs: START_MS } as unknown as FreshPrice,
      openPositions: { find: () => null },
      hedgeMode: false,
      usedIds: new Set<string>(),
      plan: aPlan(until(0), market),
    });
    expect(judged).toMatchObject({
      kind: "refused",
      rule: "R5.3",
      field: "exitAtTime.at",
      limit: `a moment after the entry (${START_MS})`,
    });
  });
});

describe("R5.3 between two prices that nothing connects", () => {
  const market = aMarket();
  const opened = (nextPriceDecides: boolean, plan: Parameters<typeof aPlan>[0] = held) => {
    const kernel = createKernel({
      limits: { maximumFutureMs: 0, maximumAgeMs: null },
      visibilityLagMs: 60_000,
      nextPriceDecides: () => nextPriceDecides,
    });
    kernel.price(kernel.market(market.symbol), 100, START_MS, START_MS);
    const opening = anOpening({ side: "long", amount: "10", market, plan: aPlan(plan, market) });
    const [command] = kernel.step({ type: "open", opening, nowMs: START_MS }).commands;
    if (command?.kind !== "placeOrder") throw new Error("an entry is sent");
    const { clientOrderId, lots } = command.order;
    const about = { clientOrderId, atMs: START_MS };
    const fee = { cost: decimalText("0"), currency: "quote" as const };
    const fill = {
      kind: "fill" as const,
      ...about,
      exchangeOrderId: "x",
      tradeId: "t1",
      lots,
      price: decimalText("100"),
      fee,
    };
    kernel.step({ type: "report", report: fill, nowMs: START_MS });
    kernel.step({
      type: "report",
      report: { kind: "ended", ...about, end: "filled", filledLots: lots },
      nowMs: START_MS,
    });
    return kernel;
  };
  const dueMs = epochMs(START_MS + 60_000);
  const lateMs = epochMs(dueMs + 3);

  it("R5.3 the next price closes, at its own time; nothing happens before", () => {
    const kernel = opened(true);
    expect(kernel.nextDeadlineMs()).toBeLessThanOrEqual(dueMs);
    expect(kernel.step({ type: "deadlines", nowMs: dueMs }).rows).toEqual([]);
    // Nothing is overdue: the driver is not asked again and again.
    expect(kernel.nextDeadlineMs()).toBe(Number.POSITIVE_INFINITY);
    const { rows, commands } = kernel.price(kernel.market(market.symbol), 100.01, dueMs + 7, dueMs + 7);
    expect(commands).toMatchObject([{ kind: "placeOrder", order: { purpose: "close" } }]);
    expect(rows[0]).toMatchObject({ cause: { rule: "maxHoldingTime", price: "100.01", priceAtMs: dueMs + 7 } });
  });

  it("R5.3 where prices are connected, or live, the moment itself closes", () => {
    const kernel = opened(false);
    const { rows, commands } = kernel.step({ type: "deadlines", nowMs: dueMs });
    expect(rows[0]).toMatchObject({ atMs: dueMs, cause: { event: "DEADLINE", rule: "maxHoldingTime", price: null } });
    expect(rows[0]?.snapshot?.position.closing?.reason).toBe("max_holding_time");

    // What came of the order names the rule, too, and no price.
    if (commands[0]?.kind !== "placeOrder") throw new Error("a close is sent");
    const about = { clientOrderId: commands[0].order.clientOrderId, atMs: dueMs };
    const report = { kind: "accepted" as const, ...about, exchangeOrderId: "y" };
    expect(kernel.step({ type: "report", report, nowMs: dueMs }).rows[0]).toMatchObject({
      cause: { event: "ACCEPTED", rule: "maxHoldingTime", price: null, priceAtMs: null },
    });
  });

  // Why this test? Whoever reached the position between the moment and its deadline armed it for the next one.
  it.each([
    [
      "a price that is dropped",
      (kernel: ReturnType<typeof opened>) => kernel.price(kernel.market(market.symbol), -1, lateMs, lateMs),
    ],
    [
      "a price from before",
      (kernel: ReturnType<typeof opened>) => kernel.price(kernel.market(market.symbol), 90, dueMs - 1, lateMs),
    ],
    [
      "somebody's request",
      (kernel: ReturnType<typeof opened>) => kernel.step({ type: "retry", position: "p1", nowMs: lateMs }),
    ],
  ])("R5.3 the moment comes first where %s reaches the position before its deadline is called", (_, reach) => {
    const kernel = opened(false);
    const { rows } = reach(kernel);
    expect(rows[0]).toMatchObject({ cause: { event: "DEADLINE", rule: "maxHoldingTime" } });
    expect(rows[0]?.snapshot?.position.closing?.reason).toBe("max_holding_time");
  });

  it("R5.3 P14 what a moment has moved is judged at the next price, not at one from long before", () => {
    const time = [{ afterMs: 60_000, factor: 0.9 }];
    const plan = { ladder: "1% 50%, 2% 50%", minimumExitValue: "0", rules: { movingTargets: { time } } };
    for (const nextPriceDecides of [true, false]) {
      const kernel = opened(nextPriceDecides, plan);
      const handle = kernel.market(market.symbol);
      expect(kernel.price(handle, 100.95, START_MS + 1, START_MS + 1).commands).toEqual([]);
      // The first target moves from 101 to 100.9: the price of a minute ago is beyond it.
      const onTime = kernel.step({ type: "deadlines", nowMs: dueMs }).commands;
      expect(onTime.map(({ kind }) => kind)).toEqual(nextPriceDecides ? [] : ["placeOrder"]);
      const next = kernel.price(handle, 100.92, dueMs + 7, dueMs + 7).commands;
      expect(next.map(({ kind }) => kind)).toEqual(nextPriceDecides ? ["placeOrder"] : []);
    }
  });

  it("R6.1 R11.9 what a moment moves names its rule", () => {
    const time = [{ afterMs: 60_000, factor: 0.9 }];
    const kernel = opened(false, { rules: { movingTargets: { time } } });
    const { rows } = kernel.step({ type: "deadlines", nowMs: dueMs });
    expect(rows[0]).toMatchObject({
      cause: { event: "DEADLINE", rule: "movingTargets", price: null, priceAtMs: null },
    });
    expect(rows[0]?.facts).toMatchObject([{ type: "warning" }, { type: "warning" }, { type: "warning" }]);
  });

  it("R5.3 P14 a price from before the moment is not the next one", () => {
    const { position } = playTape(long({ entry: 100, amount: "10", plan: held }), "");
    const at = (atMs: number) => ({ value: 100, atMs }) as unknown as FreshPrice;
    expect(decide(position, at(dueMs - 1), dueMs)).toBeNull();
    expect(decide(position, at(dueMs), dueMs)).toMatchObject({ rule: "maxHoldingTime" });
    expect(watchBand(position, 100, dueMs)).toEqual({ below: 100, above: 100 });
  });
});
