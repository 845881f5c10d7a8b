/**
 * A position whose orders are filled whole, at the price that decided on them and at that moment: the leaner form of the
 * chart for backtests. Every level, size and decision is the domain's own; what is left out is what such orders do not
 * need: intents under way, reports, rows, texts.
 *
 * Promises: decision for decision it does what the chart does over the paper exchange without latency (a property holds
 * them equal). It knows no candles: a walk hands it prices and moments in order.
 */
import { classesUsed, noteContext } from "../domain/context-change.ts";
import {
  adjust,
  decide,
  decideOnTime,
  follow,
  followAtMoment,
  quietSpan,
  type QuietSpan,
} from "../domain/exit-rules.ts";
import { nextMomentMs } from "../domain/firings.ts";
import { setLevels } from "../domain/fills.ts";
import type { Intent } from "../domain/intent.ts";
import { openShare, remainingLots } from "../domain/ladder.ts";
import { contextWith, type ContextKey, type PositionContext } from "../domain/market-context.ts";
import { fallBackToSingle, mustFallBackToSingle, newPosition, type Opening } from "../domain/opening.ts";
import { heightOf, levelAtHeight, placeOf, priceAtHeight } from "../domain/price-axis.ts";
import { admitPrice, freshQuote, openGate, type FreshPrice } from "../domain/price-gate.ts";
import type { Position, Stop, Tally } from "../domain/position.ts";
import { stepTicks } from "../domain/rules/mark.ts";
import { HIGHEST, LOWEST, type Decision, type Rule } from "../domain/rules/rule.ts";
import { RULES } from "../domain/rules/table.ts";
import type { Side } from "../domain/side.ts";
import { passRung } from "../domain/taking-profit.ts";
import type { ExitReason } from "../domain/trade-record.ts";
import { beginTurn, become, type Turn } from "../domain/turn.ts";
import {
  addLots,
  height,
  lots,
  NO_LOTS,
  price,
  type EpochMs,
  type Height,
  type Lots,
  type Ticks,
} from "../domain/units.ts";
import { ZERO_TEXT } from "../domain/decimal.ts";
import { entered } from "./entry-fill.ts";
import type { InstantExit, InstantTerms, StopChange } from "./instant-terms.ts";
import { MarkClimb, type KnownCandle } from "./mark-climb.ts";

const LIMITS = { maximumFutureMs: 0, maximumAgeMs: null };
/** As in the kernel: more than this many decisions at one price are a defect. */
const MAXIMUM_DECISIONS = 50;

/** The rules whose boundaries stand still while the mark climbs. */
const STILL: readonly Rule[] = RULES.filter(({ name }) => name !== "mark" && name !== "stop");

export class InstantPosition {
  /** Behind by mark and stop while the mark climbs: read it through `position`. */
  private kept: Position;
  private gate = openGate();
  readonly side: Side;
  /** Where its targets stood when it opened. */
  readonly targets: readonly Ticks[];
  readonly exits: InstantExit[] = [];
  readonly stops: StopChange[] = [];
  private readonly terms: InstantTerms;
  /** Strictly between them nothing happens. */
  below = 0;
  above = Number.POSITIVE_INFINITY;
  /** When it wants to be asked without a price; Infinity for never. */
  momentMs = Number.POSITIVE_INFINITY;
  isClosed = false;
  closedAtMs = 0;

  /** The classes that its plan looks at, once it has been asked. */
  private used: readonly ContextKey[] | null = null;

  /** The mark on its way, while nothing but the trailing stop hangs on it; null where more does. */
  private climbing: MarkClimb | null = null;
  /** Between which heights nothing but mark and stop has anything to say; and where the mark moves, if it does not climb. */
  private still: QuietSpan = { worse: LOWEST, better: HIGHEST };
  private markNext: Height = HIGHEST;
  private liquidation: { readonly at: number; readonly fill: number } | null = null;

  /** Opens at a price, at once and whole. */
  constructor(opening: Opening, value: number, atMs: EpochMs, terms: InstantTerms) {
    this.side = opening.side;
    this.terms = terms;
    admitPrice(this.gate, value, atMs, atMs, LIMITS);
    this.kept = entered(newPosition(opening), value, atMs, terms.settings);
    this.become(setLevels(beginTurn(this.kept), price(value), atMs), atMs);
    if (mustFallBackToSingle(this.kept)) this.become(fallBackToSingle(beginTurn(this.kept), atMs), atMs);
    this.targets = this.kept.rungs.map(({ target }) => target);
    this.weigh();
    this.settle(atMs);
  }

