/**
 * What may happen next to a position in a given state, with payloads that fit it: the open orders are filled fully,
 * partly, too far, refused, lost; prices stand at each of its levels; its deadlines come.
 */
import type { PositionEvent } from "../../machines/position-events.ts";
import type { PositionChartSnapshot } from "../../machines/position-logic.ts";
import { classesUsed } from "../../src/domain/context-change.ts";
import { nextWakeAtMs } from "../../src/domain/deadlines.ts";
import { watchBand } from "../../src/domain/exit-rules.ts";
import { isSettled, type Intent } from "../../src/domain/intent.ts";
import { levelPrice } from "../../src/domain/market.ts";
import type { Position } from "../../src/domain/position.ts";
import { admitPrice, freshQuote, openGate, type FreshPrice } from "../../src/domain/price-gate.ts";
import { rulesOn } from "../../src/domain/rules/table.ts";
import type { Turn } from "../../src/domain/turn.ts";
import { decimalText, epochMs, lots, type EpochMs } from "../../src/domain/units.ts";
import { ENTRY_PRICE, type Breadth } from "./worlds.ts";

export const positionOf = (snapshot: PositionChartSnapshot): Position => (snapshot.context as Turn).position;

/** A price that has passed the gate. */
function quoteAt(value: number, atMs: EpochMs): FreshPrice {
  const gate = openGate();
  const limits = { maximumFutureMs: 0, maximumAgeMs: null };
  const dropped = admitPrice(gate, value, atMs, atMs, limits);
  const quote = freshQuote(gate, atMs, limits);
  if (dropped !== null || quote === null) throw new Error(`${value} does not pass the gate: ${dropped}`);
  return quote;
}

export function casesOf(snapshot: PositionChartSnapshot, breadth: Breadth): readonly PositionEvent[] {
  const position = positionOf(snapshot);
  const nowMs = epochMs(latestMs(position) + 1);
  const { rungCooldownUntilMs } = position;
  const restedMs = rungCooldownUntilMs === null ? [] : [rungCooldownUntilMs];
  const happenings = [
    ...[nowMs, ...restedMs].flatMap((atMs) => priceCases(position, atMs)),
    ...requests(position, nowMs),
  ];
  if (breadth === "narrow") {
    const asked = position.intents
      .filter((intent) => !isSettled(intent))
      .flatMap((intent) => plainReports(intent, nowMs));
    return [...happenings, ...asked];
  }
  const orders = position.intents.flatMap((intent) =>
    isSettled(intent) ? lateReports(intent, nowMs) : openReports(position, intent, nowMs),
  );
  return [...happenings, ...orders, ...strangeReports(nowMs)];
}

/** The latest moment that the position knows of. */
function latestMs(position: Position): number {
  const { closing, intents, openedAtMs } = position;
  return Math.max(openedAtMs ?? 0, closing?.sinceMs ?? 0, ...intents.map((intent) => intent.decidedAtMs));
}

/** Where it entered, and every level that it has. */
function priceCases(position: Position, atMs: EpochMs): readonly PositionEvent[] {
  const { grid, stop, emergency, rungs } = position;
  const levels =
    grid === null ? [] : [...(stop === null ? [] : [stop]), ...emergency].map(({ level }) => levelPrice(grid, level));
  const armed = grid === null ? [] : rungs.filter((rung) => rung.status === "armed");
  const targets = [...armed.slice(0, 2), ...armed.slice(-1)].map((rung) => levelPrice(grid!, rung.target));
  // The ends of the band: wherever a rule that stands at no level would speak.
  const { below, above } = watchBand(position, ENTRY_PRICE, atMs);
  const ends = [below, above].filter((end) => end > 0 && Number.isFinite(end));
  const passed = rungs.findLast((rung) => rung.status !== "armed");
  if (passed !== undefined && grid !== null) ends.push(levelPrice(grid, passed.target));
  const values = new Set<number>([ENTRY_PRICE, ...levels, ...targets, ...ends]);
  return [...values].map((value) => ({ type: "PRICE", atMs, quote: quoteAt(value, atMs) }));
}

function requests(position: Position, atMs: EpochMs): readonly PositionEvent[] {
  const wakeAtMs = nextWakeAtMs(position, atMs);
  return [
    { type: "CLOSE", atMs, reason: "manual" },
    { type: "GONE", atMs },
    { type: "RETRY", atMs },
    { type: "RECOVER", atMs },
    { type: "PRICE_DROPPED", atMs, value: -1, reason: "not_positive" },
    { type: "DEADLINE", atMs: wakeAtMs ?? atMs },
    // So late that every one of its deadlines is past.
    { type: "DEADLINE", atMs: epochMs(atMs + 600_000) },
    ...contextCases(atMs).slice(0, classesUsed(position.plan).length === 0 ? 1 : 2),
    ...(rulesOn(position.plan.rules).some(({ leaves }) => leaves !== undefined)
      ? [{ type: "RECOVER", atMs: epochMs(atMs + 600_000) } as const]
      : []),
  ];
}

