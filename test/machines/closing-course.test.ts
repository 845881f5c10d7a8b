/** Courses of closing, through the kernel: the path to `blocked`, a close before the first fill, one that is gone. */
import { describe, expect, it } from "vitest";
import { nextWakeAtMs } from "../../src/domain/deadlines.ts";
import { createKernel, type Kernel, type Step } from "../../src/kernel/kernel.ts";
import type { OrderReport } from "../../src/domain/report.ts";
import { decimalText, epochMs, lots, type EpochMs } from "../../src/domain/units.ts";
import { openingOf, START_MS } from "./worlds.ts";
import { openKernel, ordersIn, positionIn, reportFill, stateIn, warningsIn } from "./kernel-course.ts";

describe("R1.6 a close that keeps failing", () => {
  it("R1.6 backs off, is blocked with an alert, goes on at the slow interval, and obeys RETRY", () => {
    const { kernel, opened } = openKernel({ failuresBeforeBlocked: 5, closeRetryMs: 1_000, blockedRetryMs: 30_000 });
    reportFill(kernel, ordersIn(opened)[0]!, 100, START_MS);
    let nowMs: EpochMs = epochMs(START_MS + 1_000);
    let step = kernel.step({ type: "close", position: "p1", reason: "manual", nowMs });
    const pausesMs: number[] = [];
    const told: string[] = [];
    for (let attempt = 1; attempt <= 6; attempt += 1) {
      const [order] = ordersIn(step);
      if (order === undefined) throw new Error(`attempt ${attempt} sent no order`);
      step = refuse(kernel, order.clientOrderId, nowMs);
      expect(stateIn(kernel)).toEqual({ closing: attempt < 5 ? "backingOff" : "blocked" });
      told.push(
        ...warningsIn(step)
          .filter(({ message }) => message.startsWith("Close of"))
          .map(({ severity }) => severity),
      );
      const dueMs = nextWakeAtMs(positionIn(kernel), nowMs) ?? 0;
      expect(kernel.nextDeadlineMs()).toBeLessThanOrEqual(dueMs);
      pausesMs.push(dueMs - nowMs);
      expect(kernel.step({ type: "deadlines", nowMs: epochMs(dueMs - 1) }).commands).toEqual([]);
      nowMs = epochMs(dueMs);
      step = kernel.step({ type: "deadlines", nowMs });
    }
    expect(pausesMs).toEqual([1_000, 2_000, 4_000, 8_000, 30_000, 30_000]);
    expect(told).toEqual(["warning", "warning", "warning", "warning", "error", "error"]);

    refuse(kernel, ordersIn(step)[0]!.clientOrderId, nowMs);
    const retried = kernel.step({ type: "retry", position: "p1", nowMs: epochMs(nowMs + 1) });
    expect(ordersIn(retried)).toMatchObject([{ purpose: "close", lots: 100 }]);
    reportFill(kernel, ordersIn(retried)[0]!, 100, epochMs(nowMs + 2));
    expect(stateIn(kernel)).toBe("closed");
    expect(positionIn(kernel).outcome?.reason).toBe("manual");
  });
});

describe("R1.5 a close before the first fill", () => {
  // Why this test? The first lots of a called-off entry used to be sold one by one, each under the exchange's minimum.
  it("R1.5 waits until the entry is settled and closes whatever came of it, in one order", () => {
    const { kernel, opened } = openKernel({});
    const entry = ordersIn(opened)[0]!;
    const called = kernel.step({ type: "close", position: "p1", reason: "manual", nowMs: START_MS });
    expect(called.commands).toMatchObject([{ kind: "cancelOrder", clientOrderId: entry.clientOrderId }]);
    expect(send(kernel, fillOf(entry.clientOrderId, "t1", 3), START_MS).commands).toEqual([]);
    expect(send(kernel, fillOf(entry.clientOrderId, "t2", 4), START_MS).commands).toEqual([]);
    expect(stateIn(kernel)).toEqual({ closing: "awaitingEntry" });
    const settled = send(
      kernel,
      { kind: "ended", end: "canceled", filledLots: lots(7), clientOrderId: entry.clientOrderId, atMs: START_MS },
      START_MS,
    );
    expect(ordersIn(settled)).toMatchObject([{ purpose: "close", lots: 7 }]);
  });

  it("R1.5 waits with a limit: an entry that does not settle in time is sold as far as it came", () => {
    const { kernel, opened } = openKernel({});
    kernel.step({ type: "close", position: "p1", reason: "manual", nowMs: START_MS });
    send(kernel, fillOf(ordersIn(opened)[0]!.clientOrderId, "t1", 3), START_MS);
    const late = kernel.step({ type: "deadlines", nowMs: epochMs(START_MS + 1_000) });
    expect(ordersIn(late)).toMatchObject([{ purpose: "close", lots: 3 }]);
  });
});

describe("R1.5 a position that the exchange no longer holds", () => {
  // Why this test? An entry that still worked was left behind, and nobody ever asked after it again.
  it("R1.5 R1.10 calls back what still works, and asks after it until its end is known", () => {
    const { kernel, opened } = openKernel({});
    const entry = ordersIn(opened)[0]!.clientOrderId;
    send(kernel, fillOf(entry, "t1", 3), START_MS);
    const gone = kernel.step({ type: "gone", position: "p1", nowMs: START_MS });
    expect(stateIn(kernel)).toBe("closed");
    expect(gone.commands).toMatchObject([{ kind: "cancelOrder", clientOrderId: entry }]);
    const recovered = kernel.step({ type: "recover", nowMs: epochMs(START_MS + 1) });
    expect(recovered.commands).toMatchObject([{ kind: "lookUpOrder", clientOrderId: entry }]);
  });
});

describe("R2.10 the fall-back to the single target", () => {
  // Why this test? It was asked again after a partial fill, and the rung's fills were lost with the ladder.
  it("R2.10 is judged once, when the entry has filled, and not again while an exit fills", () => {
    const opening = openingOf({ rungs: 2, market: { minimumLots: lots(40) }, plan: { undersizedExit: "skip" } });
    const kernel = createKernel({ limits: { maximumFutureMs: 0, maximumAgeMs: null }, visibilityLagMs: 1_000 });
    const opened = kernel.step({ type: "open", opening, nowMs: START_MS });
    reportFill(kernel, ordersIn(opened)[0]!, 100, START_MS);
    const due = kernel.price(kernel.market(opening.symbol), 101, START_MS, START_MS);
    const exit = ordersIn(due)[0]!;
    expect(exit).toMatchObject({ purpose: "exit", lots: 50 });
    send(kernel, fillOf(exit.clientOrderId, "t1", 20), START_MS);
    expect(positionIn(kernel).plan.takeProfit).toBe("scaled");
    expect(positionIn(kernel).rungs[0]?.fills?.lots).toBe(20);
  });
});

const send = (kernel: Kernel, report: OrderReport, nowMs: EpochMs): Step =>
  kernel.step({ type: "report", report, nowMs });

const fillOf = (clientOrderId: string, tradeId: string, quantity: number): OrderReport => ({
  kind: "fill",
  clientOrderId,
  tradeId,
  exchangeOrderId: "x1",
  lots: lots(quantity),
  price: decimalText("100"),
  fee: { cost: decimalText("0"), currency: "quote" },
  atMs: START_MS,
});

const refuse = (kernel: Kernel, clientOrderId: string, nowMs: EpochMs): Step =>
  send(kernel, { kind: "rejected", reason: "other", message: "market is resting", clientOrderId, atMs: nowMs }, nowMs);
