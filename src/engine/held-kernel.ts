/**
 * The kernel of the live driver, and what is done when it cannot go on: a journal that cannot be written, a broken
 * invariant (R11.1, R11.7).
 *
 * Promises: after such a setback memory is what the journal says; after a pause, which grows while setbacks follow each
 * other, whatever is open is looked up again; until then prices, reports and deadlines wait, and nothing is lost that
 * the exchange cannot be asked for. What a person asks for is tried at once.
 */
import * as Effect from "effect/Effect";
import * as Latch from "effect/Latch";
import { admitPrice, type PriceLimits } from "../domain/price-gate.ts";
import { classesOver, NOTHING_KNOWN, type MarketClasses } from "../domain/market-context.ts";
import type { OrderReport } from "../domain/report.ts";
import type { EpochMs } from "../domain/units.ts";
import type { Journal, JournalError } from "../journal/journal.ts";
import { createKernel, NOTHING, type Kernel, type KernelEvent, type Step } from "../kernel/kernel.ts";
import { createPricesOnHold } from "./prices-on-hold.ts";
import { restoredFrom } from "./restored.ts";
import { createTurns } from "./turns.ts";

const FIRST_PAUSE_MS = 200;
const LONGEST_PAUSE_MS = 8_000;
/** At some 40 µs each, decisions of one turn hold the loop up by 10 ms, and their commit by as much. */
const ROWS_PER_TURN = 200;
/** Setbacks that are further apart than this have nothing to do with each other. */
const STREAK_MS = 60_000;

export interface HeldKernel {
  /** The kernel as it is now: another one after a setback. */
  current(): Kernel;
  /** Carries one event through; a defect is a setback, and thrown on. */
  step(event: KernelEvent): Step;
  /**
   * A price, and whether it was let through. Cheap where it crosses nothing; never throws. Where prices have decided much in
   * this turn of the loop it waits for a later one, behind those before it.
   */
  price(symbol: string, value: number, atMs: number): boolean;
  /** A report; never throws. */
  report(report: OrderReport): void;
  /** What is known of a market besides its price; never throws. Told again after a setback. */
  context(symbol: string, classes: MarketClasses): void;
  /** Memory is ahead of the disk, or not sound: back to what is written. */
  setBack(why: string): void;
  /** A commit has worked: there is no need to wait any longer. */
  noteCommit(): void;
  /** Whether prices wait for their turn. */
  isDeciding(): boolean;
  /** Takes the prices that wait for their turn, now. */
  flush(): void;
  /** Whether prices, reports and deadlines wait. */
  isWaiting(): boolean;
  /** Done when they do not. */
  readonly ready: Effect.Effect<void>;
  droppedPrices(): number;
}

