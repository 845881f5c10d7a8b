/**
 * One event to one position: sent, its row and commands taken, and the position left at rest at the current price.
 * Nothing here decides; it asks the position until it has nothing more to say.
 */
import { toSnapshot, type PositionActor } from "../../machines/position-logic.ts";
import type { Excursion, PositionEvent } from "../../machines/position-events.ts";
import { booksFault, transitionFault } from "../domain/books.ts";
import { nextWakeAtMs } from "../domain/deadlines.ts";
import { priceCause, watchBand, type WatchBand } from "../domain/exit-rules.ts";
import { RuleError } from "../domain/firings.ts";
import { isSettled, type RuleCause } from "../domain/intent.ts";
import type { Position } from "../domain/position.ts";
import { findIntent } from "../domain/placing.ts";
import { freshQuote, type FreshPrice } from "../domain/price-gate.ts";
import type { Cause } from "../domain/row.ts";
import type { Turn } from "../domain/turn.ts";
import { price as asPrice, type EpochMs } from "../domain/units.ts";
import { actorOf, noteOrder, type KernelState, type Watched } from "./kernel-state.ts";
import { noteCrash, restartAtMs, rowOf, suspend } from "./supervising.ts";
import { extremesOf, removePosition, restartExcursion, setBand } from "./triggers.ts";

/** How many times in a row one position may act on one price before that is taken for a defect. */
const MAXIMUM_DECISIONS_PER_EVENT = 50;

export function deliver(state: KernelState, watched: Watched, event: PositionEvent): void {
  if (event.type !== "DEADLINE" && event.type !== "RECOVER") catchUp(state, watched, event.atMs);
  const actor = actorOf(watched);
  if (actor === undefined) return;
  const cause = causeOf(watched.snapshot.position, event);
  actor.send({ ...event, excursion: excursionOf(watched) });
  take(state, watched, actor, (turn) => atMoment(cause, event, turn), event.atMs);
  // A moment between two prices that nothing connects: what it changed is judged at the next one, not at an old one.
  const nextPriceDecides = "nextPriceDecides" in event && event.nextPriceDecides === true;
  if (nextPriceDecides) rearm(state, watched, event.atMs);
  else settleAtPrice(state, watched, event.atMs, "as it stands");
}

/**
 * A moment that has passed comes first, whatever else has arrived before its deadline was called: whoever looks at a
 * position later than its moment would otherwise arm it for the next one, and this one would be lost (R5.3).
 */
export function catchUp(state: KernelState, watched: Watched, nowMs: EpochMs): void {
  if (watched.wakeAtMs <= nowMs && actorOf(watched) !== undefined)
    deliver(state, watched, momentEvent(state, watched, "DEADLINE", nowMs));
}

/** A moment has come, or time has passed unseen; between two prices that nothing connects the next one decides. */
export function momentEvent(
  { settings }: KernelState,
  { market }: Watched,
  type: "DEADLINE" | "RECOVER",
  atMs: EpochMs,
): PositionEvent {
  return { type, atMs, nextPriceDecides: settings.nextPriceDecides?.(market.triggers.symbol) ?? false };
}

/**
 * Lets a position say all that it has to say at the current price: a rung still due, a stop that moved past it. Strictly
 * inside its band it has nothing to say; where it has been crossed that is known already.
 */
export function settleAtPrice(
  state: KernelState,
  watched: Watched,
  nowMs: EpochMs,
  band: "crossed" | "as it stands",
): void {
  const { gate } = watched.market.triggers;
  let isOutside = band === "crossed";
  let rule: string | null = null;
  for (let decisions = 0; ; decisions += 1) {
    const actor = actorOf(watched);
    const quote = freshQuote(gate, nowMs, state.settings.limits);
    if (actor === undefined || quote === null || watched.supervision !== "running") break;
    const before = watched.snapshot;
    if (before.position.outcome !== null) break;
    if (!isOutside) {
      const around = bandOf(state, watched, nowMs);
      if (around === null) break;
      if (around.below < quote.value && quote.value < around.above) return rearm(state, watched, nowMs, around);
    }
    if (decisions === MAXIMUM_DECISIONS_PER_EVENT) {
      suspend(state, watched, `it does not come to rest at ${quote.value}: ${rule}, again and again`, nowMs);
      break;
    }
    actor.send({ type: "PRICE", atMs: nowMs, quote, excursion: excursionOf(watched) });
    take(state, watched, actor, (turn) => rowCause("PRICE", causeAt(quote, turn.rule)), nowMs);
    if (watched.snapshot === before) break;
    rule = (actor.getSnapshot().context as Turn).rule;
    isOutside = false;
  }
  rearm(state, watched, nowMs, bandOf(state, watched, nowMs));
}

const causeAt = (quote: FreshPrice, rule: string | null): RuleCause | null =>
  rule === null ? null : priceCause({ rule }, quote);

