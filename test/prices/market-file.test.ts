import { describe, expect, it } from "vitest";
import { defaultMarket } from "../../src/prices/default-market.ts";
import { marketOf, MarketFileError, parseMarkets, readMarketFile } from "../../src/prices/market-file.ts";
import { temporaryFolder, thrownBy } from "./temporary-file.ts";

const folder = temporaryFolder();
const swap = {
  symbol: "BTC/USDT:USDT",
  type: "swap",
  active: true,
  linear: true,
  inverse: false,
  contractSize: 0.01,
  precision: { amount: 0.1, price: 0.1 },
  limits: { amount: { min: 0.25, max: 1000.05 }, cost: { min: 5, max: null }, leverage: { min: 1, max: 100 } },
};
const spot = {
  symbol: "PEPE/USDT",
  type: "spot",
  linear: null,
  inverse: null,
  contractSize: null,
  precision: { amount: 1, price: 1e-8 },
  limits: {
    amount: { min: 0, max: 0 },
    cost: { min: 1 },
    leverage: { min: null, max: null },
    market: { min: 0, max: 500.9 },
  },
};
const parse = (markets: unknown, precisionMode: unknown = "TICK_SIZE") =>
  parseMarkets({ path: "m.json", json: { precisionMode, markets } });
const failure = (markets: unknown, mode?: unknown): MarketFileError => {
  const error = thrownBy(() => parse(markets, mode));
  expect(error).toBeInstanceOf(MarketFileError);
  return error as MarketFileError;
};

