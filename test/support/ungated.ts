/**
 * A paper session without gates: every price, and on a continuous stretch every tick of it, is told to every open position
 * until it has nothing more to say. No band, no trigger, no kernel; slow, and hard to get wrong.
 *
 * It knows what the replay promises (R9.5, R5.3): on a stretch a tick is met at the first millisecond at which the price is
 * there, a moment that nobody's price belongs to is decided by the next one. Meant for grids so coarse that no two ticks of a
 * stretch share a millisecond.
 */
import { createActor } from "xstate";
import type { PositionEvent } from "../../machines/position-events.ts";
import { positionLogic, type PositionActor } from "../../machines/position-logic.ts";
import { createPositionMachine, type PositionMachine } from "../../machines/position.ts";
import { nextWakeAtMs } from "../../src/domain/deadlines.ts";
import type { Command, OrderRequest } from "../../src/domain/intent.ts";
import type { Market } from "../../src/domain/market.ts";
import { classesOver, contextWith, NO_CONTEXT, NOTHING_KNOWN } from "../../src/domain/market-context.ts";
import { classesUsed } from "../../src/domain/context-change.ts";
import type { Position } from "../../src/domain/position.ts";
import { askedPrice } from "../../src/domain/price-gate.ts";
import type { OrderReport } from "../../src/domain/report.ts";
import type { Turn } from "../../src/domain/turn.ts";
import { epochMs, price as asPrice } from "../../src/domain/units.ts";
import { judgeEntry } from "../../src/engine/judge-entry.ts";
import { memoryPaperLedger } from "../../src/exchange/paper/ledger.ts";
import { openPaperExchange } from "../../src/exchange/paper/paper.ts";
import type { Journalled } from "../../src/journal/journal.ts";
import { createMarketContext } from "../../src/market-context/market-context.ts";
import type { FeedEvent, Stretch } from "../../src/prices/price-feed.ts";
import { becameOf, feedOf, notOpened, type Became, type Both } from "./both-ways.ts";

interface Held {
  readonly actor: PositionActor;
  high: number;
  low: number;
}

const EVENT_TYPES = { accepted: "ACCEPTED", fill: "FILL", ended: "ENDED", rejected: "REJECTED" } as const;

/** Which extreme of a candle comes first; `path`: the nearer one (R9.5). */
export type FirstExtreme = "path" | "low" | "high";

