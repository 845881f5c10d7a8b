/**
 * Builders of plausible journal rows: one market, one plan, a position as it is after its entry has filled, and the
 * rows of the reference trade of SPEC R2.12. They promise sound shapes, not that a kernel would have made them.
 */
import type { Fact } from "../../src/domain/fact.ts";
import type { Market } from "../../src/domain/market.ts";
import { NO_CONTEXT } from "../../src/domain/market-context.ts";
import type { Outcome } from "../../src/domain/outcome.ts";
import type { Plan } from "../../src/domain/plan.ts";
import type { Position } from "../../src/domain/position.ts";
import type { Cause, Row } from "../../src/domain/row.ts";
import { NO_RULES } from "../../src/domain/rules/table.ts";
import {
  decimalText,
  epochMs,
  fraction,
  lots,
  NO_LOTS,
  ONE,
  price,
  priceMove,
  roiOf,
  ticks,
} from "../../src/domain/units.ts";

export const START_MS = epochMs(1_760_000_000_000);

const market: Market = {
  symbol: "BTC/USDT:USDT",
  kind: "derivative",
  linear: true,
  active: true,
  base: "BTC",
  quote: "USDT",
  contractSize: decimalText("1"),
  amountStep: decimalText("0.001"),
  priceTick: decimalText("0.1"),
  minimumLots: lots(1),
  minimumCost: decimalText("5"),
  maximumLots: null,
  maximumLeverage: 125,
};

const plan: Plan = {
  preset: "scaled",
  takeProfit: "scaled",
  ladder: [
    { targetMove: priceMove(0.03), exitFraction: fraction(0.4) },
    { targetMove: priceMove(0.05), exitFraction: fraction(0.3) },
    { targetMove: priceMove(0.08), exitFraction: fraction(0.3) },
  ],
  singleTargetMove: priceMove(0.08),
  initialStop: { kind: "fraction", fraction: fraction(0.02) },
  breakeven: "entry",
  emergencyLevels: [
    { roi: roiOf(-0.3), reason: "emergency_stop_excessive_loss" },
    { roi: roiOf(-0.5), reason: "emergency_stop_severe_loss" },
  ],
  undersizedExit: "raise",
  residualBelowMinimum: "close",
  minimumExitValue: decimalText("5"),
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
    failuresBeforeBlocked: 5,
    blockedRetryMs: 30_000,
    entryFreshMs: 10_000,
  },
};

/** A long of 0.1 at 50 000, with its entry filled and its first stop at 49 000. */
export function aPosition(changes: Partial<Position> = {}): Position {
  const entry = {
    amount: text("0.1"),
    price: text("50000"),
    fee: text("2.5"),
    leverage: 10,
    entryPrice: text("50000"),
  };
  return {
    id: "p1",
    journalId: "journal",
    account: "main",
    symbol: market.symbol,
    side: "long",
    leverage: 10,
    market,
    plan,
    version: 1,
    requestedLots: lots(100),
    grid: { units: 1, decimals: 1 },
    openedAtMs: START_MS,
    enteredLots: lots(100),
    entryCost: text("5000000"),
    entryFees: text("2.5"),
    coinFeeLots: text("0"),
    exitedLots: NO_LOTS,
    exitValue: text("0"),
    exitFees: text("0"),
    externalLots: NO_LOTS,
    stop: { level: ticks(490_000), source: "initial" },
    initialStopLevel: ticks(490_000),
    emergency: [{ level: ticks(485_000), reason: "emergency_stop_excessive_loss" }],
    rungs: plan.ladder.map((rung, index) => ({
      number: index + 1,
      target: ticks([515_000, 525_000, 540_000][index] ?? 0),
      exitFraction: rung.exitFraction,
      shareLots: null,
      status: "armed",
      factor: ONE,
      isFrozen: false,
      fills: null,
    })),
    mark: null,
    isTrailing: false,
    context: NO_CONTEXT,
    heldBackThrough: 0,
    skippedThrough: 0,
    rungCooldownUntilMs: null,
    intents: [
      {
        number: 1,
        clientOrderId: "0123456789abcdef0123456789abcdef",
        purpose: "entry",
        orderSide: "buy",
        lots: lots(100),
        amount: text("0.1"),
        reduceOnly: false,
        rungs: [],
        decidedAtMs: START_MS,
        cause: null,
        sends: 1,
        lookUpAtMs: epochMs(START_MS + 5_000),
        progress: { kind: "ended", end: "filled", filledLots: lots(100) },
        filledLots: lots(100),
        tradeIds: ["t1"],
      },
    ],
    additions: [{ ...entry, stop: text("49000") }],
    exits: [],
    closeFills: null,
    closing: null,
    bestPrice: price(50_000),
    worstPrice: price(50_000),
    excursionsApproximate: false,
    outcome: null,
    ...changes,
  };
}

