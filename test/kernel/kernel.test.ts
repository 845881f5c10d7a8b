/** The kernel with several positions: who wakes, who is known, who is over; and that it always does the same. */
import { describe, expect, it } from "vitest";
import type { OrderReport } from "../../src/domain/report.ts";
import { decimalText, epochMs, lots } from "../../src/domain/units.ts";
import { createKernel, NOTHING, type Kernel, type Step } from "../../src/kernel/kernel.ts";
import { aMarket, anOpening, aPlan, START_MS, type PlanWords } from "../support/house.ts";

const LIMITS = { maximumFutureMs: 5_000, maximumAgeMs: null };
const BTC = aMarket();
const ETH = aMarket({ symbol: "ETH/USDT:USDT" });
const newKernel = (): Kernel => createKernel({ limits: LIMITS, visibilityLagMs: 60_000 });

/** A long of 100 at 100 that is open. */
function open(kernel: Kernel, id: string, plan: PlanWords = {}, market = BTC): readonly Step[] {
  const heard = kernel.price(kernel.market(market.symbol), 100, START_MS, START_MS);
  const opened = kernel.step({
    type: "open",
    opening: anOpening({ id, side: "long", amount: "100", market, plan: aPlan(plan, market) }),
    nowMs: START_MS,
  });
  return [heard, opened, ...fillAll(kernel, opened, "100")];
}

/** The exchange carries out every order of a step, whole. */
function fillAll(kernel: Kernel, { commands }: Step, price: string, nowMs = START_MS): readonly Step[] {
  return commands.flatMap((command) => {
    if (command.kind !== "placeOrder") return [];
    const { clientOrderId, lots: quantity } = command.order;
    const about = { clientOrderId, atMs: nowMs };
    const reports: readonly OrderReport[] = [
      {
        kind: "fill",
        ...about,
        exchangeOrderId: "x",
        tradeId: `t-${clientOrderId}`,
        lots: quantity,
        price: decimalText(price),
        fee: { cost: decimalText("0"), currency: "quote" },
      },
      { kind: "ended", ...about, end: "filled", filledLots: quantity },
    ];
    return reports.map((report) => kernel.step({ type: "report", report, nowMs }));
  });
}

const hear = (kernel: Kernel, price: number, symbol = BTC.symbol): Step =>
  kernel.price(kernel.market(symbol), price, START_MS, START_MS);
const ordersOf = ({ commands }: Step): readonly string[] =>
  commands.flatMap((command) =>
    command.kind === "placeOrder" ? [`${command.position} ${command.order.purpose} ${command.order.amount}`] : [],
  );

describe("prices", () => {
  it("R12.5 one that crosses nothing gives the very same nothing, however many positions there are", () => {
    const kernel = newKernel();
    for (let count = 0; count < 50; count += 1) open(kernel, `p${count}`);
    expect(hear(kernel, 102.99)).toBe(NOTHING);
    expect(hear(kernel, 95.01)).toBe(NOTHING);
    expect(hear(kernel, 95).rows).toHaveLength(50);
  });

  it("R12.5 wakes only those whose boundary it has reached, in the order in which they were opened", () => {
    const kernel = newKernel();
    open(kernel, "wide", { ladder: "9% 50%, 12% 50%" });
    open(kernel, "first", { ladder: "3% 50%, 5% 50%" });
    open(kernel, "second", { ladder: "3% 20%, 5% 80%" });
    expect(ordersOf(hear(kernel, 103))).toEqual(["first exit 50", "second exit 20"]);
    expect(ordersOf(hear(kernel, 96))).toEqual([]);
  });

  it("R9.1 of another market do not concern a position", () => {
    const kernel = newKernel();
    open(kernel, "btc");
    open(kernel, "eth", {}, ETH);
    expect(ordersOf(hear(kernel, 90, ETH.symbol))).toEqual(["eth close 100"]);
    expect(kernel.quote(BTC.symbol, START_MS)).toMatchObject({ value: 100 });
  });

  it("R9.1 dropped ones are counted", () => {
    const kernel = newKernel();
    open(kernel, "p1");
    for (const bad of [Number.NaN, 0, -1]) hear(kernel, bad);
    kernel.price(kernel.market(BTC.symbol), 90, START_MS - 1, START_MS);
    expect(kernel.droppedPrices()).toBe(4);
    expect(kernel.quote(BTC.symbol, START_MS)).toMatchObject({ value: 100 });
  });

  it("R9.5 the next crossing on the way from one price to another", () => {
    const kernel = newKernel();
    open(kernel, "p1");
    const market = kernel.market(BTC.symbol);
    expect(kernel.nearestCrossing(market, 100, 110)).toBe(103);
    expect(kernel.nearestCrossing(market, 100, 102)).toBeNull();
    expect(kernel.nearestCrossing(market, 100, 90)).toBe(95);
  });
});

