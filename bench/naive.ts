/**
 * The naive way, for comparison: every price as an event to every position of its market, with the same charts from the same
 * rows. It is spared everything but the sending: it keeps no excursions, takes no rows and answers no order.
 */
import { createActor } from "xstate";
import type { PositionActor } from "../machines/position-logic.ts";
import { createPositionMachine } from "../machines/position.ts";
import { supervisorMachine } from "../machines/supervisor.ts";
import { admitPrice, freshQuote, openGate } from "../src/domain/price-gate.ts";
import { epochMs } from "../src/domain/units.ts";
import type { RestoredPosition } from "../src/kernel/kernel.ts";
import { KERNEL_SETTINGS, MARKETS, START_MS } from "./population.ts";
import type { Ticks } from "./walk.ts";

/** Takes the next ticks of the series, so many at each call. */
export function startNaive(positions: readonly RestoredPosition[], ticks: Ticks): (count: number) => void {
  const places = MARKETS.map(({ symbol }) => ({ gate: openGate(), actors: actorsOf(symbol, positions) }));
  let next = 0;
  return (count) => {
    const end = Math.min(ticks.length, next + count);
    for (; next < end; next += 1) {
      const { gate, actors } = places[ticks.markets[next]!]!;
      const nowMs = epochMs(START_MS + next);
      if (admitPrice(gate, ticks.prices[next]!, nowMs, nowMs, KERNEL_SETTINGS.limits) !== null) continue;
      const quote = freshQuote(gate, nowMs, KERNEL_SETTINGS.limits);
      if (quote === null) continue;
      for (const actor of actors) actor.send({ type: "PRICE", atMs: nowMs, quote });
    }
  };
}

function actorsOf(symbol: string, positions: readonly RestoredPosition[]): readonly PositionActor[] {
  const here = positions.filter(({ snapshot }) => snapshot.position.symbol === symbol);
  const supervisor = createActor(supervisorMachine).start();
  supervisor.send({
    type: "RESTORE",
    positions: here.map(({ snapshot }) => ({ machine: MACHINE, snapshot })),
  });
  const children = supervisor.getSnapshot().children as Record<string, PositionActor | undefined>;
  return here.map(({ snapshot }) => children[snapshot.position.id]!);
}

const MACHINE = createPositionMachine(3);
