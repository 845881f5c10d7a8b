/**
 * The venue's book-keeping against sums made another way: random orders and prices, no client between.
 */
import { expect, test } from "vitest";
import { availableMargin } from "./booking.ts";
import { decimal, places, ZERO, type Decimal } from "./decimal.ts";
import { admitFuturesOrder } from "./futures-admission.ts";
import { DEFAULT_RULES } from "./local-venue.ts";
import { DEFAULT_MARKETS } from "./markets.ts";
import { acceptOrder, cancelOrder, movePrice } from "./matching.ts";
import { VenueRefusal } from "./records.ts";
import { admitSpotOrder } from "./spot-admission.ts";
import { createWorld, findMarket, isOpen, type World } from "./world.ts";

const START = "100000";

function createTestWorld(): World {
  return createWorld({
    rules: { ...DEFAULT_RULES, apiKey: "key", secret: "secret" },
    markets: DEFAULT_MARKETS,
    hedgeMode: false,
    futuresBalances: { USDT: START },
    spotBalances: { USDT: START },
  });
}

/** Whole numbers from 0 to below a bound, from a seed (a linear congruential generator). */
function dice(seed: number): (bound: number) => number {
  let state = seed >>> 0;
  return (bound) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 4_294_967_296) * bound);
  };
}

/** One random step: a price, an order (market or limit, reduce-only or not, in slices or not), or a cancel. */
function step(world: World, kind: "perpetual" | "spot", roll: (bound: number) => number): void {
  const market = findMarket(world, kind, "TESTUSDT");
  if (market === undefined) throw new Error("no test market");
  const price = (90 + roll(21)).toString();
  const what = roll(10);
  if (what < 3) return movePrice(world, market, decimal(price), decimal(price));
  if (what === 3) {
    const open = world.orders.find(isOpen);
    return open === undefined ? undefined : cancelOrder(world, open);
  }
  const params: Record<string, string> = {
    symbol: "TESTUSDT",
    side: roll(2) === 0 ? "BUY" : "SELL",
    type: what < 8 ? "MARKET" : "LIMIT",
    quantity: ((1 + roll(3000)) / 1000).toFixed(3),
  };
  if (params["type"] === "LIMIT") Object.assign(params, { price, timeInForce: "GTC" });
  if (kind === "perpetual" && roll(3) === 0) params["reduceOnly"] = "true";
  const inPart = roll(4) === 0;
  const plan = { slices: [{ share: "0.3" }, { share: "0.3" }], rest: inPart ? "expire" : "fill" } as const;
  const sizeBefore = positionFromTrades(world);
  try {
    const admitted = kind === "spot" ? admitSpotOrder(world, params) : admitFuturesOrder(world, params);
    const order = acceptOrder(world, admitted, plan);
    if (order.reduceOnly && order.type === "MARKET") {
      const sizeAfter = positionFromTrades(world);
      expect(sizeAfter.abs().lte(sizeBefore.abs())).toBe(true);
      expect(sizeAfter.times(sizeBefore).gte(0)).toBe(true);
    }
  } catch (refusal) {
    if (!(refusal instanceof VenueRefusal)) throw refusal;
  }
}

function positionFromTrades(world: World): Decimal {
  return world.trades.reduce(
    (sum, { order, amount }) => (order.side === "BUY" ? sum.plus(amount) : sum.minus(amount)),
    ZERO,
  );
}

test("P12 perpetuals: size, equity and locked margin agree with the trades, whatever happened", () => {
  for (let seed = 1; seed <= 60; seed += 1) {
    const world = createTestWorld();
    const roll = dice(seed);
    for (let at = 0; at < 150; at += 1) step(world, "perpetual", roll);
    const mark = findMarket(world, "perpetual", "TESTUSDT")?.mark ?? ZERO;
    const size = positionFromTrades(world);
    expect(world.positions.get("TESTUSDT BOTH")?.amount.toFixed() ?? "0").toBe(size.toFixed());
    let equity = decimal(START);
    for (const { order, amount, price, fee } of world.trades) {
      const signed = order.side === "BUY" ? amount : amount.negated();
      equity = equity.plus(signed.times(mark.minus(price))).minus(fee);
    }
    for (const order of world.orders.filter(isOpen)) cancelOrder(world, order);
    const used = size.abs().times(mark).dividedBy(20);
    expect(places(availableMargin(world, "USDT").plus(used), 4), `seed ${seed}`).toBe(places(equity, 4));
    for (const order of world.orders) expect(order.filled.lte(order.amount)).toBe(true);
  }
});

test("P12 spot: coins and money agree with the trades, nothing is negative, nothing stays locked", () => {
  for (let seed = 1; seed <= 60; seed += 1) {
    const world = createTestWorld();
    const roll = dice(seed);
    for (let at = 0; at < 150; at += 1) step(world, "spot", roll);
    let coins = ZERO;
    let money = decimal(START);
    for (const { order, amount, price, fee } of world.trades) {
      const cost = amount.times(price);
      coins = order.side === "BUY" ? coins.plus(amount).minus(fee) : coins.minus(amount);
      money = order.side === "BUY" ? money.minus(cost) : money.plus(cost).minus(fee);
    }
    for (const { free, locked } of world.spotBalances.values()) {
      expect(free.gte(0) && locked.gte(0), `seed ${seed}`).toBe(true);
    }
    for (const order of world.orders.filter(isOpen)) cancelOrder(world, order);
    expect(world.spotBalances.get("TEST")?.free.toFixed(), `seed ${seed}`).toBe(coins.toFixed());
    expect(world.spotBalances.get("USDT")?.free.toFixed(), `seed ${seed}`).toBe(money.toFixed());
  }
});
