/** A position before its first fill, and the order that opens it. */
import { ZERO_TEXT } from "./decimal.ts";
import { follow } from "./exit-rules.ts";
import { sizeEntry } from "./exit-size.ts";
import { ladderCannotBeCarriedOut, armRungs, singleTargetPlan } from "./ladder.ts";
import type { Market } from "./market.ts";
import { NO_CONTEXT, type PositionContext } from "./market-context.ts";
import { entrySettled, place } from "./placing.ts";
import type { Plan } from "./plan.ts";
import type { Position } from "./position.ts";
import { isRefused } from "./refused.ts";
import { fitRules } from "./rules/fit-rules.ts";
import type { Side } from "./side.ts";
import { become, beginTurn, warn, type Turn } from "./turn.ts";
import { NO_LOTS, type EpochMs, type Lots } from "./units.ts";

/** An entry that was validated (`entry.ts`): everything a position needs to begin. */
export interface Opening {
  readonly id: string;
  readonly journalId: string;
  readonly account: string;
  readonly symbol: string;
  readonly side: Side;
  readonly leverage: number;
  readonly market: Market;
  readonly plan: Plan;
  readonly lots: Lots;
  /** What is known of the market by now, as far as the plan uses it; nothing where it is left out. */
  readonly context?: PositionContext;
  /** What validation had to say: amounts rounded down, a plan normalised. */
  readonly warnings: readonly string[];
  readonly atMs: EpochMs;
}

/** The first turn of a position: its entry is written down, and asked to be sent. */
export function openPosition(opening: Opening): Turn {
  const told = opening.warnings.reduce(
    (turn, message) => warn(turn, "warning", message),
    beginTurn(newPosition(opening)),
  );
  return place(told, sizeEntry(told.position), { purpose: "entry", rungs: [], cause: null, nowMs: opening.atMs });
}

/** The books of a position of which nothing was ever traded. */
export const UNTRADED = {
  enteredLots: NO_LOTS,
  entryCost: ZERO_TEXT,
  entryFees: ZERO_TEXT,
  coinFeeLots: ZERO_TEXT,
  exitedLots: NO_LOTS,
  exitValue: ZERO_TEXT,
  exitFees: ZERO_TEXT,
  externalLots: NO_LOTS,
  stop: null,
  initialStopLevel: null,
  emergency: [],
  rungs: [],
  mark: null,
  isTrailing: false,
  context: NO_CONTEXT,
  heldBackThrough: 0,
  skippedThrough: 0,
  rungCooldownUntilMs: null,
  intents: [],
  additions: [],
  exits: [],
  closeFills: null,
  closing: null,
  bestPrice: null,
  worstPrice: null,
  excursionsApproximate: false,
  outcome: null,
} as const satisfies Partial<Position>;

/** A position of which nothing has been asked for yet. */
export const newPosition = (opening: Opening): Position => ({
  id: opening.id,
  journalId: opening.journalId,
  account: opening.account,
  symbol: opening.symbol,
  side: opening.side,
  leverage: opening.leverage,
  market: opening.market,
  plan: opening.plan,
  version: 0,
  requestedLots: opening.lots,
  grid: null,
  openedAtMs: null,
  ...UNTRADED,
  context: opening.context ?? NO_CONTEXT,
});

/** R2.10, once: the entry has filled and the ladder as planned could never be carried out. */
export const mustFallBackToSingle = (position: Position): boolean =>
  entrySettled(position) && position.plan.takeProfit === "scaled" && ladderCannotBeCarriedOut(position);

/** Replaces the ladder by the single target. */
export function fallBackToSingle(turn: Turn, nowMs: EpochMs): Turn {
  const { position } = turn;
  const { rules, ladder } = position.plan;
  const fitted = fitRules(rules, { takeProfit: "single", targets: ladder.map(({ targetMove }) => targetMove) });
  // A plan that was made has rules that fit; without their ladder they are fitted once more.
  const { rules: kept, warnings } = isRefused(fitted) ? { rules, warnings: [] } : fitted;
  const plan = { ...singleTargetPlan(position.plan), rules: kept };
  const message = `Scaled TP cannot be carried out for ${position.symbol}: every partial exit is below the minimum. Using the single target`;
  const armed = become(turn, { plan, rungs: armRungs({ ...position, rungs: [] }, plan) });
  return follow(
    [message, ...warnings].reduce((told, each) => warn(told, "warning", each), armed),
    nowMs,
  );
}
