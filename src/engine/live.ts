/**
 * The live driver: the kernel on the wall clock, over an exchange that answers when it likes.
 *
 * Promises: rows are durable before a command leaves and before anybody is told; reports and deadlines come back in as
 * events; a commit that fails puts the engine back to its last journalled state and into protect-only mode (R11.7).
 * It chooses no adapter: journal and exchange are handed in.
 */
import * as Cause from "effect/Cause";
import * as Clock from "effect/Clock";
import * as Effect from "effect/Effect";
import * as FiberSet from "effect/FiberSet";
import * as Latch from "effect/Latch";
import type * as Scope from "effect/Scope";
import * as Stream from "effect/Stream";
import { steadyMsOf } from "../clock/steady-clock.ts";
import type { Caps } from "../domain/caps.ts";
import { refusedBySwitch, type EntryState, type EntrySwitch } from "../domain/entry-switch.ts";
import type { ExitReason } from "../domain/fact.ts";
import type { Command } from "../domain/intent.ts";
import type { MarketClasses } from "../domain/market-context.ts";
import type { FreshPrice, PriceLimits } from "../domain/price-gate.ts";
import type { Refused } from "../domain/refused.ts";
import type { PositionSnapshot, Row } from "../domain/row.ts";
import { epochMs, type EpochMs } from "../domain/units.ts";
import { Exchange } from "../exchange/exchange.ts";
import type { Journal, Journalled, JournalError } from "../journal/journal.ts";
import type { ContextSource } from "../market-context/context-source.ts";
import { NOTHING, type KernelEvent, type RefusedEntry, type Step } from "../kernel/kernel.ts";
import { DEFAULT_DESK_POLICY, makeDesk, type DeskPolicy } from "../orders/desk.ts";
import { createAlerting } from "./alerts.ts";
import { countedLots } from "./counted-lots.ts";
import { makeCommitLoop } from "./commit-loop.ts";
import { createEntryGuard } from "./entry-guard.ts";
import { forkRoot } from "./fork-root.ts";
import { holdKernel } from "./held-kernel.ts";
import { createJournalledView } from "./journalled-view.ts";
import { judgeEntry, refusedEntry, type EntryToJudge } from "./judge-entry.ts";
import { makeSwitching, type Killed } from "./switching.ts";
import { createTurns } from "./turns.ts";

export interface LiveSettings {
  readonly journal: Journal;
  readonly limits: PriceLimits;
  readonly visibilityLagMs: number;
  readonly deskPolicy?: DeskPolicy;
  /** What is known of markets besides prices; left out, nothing is. */
  readonly context?: ContextSource | null;
  /** Caps on new positions (R8.6); left out, there are none. */
  readonly caps?: Caps;
  /** Called with rows that are durable, in order. What it throws is logged and goes no further. */
  readonly onRows: (rows: readonly Row[]) => void;
  /** What a person has to know at once. */
  readonly onAlert: (message: string) => void;
}

/** `protect-only` is the safe halt: no new exposure, exits go on (R11.7). */
export type EngineMode = "running" | "protect-only";

export interface Health {
  readonly mode: EngineMode;
  /** The switch of entries (R8.5); protect-only lets none in whatever it says. */
  readonly entries: EntryState;
  readonly openPositions: number;
  /** Orders whose end is not known. */
  readonly unsettledOrders: number;
  /** Those of them that were sent without an answer that can be trusted (R10.2). */
  readonly unresolvedOrders: number;
  readonly waitingCommits: number;
  readonly droppedPrices: number;
  /** Of all markets, the latest that was let through; null before the first. */
  readonly lastPriceAtMs: number | null;
  readonly priceAgeMs: number | null;
  /** Null before the first commit of this engine. */
  readonly lastCommitAtMs: number | null;
  readonly commitAgeMs: number | null;
}

