/**
 * The replay driver: recorded prices, entries, the exchange's reports and deadlines in one order of time, each carried
 * through to rest before the next. Synchronous and deterministic: the same inputs give the same rows, byte for byte.
 *
 * Promises: rows are durable before a command leaves and before anybody is told (law 2); a run that was killed
 * continues from its last row as if nothing had happened; no price is looked at twice and none is left out.
 */
import type { Caps } from "../domain/caps.ts";
import type { Command, OrderRequest } from "../domain/intent.ts";
import type { Market } from "../domain/market.ts";
import type { MarketClasses } from "../domain/market-context.ts";
import type { OrderReport } from "../domain/report.ts";
import { isToBeClosed, type Row } from "../domain/row.ts";
import { epochMs, type EpochMs } from "../domain/units.ts";
import type { OrderQuery } from "../exchange/exchange.ts";
import type { ImmediateExchange } from "../exchange/immediate-exchange.ts";
import type { Journal, Journalled } from "../journal/journal.ts";
import { createKernel, NOTHING, type Kernel, type Step } from "../kernel/kernel.ts";
import type { ContextSource } from "../market-context/context-source.ts";
import type { FeedEvent, PriceFeed } from "../prices/price-feed.ts";
import { meetingPrice, pastPrice, priceAtTime, startCourse, timeAtPrice, type Course } from "./course.ts";
import { createEntryGuard } from "./entry-guard.ts";
import { judgeEntry, type EntryToJudge } from "./judge-entry.ts";
import { resumeFrom, type Resume } from "./resume.ts";
import { createSchedule } from "./schedule.ts";

export interface ReplayInput {
  readonly journal: Journal;
  readonly exchange: ImmediateExchange;
  readonly feed: PriceFeed;
  readonly markets: readonly Market[];
  /** Each is carried out at the first price of its symbol at or after its time (R14.1). */
  readonly entries: readonly EntryToJudge[];
  /** What is known of markets besides prices; left out, nothing is. */
  readonly context?: ContextSource | null;
  /** Caps on new positions (R8.6); left out, there are none. */
  readonly caps?: Caps;
  /** How long a closed position is kept for late reports. */
  readonly visibilityLagMs: number;
  /** Called with rows that are durable, in order. */
  readonly onRows: (rows: readonly Row[]) => void;
}

export interface ReplayProgress {
  /** Feed events taken so far. */
  readonly events: number;
  readonly atMs: number;
}

export interface Replay {
  /** Carries out up to so many moments; false when the data has ended and everything is at rest. */
  advance(moments: number): boolean;
  progress(): ReplayProgress;
  readonly kernel: Kernel;
  /** Rows that were in the journal when this run began. */
  readonly resumed: boolean;
}

/** More moments at one millisecond than this mean that something goes round in circles. */
const MAXIMUM_MOMENTS_AT_REST = 100_000;

/** How long, on the clock of the data, positions may take to close once the data has ended. */
const MAXIMUM_AFTER_END_MS = 24 * 60 * 60_000;

