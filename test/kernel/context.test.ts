/** A change of market context that concerns many positions, and rules that make no sense (R6.4, R9.4). */
import { describe, expect, it } from "vitest";
import { NOTHING_KNOWN, type MarketClasses } from "../../src/domain/market-context.ts";
import type { Plan } from "../../src/domain/plan.ts";
import type { OrderReport } from "../../src/domain/report.ts";
import type { Row } from "../../src/domain/row.ts";
import { decimalText } from "../../src/domain/units.ts";
import { createKernel, NOTHING, type Kernel, type Step } from "../../src/kernel/kernel.ts";
import { aMarket, anOpening, aPlan, START_MS } from "../support/house.ts";

const LIMITS = { maximumFutureMs: 5_000, maximumAgeMs: null };
const BTC = aMarket();
const newKernel = (): Kernel => createKernel({ limits: LIMITS, visibilityLagMs: 60_000 });
const TRAILING = aPlan({ rules: { trailing: {} } }, BTC);

const classesOf = (volatility: "high" | "low" | "normal"): MarketClasses => ({
  long: { ...NOTHING_KNOWN.long, volatility },
  short: { ...NOTHING_KNOWN.short, volatility },
});

const hear = (kernel: Kernel, price: number): Step =>
  kernel.price(kernel.market(BTC.symbol), price, START_MS, START_MS);

/** A long of 100 at 100 that is open, of an account of its own. */
function open(kernel: Kernel, id: string, plan: Plan): readonly Row[] {
  hear(kernel, 100);
  const opening = { ...anOpening({ id, side: "long", amount: "100", market: BTC, plan }), account: id };
  const { rows, commands } = kernel.step({ type: "open", opening, nowMs: START_MS });
  const reports = commands.flatMap((command): readonly OrderReport[] => {
    if (command.kind !== "placeOrder") return [];
    const { clientOrderId, lots } = command.order;
    const about = { clientOrderId, atMs: START_MS };
    const fee = { cost: decimalText("0"), currency: "quote" } as const;
    return [
      { kind: "fill", ...about, exchangeOrderId: "x", tradeId: `t-${id}`, lots, price: decimalText("100"), fee },
      { kind: "ended", ...about, end: "filled", filledLots: lots },
    ];
  });
  return [...rows, ...reports.flatMap((report) => kernel.step({ type: "report", report, nowMs: START_MS }).rows)];
}

const tell = (kernel: Kernel, classes: MarketClasses): Step =>
  kernel.step({ type: "context", symbol: BTC.symbol, classes, nowMs: START_MS });
const goOn = (kernel: Kernel): Step => kernel.step({ type: "deadlines", nowMs: START_MS });
const volatilityOf = (kernel: Kernel, id: string) => kernel.position(id)!.snapshot.position.context.volatility;

describe("R6.4 a change of class", () => {
  it("is journalled by each position that it concerns, a bounded number in each step, until all know", () => {
    const kernel = newKernel();
    for (let count = 0; count < 230; count += 1) open(kernel, `p${count}`, TRAILING);
    const steps = [tell(kernel, classesOf("high"))];
    while (kernel.nextDeadlineMs() <= START_MS) steps.push(goOn(kernel));
    expect(steps.map(({ rows }) => rows.length)).toEqual([100, 100, 30]);
    expect(new Set(steps.flatMap(({ rows }) => rows.map(({ cause }) => cause.rule)))).toEqual(new Set(["context"]));
    expect(volatilityOf(kernel, "p0")).toBe("high");
    expect(volatilityOf(kernel, "p229")).toBe("high");
  });

  it("between its steps prices go on to be decided on", () => {
    const kernel = newKernel();
    for (let count = 0; count < 150; count += 1) open(kernel, `p${count}`, TRAILING);
    tell(kernel, classesOf("high"));
    // R4.4: 2 % behind 100, and those who know already keep it: a wider distance moves nothing.
    expect(hear(kernel, 98).commands).toHaveLength(150);
    expect(goOn(kernel).rows).toEqual([]);
  });

  it("who is told late is told what is known then, once, and not what has been meanwhile", () => {
    const kernel = newKernel();
    for (let count = 0; count < 150; count += 1) open(kernel, `p${count}`, TRAILING);
    tell(kernel, classesOf("high"));
    const rows = [...tell(kernel, classesOf("low")).rows];
    while (kernel.nextDeadlineMs() <= START_MS) rows.push(...goOn(kernel).rows);
    const last = rows.filter(({ position }) => position === "p149");
    expect(last.map(({ snapshot }) => snapshot!.position.context.volatility)).toEqual(["low"]);
    expect(volatilityOf(kernel, "p0")).toBe("low");
  });

  it("does not concern a plan that does not look at it, and the same again concerns nobody", () => {
    const kernel = newKernel();
    open(kernel, "ladder", aPlan({}, BTC));
    expect(tell(kernel, classesOf("high"))).toEqual(NOTHING);
    open(kernel, "trailing", TRAILING);
    expect(volatilityOf(kernel, "trailing")).toBe("high");
    expect(tell(kernel, classesOf("high"))).toEqual(NOTHING);
  });
});

describe("R9.4 a rule that makes no sense", () => {
  const sound = aPlan({ rules: { momentumLoss: {} } }, BTC);
  const withGiveBack = (giveBack: number): Plan => ({
    ...sound,
    rules: { ...sound.rules, momentumLoss: { ...sound.rules.momentumLoss!, giveBack } },
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])(
    "is named where it yields %d, the position is suspended, and the others go on",
    (giveBack) => {
      const kernel = newKernel();
      open(kernel, "sound", sound);
      const rows = [...open(kernel, "broken", withGiveBack(giveBack)), ...hear(kernel, 104).rows];
      expect(kernel.position("broken")!.supervision).toBe("suspended");
      expect(kernel.position("sound")!.supervision).toBe("running");
      expect(kernel.position("sound")!.snapshot.position.mark).toBe(10_400);
      expect(JSON.stringify(rows.flatMap(({ facts }) => facts))).toContain(
        "rule momentumLoss cannot say where it fires",
      );
    },
  );
});