describe("positions", () => {
  it("P20 the same events in the same order give the same rows, byte for byte", () => {
    const play = (): string => {
      const kernel = newKernel();
      const steps = [...open(kernel, "a"), ...open(kernel, "b", { ladder: "2% 10%, 4% 90%" })];
      for (const price of [102, 103, 104.5, 99, 108]) {
        const step = hear(kernel, price);
        steps.push(step, ...fillAll(kernel, step, String(price)));
      }
      return JSON.stringify(steps);
    };
    expect(play()).toBe(play());
  });

  it("R1.10 a closed one is kept for late reports, then reaped; its id stays used", () => {
    const kernel = newKernel();
    open(kernel, "p1");
    fillAll(kernel, kernel.step({ type: "close", position: "p1", reason: "manual", nowMs: START_MS }), "100");
    expect(kernel.position("p1")?.snapshot.state).toBe("closed");
    expect(kernel.nextDeadlineMs()).toBeLessThanOrEqual(START_MS + 60_000);
    kernel.step({ type: "deadlines", nowMs: epochMs(START_MS + 59_999) });
    expect(kernel.position("p1")).not.toBeNull();
    kernel.step({ type: "deadlines", nowMs: epochMs(START_MS + 60_000) });
    expect(kernel.position("p1")).toBeNull();
    expect(kernel.isUsed("p1")).toBe(true);
    expect(kernel.nextDeadlineMs()).toBe(Number.POSITIVE_INFINITY);
  });

  it("R8.1 who holds a market, of one side or of either; nobody once it is closed", () => {
    const kernel = newKernel();
    const place = { account: "main", symbol: BTC.symbol };
    open(kernel, "p1");
    expect(kernel.heldBy({ ...place, side: null })).toBe("p1");
    expect(kernel.heldBy({ ...place, side: "long" })).toBe("p1");
    expect(kernel.heldBy({ ...place, side: "short" })).toBeNull();
    expect(kernel.heldBy({ ...place, account: "second", side: null })).toBeNull();
    fillAll(kernel, kernel.step({ type: "close", position: "p1", reason: "manual", nowMs: START_MS }), "100");
    expect(kernel.heldBy({ ...place, side: null })).toBeNull();
  });

  it("R8.1 a refused entry is written down, and its id is used", () => {
    const kernel = newKernel();
    const fact = { type: "notDone", reason: "entry_refused", rung: null, message: "too large" } as const;
    const { rows, commands } = kernel.step({
      type: "refuse",
      entry: { id: "p9", symbol: BTC.symbol, side: "long", fact },
      nowMs: START_MS,
    });
    expect(rows).toMatchObject([{ position: "p9", version: 1, supervision: "refused", snapshot: null, facts: [fact] }]);
    expect(commands).toEqual([]);
    expect(kernel.isUsed("p9")).toBe(true);
    expect(kernel.positions()).toEqual([]);
  });

  it("R1.9 reports and requests for nobody change nothing", () => {
    const kernel = newKernel();
    open(kernel, "p1");
    const about = { clientOrderId: "f".repeat(32), atMs: START_MS };
    expect(
      kernel.step({
        type: "report",
        report: { kind: "ended", ...about, end: "filled", filledLots: lots(1) },
        nowMs: START_MS,
      }),
    ).toBe(NOTHING);
    expect(kernel.step({ type: "close", position: "p2", reason: "manual", nowMs: START_MS })).toBe(NOTHING);
  });

  it("R1.8 a suspended one leaves its neighbors alone", () => {
    const kernel = newKernel();
    const opened = open(kernel, "bad");
    open(kernel, "good");
    const entry = opened.flatMap(({ commands }) => commands).find((command) => command.kind === "placeOrder")!;
    const clientOrderId = entry.kind === "placeOrder" ? entry.order.clientOrderId : "";
    kernel.step({
      type: "report",
      report: { kind: "ended", clientOrderId, atMs: START_MS, end: "filled", filledLots: lots(500) },
      nowMs: START_MS,
    });
    expect(kernel.position("bad")?.supervision).toBe("suspended");
    expect(ordersOf(hear(kernel, 95))).toEqual(["good close 100"]);
  });

  it("R10.1 versions of a position's rows have no gaps, whatever makes them", () => {
    const kernel = newKernel();
    const steps = [...open(kernel, "p1")];
    for (const price of [103, Number.NaN, 105]) {
      const step = hear(kernel, price);
      steps.push(step, ...fillAll(kernel, step, "103"));
    }
    const versions = steps.flatMap(({ rows }) => rows.map(({ version }) => version));
    expect(versions).toEqual(versions.map((_, index) => index + 1));
  });
});
