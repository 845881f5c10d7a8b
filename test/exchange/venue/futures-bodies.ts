/**
 * Answers of the USD-M futures REST interface: orders, trades, positions, account. Amounts and prices as decimal text.
 */
import { availableMargin, markPriceOf, positionMargin, unrealizedProfit } from "./booking.ts";
import { plain, places, ZERO, type Decimal } from "./decimal.ts";
import type { VenueOrder, VenueTrade } from "./records.ts";
import { isHidden } from "./visibility.ts";
import { findMarket, leverageOf, marketOf, type Position, type World } from "./world.ts";

const MONEY_PLACES = 8;

export function averagePrice(world: World, order: VenueOrder): string {
  const market = marketOf(world, order);
  const digits = Math.max(5, market.pricePlaces + 3);
  return places(order.filled.isZero() ? ZERO : order.quoteFilled.dividedBy(order.filled), digits);
}

export function futuresOrder(world: World, order: VenueOrder): Record<string, unknown> {
  const { amountPlaces, pricePlaces } = marketOf(world, order);
  return {
    orderId: order.orderId,
    symbol: order.symbol,
    status: order.status,
    clientOrderId: order.clientOrderId,
    price: places(order.price, pricePlaces),
    avgPrice: averagePrice(world, order),
    origQty: places(order.amount, amountPlaces),
    executedQty: places(order.filled, amountPlaces),
    cumQty: places(order.filled, amountPlaces),
    cumQuote: places(order.quoteFilled, MONEY_PLACES),
    timeInForce: order.timeInForce,
    type: order.type,
    reduceOnly: order.reduceOnly,
    closePosition: false,
    side: order.side,
    positionSide: order.positionSide,
    stopPrice: places(ZERO, pricePlaces),
    workingType: "CONTRACT_PRICE",
    priceProtect: false,
    origType: order.type,
    priceMatch: "NONE",
    selfTradePreventionMode: "EXPIRE_MAKER",
    goodTillDate: 0,
    updateTime: order.updatedAtMs,
  };
}

/** As listed and looked up: with the time of the order and without `cumQty`. */
export function listedFuturesOrder(world: World, order: VenueOrder): Record<string, unknown> {
  const { cumQty: _, ...listed } = futuresOrder(world, order);
  return { ...listed, time: order.createdAtMs };
}

/** The venue does not say the client order id here; neither does this. */
export function futuresTrade(world: World, trade: VenueTrade): Record<string, unknown> {
  const { order } = trade;
  const { amountPlaces, pricePlaces } = marketOf(world, order);
  return {
    symbol: order.symbol,
    id: trade.tradeId,
    orderId: order.orderId,
    side: order.side,
    price: places(trade.price, pricePlaces),
    qty: places(trade.amount, amountPlaces),
    realizedPnl: places(trade.realizedProfit, MONEY_PLACES),
    quoteQty: places(trade.amount.times(trade.price), MONEY_PLACES),
    commission: places(trade.fee, MONEY_PLACES),
    commissionAsset: trade.feeAsset,
    time: trade.atMs,
    positionSide: order.positionSide,
    buyer: order.side === "BUY",
    maker: trade.maker,
  };
}

/** Position without what orders hidden from the position listing did to it. */
function shownAmount(world: World, position: Position): Decimal {
  let amount = position.amount;
  for (const order of world.orders) {
    const moves =
      order.kind === "perpetual" && order.symbol === position.symbol && order.positionSide === position.side;
    if (!moves || order.filled.isZero() || !isHidden(order, "positions")) continue;
    amount = order.side === "BUY" ? amount.minus(order.filled) : amount.plus(order.filled);
  }
  return amount;
}

export function shownPositions(world: World, symbol?: string): readonly Position[] {
  const all = [...world.positions.values()].filter((position) => symbol === undefined || position.symbol === symbol);
  return all.map((position) => {
    const amount = shownAmount(world, position);
    const entryPrice = position.entryPrice.isZero() ? markPriceOf(world, position.symbol) : position.entryPrice;
    return { ...position, amount, entryPrice: amount.isZero() ? ZERO : entryPrice };
  });
}

export function positionRiskV3(world: World, position: Position): Record<string, unknown> {
  const mark = markPriceOf(world, position.symbol);
  const margin = places(positionMargin(world, position, mark), MONEY_PLACES);
  return {
    symbol: position.symbol,
    positionSide: position.side,
    positionAmt: places(position.amount, amountPlacesOf(world, position.symbol)),
    entryPrice: plain(position.entryPrice),
    breakEvenPrice: plain(position.entryPrice),
    markPrice: places(mark, MONEY_PLACES),
    unRealizedProfit: places(unrealizedProfit(position, mark), MONEY_PLACES),
    liquidationPrice: "0",
    isolatedMargin: "0",
    notional: places(position.amount.times(mark), MONEY_PLACES),
    marginAsset: "USDT",
    isolatedWallet: "0",
    initialMargin: margin,
    maintMargin: places(ZERO, MONEY_PLACES),
    positionInitialMargin: margin,
    openOrderInitialMargin: "0",
    adl: 1,
    bidNotional: "0",
    askNotional: "0",
    updateTime: position.updatedAtMs,
  };
}

