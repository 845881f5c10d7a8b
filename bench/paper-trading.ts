/**
 * Ticks through the kernel as the engine brings them: to the paper exchange first, rows into a journal in memory, orders
 * to the exchange and its reports back, until everybody is at rest. One tick is one millisecond.
 *
 * Positions that have closed are opened anew when `reopen` is called, so that entries, which come from somebody else, can
 * be kept out of what is measured.
 */
import type { OrderRequest } from "../src/domain/intent.ts";
import type { Plan } from "../src/domain/plan.ts";
import { epochMs } from "../src/domain/units.ts";
import { memoryPaperLedger } from "../src/exchange/paper/ledger.ts";
import { openPaperExchange } from "../src/exchange/paper/paper.ts";
import { parsePaperSettings } from "../src/exchange/paper/settings.ts";
import type { Journalled } from "../src/journal/journal.ts";
import { openMemoryJournal } from "../src/journal/memory.ts";
import { NOTHING, type Step } from "../src/kernel/kernel.ts";
import { kernelWith, MARKETS, openingOf, START_MS, START_PRICE, type Population } from "./population.ts";
import type { Ticks } from "./walk.ts";

export interface PaperCounts {
  /** Ticks that made somebody decide. */
  readonly woken: number;
  readonly exits: number;
  readonly closed: number;
  readonly rows: number;
}

export interface PaperTrading {
  /** Takes the next ticks of the series. */
  run(count: number): void;
  /** Opens anew what has closed, at the prices of now. */
  reopen(): void;
  readonly counts: PaperCounts;
}

export function startPaperTrading(population: Population, ticks: Ticks, plan: Plan): PaperTrading {
  const kernel = kernelWith(population.positions);
  const journal = openMemoryJournal({ journalId: "bench" });
  const exchange = openPaperExchange({
    markets: MARKETS,
    settings: parsePaperSettings({ seed: "bench" }),
    ledger: memoryPaperLedger(),
  });
  const symbols = MARKETS.map(({ symbol }) => symbol);
  const handles = symbols.map((symbol) => kernel.market(symbol));
  const counts = { woken: 0, exits: 0, closed: 0, rows: 0 };
  const closed: number[] = [];
  let next = 0;
  let nowMs = START_MS;

  function carry(step: Step): void {
    const released = journal.append(step.rows, step.commands);
    counts.rows += step.rows.length;
    for (const { facts, position } of step.rows) {
      for (const fact of facts) {
        if (fact.type === "exit") counts.exits += 1;
        if (fact.type === "closed") closed.push(Number.parseInt(position.slice(1), 10));
      }
    }
    for (const command of released)
      if (command.kind === "placeOrder") exchange.place(command.order as Journalled<OrderRequest>, nowMs);
  }

  function comeToRest(): void {
    for (;;) {
      const dueMs = exchange.dueMs();
      if (dueMs !== null && dueMs <= nowMs)
        for (const report of exchange.due(nowMs)) carry(kernel.step({ type: "report", report, nowMs }));
      else if (kernel.nextDeadlineMs() <= nowMs) carry(kernel.step({ type: "deadlines", nowMs }));
      else return;
    }
  }

  /** The exchange holds what the positions hold, and the journal how it came about. */
  for (const symbol of symbols) exchange.price(symbol, START_PRICE, START_MS);
  for (const step of population.steps) {
    carry(step);
    exchange.due(START_MS);
  }
  Object.assign(counts, { woken: 0, exits: 0, closed: 0, rows: 0 });

  return {
    counts,
    run(count) {
      const end = Math.min(ticks.length, next + count);
      for (; next < end; next += 1) {
        const market = ticks.markets[next]!;
        const price = ticks.prices[next]!;
        nowMs = epochMs(START_MS + next);
        exchange.price(symbols[market]!, price, nowMs);
        const step = kernel.price(handles[market]!, price, nowMs, nowMs);
        if (step !== NOTHING) {
          counts.woken += 1;
          carry(step);
          comeToRest();
        } else if (kernel.nextDeadlineMs() <= nowMs) comeToRest();
      }
    },
    reopen() {
      for (let index = closed.pop(); index !== undefined; index = closed.pop()) {
        counts.closed += 1;
        const opening = openingOf(index, nowMs, { plan, generation: counts.closed });
        carry(kernel.step({ type: "open", opening, nowMs }));
        comeToRest();
      }
    },
  };
}
