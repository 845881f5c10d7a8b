/**
 * The worlds in which a position's chart is explored: openings that between them make every rule of the ladder speak.
 * One lot is 0.01 at a price of 100, so that a hundred lots are worth a hundred and levels are easy to read.
 */
import type { Market } from "../../src/domain/market.ts";
import type { Opening } from "../../src/domain/opening.ts";
import type { Plan } from "../../src/domain/plan.ts";
import { NO_RULES, settingsOver } from "../../src/domain/rules/table.ts";
import type { Side } from "../../src/domain/side.ts";
import {
  decimalText,
  epochMs,
  fraction,
  fractionFromMillionths,
  lots,
  moveFromMillionths,
  ONE,
  roiOf,
} from "../../src/domain/units.ts";

export const START_MS = epochMs(1_760_000_000_000);
export const ENTRY_PRICE = 100;
const ENTRY_LOTS = 100;

/** `wide`: everything an exchange may say. `narrow`: only what leads up the ladder, for rules that need one course. */
export type Breadth = "wide" | "narrow";

export interface World {
  readonly name: string;
  readonly breadth: Breadth;
  readonly opening: Opening;
}

/** All worlds for a ladder of so many rungs. */
export function worldsFor(rungs: number): readonly World[] {
  const partial = Array.from({ length: rungs - 1 }, (_, index) => index + 1);
  return [
    world({ name: "long on derivatives", breadth: "wide", rungs }),
    world({ name: "short on derivatives", breadth: "narrow", rungs, side: "short" }),
    world({ name: "long on spot", breadth: "wide", rungs, market: { kind: "spot", maximumLeverage: null } }),
    world({
      name: "trails, moves its targets, and knows its market",
      breadth: "narrow",
      rungs,
      plan: {
        rules: settingsOver(settingsOver(NO_RULES, "trailing", true), "movingTargets", true),
        markStep: fraction(0.001),
      },
    }),
    world({
      name: "leaves in time",
      breadth: "narrow",
      rungs,
      plan: { rules: settingsOver(NO_RULES, "exitAtTime", { at: START_MS + 300_000 }) },
    }),
    ...(rungs === 1
      ? []
      : [
          world({
            name: "skips what is too small",
            breadth: "narrow",
            rungs,
            ...tooSmall,
            plan: { undersizedExit: "skip", fallbackToSingle: false },
          }),
          world({
            name: "gives the ladder up",
            breadth: "narrow",
            rungs,
            ...tooSmall,
            plan: { undersizedExit: "skip" },
          }),
          world({
            name: "is worth too little as a whole",
            breadth: "narrow",
            rungs,
            plan: { minimumExitValue: decimalText("1000") },
          }),
        ]),
    ...partial.flatMap((rung) => [closesAt(rung, rungs), holdsBackAt(rung, rungs)]),
  ];
}

/** An opening; what is not said is an even ladder of 1 %, 2 %, … on a derivatives market without minimums. */
export function openingOf(input: {
  readonly rungs: number;
  readonly id?: string;
  readonly side?: Side;
  readonly shares?: readonly number[];
  readonly market?: Partial<Market>;
  readonly plan?: Partial<Plan>;
}): Opening {
  const { rungs, side = "long", shares = evenShares(rungs) } = input;
  const market: Market = { ...MARKET, ...input.market };
  const plan: Plan = {
    ...PLAN,
    ladder: shares.map((share, index) => ({
      targetMove: moveFromMillionths((index + 1) * 10_000),
      exitFraction: fractionFromMillionths(share),
    })),
    singleTargetMove: moveFromMillionths(rungs * 10_000),
    ...input.plan,
  };
  const id = input.id ?? "p1";
  return {
    id,
    journalId: "journal",
    account: "main",
    symbol: market.symbol,
    side,
    leverage: market.kind === "spot" ? 1 : 10,
    market,
    plan,
    lots: lots(ENTRY_LOTS),
    warnings: [],
    atMs: START_MS,
  };
}

const MARKET: Market = {
  symbol: "BTC/USDT:USDT",
  kind: "derivative",
  linear: true,
  active: true,
  base: "BTC",
  quote: "USDT",
  contractSize: decimalText("1"),
  amountStep: decimalText("0.01"),
  priceTick: decimalText("0.1"),
  minimumLots: null,
  minimumCost: null,
  maximumLots: null,
  maximumLeverage: 125,
};

const PLAN: Plan = {
  preset: "custom",
  takeProfit: "scaled",
  ladder: [],
  singleTargetMove: moveFromMillionths(0),
  initialStop: { kind: "fraction", fraction: fraction(0.01) },
  breakeven: "entry",
  emergencyLevels: [{ roi: roiOf(-0.15), reason: "emergency_stop_excessive_loss" }],
  undersizedExit: "raise",
  residualBelowMinimum: "keep",
  minimumExitValue: decimalText("0"),
  minimumAmount: null,
  fallbackToSingle: true,
  minimumExitValueByRegime: null,
  rules: NO_RULES,
  markStep: null,
  timing: {
    rungCooldownMs: 30_000,
    settleMs: 1_000,
    lookUpAfterMs: 5_000,
    closeRetryMs: 1_000,
    failuresBeforeBlocked: 2,
    blockedRetryMs: 30_000,
    entryFreshMs: 5_000,
  },
};

/** Every rung but the last asks for less than the exchange takes. */
const tooSmall = { market: { minimumLots: lots(60) } } as const;

function world(input: Parameters<typeof openingOf>[0] & { readonly name: string; readonly breadth: Breadth }): World {
  return { name: input.name, breadth: input.breadth, opening: openingOf(input) };
}

/** This rung, and only this one, asks for less than the minimum, and the policy closes then (R1.4). */
const closesAt = (rung: number, rungs: number): World =>
  world({
    name: `closes everything at rung ${rung}`,
    breadth: "narrow",
    rungs,
    shares: sharesWithSmall(rung, rungs),
    market: { minimumLots: lots(2) },
    plan: { undersizedExit: "close" },
  });

/** This rung, and only this one, is worth too little to send (R3.5). */
const holdsBackAt = (rung: number, rungs: number): World =>
  world({
    name: `holds back rung ${rung}`,
    breadth: "narrow",
    rungs,
    shares: sharesWithSmall(rung, rungs),
    plan: { minimumExitValue: decimalText("2") },
  });

/** One lot of a hundred for this rung; the last takes what the others leave. */
function sharesWithSmall(rung: number, rungs: number): readonly number[] {
  const shares = evenShares(rungs).map((share, index) => (index === rung - 1 ? 10_000 : share));
  const others = shares.slice(0, -1).reduce((sum, share) => sum + share, 0);
  return [...shares.slice(0, -1), ONE - others];
}

function evenShares(rungs: number): readonly number[] {
  const share = Math.floor(ONE / rungs / 10_000) * 10_000;
  return Array.from({ length: rungs }, (_, index) => (index === rungs - 1 ? ONE - share * (rungs - 1) : share));
}
