/**
 * A short life on the local venue with a fault at a chosen moment: a long of 0.1 at 60,000, up to its first rung, down through its
 * stop. Whatever strikes, it has to end flat, with books that agree with the venue's ledger.
 */
import * as Effect from "effect/Effect";
import type * as Scope from "effect/Scope";
import { expect } from "vitest";
import { isSettled, type Intent, type IntentPurpose } from "../../src/domain/intent.ts";
import type { Refused } from "../../src/domain/refused.ts";
import { decimalText, epochMs } from "../../src/domain/units.ts";
import { aPlan } from "../support/house.ts";
import { drive, heal, isAtRest, isOver } from "./fault-run.ts";
import { disagreements, exitsAddUp } from "./ledgers-agree.ts";
import { onTradingBench, type OpenWords, type TradingBench, type TradingSettings } from "./trading-bench.ts";
import type { RequestRecord, StreamTarget } from "./venue/fault-kinds.ts";
import type { FillPlan } from "./venue/world.ts";

/** Before the entry, before the first rung's exit, before the close. */
export type Moment = "entry" | "rung" | "stop";

export type Arm = (bench: TradingBench) => void | Effect.Effect<void, unknown>;

export interface Story {
  readonly settings?: TradingSettings;
  readonly open?: OpenWords;
  readonly arms: Readonly<Partial<Record<Moment, Arm>>>;
  /** Looked at when it is over. */
  readonly check?: (bench: TradingBench) => void;
}

export const ENTRY_PRICE = 60_000;
export const RUNG_PRICE = 61_800;
/** Below the first stop, and far below breakeven. */
export const STOP_PRICE = 56_900;
const PHASE_MS = 8_000;

export const tell = (story: Story): Promise<void> =>
  onTradingBench(story.settings ?? {}, (bench) =>
    Effect.gen(function* () {
      yield* live(bench, story);
      expectAllWell(bench);
      story.check?.(bench);
    }),
  );

/** Lives until it is over; says nothing of how it went. */
export const live = (bench: TradingBench, { arms, open }: Story): Effect.Effect<void, unknown, Scope.Scope> =>
  Effect.gen(function* () {
    yield* arm(bench, arms.entry);
    expect(yield* bench.open(open)).toBe("opened");
    yield* drive(bench, ENTRY_PRICE, () => isOver(bench) || isSteady(bench), PHASE_MS);
    yield* arm(bench, arms.rung);
    yield* drive(bench, RUNG_PRICE, () => isAtRest(bench, RUNG_PRICE, "long"), PHASE_MS);
    yield* arm(bench, arms.stop);
    yield* drive(bench, STOP_PRICE, () => isOver(bench), PHASE_MS);
    heal(bench);
    yield* drive(bench, STOP_PRICE, () => isOver(bench), PHASE_MS);
  });

const arm = (bench: TradingBench, act: Arm | undefined): Effect.Effect<void, unknown> =>
  Effect.suspend(() => act?.(bench) ?? Effect.void);

/** Fills four tenths at once; the rest would come much later. */
export const SLOWLY: FillPlan = { slices: [{ share: "0.4" }, { share: "0.6", afterMs: 60_000 }] };

/** An entry that has filled in part is closed by hand: what is left of it is called off, by a cancellation that a fault strikes. */
export const callOff = (
  bench: TradingBench,
  act: (bench: TradingBench) => void,
): Effect.Effect<void, unknown, Scope.Scope> =>
  Effect.gen(function* () {
    bench.venue.nextFillPlan(SLOWLY);
    yield* bench.open();
    yield* bench.until("filled in part", () => (bench.position()?.enteredLots ?? 0) > 0);
    act(bench);
    yield* bench.live.close("p1", "manual");
    yield* drive(bench, ENTRY_PRICE, () => isOver(bench), PHASE_MS);
  });

const OTHER = "ETH/USDT:USDT";

/** An entry in another market. */
export const openOther = ({ live, exchange }: TradingBench): Effect.Effect<Refused | "opened", unknown> =>
  Effect.gen(function* () {
    const market = (yield* exchange.markets).find(({ symbol }) => symbol === OTHER)!;
    const atMs = epochMs(Date.now());
    live.price(OTHER, 3_000, atMs);
    const request = {
      id: "other",
      account: "main",
      symbol: OTHER,
      side: "long",
      amount: decimalText("1"),
      atMs,
    } as const;
    return yield* live.open({ request, market, plan: { plan: aPlan({}, market), warnings: [] } });
  });

/** Opened, filled, and nothing under way. */
export const enter = (bench: TradingBench): Effect.Effect<void, unknown> =>
  Effect.andThen(
    bench.open(),
    bench.until("entered", () => bench.state() === "open" && bench.position()!.intents.every(isSettled)),
  );

/** Entered, and nothing under way. */
const isSteady = (bench: TradingBench): boolean =>
  bench.state() !== "opening" && bench.position()!.intents.every(isSettled);

/** It is over, nothing was executed twice or lost, and engine and venue hold the same. */
export function expectAllWell(bench: TradingBench): void {
  expect(bench.state(), bench.alerts.join("\n")).toBe("closed");
  expect(disagreements(bench)).toEqual([]);
  expect(exitsAddUp(bench)).toBe(true);
}

/** Every intent that was ever written down, as it was last. */
export function intentsOf({ rows }: TradingBench): readonly Intent[] {
  const all = new Map<string, Intent>();
  for (const { snapshot } of rows)
    for (const intent of snapshot?.position.intents ?? []) all.set(intent.clientOrderId, intent);
  return [...all.values()];
}

/** Placements as they arrived at the venue. */
export const placements = (bench: TradingBench, purpose?: IntentPurpose): readonly RequestRecord[] => {
  const ids = new Set(
    intentsOf(bench)
      .filter((intent) => purpose === undefined || intent.purpose === purpose)
      .map(({ clientOrderId }) => clientOrderId),
  );
  return bench.venue.requests.filter(
    ({ call, clientOrderId }) => call === "placeOrder" && clientOrderId !== undefined && ids.has(clientOrderId),
  );
};

export const struck = (bench: TradingBench, kind?: string): readonly RequestRecord[] =>
  bench.venue.requests.filter(({ fault }) => fault !== undefined && (kind === undefined || fault === kind));

/** How often a fault has struck an event of the streams. */
export const struckEvents = (bench: TradingBench, target: StreamTarget): number =>
  bench.venue.faults.struck.filter((each) => each.target === target).length;

export const unresolved = (bench: TradingBench): number =>
  bench.facts().filter(({ type }) => type === "unresolved").length;