  get position(): Position {
    const { mark, stop } = this.kept;
    if (this.climbing === null) return this.kept;
    const level = levelAtHeight(this.side, this.climbing.mark);
    if (mark !== level || stop !== this.climbing.stop)
      this.kept = { ...this.kept, mark: level, stop: this.climbing.stop };
    return this.kept;
  }

  /** The same position once more, to see what becomes of it another way. */
  copy(): InstantPosition {
    const twin = Object.assign(Object.create(InstantPosition.prototype) as InstantPosition, this);
    return Object.assign(twin, {
      gate: { ...this.gate },
      exits: [...this.exits],
      stops: [...this.stops],
      climbing: this.climbing?.copy() ?? null,
    });
  }

  /** A price that is at or beyond an end of the band. */
  price(value: number, atMs: EpochMs): void {
    admitPrice(this.gate, value, atMs, atMs, LIMITS);
    if (this.isLiquidatedAt(value)) return this.liquidate(atMs);
    if (this.climbing?.isAllThatIsMetAt(value) === true) {
      if (this.climbing.jumpTo(value)) this.keepStop(this.climbing.stop, () => atMs);
      this.setBand();
      // The stop may have come up to the price itself: asked like everybody else.
      if (value > this.below && value < this.above) return;
    }
    this.settle(atMs);
  }

  /** A price that crosses nothing: the last one for whatever comes next. */
  pass(value: number, atMs: number): void {
    admitPrice(this.gate, value, atMs, atMs, LIMITS);
  }

  isCrossedBy(value: number): boolean {
    return value <= this.below || value >= this.above;
  }

  /** May what happens in a candle of these extremes depend on which of them comes first? Rather once too often. */
  dependsOnOrder(low: number, high: number): boolean {
    const [better, worse] = this.side === "long" ? [high, low] : [low, high];
    const reachesBetter = this.side === "long" ? high >= this.above : low <= this.below;
    if (!reachesBetter) return false;
    const reachesWorse = this.side === "long" ? low <= this.below : high >= this.above;
    if (reachesWorse || this.climbing?.isAllThatIsMetAt(better) !== true) return true;
    // The mark alone: it brings a trailing stop nearer, which the other extreme may then reach.
    const { trailing } = this.climbing;
    return trailing !== null && Math.abs(better - worse) >= better * ((trailing.minimum - 1) / 1e6);
  }

  /** A candle that does nothing but move the mark, in one go; false where it has to be walked through. */
  passCandle(candle: KnownCandle, endsMs: number): boolean {
    const { climbing } = this;
    if (climbing === null || this.liquidation !== null || this.terms.keepsStops || this.momentMs <= endsMs)
      return false;
    if (this.side === "long" ? candle.worst <= this.below : candle.worst >= this.above) return false;
    if (!climbing.passCandle(candle)) return false;
    this.setBand();
    this.pass(candle.close, endsMs);
    return true;
  }

  /**
   * A continuous way to a price in its favor: the mark climbs step by step, the stop with it, as far as nothing else is met.
   * The price at which it stopped; where it has not moved, something else comes first.
   */
  climb(to: number, timeAt: (price: number) => number): number | null {
    const { climbing } = this;
    if (climbing === null) return null;
    const moved = (markPrice: number): void => this.keepStop(climbing.stop, () => timeAt(markPrice));
    if (!climbing.climbTo(to, moved)) return null;
    this.setBand();
    return climbing.markPrice;
  }

  /** A moment that it asked for has come. Between two prices that nothing connects the next one decides. */
  moment(atMs: EpochMs, nextPriceDecides: boolean): void {
    const position = this.position;
    const leaving = nextPriceDecides ? null : decideOnTime(position, atMs);
    if (leaving !== null) return this.closeAll(leaving.reason, [], atMs);
    this.become(followAtMoment(beginTurn(position), atMs), atMs);
    if (nextPriceDecides) this.rearm(atMs);
    else this.settle(atMs);
  }

