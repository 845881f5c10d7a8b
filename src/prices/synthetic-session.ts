/**
 * A trading session made up from a seed: markets, prices and entries in which everything worth showing happens
 * (rungs long and short, stops at every height, a raised exit, a full-close fallback, a gap, emergencies).
 *
 * Promises, for every seed and the default plan: each position has come to its end before the next entry of its
 * symbol, in the way its shape says. Prices move along legs (a straight line plus bounded noise); between
 * positions they wander freely.
 */
import { lotsToAmount, type Market } from "../domain/market.ts";
import type { Side } from "../domain/side.ts";
import { lots, type DecimalText } from "../domain/units.ts";
import { candleFeed, type CandleFeedSource } from "./candle-path.ts";
import type { PriceFeed } from "./price-feed.ts";
import { seededStream, type SeededStream } from "./seeded-stream.ts";
import { candleDrawing, syntheticMarkets, type CandleDrawing, type SyntheticMarket } from "./synthetic.ts";

/** What becomes of a position. */
export type SessionShape =
  | "all rungs"
  | "breakeven after rung 1"
  | "stop after rung 2"
  | "initial stop"
  | "emergency stop"
  | "gap to severe loss"
  | "gap through two rungs"
  | "raised exit, then full close";

/** An entry in the shape of R14.1. */
export interface SessionEntry {
  readonly id: string;
  readonly at: string;
  readonly symbol: string;
  readonly side: Side;
  readonly amount: DecimalText;
  readonly leverage: number;
  readonly plan?: { readonly ladder: readonly { readonly target: string; readonly fraction: string }[] };
}

export interface SyntheticSession {
  readonly markets: readonly Market[];
  /** The candles behind the feeds, in the same order. */
  readonly candles: readonly CandleFeedSource[];
  readonly feeds: readonly PriceFeed[];
  /** In order of time. */
  readonly entries: readonly SessionEntry[];
  /** What is meant to become of each entry, by its id. */
  readonly shapes: ReadonlyMap<string, SessionShape>;
}

const TIMEFRAME_MS = 60_000;
/** Monday, 6 January 2025, 00:00 UTC. */
const START_AT_MS = 1_736_121_600_000;

export function syntheticSession(seed: string | number, startAtMs: number = START_AT_MS): SyntheticSession {
  const sources = syntheticMarkets();
  const drawn = sources.map((source) => drawMarket(seed, source, startAtMs));
  const longest = Math.max(...drawn.map(({ drawing }) => drawing.length));
  const candles = drawn.map(({ drawing, market }) => {
    drawing.wander(longest - drawing.length);
    return { symbol: market.symbol, candles: drawing.candles(), timeframeMs: TIMEFRAME_MS };
  });
  const scenes = drawn
    .flatMap(({ scenes }) => scenes)
    .toSorted((a, b) => a.atMs - b.atMs || (a.symbol < b.symbol ? -1 : 1));
  const numbered = scenes.map((scene, index) => ({ ...scene, id: `made-up-${String(index + 1).padStart(2, "0")}` }));
  return {
    markets: sources.map(({ market }) => market),
    candles,
    feeds: candles.map(candleFeed),
    entries: numbered.map(entryOf),
    shapes: new Map(numbered.map(({ id, shape }) => [id, shape])),
  };
}

/** The price's way after an entry; moves are from the entry price, favorable positive. */
interface Leg {
  readonly toMove: number;
  /** The price is there at the next open, without having been between. */
  readonly gap?: true;
}

interface ShapePlan {
  readonly legs: readonly Leg[];
  /** The price stays this near to the line of its legs. */
  readonly noise: number;
  readonly leverages: readonly number[];
  readonly ladder?: readonly { readonly target: string; readonly fraction: string }[];
}

const QUARTERS = ["0.02", "0.04", "0.06", "0.08"].map((target) => ({ target, fraction: "0.25" }));

/**
 * Rungs of the default plan at +3, +5 and +8 %, stops at −5 %, 0 and +3 %, emergencies at −15, −25 and −40 % of the
 * margin. Every leg ends at least the noise beyond the level that it is to meet, and short of the next one.
 */
const SHAPES: Readonly<Record<SessionShape, ShapePlan>> = {
  "all rungs": {
    legs: [{ toMove: 0.042 }, { toMove: 0.062 }, { toMove: 0.092 }],
    noise: 0.006,
    leverages: [1, 2, 3, 5],
  },
  "breakeven after rung 1": { legs: [{ toMove: 0.038 }, { toMove: -0.009 }], noise: 0.005, leverages: [1, 2, 3] },
  "stop after rung 2": { legs: [{ toMove: 0.058 }, { toMove: 0.021 }], noise: 0.005, leverages: [1, 2, 3] },
  "initial stop": { legs: [{ toMove: 0.012 }, { toMove: -0.058 }], noise: 0.005, leverages: [1, 2] },
  "emergency stop": { legs: [{ toMove: 0.01 }, { toMove: -0.022 }], noise: 0.004, leverages: [10] },
  "gap to severe loss": {
    legs: [{ toMove: 0.004 }, { toMove: -0.03, gap: true }, { toMove: -0.032 }],
    noise: 0.003,
    leverages: [10],
  },
  "gap through two rungs": {
    legs: [{ toMove: 0.012 }, { toMove: 0.062, gap: true }, { toMove: 0.092 }],
    noise: 0.005,
    leverages: [1, 2, 3],
  },
  "raised exit, then full close": {
    legs: [{ toMove: 0.028 }, { toMove: 0.048 }],
    noise: 0.004,
    leverages: [10],
    ladder: QUARTERS,
  },
};

