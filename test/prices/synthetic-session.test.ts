import { describe, expect, it } from "vitest";
import type { FeedEvent } from "../../src/prices/price-feed.ts";
import {
  syntheticSession,
  type SessionEntry,
  type SessionShape,
  type SyntheticSession,
} from "../../src/prices/synthetic-session.ts";

/**
 * A book-keeper of its own: walks the price path after an entry with the default plan's levels and writes down what
 * is met. Favorable moves are positive; sizes are shares of the position.
 */
function storyOf(
  entry: SessionEntry,
  events: readonly FeedEvent[],
): { readonly story: string; readonly endsAtMs: number } {
  const sign = entry.side === "long" ? 1 : -1;
  const ladder = entry.plan?.ladder.map(({ target }) => Number(target)) ?? [0.03, 0.05, 0.08];
  const emergencies = [-0.15, -0.25, -0.4].map((roi) => roi / entry.leverage);
  const atMs = Date.parse(entry.at);
  const start = events.findIndex((event) => event.kind === "jump" && event.atMs >= atMs);
  const entryEvent = events[start]!;
  if (entryEvent.kind !== "jump") throw new Error("an entry is carried out at an open");
  const story: string[] = [];
  let stop = -0.05;
  let hit = 0;
  const stopNow = (): number => Math.max(stop, emergencies[0]!);
  const meet = (move: number, continuous: boolean): boolean => {
    while (hit < ladder.length && move >= ladder[hit]! - 1e-9) {
      hit += 1;
      stop = hit === 1 ? 0 : ladder[hit - 2]!;
      story.push(`TP${hit}`);
      if (hit === ladder.length) return true;
    }
    if (move > stopNow() + 1e-9) return false;
    const emergency = emergencies.filter((level) => (continuous ? level >= stopNow() : move <= level)).length;
    story.push(emergency > 0 ? `emergency ${emergency}` : `stop ${stop}`);
    return true;
  };
  for (const event of events.slice(start + 1)) {
    const price = event.kind === "jump" ? event.price : event.toPrice;
    if (meet(sign * (price / entryEvent.price - 1), event.kind === "stretch")) {
      return { story: story.join(" "), endsAtMs: event.kind === "jump" ? event.atMs : event.toAtMs };
    }
  }
  return { story: [...story, "still open"].join(" "), endsAtMs: Number.POSITIVE_INFINITY };
}

const STORIES: Readonly<Record<SessionShape, string>> = {
  "all rungs": "TP1 TP2 TP3",
  "breakeven after rung 1": "TP1 stop 0",
  "stop after rung 2": "TP1 TP2 stop 0.03",
  "initial stop": "stop -0.05",
  "emergency stop": "emergency 1",
  "gap to severe loss": "emergency 2",
  "gap through two rungs": "TP1 TP2 TP3",
  // Two rungs of the four: the first exit is raised to the minimum, the second closes what is left.
  "raised exit, then full close": "TP1 TP2",
};

const eventsOf = (session: SyntheticSession, symbol: string): readonly FeedEvent[] => [
  ...session.feeds.find((feed) => feed.symbols.includes(symbol))!.events(),
];
const SEEDS = ["pawl", 1, 2, 3, 42, "another"];

describe("P20 a made-up session shows what it promises", () => {
  it.each(SEEDS)(
    "R2.3 R4.3 seed %s: every position goes the way of its shape and has ended before the next entry of its symbol",
    (seed) => {
      const session = syntheticSession(seed);
      for (const market of session.markets) {
        const events = eventsOf(session, market.symbol);
        let freeFromMs = 0;
        for (const entry of session.entries.filter(({ symbol }) => symbol === market.symbol)) {
          const { story, endsAtMs } = storyOf(entry, events);
          const shape = session.shapes.get(entry.id)!;
          const full = shape === "raised exit, then full close";
          expect(full ? story.slice(0, STORIES[shape].length) : story, `${entry.id} ${shape}`).toBe(STORIES[shape]);
          expect(Date.parse(entry.at), entry.id).toBeGreaterThan(freeFromMs);
          if (!full) freeFromMs = endsAtMs;
        }
        expect(freeFromMs).toBeLessThan(Number.POSITIVE_INFINITY);
      }
    },
  );

  it.each(SEEDS)(
    "R3.1 R1.4 seed %s: a raised exit meets its second target before the next entry, and never its stop",
    (seed) => {
      const session = syntheticSession(seed);
      const raised = session.entries.filter(({ id }) => session.shapes.get(id) === "raised exit, then full close");
      expect(raised.map(({ side }) => side).toSorted()).toEqual(["long", "short"]);
      for (const entry of raised) {
        expect(entry).toMatchObject({ symbol: "BTC/USDT:USDT", amount: "1.714", leverage: 10 });
        const events = eventsOf(session, entry.symbol);
        const twoRungs = { ...entry, plan: { ladder: entry.plan!.ladder.slice(0, 2) } };
        const { story, endsAtMs } = storyOf(twoRungs, events);
        expect(story).toBe("TP1 TP2");
        const next = session.entries.find(({ symbol, at }) => symbol === entry.symbol && at > entry.at);
        expect(endsAtMs).toBeLessThan(next === undefined ? Number.POSITIVE_INFINITY : Date.parse(next.at));
      }
    },
  );

  it.each(SEEDS)("R14.1 seed %s: 20 to 60 entries in order, every shape, both sides, no short on spot", (seed) => {
    const { entries, shapes, markets, candles } = syntheticSession(seed);
    expect(entries.length).toBeGreaterThanOrEqual(20);
    expect(entries.length).toBeLessThanOrEqual(60);
    expect(entries.map(({ at }) => at)).toEqual(entries.map(({ at }) => at).toSorted());
    expect(new Set(entries.map(({ id }) => id)).size).toBe(entries.length);
    expect(new Set(shapes.values())).toEqual(new Set(Object.keys(STORIES)));
    for (const side of ["long", "short"] as const) {
      expect(entries.some((entry) => entry.side === side && shapes.get(entry.id) === "all rungs")).toBe(true);
    }
    for (const entry of entries) {
      const market = markets.find(({ symbol }) => symbol === entry.symbol)!;
      if (market.kind === "spot") expect(entry).toMatchObject({ side: "long", leverage: 1 });
      expect(Number(entry.amount)).toBeGreaterThanOrEqual(market.minimumLots! * Number(market.amountStep));
      expect(entry.leverage).toBeLessThanOrEqual(market.maximumLeverage ?? 1);
    }
    const lengths = new Set(candles.map(({ candles: { at } }) => at.length));
    expect(lengths.size).toBe(1);
    expect([...lengths][0]!).toBeLessThan(10_000);
  });

  it("P20 the same seed gives the same bytes, another seed gives others", () => {
    const text = (seed: string): string => {
      const { entries, candles } = syntheticSession(seed);
      return JSON.stringify([entries, candles.map(({ candles: { close } }) => [...close])]);
    };
    expect(text("pawl")).toBe(text("pawl"));
    expect(text("pawl")).not.toBe(text("lwap"));
  });
});
