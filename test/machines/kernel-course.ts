/** A kernel with one position in it, and short words for what tests ask of it. */
import type { Fact } from "../../src/domain/fact.ts";
import type { OrderRequest } from "../../src/domain/intent.ts";
import type { PlanTiming } from "../../src/domain/plan.ts";
import type { Position } from "../../src/domain/position.ts";
import type { ChartState } from "../../src/domain/row.ts";
import { decimalText, lots, type EpochMs } from "../../src/domain/units.ts";
import { createKernel, type Kernel, type Step } from "../../src/kernel/kernel.ts";
import { openingOf, START_MS } from "./worlds.ts";

/** Opens "p1" with a ladder of three. */
export function openKernel(timing: Partial<PlanTiming>): { readonly kernel: Kernel; readonly opened: Step } {
  const kernel = createKernel({ limits: { maximumFutureMs: 0, maximumAgeMs: null }, visibilityLagMs: 1_000 });
  return { kernel, opened: openOne(kernel, "p1", timing) };
}

export function openOne(kernel: Kernel, id: string, timing: Partial<PlanTiming> = {}): Step {
  const opening = openingOf({ rungs: 3, id });
  const plan = { ...opening.plan, timing: { ...opening.plan.timing, ...timing } };
  return kernel.step({ type: "open", opening: { ...opening, plan }, nowMs: START_MS });
}

export const ordersIn = (step: Step): readonly OrderRequest[] =>
  step.commands.flatMap((command) => (command.kind === "placeOrder" ? [command.order] : []));

export const factsIn = (step: Step): readonly Fact[] => step.rows.flatMap((row) => row.facts);

export const warningsIn = (step: Step): readonly Extract<Fact, { type: "warning" }>[] =>
  factsIn(step).filter((fact) => fact.type === "warning");

/** An order is filled to so many lots, and over. */
export function reportFill(kernel: Kernel, order: OrderRequest, quantity: number, nowMs: EpochMs, price = "100"): Step {
  const { clientOrderId } = order;
  const fee = { cost: decimalText("0"), currency: "quote" } as const;
  const tradeId = `${clientOrderId}.1`;
  const fill = {
    kind: "fill",
    clientOrderId,
    tradeId,
    exchangeOrderId: "x",
    lots: lots(quantity),
    price: decimalText(price),
    fee,
    atMs: nowMs,
  } as const;
  const filled = kernel.step({ type: "report", report: fill, nowMs });
  const ended = kernel.step({
    type: "report",
    report: { kind: "ended", end: "filled", filledLots: lots(quantity), clientOrderId, atMs: nowMs },
    nowMs,
  });
  return { rows: [...filled.rows, ...ended.rows], commands: [...filled.commands, ...ended.commands] };
}

export function positionIn(kernel: Kernel, id = "p1"): Position {
  const found = kernel.position(id);
  if (found === null) throw new Error(`${id} is not in the kernel`);
  return found.snapshot.position;
}

export const stateIn = (kernel: Kernel, id = "p1"): ChartState => kernel.position(id)!.snapshot.state;