function amountPlacesOf(world: World, symbol: string): number {
  return findMarket(world, "perpetual", symbol)?.amountPlaces ?? 0;
}

export function positionRiskV2(world: World, position: Position): Record<string, unknown> {
  return {
    ...positionRiskV3(world, position),
    leverage: String(leverageOf(world, position.symbol)),
    maxNotionalValue: "1000000",
    marginType: world.isolatedSymbols.has(position.symbol) ? "isolated" : "cross",
    isAutoAddMargin: "false",
  };
}

/** Every side of every market in v2, also those without a position. */
export function everyPosition(world: World, symbol?: string): readonly Position[] {
  const sides = world.hedgeMode ? (["LONG", "SHORT"] as const) : (["BOTH"] as const);
  const shown = shownPositions(world, symbol);
  return world.markets
    .filter(({ spec }) => spec.kind === "perpetual" && (symbol === undefined || spec.symbol === symbol))
    .flatMap(({ spec }) =>
      sides.map(
        (side) =>
          shown.find((position) => position.symbol === spec.symbol && position.side === side) ?? {
            symbol: spec.symbol,
            side,
            amount: ZERO,
            entryPrice: ZERO,
            updatedAtMs: 0,
          },
      ),
    );
}

interface WalletFigures {
  readonly asset: string;
  readonly wallet: Decimal;
  readonly unrealized: Decimal;
  readonly margin: Decimal;
  readonly available: Decimal;
}

function walletFigures(world: World): readonly WalletFigures[] {
  let unrealized = ZERO;
  let margin = ZERO;
  for (const position of world.positions.values()) {
    const mark = markPriceOf(world, position.symbol);
    unrealized = unrealized.plus(unrealizedProfit(position, mark));
    margin = margin.plus(positionMargin(world, position, mark));
  }
  return [...world.futuresWallets].map(([asset, wallet]) => ({
    asset,
    wallet,
    unrealized,
    margin,
    available: availableMargin(world, asset),
  }));
}

export function futuresBalances(world: World): object[] {
  return walletFigures(world).map(({ asset, wallet, unrealized, available }) => ({
    accountAlias: "local",
    asset,
    balance: places(wallet, MONEY_PLACES),
    crossWalletBalance: places(wallet, MONEY_PLACES),
    crossUnPnl: places(unrealized, MONEY_PLACES),
    availableBalance: places(available, MONEY_PLACES),
    maxWithdrawAmount: places(available, MONEY_PLACES),
    marginAvailable: true,
    updateTime: world.clock.now(),
  }));
}

export function futuresAccount(world: World): object {
  const figures = walletFigures(world);
  const total = (pick: (figure: WalletFigures) => Decimal): string =>
    places(
      figures.reduce((sum, figure) => sum.plus(pick(figure)), ZERO),
      MONEY_PLACES,
    );
  const positions = shownPositions(world).filter((position) => !position.amount.isZero());
  return {
    feeTier: 0,
    canTrade: true,
    canDeposit: true,
    canWithdraw: true,
    multiAssetsMargin: false,
    updateTime: 0,
    totalInitialMargin: total((figure) => figure.margin),
    totalMaintMargin: "0.00000000",
    totalWalletBalance: total((figure) => figure.wallet),
    totalUnrealizedProfit: total((figure) => figure.unrealized),
    totalMarginBalance: total((figure) => figure.wallet.plus(figure.unrealized)),
    totalPositionInitialMargin: total((figure) => figure.margin),
    totalOpenOrderInitialMargin: "0.00000000",
    totalCrossWalletBalance: total((figure) => figure.wallet),
    totalCrossUnPnl: total((figure) => figure.unrealized),
    availableBalance: total((figure) => figure.available),
    maxWithdrawAmount: total((figure) => figure.available),
    assets: figures.map(({ asset, wallet, unrealized, margin, available }) => ({
      asset,
      walletBalance: places(wallet, MONEY_PLACES),
      unrealizedProfit: places(unrealized, MONEY_PLACES),
      marginBalance: places(wallet.plus(unrealized), MONEY_PLACES),
      maintMargin: "0.00000000",
      initialMargin: places(margin, MONEY_PLACES),
      positionInitialMargin: places(margin, MONEY_PLACES),
      openOrderInitialMargin: "0.00000000",
      crossWalletBalance: places(wallet, MONEY_PLACES),
      crossUnPnl: places(unrealized, MONEY_PLACES),
      availableBalance: places(available, MONEY_PLACES),
      maxWithdrawAmount: places(available, MONEY_PLACES),
      marginAvailable: true,
      updateTime: world.clock.now(),
    })),
    positions: positions.map((position) => ({
      ...positionRiskV2(world, position),
      unrealizedProfit: positionRiskV3(world, position)["unRealizedProfit"],
      isolated: world.isolatedSymbols.has(position.symbol),
    })),
  };
}
