/**
 * Markets that the local venue lists, and how exchangeInfo describes them.
 * Steps and limits are those of Binance as remembered in 2026; none of them is fetched. `TESTUSDT` is a market of our own.
 */
import { decimal, placesOf, type Decimal } from "./decimal.ts";

export type MarketKind = "perpetual" | "spot";

export interface VenueMarket {
  readonly kind: MarketKind;
  /** The venue's id, such as BTCUSDT; a perpetual and a spot market may share it. */
  readonly symbol: string;
  readonly base: string;
  readonly quote: string;
  readonly amountStep: string;
  readonly minimumAmount: string;
  readonly maximumAmount: string;
  /** Of one market order; the maximum amount when left out. */
  readonly maximumMarketAmount?: string;
  readonly priceTick: string;
  /** In quote currency; no such filter when left out. */
  readonly minimumNotional?: string;
  /** Price at the start. */
  readonly price: string;
}

const perpetual = { kind: "perpetual", quote: "USDT" } as const;
const spot = { kind: "spot", quote: "USDT" } as const;

export const DEFAULT_MARKETS: readonly VenueMarket[] = [
  {
    ...perpetual,
    symbol: "BTCUSDT",
    base: "BTC",
    amountStep: "0.001",
    minimumAmount: "0.001",
    maximumAmount: "1000",
    maximumMarketAmount: "120",
    priceTick: "0.10",
    minimumNotional: "100",
    price: "60000.00",
  },
  {
    ...perpetual,
    symbol: "ETHUSDT",
    base: "ETH",
    amountStep: "0.001",
    minimumAmount: "0.001",
    maximumAmount: "10000",
    maximumMarketAmount: "2000",
    priceTick: "0.01",
    minimumNotional: "20",
    price: "3000.00",
  },
  {
    ...perpetual,
    symbol: "1000PEPEUSDT",
    base: "1000PEPE",
    amountStep: "1",
    minimumAmount: "1",
    maximumAmount: "500000000",
    maximumMarketAmount: "100000000",
    priceTick: "0.0000001",
    minimumNotional: "5",
    price: "0.0123456",
  },
  {
    ...perpetual,
    symbol: "TESTUSDT",
    base: "TEST",
    amountStep: "0.001",
    minimumAmount: "0.01",
    maximumAmount: "100",
    priceTick: "0.1",
    price: "100.0",
  },
  {
    ...spot,
    symbol: "BTCUSDT",
    base: "BTC",
    amountStep: "0.00001",
    minimumAmount: "0.00001",
    maximumAmount: "9000",
    maximumMarketAmount: "120",
    priceTick: "0.01",
    minimumNotional: "5",
    price: "60000.00",
  },
  {
    ...spot,
    symbol: "ETHUSDT",
    base: "ETH",
    amountStep: "0.0001",
    minimumAmount: "0.0001",
    maximumAmount: "9000",
    maximumMarketAmount: "2000",
    priceTick: "0.01",
    minimumNotional: "5",
    price: "3000.00",
  },
  {
    ...spot,
    symbol: "TESTUSDT",
    base: "TEST",
    amountStep: "0.001",
    minimumAmount: "0.01",
    maximumAmount: "100",
    priceTick: "0.01",
    price: "100.00",
  },
];

/** A market with its limits parsed, and its prices of the moment. */
export interface ListedMarket {
  readonly spec: VenueMarket;
  readonly step: Decimal;
  readonly minimum: Decimal;
  readonly maximum: Decimal;
  readonly maximumMarket: Decimal;
  readonly tick: Decimal;
  readonly minimumNotional: Decimal | undefined;
  readonly amountPlaces: number;
  readonly pricePlaces: number;
  last: Decimal;
  mark: Decimal;
}

export function listMarket(spec: VenueMarket): ListedMarket {
  return {
    spec,
    step: decimal(spec.amountStep),
    minimum: decimal(spec.minimumAmount),
    maximum: decimal(spec.maximumAmount),
    maximumMarket: decimal(spec.maximumMarketAmount ?? spec.maximumAmount),
    tick: decimal(spec.priceTick),
    minimumNotional: spec.minimumNotional === undefined ? undefined : decimal(spec.minimumNotional),
    amountPlaces: placesOf(spec.amountStep),
    pricePlaces: placesOf(spec.priceTick),
    last: decimal(spec.price),
    mark: decimal(spec.price),
  };
}

/** Markets meant by a name: `BTCUSDT` is every market of that id, `BTC/USDT:USDT` the perpetual, `BTC/USDT` the spot one. */
export function marketsNamed(markets: readonly ListedMarket[], name: string): readonly ListedMarket[] {
  const found = markets.filter(({ spec }) => name === spec.symbol || name === unifiedName(spec));
  if (found.length === 0) throw new Error(`the local venue lists no market named ${name}`);
  return found;
}

