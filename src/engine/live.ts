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
import { isSettled } from "../domain/intent.ts";
import type { ExitReason } from "../domain/fact.ts";
import type { PriceLimits } from "../domain/price-gate.ts";
import type { Refused } from "../domain/refused.ts";
import type { OrderReport } from "../domain/report.ts";
import type { Row } from "../domain/row.ts";
import { epochMs, type EpochMs } from "../domain/units.ts";
import { Exchange } from "../exchange/exchange.ts";
import type { Journal, JournalError } from "../journal/journal.ts";
import { createKernel, NOTHING, type Kernel, type Step } from "../kernel/kernel.ts";
import { DEFAULT_DESK_POLICY, makeDesk, type DeskPolicy } from "../orders/desk.ts";
import { makeCommitLoop } from "./commit-loop.ts";
import { forkRoot } from "./fork-root.ts";
import { judgeEntry, type EntryToJudge } from "./judge-entry.ts";
import { restoredFrom } from "./restored.ts";

export interface LiveSettings {
  readonly journal: Journal;
  readonly limits: PriceLimits;
  readonly visibilityLagMs: number;
  readonly deskPolicy?: DeskPolicy;
  /** Called with rows that are durable, in order. What it throws is logged and goes no further. */
  readonly onRows: (rows: readonly Row[]) => void;
  /** What a person has to know at once. */
  readonly onAlert: (message: string) => void;
}

/** `protect-only` is the safe halt: no new exposure, exits go on (R11.7). */
export type EngineMode = "running" | "protect-only";

export interface Health {
  readonly mode: EngineMode;
  readonly openPositions: number;
  readonly unsettledOrders: number;
  readonly waitingCommits: number;
  readonly droppedPrices: number;
  readonly lastPriceAtMs: number | null;
  readonly lastCommitAtMs: number | null;
}

export interface LiveEngine {
  /** Done when the position, or the refusal, is durable. */
  readonly open: (entry: EntryToJudge) => Effect.Effect<Refused | "opened", JournalError>;
  readonly close: (id: string, reason: ExitReason) => Effect.Effect<boolean, JournalError>;
  readonly retry: (id: string) => Effect.Effect<boolean, JournalError>;
  /** A price of a market, whenever there is one; cheap where it crosses nothing. */
  readonly price: (symbol: string, value: number, atMs: number) => void;
  /** What is durable so far, once everything that was decided before is. */
  readonly drain: Effect.Effect<void>;
  readonly kernel: () => Kernel;
  readonly health: () => Health;
  readonly journalId: string;
}

