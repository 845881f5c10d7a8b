/**
 * Several feeds as one, in order of time: a stretch counts by its start; at equal times the feed named first comes
 * first. An event of another symbol that begins inside a stretch comes after that stretch's start, so a consumer
 * that needs prices of two symbols at one moment interleaves by time itself.
 *
 * Promises: the same feeds in the same order give the same events; nothing is read further ahead than one event
 * per feed. It refuses two feeds of one symbol: their prices would contradict each other.
 */
import type { FeedEvent, PriceFeed } from "./price-feed.ts";

/** Throws RangeError for a symbol that two feeds bring. */
export function mergeFeeds(feeds: readonly PriceFeed[]): PriceFeed {
  const symbols = feeds.flatMap((feed) => feed.symbols);
  const twice = symbols.find((symbol, index) => symbols.indexOf(symbol) !== index);
  if (twice !== undefined) throw new RangeError(`Two price feeds bring ${twice}; allowed: one feed for each symbol`);
  const [only] = feeds;
  if (feeds.length === 1 && only !== undefined) return only;
  const counts = feeds.map((feed) => feed.rowCount);
  const rowCount = counts.every((count) => count !== null) ? counts.reduce((sum, count) => sum + count, 0) : null;
  const candles = new Map(feeds.flatMap((feed) => [...(feed.candles ?? [])]));
  return { symbols, candles, rowCount, events: () => mergedEvents(feeds) };
}

/** When an event begins. */
export const startOf = (event: FeedEvent): number => (event.kind === "jump" ? event.atMs : event.fromAtMs);

function* mergedEvents(feeds: readonly PriceFeed[]): Generator<FeedEvent, void, undefined> {
  const sources = feeds.map((feed) => feed.events()[Symbol.iterator]());
  const heads: (FeedEvent | null)[] = sources.map(nextOf);
  try {
    for (;;) {
      const earliest = earliestOf(heads);
      if (earliest === -1) return;
      const event = heads[earliest]!;
      heads[earliest] = nextOf(sources[earliest]!);
      yield event;
    }
  } finally {
    for (const source of sources) source.return?.();
  }
}

function nextOf(source: Iterator<FeedEvent>): FeedEvent | null {
  const result = source.next();
  return result.done === true ? null : result.value;
}

/** Index of the head that begins first, the lowest of equals; −1 when all feeds have ended. */
function earliestOf(heads: readonly (FeedEvent | null)[]): number {
  let earliest = -1;
  let earliestMs = Number.POSITIVE_INFINITY;
  for (let index = 0; index < heads.length; index++) {
    const head = heads[index]!;
    if (head === null) continue;
    const starts = startOf(head);
    if (starts < earliestMs) {
      earliest = index;
      earliestMs = starts;
    }
  }
  return earliest;
}
