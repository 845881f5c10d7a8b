/**
 * Settings of the futures account: leverage, margin type, position mode, fees; and what the venue says about them.
 */
import { open, signed, type CallTable } from "./calls.ts";
import { isTrue, required, requiredInteger, type Params } from "./params.ts";
import { VenueRefusal } from "./records.ts";
import { requiredMarket } from "./required-market.ts";
import { isOpen, leverageOf, type World } from "./world.ts";

export const FUTURES_SETTINGS: CallTable = {
  "POST /fapi/v1/leverage": signed("settings", (world, params) => {
    const { symbol } = requiredMarket(world, "perpetual", params).spec;
    const leverage = requiredInteger(params, "leverage");
    if (leverage < 1 || leverage > world.rules.maximumLeverage) {
      throw new VenueRefusal(-4028, `Leverage ${leverage} is not valid`);
    }
    world.leverages.set(symbol, leverage);
    return { symbol, leverage, maxNotionalValue: "1000000" };
  }),
  "POST /fapi/v1/marginType": signed("settings", setMarginType),
  "POST /fapi/v1/positionSide/dual": signed("settings", setPositionMode),
  "GET /fapi/v1/positionSide/dual": signed("settings", (world) => ({ dualSidePosition: world.hedgeMode })),
  "GET /fapi/v1/leverageBracket": signed("settings", leverageBrackets),
  "GET /fapi/v1/symbolConfig": signed("settings", symbolConfig),
  "GET /fapi/v1/accountConfig": signed("settings", (world) => ({
    feeTier: 0,
    canTrade: true,
    canDeposit: true,
    canWithdraw: true,
    dualSidePosition: world.hedgeMode,
    updateTime: 0,
    multiAssetsMargin: false,
    tradeGroupId: -1,
  })),
  "GET /fapi/v1/multiAssetsMargin": signed("settings", () => ({ multiAssetsMargin: false })),
  "GET /fapi/v1/commissionRate": signed("settings", (world, params) => ({
    symbol: requiredMarket(world, "perpetual", params).spec.symbol,
    makerCommissionRate: world.rules.futuresMakerFee,
    takerCommissionRate: world.rules.futuresTakerFee,
  })),
  "GET /fapi/v1/fundingInfo": open("settings", () => []),
};

function setMarginType(world: World, params: Params): object {
  const { symbol } = requiredMarket(world, "perpetual", params).spec;
  const isolated = required(params, "marginType") === "ISOLATED";
  if (isolated === world.isolatedSymbols.has(symbol)) throw new VenueRefusal(-4046, "No need to change margin type.");
  if (isolated) world.isolatedSymbols.add(symbol);
  else world.isolatedSymbols.delete(symbol);
  return { code: 200, msg: "success" };
}

function setPositionMode(world: World, params: Params): object {
  required(params, "dualSidePosition");
  const hedge = isTrue(params, "dualSidePosition");
  if (hedge === world.hedgeMode) throw new VenueRefusal(-4059, "No need to change position side.");
  if (world.orders.some((order) => order.kind === "perpetual" && isOpen(order))) {
    throw new VenueRefusal(-4067, "Position side cannot be changed if there exists open orders.");
  }
  if ([...world.positions.values()].some((position) => !position.amount.isZero())) {
    throw new VenueRefusal(-4068, "Position side cannot be changed if there exists position.");
  }
  world.hedgeMode = hedge;
  return { code: 200, msg: "success" };
}

function leverageBrackets(world: World, params: Params): object[] {
  return perpetualSymbols(world, params).map((symbol) => ({
    symbol,
    notionalCoef: 1,
    brackets: [
      {
        bracket: 1,
        initialLeverage: world.rules.maximumLeverage,
        notionalCap: 1_000_000,
        notionalFloor: 0,
        maintMarginRatio: 0.004,
        cum: 0,
      },
      {
        bracket: 2,
        initialLeverage: Math.max(1, Math.floor(world.rules.maximumLeverage / 2)),
        notionalCap: 100_000_000,
        notionalFloor: 1_000_000,
        maintMarginRatio: 0.01,
        cum: 6000,
      },
    ],
  }));
}

function symbolConfig(world: World, params: Params): object[] {
  return perpetualSymbols(world, params).map((symbol) => ({
    symbol,
    marginType: world.isolatedSymbols.has(symbol) ? "ISOLATED" : "CROSSED",
    isAutoAddMargin: false,
    leverage: leverageOf(world, symbol),
    maxNotionalValue: "1000000",
  }));
}

function perpetualSymbols(world: World, params: Params): readonly string[] {
  if (params["symbol"] !== undefined) return [requiredMarket(world, "perpetual", params).spec.symbol];
  return world.markets.filter(({ spec }) => spec.kind === "perpetual").map(({ spec }) => spec.symbol);
}