/** A row of a position that is open and at rest. */
export function aRow(changes: Partial<Row> = {}): Row {
  const position = changes.position ?? "p1";
  const version = changes.version ?? 1;
  return {
    position,
    version,
    symbol: market.symbol,
    side: "long",
    atMs: epochMs(START_MS + version),
    feed: { event: version, symbol: market.symbol, price: 50_000, atMs: epochMs(START_MS + version) },
    cause: NO_PRICE,
    facts: [],
    supervision: "running",
    snapshot: { schema: 1, state: { open: "watching" }, position: aPosition({ id: position, version }) },
    ...changes,
  };
}

const NO_PRICE: Cause = { event: "FILL", rule: null, price: null, priceAtMs: null };

export const pricedCause = (rule: string, at: string, version: number): Cause => ({
  event: "PRICE",
  rule,
  price: text(at),
  priceAtMs: epochMs(START_MS + version),
});

export const openedFact = (amount: string, part = 1): Fact => ({
  type: "opened",
  part,
  orderId: "entry",
  amount: text(amount),
  price: text("50000"),
  fee: text("2.5"),
  leverage: 10,
  entryPrice: text("50000"),
  stop: text("49000"),
});

export type ExitFact = Extract<Fact, { type: "exit" }>;

export const exitFact = (changes: Partial<ExitFact> = {}): ExitFact => ({
  type: "exit",
  message: "",
  rung: 1,
  reason: "take_profit",
  amount: text("0.04"),
  price: text("51500"),
  fee: text("1.03"),
  profit: text("60"),
  priceMove: text("0.03"),
  orderId: "exit",
  filledAtMs: epochMs(START_MS + 2),
  remaining: text("0.06"),
  stop: text("50000"),
  ...changes,
});

export const anOutcome = (changes: Partial<Outcome> = {}): Outcome => ({
  reason: "take_profit_final",
  entryPrice: text("50000"),
  averageExitPrice: text("52550"),
  amount: text("0.1"),
  grossProfit: text("255"),
  fees: text("5.1275"),
  netProfit: text("249.8725"),
  priceMove: text("0.051"),
  roi: text("0.51"),
  rMultiple: text("2.55"),
  mfe: text("0.08"),
  mae: text("0"),
  excursionsApproximate: false,
  openedAtMs: START_MS,
  closedAtMs: epochMs(START_MS + 4),
  durationMs: 4,
  exits: [],
  additions: [],
  ...changes,
});

/** The rows of the reference trade (R2.12): opened, three rungs, closed. */
export function referenceTrade(position = "p1"): readonly Row[] {
  const first = exitFact();
  const second = exitFact({
    rung: 2,
    amount: text("0.03"),
    price: text("52500"),
    profit: text("75"),
    remaining: text("0.03"),
    stop: text("51500"),
  });
  const third = exitFact({
    rung: 3,
    reason: "take_profit_final",
    amount: text("0.03"),
    price: text("54000"),
    profit: text("120"),
    remaining: text("0"),
    stop: null,
  });
  const exits = [first, second, third].map(({ type: _type, message: _message, ...record }) => record);
  const additions = aPosition().additions;
  const outcome = anOutcome({ exits, additions });
  return [
    aRow({
      position,
      version: 1,
      facts: [openedFact("0.1"), { type: "stopMoved", from: null, to: text("49000"), source: "initial" }],
    }),
    aRow({
      position,
      version: 2,
      cause: pricedCause("take_profit", "51500", 2),
      facts: [first, { type: "stopMoved", from: text("49000"), to: text("50000"), source: "ladder" }],
    }),
    aRow({ position, version: 3, cause: pricedCause("take_profit", "52500", 3), facts: [second] }),
    aRow({
      position,
      version: 4,
      cause: pricedCause("take_profit_final", "54000", 4),
      facts: [third, { type: "closed", outcome }],
      snapshot: { schema: 1, state: "closed", position: aPosition({ id: position, version: 4, exits, outcome }) },
    }),
  ];
}

/** A position that was refused before it came to be. */
export const refusedRow = (position: string): Row =>
  aRow({
    position,
    supervision: "refused",
    snapshot: null,
    facts: [
      {
        type: "notDone",
        reason: "entry_refused",
        rung: null,
        message: "leverage too high",
        field: "leverage",
        value: "200",
        limit: "125",
      },
    ],
  });

const text = decimalText;