function unifiedName(spec: VenueMarket): string {
  const pair = `${spec.base}/${spec.quote}`;
  return spec.kind === "spot" ? pair : `${pair}:${spec.quote}`;
}

const RATE_LIMITS = [
  { rateLimitType: "REQUEST_WEIGHT", interval: "MINUTE", intervalNum: 1, limit: 2400 },
  { rateLimitType: "ORDERS", interval: "MINUTE", intervalNum: 1, limit: 1200 },
];

function priceAndAmountFilters(spec: VenueMarket): object[] {
  return [
    { filterType: "PRICE_FILTER", minPrice: spec.priceTick, maxPrice: "4529764", tickSize: spec.priceTick },
    {
      filterType: "LOT_SIZE",
      minQty: spec.minimumAmount,
      maxQty: spec.maximumAmount,
      stepSize: spec.amountStep,
    },
    {
      filterType: "MARKET_LOT_SIZE",
      minQty: spec.kind === "spot" ? "0" : spec.minimumAmount,
      maxQty: spec.maximumMarketAmount ?? spec.maximumAmount,
      stepSize: spec.kind === "spot" ? "0" : spec.amountStep,
    },
  ];
}

export function futuresExchangeInfo(markets: readonly ListedMarket[], nowMs: number): object {
  return {
    timezone: "UTC",
    serverTime: nowMs,
    futuresType: "U_MARGINED",
    rateLimits: RATE_LIMITS,
    exchangeFilters: [],
    assets: [{ asset: "USDT", marginAvailable: true, autoAssetExchange: "-10000" }],
    symbols: markets.filter(({ spec }) => spec.kind === "perpetual").map(futuresSymbol),
  };
}

function futuresSymbol({ spec, amountPlaces, pricePlaces }: ListedMarket): object {
  const filters = priceAndAmountFilters(spec);
  if (spec.minimumNotional !== undefined) filters.push({ filterType: "MIN_NOTIONAL", notional: spec.minimumNotional });
  return {
    symbol: spec.symbol,
    pair: spec.symbol,
    contractType: "PERPETUAL",
    deliveryDate: 4133404800000,
    onboardDate: 1569398400000,
    status: "TRADING",
    maintMarginPercent: "2.5000",
    requiredMarginPercent: "5.0000",
    baseAsset: spec.base,
    quoteAsset: spec.quote,
    marginAsset: spec.quote,
    pricePrecision: pricePlaces,
    quantityPrecision: amountPlaces,
    baseAssetPrecision: 8,
    quotePrecision: 8,
    underlyingType: "COIN",
    triggerProtect: "0.0500",
    liquidationFee: "0.012500",
    marketTakeBound: "0.05",
    filters,
    orderTypes: ["LIMIT", "MARKET", "STOP", "STOP_MARKET", "TAKE_PROFIT", "TAKE_PROFIT_MARKET", "TRAILING_STOP_MARKET"],
    timeInForce: ["GTC", "IOC", "FOK", "GTX", "GTD"],
  };
}

export function spotExchangeInfo(markets: readonly ListedMarket[], nowMs: number): object {
  return {
    timezone: "UTC",
    serverTime: nowMs,
    rateLimits: RATE_LIMITS,
    exchangeFilters: [],
    symbols: markets.filter(({ spec }) => spec.kind === "spot").map(spotSymbol),
  };
}

function spotSymbol({ spec }: ListedMarket): object {
  const filters = priceAndAmountFilters(spec);
  if (spec.minimumNotional !== undefined) {
    filters.push({
      filterType: "NOTIONAL",
      minNotional: spec.minimumNotional,
      applyMinToMarket: true,
      maxNotional: "9000000.00000000",
      applyMaxToMarket: false,
      avgPriceMins: 5,
    });
  }
  return {
    symbol: spec.symbol,
    status: "TRADING",
    baseAsset: spec.base,
    baseAssetPrecision: 8,
    quoteAsset: spec.quote,
    quotePrecision: 8,
    quoteAssetPrecision: 8,
    baseCommissionPrecision: 8,
    quoteCommissionPrecision: 8,
    orderTypes: ["LIMIT", "LIMIT_MAKER", "MARKET", "STOP_LOSS_LIMIT", "TAKE_PROFIT_LIMIT"],
    icebergAllowed: true,
    ocoAllowed: true,
    quoteOrderQtyMarketAllowed: true,
    isSpotTradingAllowed: true,
    isMarginTradingAllowed: false,
    filters,
    permissions: ["SPOT"],
    permissionSets: [["SPOT"]],
  };
}