export function inUngatedSession(
  { market, columns, entries, settings, context }: Both,
  firstExtreme: FirstExtreme = "path",
): readonly Became[] {
  const exchange = openPaperExchange({ markets: [market], settings, ledger: memoryPaperLedger() });
  const source = context === null ? null : createMarketContext(context, { fromPrices: true });
  const machines = new Map<number, PositionMachine>();
  const all: Held[] = [];
  const refused: Became[] = [];
  const usedIds = new Set<string>();
  const waiting = entries.toSorted((a, b) => a.request.atMs - b.request.atMs);
  let classes = NOTHING_KNOWN;
  let [price, priceAtMs, nowMs] = [0, 0, 0];
  const asked: Command[] = [];

  const positionOf = ({ actor }: Held): Position => (actor.getSnapshot().context as Turn).position;
  const isOpen = (held: Held): boolean => positionOf(held).outcome === null;
  const quote = () => askedPrice(price, epochMs(priceAtMs))!;

  /** False where it changed nothing. */
  function send(held: Held, event: PositionEvent): boolean {
    const [best, worst] = positionOf(held).side === "long" ? [held.high, held.low] : [held.low, held.high];
    const before = held.actor.getSnapshot();
    const wasOpened = positionOf(held).openedAtMs !== null;
    held.actor.send({ ...event, excursion: { best: asPrice(best), worst: asPrice(worst) } });
    const after = held.actor.getSnapshot();
    if (after === before) return false;
    asked.push(...(after.context as Turn).commands);
    if (!wasOpened) [held.high, held.low] = [price, price];
    return true;
  }

  function askAtPrice(held: Held): void {
    while (isOpen(held) && send(held, { type: "PRICE", atMs: epochMs(nowMs), quote: quote() }));
  }

  function comeToRest(): void {
    const reports: OrderReport[] = [];
    for (;;) {
      for (const command of asked.splice(0)) carryOut(command, reports);
      if (reports.length === 0) reports.push(...exchange.due(epochMs(nowMs)));
      const report = reports.shift();
      if (report !== undefined) tell(report);
      else if (asked.length === 0) return;
    }
  }

  function carryOut(command: Command, reports: OrderReport[]): void {
    if (command.kind === "placeOrder") return exchange.place(command.order as Journalled<OrderRequest>, epochMs(nowMs));
    const query = command as Journalled<Exclude<Command, { kind: "placeOrder" }>>;
    reports.push(
      ...(command.kind === "cancelOrder"
        ? exchange.cancel(query as never, epochMs(nowMs))
        : exchange.lookUp(query as never, epochMs(nowMs))),
    );
  }

  function tell(report: OrderReport): void {
    const held = all.find((each) =>
      positionOf(each).intents.some(({ clientOrderId }) => clientOrderId === report.clientOrderId),
    );
    if (held === undefined) return;
    const type = EVENT_TYPES[report.kind as keyof typeof EVENT_TYPES];
    send(held, { type, atMs: epochMs(nowMs), report, quote: quote() } as PositionEvent);
    askAtPrice(held);
  }

  function priceAt(value: number, atMs: number): void {
    [price, priceAtMs, nowMs] = [value, atMs, atMs];
    exchange.price(market.symbol, value, epochMs(atMs));
    for (const held of all) {
      if (!isOpen(held)) continue;
      held.high = Math.max(held.high, value);
      held.low = Math.min(held.low, value);
      askAtPrice(held);
    }
    comeToRest();
  }

  /** Moments that positions have asked for, up to one. */
  function momentsTo(atMs: number, nextPriceDecides: boolean): void {
    for (;;) {
      const open = all.filter(isOpen);
      const due = Math.min(...open.map((held) => nextWakeAtMs(positionOf(held), epochMs(nowMs)) ?? Infinity));
      if (due > atMs) return;
      const concerned = open.filter((held) => nextWakeAtMs(positionOf(held), epochMs(nowMs)) === due);
      // Along a stretch the last tick is the price of this moment, too.
      if (!nextPriceDecides) priceAt(price, due);
      nowMs = due;
      for (const held of concerned.filter(isOpen)) {
        send(held, { type: "DEADLINE", atMs: epochMs(due), nextPriceDecides });
        if (!nextPriceDecides) askAtPrice(held);
      }
      comeToRest();
    }
  }

  function tellClasses(changed: typeof classes | null): void {
    if (changed === null) return;
    classes = classesOver(classes, changed);
    for (const held of all.filter(isOpen)) {
      send(held, { type: "CONTEXT", atMs: epochMs(nowMs), known: classes[positionOf(held).side] });
      askAtPrice(held);
    }
    comeToRest();
  }

  function openEntries(): void {
    while (waiting.length > 0 && waiting[0]!.request.atMs <= nowMs) {
      const entry = waiting.shift()!;
      const judged = judgeEntry(entry, {
        kernel: {
          quote,
          isUsed: (id) => usedIds.has(id),
          heldBy: ({ account }) =>
            all
              .filter(isOpen)
              .map(positionOf)
              .find((position) => position.account === account)?.id ?? null,
        },
        journalId: "backtest",
        nowMs: epochMs(nowMs),
        context: source,
      });
      usedIds.add(entry.request.id);
      if (judged.kind === "refused") {
        const { fact } = judged.entry;
        refused.push(notOpened(entry.request.id, "message" in fact ? fact.message : ""));
        continue;
      }
      const { opening } = judged;
      const rungs = opening.plan.ladder.length;
      const machine = machines.get(rungs) ?? createPositionMachine(rungs);
      machines.set(rungs, machine);
      const known = contextWith(NO_CONTEXT, classes[opening.side], classesUsed(opening.plan));
      const actor = createActor(positionLogic(machine), { input: { ...opening, context: known } }).start();
      all.push({ actor, high: price, low: price });
      asked.push(...(actor.getSnapshot().context as Turn).commands);
      comeToRest();
    }
  }

  for (const event of inOrder(feedOf(market, columns).events(), firstExtreme)) {
    if (event.kind === "jump") {
      momentsTo(event.atMs, true);
      priceAt(event.price, event.atMs);
      if (columns.kind === "trades") tellClasses(source?.price(market.symbol, event.price, event.atMs) ?? null);
      openEntries();
      continue;
    }
    for (const { value, atMs } of ticksOf(event, market)) {
      momentsTo(atMs - 1, false);
      priceAt(value, atMs);
      momentsTo(atMs, false);
    }
    if (event.closes !== undefined) tellClasses(source?.candle(market.symbol, event.closes) ?? null);
  }
  for (const held of all.filter(isOpen)) {
    send(held, { type: "CLOSE", atMs: epochMs(nowMs), reason: "end_of_data" });
    comeToRest();
  }
  return [...refused, ...all.map((held) => becameOf(positionOf(held)))];
}

/** The path of each candle with the wanted extreme first; its times stay. */
function* inOrder(events: Iterable<FeedEvent>, firstExtreme: FirstExtreme): Generator<FeedEvent> {
  let path: Stretch[] = [];
  for (const event of events) {
    if (event.kind === "jump" || firstExtreme === "path") {
      yield event;
      continue;
    }
    path.push(event);
    if (event.closes === undefined) continue;
    const { low, high } = event.closes;
    const [first, second] = firstExtreme === "low" ? [low, high] : [high, low];
    yield { ...path[0]!, toPrice: first };
    yield { ...path[1]!, fromPrice: first, toPrice: second };
    yield { ...event, fromPrice: second };
    path = [];
  }
}

/** Every tick of a stretch after its first, and when it is met; its end at least. */
function* ticksOf(stretch: Stretch, market: Market): Generator<{ readonly value: number; readonly atMs: number }> {
  const { fromPrice, toPrice, fromAtMs, toAtMs } = stretch;
  const perUnit = Math.round(1 / Number(market.priceTick));
  const [from, to] = [Math.round(fromPrice * perUnit), Math.round(toPrice * perUnit)];
  const ticks = Math.abs(to - from);
  if (ticks > toAtMs - fromAtMs) throw new Error("the grid is too fine: two ticks share a millisecond");
  for (let tick = 1; tick <= ticks; tick += 1) {
    const elapsedMs = Math.ceil((tick * (toAtMs - fromAtMs)) / ticks);
    yield { value: (from + Math.sign(to - from) * tick) / perUnit, atMs: fromAtMs + elapsedMs };
  }
  if (ticks === 0) yield { value: toPrice, atMs: toAtMs };
}