/** Whatever it knew before, one of the two is news. */
const contextCases = (atMs: EpochMs): readonly PositionEvent[] => [
  { type: "CONTEXT", atMs, known: { volatility: "low", momentum: "weak" } },
  { type: "CONTEXT", atMs, known: { volatility: "high", momentum: "strong" } },
];

const about = (intent: Intent, atMs: EpochMs) => ({ clientOrderId: intent.clientOrderId, atMs });

const accepted = (intent: Intent, atMs: EpochMs): PositionEvent => ({
  type: "ACCEPTED",
  atMs,
  report: { kind: "accepted", exchangeOrderId: `x${intent.number}`, ...about(intent, atMs) },
});

export const fill = (
  intent: Intent,
  quantity: number,
  atMs: EpochMs,
  tradeId = `t${intent.number}.${intent.tradeIds.length + 1}`,
): PositionEvent => ({
  type: "FILL",
  atMs,
  report: {
    kind: "fill",
    exchangeOrderId: `x${intent.number}`,
    tradeId,
    lots: lots(quantity),
    // What fills late fills worse: the average entry falls, and a stop that followed it would be loosened.
    price: decimalText(String(intent.tradeIds.length === 0 ? ENTRY_PRICE : ENTRY_PRICE - 2)),
    fee: { cost: decimalText("0"), currency: "quote" },
    ...about(intent, atMs),
  },
});

const ended = (
  intent: Intent,
  end: "filled" | "canceled" | "expired",
  filledLots: number,
  atMs: EpochMs,
): PositionEvent => ({
  type: "ENDED",
  atMs,
  report: { kind: "ended", end, filledLots: lots(filledLots), ...about(intent, atMs) },
});

const rejected = (intent: Intent, reason: "reduce_only" | "other", atMs: EpochMs): PositionEvent => ({
  type: "REJECTED",
  atMs,
  report: { kind: "rejected", reason, message: "not today", ...about(intent, atMs) },
});

const unknown = (intent: Intent, atMs: EpochMs): PositionEvent => ({
  type: "UNKNOWN",
  atMs,
  report: { kind: "unknown", message: "no answer", ...about(intent, atMs) },
});

const absent = (intent: Intent, quote: FreshPrice | null, atMs: EpochMs): PositionEvent => ({
  type: "ABSENT",
  atMs,
  quote,
  report: { kind: "absent", ...about(intent, atMs) },
});

/** All that an order does when nothing goes wrong, in either order. */
function plainReports(intent: Intent, atMs: EpochMs): readonly PositionEvent[] {
  const rest = intent.lots - intent.filledLots;
  return [...(rest > 0 ? [fill(intent, rest, atMs)] : []), ended(intent, "filled", intent.lots, atMs)];
}

function openReports(position: Position, intent: Intent, atMs: EpochMs): readonly PositionEvent[] {
  const { lots: ordered, filledLots: filled, progress } = intent;
  const rest = (progress.kind === "ended" ? progress.filledLots : ordered) - filled;
  const share = position.rungs[(intent.rungs[0] ?? 0) - 1];
  const ofFirstRung = share === undefined ? 0 : (share.shareLots ?? 0) - (share.fills?.lots ?? 0);
  const parts = new Set([rest, ofFirstRung, 1].filter((part) => part > 0 && part <= rest));
  const target = position.rungs[(intent.rungs.at(-1) ?? 0) - 1]?.target;
  const price = target === undefined || position.grid === null ? ENTRY_PRICE : levelPrice(position.grid, target);
  return [
    accepted(intent, atMs),
    ...[...parts].map((part) => fill(intent, part, atMs)),
    fill(intent, ordered - filled + 1, atMs),
    ended(intent, "filled", ordered, atMs),
    ended(intent, "canceled", filled, atMs),
    ...(rest > 1 ? [ended(intent, "expired", filled + 1, atMs)] : []),
    ended(intent, "canceled", ordered + 1, atMs),
    rejected(intent, "other", atMs),
    rejected(intent, "reduce_only", atMs),
    unknown(intent, atMs),
    absent(intent, null, atMs),
    absent(intent, quoteAt(price, atMs), atMs),
    ...lateReports(intent, atMs),
  ];
}

/** News of an order that is over: a fill that was counted, one that was not, and its end once more. */
function lateReports(intent: Intent, atMs: EpochMs): readonly PositionEvent[] {
  const counted = intent.tradeIds.at(-1);
  return [
    ...(counted === undefined ? [] : [fill(intent, 1, atMs, counted)]),
    fill(intent, 1, atMs),
    ended(intent, "canceled", intent.filledLots, atMs),
    rejected(intent, "other", atMs),
  ];
}

/** Reports of an order that the position has never sent. */
function strangeReports(atMs: EpochMs): readonly PositionEvent[] {
  const stranger = { number: 99, clientOrderId: "stranger", tradeIds: [] as readonly string[] } as Intent;
  return [
    accepted(stranger, atMs),
    fill(stranger, 1, atMs),
    ended(stranger, "filled", 1, atMs),
    rejected(stranger, "other", atMs),
    unknown(stranger, atMs),
    absent(stranger, null, atMs),
  ];
}