export interface LiveEngine {
  /** Done when the position, or the refusal, is durable. */
  readonly open: (entry: EntryToJudge) => Effect.Effect<Refused | "opened", JournalError>;
  readonly close: (id: string, reason: ExitReason) => Effect.Effect<boolean, JournalError>;
  readonly retry: (id: string) => Effect.Effect<boolean, JournalError>;
  /** Durable when they are done, and in force after a restart (R8.5). A kill closes everything that is open. */
  readonly pause: (by: string) => Effect.Effect<EntrySwitch, JournalError>;
  readonly resume: (by: string) => Effect.Effect<EntrySwitch, JournalError>;
  readonly kill: (by: string) => Effect.Effect<Killed, JournalError>;
  /** A price of a market, whenever there is one, and whether it was let through; cheap where it crosses nothing. */
  readonly price: (symbol: string, value: number, atMs: number) => boolean;
  /** Classes of a market that have changed. */
  readonly classes: (symbol: string, classes: MarketClasses) => void;
  /** What is durable so far, once everything that was decided before is. */
  readonly drain: Effect.Effect<void>;
  /** As the journal has it (R11.1): the kernel may be ahead of it by one commit. */
  readonly position: (id: string) => PositionSnapshot | null;
  readonly positions: () => readonly PositionSnapshot[];
  /** Whether it decides nothing any more, and somebody has to look at it (R1.9). */
  readonly isSuspended: (id: string) => boolean;
  /** The last price of a market, if a decision may be made on it now. */
  readonly quote: (symbol: string) => FreshPrice | null;
  readonly health: () => Health;
  readonly journalId: string;
}