  /** What is known of its market has changed. */
  context(known: Partial<PositionContext>, atMs: EpochMs): void {
    this.used ??= classesUsed(this.kept.plan);
    if (contextWith(this.kept.context, known, this.used) === this.kept.context) return;
    this.become(noteContext(beginTurn(this.position), known, atMs), atMs);
    this.settle(atMs);
  }

  /** Somebody wants out at the last price: the data has ended. */
  leave(reason: ExitReason, atMs: EpochMs): void {
    this.closeAll(reason, [], atMs);
  }

  /** Lets it say all that it has to say at the last price, then sets the band. */
  private settle(atMs: EpochMs): void {
    this.decideAll(freshQuote(this.gate, atMs, LIMITS)!, atMs);
    if (!this.isClosed) this.rearm(atMs);
  }

  /** One decision after the other, until there is none at this price; while an exit is under way rules only adjust. */
  private decideAll(quote: FreshPrice, atMs: EpochMs): void {
    for (let decisions = 0; !this.isClosed; decisions += 1) {
      const decision = decide(this.position, quote, atMs);
      if (decision === null) return;
      if (decisions === MAXIMUM_DECISIONS)
        throw new Error(`Invariant: position ${this.kept.id} does not come to rest at ${quote.value}`);
      const before = this.kept;
      this.carryOut(decision, quote, atMs);
      if (this.kept === before) return;
    }
  }

  private carryOut(decision: Decision, quote: FreshPrice, atMs: EpochMs): void {
    switch (decision.kind) {
      case "close":
        return this.closeAll(decision.reason, decision.rungs, atMs);
      case "adjust":
        return this.become(adjust(beginTurn(this.position), decision, quote, atMs), atMs);
      case "exitRungs": {
        const { verdict, rungs } = decision;
        const last = rungs.at(-1) ?? 0;
        switch (verdict.kind) {
          case "everything":
            return this.closeAll("scaled_tp_full_close_fallback", rungs, atMs);
          case "partial":
            return this.exitRungs(verdict.shares, verdict.order.lots, quote, atMs);
          case "skipped":
            this.become(become(beginTurn(this.position), { skippedThrough: last }), atMs);
            for (const rung of rungs) this.become(passRung(beginTurn(this.kept), rung, "skipped", atMs), atMs);
            return;
          case "heldBack":
            return this.become(become(beginTurn(this.position), { heldBackThrough: last }), atMs);
        }
      }
    }
  }

  /** One order for all due rungs, filled whole: as in the chart, what else this price decides comes before and after the fill. */
  private exitRungs(
    shares: readonly { readonly rung: number; readonly lots: Lots }[],
    sold: Lots,
    quote: FreshPrice,
    atMs: EpochMs,
  ): void {
    const { position } = this;
    const shareOf = new Map(shares.map((share) => [share.rung, share.lots]));
    const rungs = position.rungs.map((rung) => {
      const share = shareOf.get(rung.number);
      if (share === undefined) return rung;
      const filled = addLots(rung.fills?.lots ?? NO_LOTS, share);
      return { ...rung, shareLots: filled, fills: share === 0 ? rung.fills : tallyOf(filled, atMs) };
    });
    this.exits.push({ rungs: shares, lots: sold, price: quote.value, atMs, reason: null });
    this.kept = { ...position, rungs, intents: UNDER_WAY, exitedLots: addLots(position.exitedLots, sold) };
    this.decideAll(quote, atMs);
    if (this.isClosed) return;
    for (const { rung, lots: share } of shares)
      this.become(passRung(beginTurn(this.kept), rung, share === 0 ? "skipped" : "hit", atMs), atMs);
    this.decideAll(quote, atMs);
    if (this.isClosed) return;
    this.become(follow(beginTurn({ ...this.kept, intents: SETTLED }), atMs), atMs);
    this.weigh();
  }