describe("R14.3 markets from a JSON file in ccxt's structure", () => {
  it("R14.3 R3.3 a perpetual: steps and limits in lots, minimums rounded up, maximums down", () => {
    expect(parse([swap]).markets).toEqual([
      {
        symbol: "BTC/USDT:USDT",
        kind: "derivative",
        linear: true,
        active: true,
        base: "BTC",
        quote: "USDT",
        contractSize: "0.01",
        amountStep: "0.1",
        priceTick: "0.1",
        minimumLots: 3,
        minimumCost: "5",
        maximumLots: 10_000,
        maximumLeverage: 100,
      },
    ]);
  });

  it("R14.3 R3.3 a spot market: linear, no exponent, a limit of 0 is unknown, the bound of market orders counts", () => {
    expect(parse([spot]).markets).toEqual([
      {
        symbol: "PEPE/USDT",
        kind: "spot",
        linear: true,
        active: true,
        base: "PEPE",
        quote: "USDT",
        contractSize: "1",
        amountStep: "1",
        priceTick: "0.00000001",
        minimumLots: null,
        minimumCost: "1",
        maximumLots: 500,
        maximumLeverage: null,
      },
    ]);
  });

  it("R3.3 what the file leaves out is unknown, never zero", () => {
    const [market] = parse([{ symbol: "A/B", type: "spot", precision: { amount: "0.001", price: null } }]).markets;
    expect(market).toMatchObject({
      priceTick: null,
      minimumLots: null,
      minimumCost: null,
      maximumLots: null,
      maximumLeverage: null,
      active: true,
    });
  });

  it("R14.3 DECIMAL_PLACES are counts of decimals, as a name or as ccxt's number, negative ones for tens", () => {
    const counted = { ...swap, precision: { amount: 3, price: -1 }, limits: {} };
    for (const mode of ["DECIMAL_PLACES", 2]) {
      expect(parse([counted], mode).markets[0]).toMatchObject({ amountStep: "0.001", priceTick: "10" });
    }
    expect(parse([swap], 4).markets[0]).toMatchObject({ amountStep: "0.1" });
    expect(failure([swap], "DECIMAL_PLACES").message).toBe(
      "m.json, markets[0].precision.amount: the count of decimals is 0.1; allowed: a whole number of decimals (DECIMAL_PLACES); a step like 0.001 belongs to TICK_SIZE",
    );
  });

  it("R14.3 a file that says its price precision is a count has no tick, and says so", () => {
    const file = parse(
      [{ ...swap, precision: { amount: 0.001, price: 5 }, limits: {} }],
      "TICK_SIZE for amount; price is a count",
    );
    expect(file.markets[0]).toMatchObject({ amountStep: "0.001", priceTick: null });
    expect(file.warnings).toEqual([expect.stringContaining("prices have no tick here")]);
  });

  it.each([
    [
      undefined,
      /m\.json, precisionMode: the precision mode is not named; allowed: TICK_SIZE \(steps\) or DECIMAL_PLACES/,
    ],
    [null, /the precision mode is not named/],
    [
      "SIGNIFICANT_DIGITS",
      /"SIGNIFICANT_DIGITS" is not supported: a count of significant digits is no step; allowed: TICK_SIZE/,
    ],
    [3, /not supported: a count of significant digits/],
    ["ticks", /the precision mode "ticks" is not supported/],
  ])("R14.3 refuses the precision mode %j", (mode, message) => {
    const error = thrownBy(() => parseMarkets({ path: "m.json", json: { precisionMode: mode, markets: [swap] } }));
    expect(error.message).toMatch(message);
  });

  it("R14.3 takes an array or an object by symbol when the caller names the mode", () => {
    for (const json of [[swap], { [swap.symbol]: swap }, { markets: { [swap.symbol]: swap } }, { markets: [swap] }]) {
      expect(parseMarkets({ path: "m.json", json, precisionMode: "TICK_SIZE" }).markets).toHaveLength(1);
      expect(thrownBy(() => parseMarkets({ path: "m.json", json })).message).toContain(
        "the precision mode is not named",
      );
    }
  });

  it("R14.3 inverse contracts are read as such; what the file leaves open follows from the symbol", () => {
    const open = { linear: null, inverse: null };
    const file = parse([
      { ...swap, symbol: "BTC/USD:BTC", linear: false, inverse: true },
      { ...swap, symbol: "ETH/USD:ETH", ...open },
      { ...swap, symbol: "ETH/USDT:USDT-260925", type: "future", ...open },
    ]);
    expect(file.markets.map((market) => market.linear)).toEqual([false, false, true]);
  });

  it("R14.3 lists what cannot be used, and says why when it is asked for", () => {
    const file = parse([
      swap,
      { ...swap, symbol: "BTC/USDT:USDT-260925-60000-C", type: "option" },
      { ...spot, precision: { amount: null } },
    ]);
    expect(file.markets).toHaveLength(1);
    expect(file.unusable.map(({ symbol }) => symbol)).toEqual(["BTC/USDT:USDT-260925-60000-C", "PEPE/USDT"]);
    expect(marketOf(file, "BTC/USDT:USDT").base).toBe("BTC");
    expect(() => marketOf(file, "PEPE/USDT")).toThrow(
      "the market PEPE/USDT cannot be used: precision.amount is not given",
    );
    expect(() => marketOf(file, "X/Y")).toThrow("m.json, markets: there is no market X/Y; allowed: BTC/USDT:USDT");
  });

  it.each([
    ["markets[0].symbol", { ...swap, symbol: "BTCUSDT" }, '"BTCUSDT"', "BASE/QUOTE"],
    ["markets[0].type", { ...swap, type: "perp" }, '"perp"', "spot, margin, swap, future, option"],
    ["markets[0].active", { ...swap, active: "yes" }, '"yes"', "boolean"],
    ["markets[0].precision", { ...swap, precision: undefined }, "missing", "object"],
    [
      "markets[0].precision.amount",
      { ...swap, precision: { amount: "fine" } },
      '"fine"',
      "a number, decimal text, or null",
    ],
    ["markets[0].precision.amount", { ...swap, precision: { amount: 0 } }, "0", "a step greater than 0"],
    [
      "markets[0].limits.amount.min",
      { ...swap, limits: { amount: { min: "NaN" } } },
      '"NaN"',
      "a number, decimal text, or null",
    ],
    ["markets[0].contractSize", { ...swap, contractSize: -1 }, "-1", "more than 0, or null for 1"],
  ])("R14.3 an error names its place: %s", (jsonPath, market, value, allowed) => {
    const { fault, message } = failure([market]);
    expect(fault).toMatchObject({ path: "m.json", jsonPath, value });
    expect(fault.allowed).toContain(allowed);
    expect(message).toMatch(/^m\.json, markets\[0\]/);
  });

  it("R14.3 refuses a symbol that is there twice, and a file without markets", () => {
    expect(failure([swap, spot, swap])).toMatchObject({
      fault: { jsonPath: "markets[2].symbol", value: "BTC/USDT:USDT" },
    });
    expect(failure([]).message).toContain("there are no markets in it");
    expect(failure(7).message).toContain("there are no markets in it");
  });

  it("R14.3 warns where a minimum under one step suggests the wrong precision mode", () => {
    expect(parse([{ ...swap, precision: { amount: 5, price: 2 } }]).warnings).toEqual([
      expect.stringContaining("the minimum 0.25 is less than the amount step 5"),
    ]);
  });

  it.each([
    ["none.json", null, /none\.json: the file cannot be read/],
    ["broken.json", '{"markets": [', /broken\.json: the file is not JSON/],
  ])("R14.3 refuses %s", (name, content, message) => {
    const path = content === null ? `${folder.path}/${name}` : folder.file(name, content);
    expect(thrownBy(() => readMarketFile({ path })).message).toMatch(message);
  });
});

describe("R14.3 the market that is assumed without a file", () => {
  it("R14.3 R3.3 has no limits and prints what it assumes", () => {
    const { market, text } = defaultMarket("DOGE/USDT:USDT");
    expect(market).toMatchObject({
      kind: "derivative",
      linear: true,
      base: "DOGE",
      quote: "USDT",
      contractSize: "1",
      priceTick: null,
      minimumLots: null,
      minimumCost: null,
    });
    expect(text).toBe(
      "DOGE/USDT:USDT: no market file, using defaults: derivative, contract size 1, amount step 0.000001, price tick unknown, no minimum or maximum",
    );
    expect(defaultMarket("BTC/USDT").market).toMatchObject({ kind: "spot", linear: true });
    expect(defaultMarket("BTC/USD:BTC").market.linear).toBe(false);
  });

  it("R14.3 refuses a symbol that it cannot read", () => {
    expect(() => defaultMarket("BTCUSDT")).toThrow(
      'The symbol is "BTCUSDT"; allowed: BASE/QUOTE (spot) or BASE/QUOTE:SETTLE (derivative)',
    );
  });
});