export function holdKernel(input: {
  readonly journal: Journal;
  readonly limits: PriceLimits;
  readonly visibilityLagMs: number;
  readonly nowMs: () => EpochMs;
  readonly submit: (step: Step) => Effect.Effect<void, JournalError>;
  /** Whether an order is decided on and has not left yet. */
  readonly isUnsent: (clientOrderId: string) => boolean;
  /** The first setback of a streak. */
  readonly onSetback: (why: string) => void;
  readonly errand: (effect: Effect.Effect<void>) => void;
}): HeldKernel {
  const { journal, limits, nowMs } = input;
  const restored = (): Kernel => {
    const fresh = createKernel({ limits, visibilityLagMs: input.visibilityLagMs });
    // What the price did meanwhile is not known, so extremes are not exact from here on (SPEC 0, MFE).
    fresh.restore(
      restoredFrom(journal.latest(), (position) => ({ ...position, excursionsApproximate: true })),
      nowMs(),
    );
    return fresh;
  };

  let kernel = restored();
  /** False while not even the journal's rows could be read: the kernel is ahead of them, and must not decide. */
  let isSound = true;
  let isWaiting = false;
  let setbacks = 0;
  let lastSetbackAtMs = Number.NEGATIVE_INFINITY;
  let droppedBefore = 0;
  const ready = Latch.makeUnsafe(true);
  const commitWorked = Latch.makeUnsafe();
  const held = createPricesOnHold(limits);
  const turns = createTurns({ perTurn: () => ROWS_PER_TURN, errand: input.errand });
  let waitingReports: OrderReport[] = [];
  const known = new Map<string, MarketClasses>();

  /** The prices that positions were last seen at: one of them may be what could not be acted on. */
  const holdPrices = (): void => {
    for (const { snapshot } of kernel.positions()) {
      const { symbol } = snapshot.position;
      const { gate } = kernel.market(symbol).triggers;
      if (gate.lastPrice > 0) held.add(symbol, gate.lastPrice, gate.lastAtMs, nowMs());
    }
  };
  const goBack = (): void => {
    try {
      const fresh = restored();
      holdPrices();
      droppedBefore += kernel.droppedPrices();
      kernel = fresh;
      isSound = true;
    } catch {
      isSound = false;
    }
  };

  const setBack = (why: string): void => {
    const atMs = nowMs();
    if (atMs - lastSetbackAtMs > STREAK_MS) setbacks = 0;
    lastSetbackAtMs = atMs;
    setbacks += 1;
    goBack();
    commitWorked.closeUnsafe();
    if (setbacks === 1) input.onSetback(isSound ? why : `${why}; it cannot be read either`);
    if (isWaiting) return;
    isWaiting = true;
    ready.closeUnsafe();
    input.errand(recover);
  };

  const recover = Effect.gen(function* () {
    for (;;) {
      const pauseMs = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.min(20, setbacks - 1));
      yield* Effect.raceFirst(Effect.sleep(pauseMs), commitWorked.await);
      commitWorked.closeUnsafe();
      if (!isSound) goBack();
      if (isSound && (yield* recoverOnce)) break;
      if (!isSound) setbacks += 1;
    }
    isWaiting = false;
    ready.openUnsafe();
    takeWaiting();
  });

  /** Asks after whatever is open; false where that could not be written down either. */
  const recoverOnce = Effect.suspend(() => input.submit(step({ type: "recover", nowMs: nowMs() }))).pipe(
    Effect.as(true),
    // Either has been a setback of its own by now.
    Effect.catch(() => Effect.succeed(false)),
    Effect.catchDefect(() => Effect.succeed(false)),
  );

  /** What waited: again for the next time, where one of them is the next setback. */
  const takeWaiting = (): void => {
    const reports = waitingReports;
    waitingReports = [];
    for (const report of reports) self.report(report);
    // Prices first: how far one has come on its way to a target holds, whatever is learned of the market after it (R6.2).
    for (const [symbol, value, atMs] of held.release()) self.price(symbol, value, atMs);
    for (const [symbol, classes] of known) self.context(symbol, classes);
  };

  const step = (event: KernelEvent): Step => {
    if (!isSound) goBack();
    if (!isSound) throw new Error("The journal can neither be written nor read");
    try {
      return kernel.step(event);
    } catch (error) {
      setBack(defectText(error));
      throw error;
    }
  };
  const take = (taken: Step): number => {
    if (taken !== NOTHING) input.errand(Effect.ignore(input.submit(taken)));
    return taken.rows.length;
  };

  /** Up to when prices of a symbol wait for a later turn. */
  const queuedAtMs = new Map<string, number>();

  /** How many rows came of it. */
  const priceNow = (symbol: string, value: number, atMs: number, now: EpochMs): number => {
    if (isWaiting) {
      held.add(symbol, value, atMs, now);
      return 0;
    }
    try {
      return take(kernel.price(kernel.market(symbol), value, atMs, now));
    } catch (error) {
      setBack(defectText(error));
      return 0;
    }
  };
  const contextNow = (symbol: string, classes: MarketClasses): number => {
    // After a setback everything that is known is told again.
    if (isWaiting) return 0;
    try {
      return take(kernel.step({ type: "context", symbol, classes, nowMs: nowMs() }));
    } catch (error) {
      setBack(defectText(error));
      return 0;
    }
  };

  const self: HeldKernel = {
    current: () => kernel,
    step,
    price(symbol, value, atMs) {
      const now = nowMs();
      const { gate } = kernel.market(symbol).triggers;
      // While others wait nothing overtakes them, not even into the hold after a setback.
      if (turns.isOver()) {
        const lastAtMs = Math.max(gate.lastAtMs, queuedAtMs.get(symbol) ?? Number.NEGATIVE_INFINITY);
        const isLetIn = admitPrice({ ...gate, lastAtMs }, value, atMs, now, limits) === null;
        if (isLetIn) queuedAtMs.set(symbol, atMs);
        turns.take(() => priceNow(symbol, value, atMs, nowMs()));
        return isLetIn;
      }
      queuedAtMs.clear();
      if (isWaiting) return held.add(symbol, value, atMs, now);
      const droppedThen = gate.dropped;
      turns.note(priceNow(symbol, value, atMs, now));
      return gate.dropped === droppedThen;
    },
    report(report) {
      if (isWaiting) return void waitingReports.push(report);
      // It says nothing of the sending that is still to come; taken for news, it would bring a second one (P11).
      if (report.kind === "absent" && input.isUnsent(report.clientOrderId)) return;
      try {
        take(kernel.step({ type: "report", report, nowMs: nowMs() }));
      } catch (error) {
        setBack(defectText(error));
      }
    },
    context(symbol, classes) {
      known.set(symbol, classesOver(known.get(symbol) ?? NOTHING_KNOWN, classes));
      if (!isWaiting) turns.take(() => contextNow(symbol, classes));
    },
    setBack,
    isDeciding: () => turns.isOver(),
    flush: () => turns.flush(),
    noteCommit: () => void (isWaiting && commitWorked.openUnsafe()),
    isWaiting: () => isWaiting,
    ready: ready.await,
    droppedPrices: () => droppedBefore + kernel.droppedPrices() + held.dropped(),
  };
  return self;
}

/** A defect leaves the kernel in the middle of something: what it had done is forgotten. */
const defectText = (error: unknown): string => `a decision has failed (${String(error)})`;