  private closeAll(
    reason: ExitReason,
    rungs: readonly number[],
    atMs: number,
    fill: number = this.gate.lastPrice,
  ): void {
    const position = this.position;
    const left = remainingLots(position);
    const shares: { rung: number; lots: Lots }[] = [];
    let rest: number = left;
    for (const rung of rungs) {
      const own = rung === rungs.at(-1) ? rest : Math.min(rest, openShare(position, position.rungs[rung - 1]!));
      shares.push({ rung, lots: lots(own) });
      rest -= own;
    }
    // An exit that is still under way when the last rung is due: its rungs are paid out by the close (R2.3).
    const underWay = this.exits.at(-1);
    if (underWay !== undefined && underWay.rungs.some(({ rung }) => rungs.includes(rung)))
      this.exits[this.exits.length - 1] = { ...underWay, reason };
    this.exits.push({ rungs: shares, lots: left, price: fill, atMs, reason });
    this.kept = { ...position, exitedLots: addLots(position.exitedLots, left) };
    this.climbing = null;
    this.isClosed = true;
    this.closedAtMs = atMs;
  }

  private isLiquidatedAt(value: number): boolean {
    if (this.liquidation === null) return false;
    return this.side === "long" ? value <= this.liquidation.at : value >= this.liquidation.at;
  }

  private liquidate(atMs: number): void {
    this.closeAll("liquidated", [], atMs, this.liquidation!.fill);
  }

  /** Where the venue would take it away follows from size and entry, so it is reckoned when they change. */
  private weigh(): void {
    this.liquidation = this.terms.liquidation?.(this.kept) ?? null;
  }

  private become({ position }: Turn, atMs: number): void {
    const moved = position.stop !== this.kept.stop || this.stops.length === 0;
    this.kept = position;
    this.climbing = null;
    if (moved) this.keepStop(position.stop, () => atMs);
  }

  /** Its time is reckoned only where stops are kept. */
  private keepStop(stop: Stop | null, timeOf: () => number): void {
    if (this.terms.keepsStops && stop !== null) this.stops.push({ atMs: timeOf(), stop });
  }

  private rearm(atMs: EpochMs): void {
    const { position } = this;
    const { grid, side, mark, plan } = position;
    this.momentMs = nextMomentMs(position, atMs);
    this.climbing = null;
    const span = quietSpan(STILL, position, placeOf(grid!, side, price(this.gate.lastPrice)), atMs);
    if (span === null) {
      this.below = this.gate.lastPrice;
      this.above = this.gate.lastPrice;
      return;
    }
    this.still = span;
    if (mark === null || plan.markStep === null) this.markNext = HIGHEST;
    else if (plan.rules.momentumLoss === null && plan.rules.movingTargets === null)
      this.climbing = new MarkClimb(position, span);
    else this.markNext = height(heightOf(side, mark) + stepTicks(position, plan.markStep));
    this.setBand();
  }

  private setBand(): void {
    const { climbing, still, liquidation } = this;
    const { grid, stop } = this.kept;
    const counts = climbing === null ? stop : climbing.stop;
    const stopAt = counts === null ? LOWEST : heightOf(this.side, counts.level);
    const markNext = climbing === null ? this.markNext : climbing.next;
    const worse = stopAt > still.worse ? stopAt : still.worse;
    const better = markNext < still.better ? markNext : still.better;
    const at = (end: Height): number => priceAtHeight(grid!, this.side, end);
    if (this.side === "long") {
      this.below = worse === LOWEST ? 0 : at(worse);
      this.above = better === HIGHEST ? Number.POSITIVE_INFINITY : at(better);
      if (liquidation !== null && liquidation.at > this.below) this.below = liquidation.at;
    } else {
      this.below = better === HIGHEST ? 0 : at(better);
      this.above = worse === LOWEST ? Number.POSITIVE_INFINITY : at(worse);
      if (liquidation !== null && liquidation.at < this.above) this.above = liquidation.at;
    }
  }
}

/** What rules ask of an exit under way: that there is one. */
const UNDER_WAY: readonly Intent[] = [
  { purpose: "exit", progress: { kind: "recorded" }, filledLots: NO_LOTS } as Partial<Intent> as Intent,
];
const SETTLED: readonly Intent[] = [];

/** Only its lots are looked at by rules; money is reckoned when the position is reported. */
const tallyOf = (filled: Lots, atMs: EpochMs): Tally => ({
  lots: filled,
  value: ZERO_TEXT,
  fee: ZERO_TEXT,
  orderId: "",
  lastFillAtMs: atMs,
});
