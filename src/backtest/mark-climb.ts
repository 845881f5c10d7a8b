/**
 * The recorded mark on its way up (R4.4), while nothing but the trailing stop hangs on it: whole steps at a time, in numbers.
 *
 * Promises: mark and stop stand where the rules `mark` and `trailing` would have put them, step by step (a property holds the
 * backtest to the session); as long as the distance of the stop stays the same the last step tells it all.
 */
import type { PriceGrid } from "../domain/market.ts";
import { heightOf, levelAtHeight, placeOf, priceAtHeight } from "../domain/price-axis.ts";
import type { Position, Stop } from "../domain/position.ts";
import type { QuietSpan } from "../domain/exit-rules.ts";
import { stepTicks } from "../domain/rules/mark.ts";
import { LOWEST } from "../domain/rules/rule.ts";
import { heightAtDistance, heightBehind, type TrailingSettings } from "../domain/rules/trailing.ts";
import type { Side } from "../domain/side.ts";
import { height, price, type Fraction, type Height } from "../domain/units.ts";

/** A candle whose extremes are met in a known order. */
export interface KnownCandle {
  readonly open: number;
  /** In the position's favor, and against it. */
  readonly best: number;
  readonly worst: number;
  readonly close: number;
  readonly worstFirst: boolean;
}

export class MarkClimb {
  private readonly position: Position;
  private readonly grid: PriceGrid;
  private readonly side: Side;
  private readonly step: number;
  /** Null until it is active. */
  readonly trailing: TrailingSettings | null;
  /** The first height at which something else than mark and stop has to say something. */
  private readonly better: Height;
  mark: Height;
  stop: Stop | null;
  private stopAt: Height;
  private distance: Fraction | null = null;
  private distanceUpTo: Height = LOWEST;

  /** Of a position at rest that has a mark. */
  constructor(position: Position, { better }: QuietSpan) {
    const { grid, side, mark, stop, plan } = position;
    this.position = position;
    this.grid = grid!;
    this.side = side;
    this.step = stepTicks(position, plan.markStep!);
    this.trailing = position.isTrailing ? plan.rules.trailing : null;
    this.better = better;
    this.mark = heightOf(side, mark!);
    this.stop = stop;
    this.stopAt = stop === null ? LOWEST : heightOf(side, stop.level);
  }

  copy(): MarkClimb {
    return Object.assign(Object.create(MarkClimb.prototype) as MarkClimb, this);
  }

  /** Where the mark moves next. */
  get next(): Height {
    return height(this.mark + this.step);
  }

  /** Is the mark's the only boundary that this price has reached? */
  isAllThatIsMetAt(value: number): boolean {
    const { atOrAbove, atOrBelow } = placeOf(this.grid, this.side, price(value));
    return atOrBelow >= this.next && atOrAbove < this.better;
  }

  /** On a jump the mark becomes the price. True where the stop has moved. */
  jumpTo(value: number): boolean {
    this.mark = placeOf(this.grid, this.side, price(value)).atOrBelow;
    return this.trail();
  }

  /** On a continuous way to a price each step is met in turn, short of what else is met. True where it has moved. */
  climbTo(to: number, moved: (markPrice: number) => void): boolean {
    const next = this.mark + this.step;
    if (next >= this.better) return false;
    const { atOrBelow } = placeOf(this.grid, this.side, price(to));
    const reach = atOrBelow < this.better ? atOrBelow : this.better - 1;
    if (reach < next) return false;
    let left = Math.floor((reach - this.mark) / this.step);
    while (left > 0) {
      const same = this.trailing === null ? left : Math.max(1, Math.floor((this.distanceUpTo - this.mark) / this.step));
      const taken = Math.min(left, same);
      this.mark = height(this.mark + taken * this.step);
      left -= taken;
      if (this.trail()) moved(this.markPrice);
    }
    return true;
  }

  get markPrice(): number {
    return priceAtHeight(this.grid, this.side, this.mark);
  }

  /**
   * A whole candle that does nothing but move the mark: done, or (false) nothing is changed, because more may be met in it than
   * that, or the distance of the stop changes on the way. Whatever is met against the position was ruled out by the caller.
   */
  passCandle({ open, best, worst, close, worstFirst }: KnownCandle): boolean {
    const { grid, side, trailing } = this;
    const top = placeOf(grid, side, price(best));
    if (top.atOrAbove >= this.better) return false;
    const first = placeOf(grid, side, price(open)).atOrBelow;
    const opened = first >= this.mark + this.step ? first : this.mark;
    const steps = Math.floor((top.atOrBelow - opened) / this.step);
    const climbed = steps > 0 ? opened + steps * this.step : opened;
    if (trailing !== null) {
      const { distance } = this;
      if (distance === null || climbed > this.distanceUpTo) return false;
      const inForce = worstFirst && opened > this.mark ? heightAtDistance(side, height(opened), distance) : LOWEST;
      const after = heightAtDistance(side, height(climbed), distance);
      const worstAt = placeOf(grid, side, price(worst)).atOrAbove;
      if (worstAt <= (worstFirst ? inForce : after)) return false;
      if (placeOf(grid, side, price(close)).atOrAbove <= after) return false;
    }
    this.mark = height(climbed);
    this.trail();
    return true;
  }

  private trail(): boolean {
    const { trailing, side } = this;
    if (trailing === null) return false;
    if (this.distance === null || this.mark > this.distanceUpTo) {
      const behind = heightBehind(this.position, trailing, this.mark);
      this.distance = behind.distance;
      this.distanceUpTo = behind.upTo;
    }
    const at = heightAtDistance(side, this.mark, this.distance);
    if (at <= this.stopAt) return false;
    this.stopAt = at;
    this.stop = { level: levelAtHeight(side, at), source: "trailing" };
    return true;
  }
}