export function createReplay(input: ReplayInput): Replay {
  const { journal, exchange, entries, context = null } = input;
  const { candles: candleLengths = new Map<string, number>() } = input.feed;
  const marketOf = new Map(input.markets.map((market) => [market.symbol, market]));
  const kernel = createKernel({
    limits: { maximumFutureMs: 0, maximumAgeMs: null },
    visibilityLagMs: input.visibilityLagMs,
    feedMark: () =>
      markSymbol === "" ? null : { event: events, symbol: markSymbol, price: markPrice, atMs: epochMs(nowMs) },
    nextPriceDecides: (symbol) =>
      endedAtMs === null && !courses.has(symbol) && kernel.market(symbol).triggers.gate.lastAtMs < nowMs,
  });
  const guard = createEntryGuard({ journal, ...(input.caps === undefined ? {} : { caps: input.caps }) });
  const schedule = createSchedule();
  const courses = new Map<string, Course>();
  const waiting = [...entries].sort((a, b) => a.request.atMs - b.request.atMs);
  const iterator = input.feed.events()[Symbol.iterator]();
  let pending: FeedEvent | null = null;
  let events = 0;
  let nowMs = 0;
  let endedAtMs: number | null = null;
  let markSymbol = "";
  let markPrice = 0;

  const takeNext = (): void => {
    const next = iterator.next();
    pending = next.done === true ? null : next.value;
  };
  const startOf = (event: FeedEvent): number => (event.kind === "jump" ? event.atMs : event.fromAtMs);

  /** Makes a step durable, tells of it, and carries out its commands. */
  function carry(step: Step): void {
    if (step === NOTHING) return;
    const released = journal.append(step.rows, step.commands);
    input.onRows(step.rows);
    for (const command of released) dispatch(command as Journalled<Command>);
  }

  function dispatch(command: Journalled<Command>): void {
    const at = epochMs(nowMs);
    switch (command.kind) {
      case "placeOrder":
        return exchange.place(command.order as Journalled<OrderRequest>, at);
      case "cancelOrder":
        return takeReports(exchange.cancel(command as Journalled<Command> & Journalled<OrderQuery>, at));
      case "lookUpOrder":
        return takeReports(exchange.lookUp(command, at));
    }
  }

  /** A report of something that lies ahead (after a restart the exchange may know more than we) waits for its time. */
  const takeReports = (reports: readonly OrderReport[]): void => {
    for (const report of reports) schedule.add(report, Math.max(nowMs, report.atMs));
  };

  const nextWakeMs = (): number =>
    Math.min(exchange.dueMs() ?? Number.POSITIVE_INFINITY, kernel.nextDeadlineMs(), schedule.nextMs());

  /** Carries out everything that is due at this moment, reports before deadlines. */
  function comeToRest(): void {
    for (let moments = 0; nextWakeMs() <= nowMs; moments += 1) {
      if (moments === MAXIMUM_MOMENTS_AT_REST)
        throw new Error(`Invariant: the engine does not come to rest at ${nowMs}`);
      const at = epochMs(nowMs);
      const dueMs = exchange.dueMs();
      if (dueMs !== null && dueMs <= nowMs) takeReports(exchange.due(at));
      const report = schedule.take(nowMs);
      if (report !== null) carry(kernel.step({ type: "report", report, nowMs: at }));
      else if (kernel.nextDeadlineMs() <= nowMs) carry(kernel.step({ type: "deadlines", nowMs: at }));
    }
  }

  /** A price at a moment, to the exchange first: what it fills at this price it fills with this price. */
  function pricePoint(symbol: string, price: number, atMs: number): void {
    nowMs = atMs;
    exchange.price(symbol, price, epochMs(atMs));
    markSymbol = symbol;
    markPrice = price;
    carry(kernel.price(kernel.market(symbol), price, atMs, atMs));
    comeToRest();
  }

  /**
   * All prices on their way are brought to a moment at which something else happens. The exchange has all of them before
   * anything is carried out: what is due for one symbol must not be filled at a price from before this moment.
   */
  function moveAllTo(atMs: number): void {
    nowMs = atMs;
    for (const [symbol, course] of courses) {
      course.price = priceAtTime(course.stretch, marketOf.get(symbol), atMs);
      course.atMs = atMs;
      exchange.price(symbol, course.price, epochMs(atMs));
    }
    for (const [symbol, course] of courses) {
      markSymbol = symbol;
      markPrice = course.price;
      carry(kernel.price(kernel.market(symbol), course.price, atMs, atMs));
    }
    comeToRest();
  }

  function takeFeedEvent(event: FeedEvent): void {
    events += 1;
    takeNext();
    if (event.kind === "stretch") {
      courses.set(event.symbol, startCourse(event));
      return;
    }
    courses.delete(event.symbol);
    pricePoint(event.symbol, event.price, event.atMs);
    if (context !== null && !candleLengths.has(event.symbol))
      tellClasses(event.symbol, context.price(event.symbol, event.price, event.atMs));
    openEntries(event.symbol, event.atMs);
  }

  /** What a candle that is over has changed, to the positions that it concerns. */
  function tellClasses(symbol: string, classes: MarketClasses | null): void {
    if (classes === null) return;
    carry(kernel.step({ type: "context", symbol, classes, nowMs: epochMs(nowMs) }));
    comeToRest();
  }

  function openEntries(symbol: string, atMs: number): void {
    for (let index = 0; index < waiting.length && waiting[index]!.request.atMs <= atMs;) {
      const entry = waiting[index]!;
      if (entry.request.symbol !== symbol) {
        index += 1;
        continue;
      }
      waiting.splice(index, 1);
      if (!kernel.isUsed(entry.request.id)) openEntry(entry, epochMs(atMs));
    }
  }

  function openEntry(entry: EntryToJudge, atMs: EpochMs): void {
    const limits = guard.limits(kernel, atMs);
    const judged = judgeEntry(entry, { kernel, journalId: journal.id, nowMs: atMs, context, limits });
    if (judged.kind === "opening") guard.note(atMs);
    carry(
      judged.kind === "opening"
        ? kernel.step({ type: "open", opening: judged.opening, nowMs: atMs })
        : kernel.step({ type: "refuse", entry: judged.entry, nowMs: atMs }),
    );
    comeToRest();
  }

  /** Where on its way a price meets the next boundary; null when it meets none. */
  function nextCrossing(course: Course): number | null {
    const { symbol, toPrice } = course.stretch;
    const market = marketOf.get(symbol);
    const boundary = kernel.nearestCrossing(kernel.market(symbol), course.price, toPrice);
    if (boundary === null) return null;
    if (boundary !== course.price) return meetingPrice(course, market, boundary);
    // Somebody is awake here already and had nothing to do: asked again a little further on, others at their own price.
    const past = pastPrice(course, market);
    const beyond = kernel.crossingBeyond(kernel.market(symbol), course.price, past);
    return beyond === null ? past : meetingPrice(course, market, beyond);
  }

  /** One moment: whatever comes first. Ties: what is due, then prices on their way, then the next of the feed. */
  function moment(): boolean {
    // The data has ended: what is due later waits for no price of it.
    if (endedAtMs === null && pending === null && courses.size === 0) return false;
    const feedMs = pending === null ? Number.POSITIVE_INFINITY : startOf(pending);
    let courseMs = Number.POSITIVE_INFINITY;
    let nearest: Course | null = null;
    let target = 0;
    for (const course of courses.values()) {
      const { toPrice, toAtMs } = course.stretch;
      const crossing = nextCrossing(course);
      const atMs = crossing === null ? toAtMs : timeAtPrice(course, crossing);
      if (atMs < courseMs) {
        courseMs = atMs;
        nearest = course;
        target = crossing ?? toPrice;
      }
    }
    const wakeMs = nextWakeMs();
    if (endedAtMs !== null && (!anythingOpen() || wakeMs > endedAtMs + MAXIMUM_AFTER_END_MS)) return false;
    if (wakeMs <= courseMs && wakeMs <= feedMs && wakeMs < Number.POSITIVE_INFINITY) {
      moveAllTo(Math.max(nowMs, wakeMs));
    } else if (nearest !== null && courseMs <= feedMs) {
      const { symbol, toPrice, toAtMs, closes } = nearest.stretch;
      nearest.price = target;
      nearest.atMs = courseMs;
      pricePoint(symbol, target, courseMs);
      // Met at its own price and time: only the end of the way ends the course.
      if (target === toPrice && courseMs >= toAtMs) {
        courses.delete(symbol);
        if (context !== null && closes !== undefined) tellClasses(symbol, context.candle(symbol, closes));
      }
    } else if (pending !== null) {
      takeFeedEvent(pending);
    } else {
      return false;
    }
    return true;
  }

  function closeAll(reason: "end_of_data" | "kill_switch"): void {
    for (const each of kernel.positions()) {
      if (!isToBeClosed(each)) continue;
      carry(kernel.step({ type: "close", position: each.id, reason, nowMs: epochMs(nowMs) }));
      comeToRest();
    }
  }

  const anythingOpen = (): boolean =>
    kernel
      .positions()
      .some(({ snapshot, supervision }) => supervision === "running" && snapshot.position.outcome === null);

  /** Takes up where the journal ends: positions, prices on their way, and whatever is open is looked up. */
  function resume(from: Resume): void {
    nowMs = from.mark.atMs;
    for (; events < from.mark.event; events += 1) takeNext();
    markSymbol = from.mark.symbol;
    markPrice = from.mark.price;
    kernel.restore(from.restored, epochMs(nowMs));
    for (const course of from.courses) courses.set(course.stretch.symbol, course);
    for (const [symbol, price] of from.prices) exchange.price(symbol, price, epochMs(nowMs));
    for (const [symbol, price] of from.prices) carry(kernel.price(kernel.market(symbol), price, nowMs, nowMs));
    carry(kernel.step({ type: "recover", nowMs: epochMs(nowMs) }));
    comeToRest();
    for (const symbol of context?.symbols() ?? []) tellClasses(symbol, context!.classes(symbol));
    if (guard.entries() === "killed") closeAll("kill_switch");
    if (from.jump !== null) openEntries(from.jump.symbol, from.jump.atMs);
  }

  const from = resumeFrom({ journal, feed: input.feed, markets: marketOf, context });
  takeNext();
  if (from !== null) resume(from);

  return {
    advance(moments) {
      for (let count = 0; count < moments; count += 1) {
        if (moment()) continue;
        if (endedAtMs !== null) return false;
        // The data has ended: what is still open is closed at the last price (R12.2).
        endedAtMs = nowMs;
        closeAll("end_of_data");
        if (!anythingOpen()) return false;
      }
      return true;
    },
    progress: () => ({ events, atMs: nowMs }),
    kernel,
    resumed: from !== null,
  };
}
