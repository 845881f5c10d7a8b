/**
 * Where a replay continues: positions from their last rows, prices as they were at the last row of all, and the
 * extremes that positions have seen since their own last row, read again from the feed.
 */
import type { Market } from "../domain/market.ts";
import type { Position } from "../domain/position.ts";
import type { FeedMark } from "../domain/row.ts";
import { price as asPrice } from "../domain/units.ts";
import type { Journal } from "../journal/journal.ts";
import type { ContextSource } from "../market-context/context-source.ts";
import type { FeedEvent, Jump, PriceFeed, Stretch } from "../prices/price-feed.ts";
import { priceAtTime, type Course } from "./course.ts";
import { restoredFrom, type Restored } from "./restored.ts";

export interface Resume {
  readonly mark: FeedMark;
  readonly restored: Restored;
  readonly courses: readonly Course[];
  /** The last price of each symbol; the one of the mark last. */
  readonly prices: readonly (readonly [string, number])[];
  /** The jump at which the journal ends, whose entries may not all be carried out yet; null inside a stretch. */
  readonly jump: { readonly symbol: string; readonly atMs: number } | null;
}

/** The journal and the feed do not belong together: another file, or another version of it. */
export class ResumeError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "ResumeError";
  }
}

interface Seen {
  readonly since: FeedMark;
  high: number;
  low: number;
}

/** Reads the journal, and the feed up to where the journal ends; null for an empty journal. */
export function resumeFrom(input: {
  readonly journal: Journal;
  readonly feed: PriceFeed;
  readonly markets: ReadonlyMap<string, Market>;
  /** Is shown the past again, up to and with what was over when the journal ended. */
  readonly context: ContextSource | null;
}): Resume | null {
  const last = input.journal.last();
  if (last === null) return null;
  const mark = last.feed;
  if (mark === null)
    throw new ResumeError("The journal was not written by a replay: its last row names no place in a feed");

  const latest = input.journal.latest();
  const seen = new Map<string, Seen>();
  const seenOfSymbol = new Map<string, Seen[]>();
  for (const each of latest) {
    const position = each.snapshot?.position;
    if (position === undefined || position.outcome !== null || each.row.feed === null) continue;
    const state = { since: each.row.feed, ...extremesOf(position) };
    seen.set(each.position, state);
    seenOfSymbol.set(position.symbol, [...(seenOfSymbol.get(position.symbol) ?? []), state]);
  }

  const current = new Map<string, FeedEvent>();
  let event = 0;
  for (const next of input.feed.events()) {
    event += 1;
    for (const state of seenOfSymbol.get(next.symbol) ?? [])
      widen(state, next, event, mark, input.markets.get(next.symbol));
    const before = current.get(next.symbol);
    if (before !== undefined) showOver(input, before);
    current.set(next.symbol, next);
    if (event === mark.event) break;
  }
  const at = current.get(mark.symbol);
  if (event < mark.event || at === undefined || !contains(at, mark)) {
    throw new ResumeError(
      `The journal continues at feed event ${mark.event} (${mark.symbol} at ${mark.price}, ${new Date(mark.atMs).toISOString()}), which is not in this feed: is it another file?`,
    );
  }

  const courses: Course[] = [];
  const prices: (readonly [string, number])[] = [];
  for (const [symbol, each] of current) {
    const price = symbol === mark.symbol ? mark.price : priceOf(each, mark, input.markets.get(symbol));
    if (symbol !== mark.symbol) prices.push([symbol, price]);
    if (each.kind === "stretch" && each.toAtMs > mark.atMs) courses.push({ stretch: each, price, atMs: mark.atMs });
    else if (each.kind === "stretch" && price !== each.toPrice) courses.push({ stretch: each, price, atMs: mark.atMs });
    else showOver(input, each);
  }
  prices.push([mark.symbol, mark.price]);

  return {
    mark,
    restored: restoredFrom(latest, (position) => withExtremes(position, seen.get(position.id))),
    courses,
    prices,
    jump: at.kind === "jump" ? { symbol: at.symbol, atMs: at.atMs } : null,
  };
}

/** A price that was seen, or a way that came to its end, with the candle that ended there. */
function showOver(
  { context, feed }: { readonly context: ContextSource | null; readonly feed: PriceFeed },
  event: FeedEvent,
): void {
  if (event.kind === "stretch") {
    if (event.closes !== undefined) context?.candle(event.symbol, event.closes);
  } else if (feed.candles?.has(event.symbol) !== true) {
    context?.price(event.symbol, event.price, event.atMs);
  }
}

function withExtremes(position: Position, seen: Seen | undefined): Position {
  if (seen === undefined || !Number.isFinite(seen.high)) return position;
  const [best, worst] = position.side === "long" ? [seen.high, seen.low] : [seen.low, seen.high];
  return { ...position, bestPrice: asPrice(best), worstPrice: asPrice(worst) };
}

function extremesOf(position: Position): { high: number; low: number } {
  const ends = [position.bestPrice, position.worstPrice].filter((end) => end !== null);
  if (ends.length === 0) return { high: Number.NEGATIVE_INFINITY, low: Number.POSITIVE_INFINITY };
  return { high: Math.max(...ends), low: Math.min(...ends) };
}

/** Widens what a position has seen by the part of a feed event that lies between its last row and the mark. */
function widen(state: Seen, event: FeedEvent, number: number, mark: FeedMark, market: Market | undefined): void {
  const ends =
    event.kind === "jump" ? jumpAfter(event, number, state.since) : stretchWithin(event, state.since, mark, market);
  for (const price of ends) {
    state.high = Math.max(state.high, price);
    state.low = Math.min(state.low, price);
  }
}

const jumpAfter = (jump: Jump, number: number, since: FeedMark): readonly number[] =>
  number >= since.event ? [jump.price] : [];

function stretchWithin(
  stretch: Stretch,
  since: FeedMark,
  until: FeedMark,
  market: Market | undefined,
): readonly number[] {
  if (stretch.toAtMs < since.atMs || stretch.fromAtMs > until.atMs) return [];
  return [priceOf(stretch, since, market), priceOf(stretch, until, market)];
}

/** The price of an event at a mark: the mark's own where it is of that symbol and inside the event. */
function priceOf(event: FeedEvent, mark: FeedMark, market: Market | undefined): number {
  if (event.kind === "jump") return event.price;
  if (mark.symbol === event.symbol && contains(event, mark)) return mark.price;
  return priceAtTime(event, market, mark.atMs);
}

function contains(event: FeedEvent, mark: FeedMark): boolean {
  if (event.symbol !== mark.symbol) return false;
  if (event.kind === "jump") return event.price === mark.price && event.atMs <= mark.atMs;
  const low = Math.min(event.fromPrice, event.toPrice);
  const high = Math.max(event.fromPrice, event.toPrice);
  return mark.price >= low && mark.price <= high && event.fromAtMs <= mark.atMs;
}