/** What a rule that makes no sense is asked for is not had: the position is suspended, and the rule is named (R9.4). */
function ruled<T>(state: KernelState, watched: Watched, nowMs: EpochMs, ask: () => T): T | null {
  try {
    return ask();
  } catch (error) {
    if (!(error instanceof RuleError)) throw error;
    suspend(state, watched, error.message, nowMs);
    return null;
  }
}

/** Sets band and deadlines from the state that the position is in now. */
export function rearm(
  state: KernelState,
  watched: Watched,
  nowMs: EpochMs,
  band = bandOf(state, watched, nowMs),
): void {
  const { position } = watched.snapshot;
  const { triggers } = watched.market;
  if (watched.supervision !== "running" || actorOf(watched) === undefined) {
    setBand(triggers, watched.id, 0, Number.POSITIVE_INFINITY);
    watched.wakeAtMs = restartAtMs(watched);
  } else if (position.outcome !== null) {
    removePosition(triggers, watched.id);
    watched.wakeAtMs = nextWakeAtMs(position, nowMs) ?? Number.POSITIVE_INFINITY;
    watched.reapAtMs = position.intents.every(isSettled)
      ? nowMs + state.settings.visibilityLagMs
      : Number.POSITIVE_INFINITY;
  } else {
    watched.wakeAtMs = nextWakeAtMs(position, nowMs) ?? Number.POSITIVE_INFINITY;
    setBand(triggers, watched.id, band?.below ?? 0, band?.above ?? Number.POSITIVE_INFINITY);
  }
  state.agenda.put(watched, Math.min(watched.wakeAtMs, watched.reapAtMs));
}

/** Null for one that decides nothing: it is over, or somebody has to look at it first. */
function bandOf(state: KernelState, watched: Watched, nowMs: EpochMs): WatchBand | null {
  const { position } = watched.snapshot;
  if (watched.supervision !== "running" || actorOf(watched) === undefined || position.outcome !== null) return null;
  return ruled(state, watched, nowMs, () => watchBand(position, watched.market.triggers.gate.lastPrice, nowMs));
}

/** What stands on a row as its cause: the event, and what an order brings about was brought about by its price. */
export function causeOf(position: Position, event: PositionEvent | { readonly type: "OPEN" | "ADOPT" }): Cause {
  if (event.type === "CONTEXT") return { event: "CONTEXT", rule: "context", price: null, priceAtMs: null };
  const intent = "report" in event ? findIntent(position, event.report.clientOrderId) : null;
  return rowCause(event.type, intent?.cause ?? null);
}

const rowCause = (event: string, cause: RuleCause | null): Cause => ({
  event,
  rule: cause?.rule ?? null,
  price: cause?.price ?? null,
  priceAtMs: cause === null || cause.price === null ? null : cause.atMs,
});

/** Where a moment has come the rule that it concerned is named. */
const atMoment = (cause: Cause, { type }: PositionEvent, { rule }: Turn): Cause =>
  (type === "DEADLINE" || type === "RECOVER") && rule !== null ? { ...cause, rule } : cause;

/** Takes what a transition has left in the actor: a row, its commands, a crash, a suspicion. */
function take(
  state: KernelState,
  watched: Watched,
  actor: PositionActor,
  cause: (turn: Turn) => Cause,
  nowMs: EpochMs,
): void {
  if (actorOf(watched) === undefined) return noteCrash(state, watched, nowMs);
  const chart = actor.getSnapshot();
  const turn = chart.context as Turn;
  const before = watched.snapshot.position;
  if (turn.position.version === before.version) return;
  const fault = transitionFault(before, turn.position) ?? booksFault(turn.position);
  // A state that cannot be true is not written down: the last sound one stands, and nothing more is decided on it.
  if (fault !== null) return suspend(state, watched, `invariant broken: ${fault}`, nowMs);
  const { triggers } = watched.market;
  watched.snapshot = toSnapshot(chart);
  const lastNumber = before.intents.at(-1)?.number ?? 0;
  for (const intent of turn.position.intents) {
    if (intent.number > lastNumber) noteOrder(state, watched, intent.clientOrderId);
  }
  const hasOpened = before.openedAtMs === null && turn.position.openedAtMs !== null;
  // After a restart a fill may come before any price: then its own price is the first that the position has seen.
  if (hasOpened)
    restartExcursion(triggers, watched.id, triggers.gate.lastPrice || Number(turn.position.additions[0]?.price));
  state.rows.push(rowOf(state, watched, turn.facts, cause(turn), nowMs));
  state.commands.push(...turn.commands);
  if (turn.suspect !== null) suspend(state, watched, turn.suspect, nowMs);
}

function excursionOf(watched: Watched): Excursion | null {
  const extremes = extremesOf(watched.market.triggers, watched.id);
  if (extremes === null || !Number.isFinite(extremes.high)) return null;
  const { high, low } = extremes;
  const [best, worst] = watched.snapshot.position.side === "long" ? [high, low] : [low, high];
  return { best: asPrice(best), worst: asPrice(worst) };
}