export const makeLiveEngine = (settings: LiveSettings): Effect.Effect<LiveEngine, never, Exchange | Scope.Scope> =>
  Effect.gen(function* () {
    const exchange = yield* Exchange;
    const clock = yield* Clock.Clock;
    const { journal, context = null } = settings;
    const nowMs = (): EpochMs => epochMs(clock.currentTimeMillisUnsafe());
    const newDeadline = Latch.makeUnsafe();
    const errands = yield* FiberSet.make();
    const startErrand = yield* FiberSet.runtime(errands)();
    /** Orders that are decided on and wait for their commit; and those that may leave and wait for their turn. */
    const unsent = new Set<string>();
    const leaving = new Set<string>();
    const guard = createEntryGuard({ journal, ...(settings.caps === undefined ? {} : { caps: settings.caps }) });
    let mode: EngineMode = "running";
    let lastPriceAtMs: number | null = null;
    let lastCommitAtMs: number | null = null;
    let refusals = 0;

    /** Something that goes on beside everything else; a defect in it is logged and alerted. */
    const errand = (effect: Effect.Effect<void>): void => {
      startErrand(
        Effect.catchCause(effect, (cause) =>
          Cause.hasInterruptsOnly(cause)
            ? Effect.void
            : Effect.logError("[ORDER] an errand has failed", cause).pipe(
                Effect.andThen(Effect.sync(() => alert(`An errand has failed: ${Cause.pretty(cause)}`))),
              ),
        ),
      );
    };
    /** What a listener throws is its own affair: it must not stop the engine. */
    const guarded = (tell: () => void): void => {
      try {
        tell();
      } catch (error) {
        startErrand(Effect.logError("[SUPERVISOR] a listener has thrown", error));
      }
    };
    const alert = (message: string): void => guarded(() => settings.onAlert(message));
    const protectOnly = (why: string): void => {
      alert(
        mode === "running" ? `Protect-only: ${why}. No new positions; exits go on.` : `Still protect-only: ${why}.`,
      );
      mode = "protect-only";
    };

    const submit = (step: Step): Effect.Effect<void, JournalError> => {
      for (const command of step.commands) if (command.kind === "placeOrder") unsent.add(command.order.clientOrderId);
      // Queued first: the latch resumes the deadlines at once, and their rows come after these.
      const durable = step === NOTHING ? Effect.void : commits.submit(step);
      newDeadline.openUnsafe();
      return durable;
    };
    const alerting = createAlerting();
    const commits = makeCommitLoop({
      journal,
      onDurable(rows, commands) {
        lastCommitAtMs = nowMs();
        view.take(rows);
        switching.take(rows);
        for (const command of commands) leave(command);
        for (const row of rows) alerting.of(row).forEach(alert);
        guarded(() => settings.onRows(rows));
        held.noteCommit();
      },
      onFailure(error) {
        // Nothing that waited for a commit will leave.
        unsent.clear();
        held.setBack(`the journal could not be written (${error.message})`);
      },
    });
    const held = holdKernel({
      journal,
      limits: settings.limits,
      visibilityLagMs: settings.visibilityLagMs,
      nowMs,
      submit,
      isUnsent: (clientOrderId) => unsent.has(clientOrderId) || leaving.has(clientOrderId),
      onSetback: protectOnly,
      errand,
    });
    const switching = makeSwitching({ guard, held, nowMs, submit, protectOnly });
    const view = createJournalledView(
      held
        .current()
        .positions()
        .map(({ snapshot }) => snapshot),
    );

    const desk = yield* makeDesk({
      exchange,
      policy: settings.deskPolicy ?? DEFAULT_DESK_POLICY,
      nowMs,
      countedLots: (query) => countedLots(held.current().positions(), query),
      onReport: (report) => held.report(report),
      onUnauthorized(message) {
        if (mode === "running") protectOnly(`the exchange refuses the key (${message})`);
      },
      onAlert: alert,
    });
    const carryOut = (command: Journalled<Command>): void => {
      if (command.kind !== "placeOrder") return errand(desk.carryOut(command));
      const { clientOrderId, purpose } = command.order;
      leaving.delete(clientOrderId);
      const why = mode === "running" ? (refusedBySwitch(guard.entrySwitch())?.message ?? null) : NO_ENTRIES;
      if (purpose !== "entry" || why === null) return errand(desk.carryOut(command));
      held.report({
        kind: "rejected",
        clientOrderId,
        atMs: nowMs(),
        reason: "other",
        message: `not sent: ${why}`,
      });
    };

    const outbox = createTurns({
      perTurn: () => (held.isDeciding() ? COMMANDS_WHILE_DECIDING : COMMANDS_PER_TURN),
      errand,
    });
    const leave = (command: Journalled<Command>): void => {
      if (command.kind === "placeOrder") {
        unsent.delete(command.order.clientOrderId);
        leaving.add(command.order.clientOrderId);
      }
      outbox.take(() => {
        carryOut(command);
        return 1;
      });
    };

    const steadyMs = steadyMsOf(clock);
    let stepMs = nowMs() - steadyMs();
    /** Moments were written down by the clock as it was then: somebody has to know that they come early or late now. */
    const noteClock = (at: EpochMs): void => {
      const byMs = Math.round(at - steadyMs() - stepMs);
      if (Math.abs(byMs) < NOTICEABLE_STEP_MS) return;
      stepMs += byMs;
      alert(clockWasSet(byMs));
    };
    const deadlines = Effect.gen(function* () {
      for (;;) {
        yield* held.ready;
        newDeadline.closeUnsafe();
        const at = nowMs();
        noteClock(at);
        const nextMs = held.current().nextDeadlineMs();
        if (nextMs <= at) yield* carryOutDeadlines(at);
        else if (nextMs === Number.POSITIVE_INFINITY) yield* newDeadline.await;
        else yield* Effect.raceFirst(Effect.sleep(Math.min(nextMs - at, LONGEST_SLEEP_MS)), newDeadline.await);
      }
    });
    /** A failure of either kind is a setback, and waited for. */
    const carryOutDeadlines = (at: EpochMs): Effect.Effect<void> =>
      Effect.suspend(() => submit(held.step({ type: "deadlines", nowMs: at }))).pipe(
        Effect.catchCause((cause) => (Cause.hasInterruptsOnly(cause) ? Effect.interrupt : Effect.void)),
        Effect.andThen(Effect.sync(() => view.keepOnly((id) => held.current().position(id) !== null))),
      );

    yield* forkRoot("the commit loop", commits.run, protectOnly);
    yield* forkRoot(
      "the reports of the exchange",
      Stream.runForEach(exchange.reports, (report) => Effect.sync(() => held.report(report))),
      protectOnly,
    );
    yield* forkRoot("the deadlines", deadlines, protectOnly);
    yield* Effect.ignore(submit(held.step({ type: "recover", nowMs: nowMs() })));
    yield* forkRoot("the kill switch", switching.run, protectOnly);
    const switchedOff = refusedBySwitch(guard.entrySwitch());
    if (switchedOff !== null) alert(switchedOff.message);

    const asked = (event: KernelEvent): Effect.Effect<boolean, JournalError> =>
      Effect.suspend(() => {
        const step = held.step(event);
        return Effect.as(submit(step), step !== NOTHING);
      });
    /** A bot may ask again under the same id, so each refusal is written down under a name of its own. */
    const refuse = (entry: RefusedEntry, at: EpochMs): Effect.Effect<void, JournalError> => {
      refusals += 1;
      return submit(held.step({ type: "refuse", entry: { ...entry, id: `${entry.id}!${at}.${refusals}` }, nowMs: at }));
    };

    return {
      journalId: journal.id,
      open: (entry) =>
        Effect.suspend((): Effect.Effect<Refused | "opened", JournalError> => {
          const at = nowMs();
          if (mode === "protect-only") {
            const { refusal, entry: refused } = refusedEntry(entry.request, refusedByMode(entry));
            // The answer is the same where it cannot be written down.
            return held.isWaiting() ? Effect.succeed(refusal) : Effect.as(Effect.ignore(refuse(refused, at)), refusal);
          }
          const kernel = held.current();
          const limits = guard.limits(kernel, at);
          const judged = judgeEntry(entry, { kernel, journalId: journal.id, nowMs: at, context, limits });
          if (judged.kind === "refused") return Effect.as(refuse(judged.entry, at), judged.refusal);
          guard.note(at);
          return Effect.as(submit(held.step({ type: "open", opening: judged.opening, nowMs: at })), "opened" as const);
        }),
      close: (id, reason) => asked({ type: "close", position: id, reason, nowMs: nowMs() }),
      retry: (id) => asked({ type: "retry", position: id, nowMs: nowMs() }),
      pause: switching.pause,
      resume: switching.resume,
      kill: switching.kill,
      price(symbol, value, atMs) {
        const isAdmitted = held.price(symbol, value, atMs);
        if (!isAdmitted) return false;
        if (lastPriceAtMs === null || atMs > lastPriceAtMs) lastPriceAtMs = atMs;
        const classes = context === null ? null : context.price(symbol, value, atMs);
        if (classes !== null) held.context(symbol, classes);
        return true;
      },
      classes: (symbol, classes) => held.context(symbol, classes),
      drain: Effect.andThen(
        Effect.yieldNow,
        Effect.sync(() => held.flush()),
      ).pipe(Effect.andThen(commits.drain), Effect.andThen(Effect.sync(() => outbox.flush()))),
      position: (id) => view.get(id),
      positions: () => view.all(),
      isSuspended: (id) => held.current().position(id)?.supervision === "suspended",
      quote: (symbol) => held.current().quote(symbol, nowMs()),
      health() {
        const now = nowMs();
        return {
          mode,
          entries: guard.entries(),
          ...view.counts(),
          waitingCommits: commits.waiting(),
          droppedPrices: held.droppedPrices(),
          lastPriceAtMs,
          priceAgeMs: lastPriceAtMs === null ? null : Math.max(0, now - lastPriceAtMs),
          lastCommitAtMs,
          commitAgeMs: lastCommitAtMs === null ? null : Math.max(0, now - lastCommitAtMs),
        };
      },
    };
  });

/** What an order sets off at once (a call, on paper its reports) takes some 0.2 ms. */
const COMMANDS_PER_TURN = 50;
/** Fewer while prices wait: what everybody has to do about a gap is decided and durable first. */
const COMMANDS_WHILE_DECIDING = 4;

/** A clock that is set ahead is noticed within this: a sleep goes on as long as it was to be. */
const LONGEST_SLEEP_MS = 10_000;

const NOTICEABLE_STEP_MS = 2_000;

const clockWasSet = (byMs: number): string => {
  const seconds = Math.round(Math.abs(byMs) / 1_000);
  return byMs > 0
    ? `The clock of this machine was set ahead by ${seconds} s: what was to be done by then is done now.`
    : `The clock of this machine was set back by ${seconds} s: retries of closes, look-ups and holding times that were decided before are late by as much. Close by hand what must not wait.`;
};

const NO_ENTRIES = "no new positions in protect-only mode";

const refusedByMode = (entry: EntryToJudge): Refused => ({
  kind: "refused",
  rule: "R11.7",
  field: "symbol",
  value: entry.request.symbol,
  limit: NO_ENTRIES,
  message: "The engine is in protect-only mode: no new positions until it is restarted",
});