export const makeLiveEngine = (
  settings: LiveSettings,
): Effect.Effect<LiveEngine, never, Exchange | Scope.Scope> =>
  Effect.gen(function* () {
    const exchange = yield* Exchange;
    const clock = yield* Clock.Clock;
    const { journal } = settings;
    const nowMs = (): EpochMs => epochMs(clock.currentTimeMillisUnsafe());
    const newDeadline = Latch.makeUnsafe();
    const errands = yield* FiberSet.make();
    const startErrand = yield* FiberSet.runtime(errands)();
    let mode: EngineMode = "running";
    let lastPriceAtMs: number | null = null;
    let lastCommitAtMs: number | null = null;
    let refusals = 0;

    /** Something that goes on beside everything else; a defect in it is logged and alerted. */
    const errand = (effect: Effect.Effect<void>): void => {
      startErrand(
        Effect.catchCause(effect, (cause) =>
          Effect.logError("[ORDER] an errand has failed", cause).pipe(
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
      if (mode === "running") alert(`Protect-only: ${why}. No new positions; exits go on.`);
      mode = "protect-only";
    };

    const restoredKernel = (): Kernel => {
      const fresh = createKernel({ limits: settings.limits, visibilityLagMs: settings.visibilityLagMs });
      const { positions, usedIds } = restoredFrom(journal, { excursionsApproximate: true });
      fresh.restore(positions, usedIds, nowMs());
      return fresh;
    };
    let kernel = restoredKernel();

    const commits = makeCommitLoop({
      journal,
      onDurable(rows, commands) {
        lastCommitAtMs = nowMs();
        for (const command of commands) errand(desk.carryOut(command));
        guarded(() => settings.onRows(rows));
      },
      onFailure(error) {
        protectOnly(`the journal could not be written (${error.message})`);
        // Memory is ahead of the disk: back to what is written, and ask what became of it.
        try {
          kernel = restoredKernel();
        } catch (cause) {
          return alert(`The journal cannot be read either (${String(cause)}): tried again with the next commit`);
        }
        errand(Effect.ignore(submit(kernel.step({ type: "recover", nowMs: nowMs() }))));
      },
    });

    const submit = (step: Step): Effect.Effect<void, JournalError> => {
      newDeadline.openUnsafe();
      return step === NOTHING ? Effect.void : commits.submit(step);
    };
    const onReport = (report: OrderReport): void => {
      errand(Effect.ignore(submit(kernel.step({ type: "report", report, nowMs: nowMs() }))));
    };
    const desk = makeDesk({
      exchange,
      policy: settings.deskPolicy ?? DEFAULT_DESK_POLICY,
      nowMs,
      onReport,
      onUnauthorized: (message) => protectOnly(`the exchange refuses the key (${message})`),
    });

    const deadlines = Effect.gen(function* () {
      for (;;) {
        newDeadline.closeUnsafe();
        const at = nowMs();
        const nextMs = kernel.nextDeadlineMs();
        if (nextMs <= at) yield* Effect.ignore(submit(kernel.step({ type: "deadlines", nowMs: at })));
        else if (nextMs === Number.POSITIVE_INFINITY) yield* newDeadline.await;
        else yield* Effect.raceFirst(Effect.sleep(Math.min(nextMs - at, LONGEST_SLEEP_MS)), newDeadline.await);
      }
    });

    yield* forkRoot("the commit loop", commits.run, protectOnly);
    yield* forkRoot("the reports of the exchange", Stream.runForEach(exchange.reports, (report) => Effect.sync(() => onReport(report))), protectOnly);
    yield* forkRoot("the deadlines", deadlines, protectOnly);
    yield* Effect.ignore(submit(kernel.step({ type: "recover", nowMs: nowMs() })));

    const asked = (step: Step): Effect.Effect<boolean, JournalError> => Effect.as(submit(step), step !== NOTHING);

    return {
      journalId: journal.id,
      open: (entry) =>
        Effect.suspend(() => {
          const at = nowMs();
          if (mode === "protect-only") return Effect.succeed<Refused | "opened">(refusedByMode(entry));
          const judged = judgeEntry(entry, { kernel, journalId: journal.id, nowMs: at });
          if (judged.kind === "opening") {
            return Effect.as(submit(kernel.step({ type: "open", opening: judged.opening, nowMs: at })), "opened" as const);
          }
          // A bot may ask again under the same id, so each refusal is written down under a name of its own.
          refusals += 1;
          const refused = { ...judged.entry, id: `${judged.entry.id}!${at}.${refusals}` };
          return Effect.as(submit(kernel.step({ type: "refuse", entry: refused, nowMs: at })), judged.refusal);
        }),
      close: (id, reason) => Effect.suspend(() => asked(kernel.step({ type: "close", position: id, reason, nowMs: nowMs() }))),
      retry: (id) => Effect.suspend(() => asked(kernel.step({ type: "retry", position: id, nowMs: nowMs() }))),
      price(symbol, value, atMs) {
        lastPriceAtMs = atMs;
        const step = kernel.price(kernel.market(symbol), value, atMs, clock.currentTimeMillisUnsafe());
        if (step !== NOTHING) errand(Effect.ignore(submit(step)));
      },
      drain: commits.drain,
      kernel: () => kernel,
      health: () => ({
        mode,
        ...openness(kernel),
        waitingCommits: commits.waiting(),
        droppedPrices: kernel.droppedPrices(),
        lastPriceAtMs,
        lastCommitAtMs,
      }),
    };
  });

/** A timer further away than 24.8 days fires at once. */
const LONGEST_SLEEP_MS = 24 * 60 * 60_000;

const refusedByMode = (entry: EntryToJudge): Refused => ({
  kind: "refused",
  rule: "R11.7",
  field: "symbol",
  value: entry.request.symbol,
  limit: "no new positions in protect-only mode",
  message: "The engine is in protect-only mode: no new positions until it is restarted",
});

function openness(kernel: Kernel): Pick<Health, "openPositions" | "unsettledOrders"> {
  let openPositions = 0;
  let unsettledOrders = 0;
  for (const { snapshot } of kernel.positions()) {
    if (snapshot.position.outcome === null) openPositions += 1;
    unsettledOrders += snapshot.position.intents.filter((intent) => !isSettled(intent)).length;
  }
  return { openPositions, unsettledOrders };
}