/** What has to happen whatever the seed, by symbol; more is drawn from the rest. */
const CERTAIN: Readonly<Record<string, readonly (readonly [SessionShape, Side])[]>> = {
  "BTC/USDT:USDT": [
    ["raised exit, then full close", "long"],
    ["raised exit, then full close", "short"],
    ["all rungs", "long"],
  ],
  "ETH/USDT:USDT": [
    ["all rungs", "long"],
    ["breakeven after rung 1", "short"],
    ["gap through two rungs", "long"],
    ["gap to severe loss", "short"],
  ],
  "SOL/USDT:USDT": [
    ["all rungs", "short"],
    ["breakeven after rung 1", "long"],
    ["stop after rung 2", "short"],
    ["initial stop", "long"],
  ],
  "DOGE/USDT:USDT": [
    ["initial stop", "short"],
    ["emergency stop", "long"],
    ["stop after rung 2", "long"],
    ["all rungs", "short"],
  ],
  "BTC/USDT": [
    ["all rungs", "long"],
    ["breakeven after rung 1", "long"],
    ["initial stop", "long"],
  ],
};

const ANYWHERE: readonly SessionShape[] = [
  "all rungs",
  "breakeven after rung 1",
  "stop after rung 2",
  "initial stop",
  "gap through two rungs",
];

interface Scene {
  readonly atMs: number;
  readonly symbol: string;
  readonly side: Side;
  readonly amount: DecimalText;
  readonly leverage: number;
  readonly shape: SessionShape;
}

interface DrawnMarket {
  readonly market: Market;
  readonly drawing: CandleDrawing;
  readonly scenes: readonly Scene[];
}

function drawMarket(seed: string | number, source: SyntheticMarket, startAtMs: number): DrawnMarket {
  const { market } = source;
  const stream = seededStream(seed, market.symbol, "session");
  const drawing = candleDrawing({ seed, market, startPrice: source.startPrice, startAtMs, timeframeMs: TIMEFRAME_MS });
  const scenes: Scene[] = [];
  for (const [shape, side] of castOf(market, stream)) {
    drawing.wander(stream.whole(15, 120));
    const entryPrice = drawing.lastPrice;
    const leverage = market.kind === "spot" ? 1 : stream.pick(SHAPES[shape].leverages);
    const amount =
      shape === "raised exit, then full close"
        ? lotsToAmount(market, lots(17_140))
        : amountFor(market, entryPrice, stream);
    scenes.push({
      atMs: startAtMs + drawing.length * TIMEFRAME_MS,
      symbol: market.symbol,
      side,
      amount,
      leverage,
      shape,
    });
    drawShape({ drawing, stream, side, entryPrice, plan: SHAPES[shape] });
  }
  drawing.wander(stream.whole(15, 60));
  return { market, drawing, scenes };
}

/** Six to nine positions of one symbol in seeded order, the certain ones among them. */
function castOf(market: Market, stream: SeededStream): readonly (readonly [SessionShape, Side])[] {
  const cast = [...(CERTAIN[market.symbol] ?? [])];
  const count = stream.whole(6, 9);
  while (cast.length < count) {
    const side = market.kind === "spot" || stream.unit() < 0.5 ? "long" : "short";
    cast.push([stream.pick(ANYWHERE), side]);
  }
  return cast
    .map((member) => ({ member, place: stream.unit() }))
    .toSorted((a, b) => a.place - b.place)
    .map(({ member }) => member);
}

const POINTS_PER_CANDLE = 4;

/** One position's prices: its legs, with noise that starts at nothing and never leaves its bounds. */
function drawShape(input: {
  readonly drawing: CandleDrawing;
  readonly stream: SeededStream;
  readonly side: Side;
  readonly entryPrice: number;
  readonly plan: ShapePlan;
}): void {
  const { drawing, stream, side, entryPrice, plan } = input;
  const sign = side === "long" ? 1 : -1;
  let noise = 0;
  let fromMove = 0;
  for (const leg of plan.legs) {
    const candles = leg.gap === true ? 1 : stream.whole(60, 200);
    const startMove = leg.gap === true ? leg.toMove : fromMove;
    for (let candle = 0; candle < candles; candle++) {
      const prices: number[] = [];
      for (let point = 0; point <= POINTS_PER_CANDLE; point++) {
        if (point > 0)
          noise = Math.max(-plan.noise, Math.min(plan.noise, noise * 0.96 + plan.noise * 0.2 * stream.bell()));
        const done = (candle + point / POINTS_PER_CANDLE) / candles;
        prices.push(entryPrice * (1 + sign * (startMove + (leg.toMove - startMove) * done + noise)));
      }
      drawing.draw(prices);
    }
    fromMove = leg.toMove;
  }
}

/** Worth 1,500 to 4,500 of quote currency, in whole lots; always enough for every rung's share. */
function amountFor(market: Market, price: number, stream: SeededStream): DecimalText {
  const lotValue = Number(market.amountStep) * Number(market.contractSize) * price;
  const wanted = Math.round((1_500 + 3_000 * stream.unit()) / lotValue);
  const enough = (market.minimumLots ?? 1) * 4;
  return lotsToAmount(market, lots(Math.max(wanted, enough)));
}

function entryOf(scene: Scene & { readonly id: string }): SessionEntry {
  const { id, symbol, side, amount, leverage } = scene;
  const { ladder } = SHAPES[scene.shape];
  const entry = { id, at: new Date(scene.atMs).toISOString(), symbol, side, amount, leverage };
  return ladder === undefined ? entry : { ...entry, plan: { ladder } };
}
