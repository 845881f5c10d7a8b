/** One market per venue, as the client has it after loading: identifiers and steps of ccxt's static fixtures (MIT). */

const perpetual = (symbol: string, id: string, changes: object): object => {
  const [base, quoteAndSettle] = symbol.split("/") as [string, string];
  const [quote, settle] = quoteAndSettle.split(":") as [string, string];
  return {
    id,
    symbol,
    base,
    quote,
    settle,
    baseId: base,
    quoteId: quote,
    settleId: settle,
    type: "swap",
    spot: false,
    margin: false,
    swap: true,
    future: false,
    option: false,
    active: true,
    contract: true,
    linear: true,
    inverse: false,
    contractSize: "1",
    limits: {},
    info: {},
    ...changes,
  };
};

export const BINANCEUSDM_BTC = perpetual("BTC/USDT:USDT", "BTCUSDT", {
  precision: { amount: "0.001", price: "0.1" },
  info: { orderTypes: ["LIMIT", "MARKET", "STOP", "STOP_MARKET", "TAKE_PROFIT_MARKET", "TRAILING_STOP_MARKET"] },
});
export const BINANCE_BTC = {
  id: "BTCUSDT",
  symbol: "BTC/USDT",
  base: "BTC",
  quote: "USDT",
  baseId: "BTC",
  quoteId: "USDT",
  type: "spot",
  spot: true,
  margin: false,
  swap: false,
  future: false,
  option: false,
  active: true,
  contract: false,
  precision: { amount: "0.00001", price: "0.01" },
  limits: {},
  info: { orderTypes: ["LIMIT", "LIMIT_MAKER", "MARKET", "STOP_LOSS_LIMIT", "TAKE_PROFIT_LIMIT"] },
};
export const OKX_BTC = perpetual("BTC/USDT:USDT", "BTC-USDT-SWAP", {
  contractSize: "0.01",
  precision: { amount: "0.1", price: "0.1" },
});
export const BYBIT_BTC = perpetual("BTC/USDT:USDT", "BTCUSDT", { precision: { amount: "0.001", price: "0.1" } });
export const BITGET_BTC = perpetual("BTC/USDT:USDT", "BTCUSDT", { precision: { amount: "0.001", price: "0.1" } });
export const KRAKENFUTURES_BTC = perpetual("BTC/USD:USD", "PF_XBTUSD", { precision: { amount: "0.0001", price: "1" } });
export const HYPERLIQUID_BTC = perpetual("BTC/USDC:USDC", "0", {
  baseId: "0",
  baseName: "BTC",
  precision: { amount: "0.00001", price: "0.1" },
  info: { szDecimals: "5", name: "BTC" },
});
