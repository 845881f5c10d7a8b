/**
 * What the venue's books say, read by tests: copies in plain decimal text.
 */
import { plain, ZERO } from "./decimal.ts";
import { marketsNamed } from "./markets.ts";
import { ledgerOrder, ledgerTrade, type Executions, type LedgerOrder, type LedgerTrade } from "./records.ts";
import { spotBalanceOf, type World } from "./world.ts";

export interface Ledger {
  readonly orders: readonly LedgerOrder[];
  readonly trades: readonly LedgerTrade[];
  /** Signed decimal text. Perpetual: the position, in hedge mode of one side or both together; spot (`BTC/USDT`): coins held. */
  readonly position: (symbol: string, side?: "LONG" | "SHORT") => string;
  /** Free and locked together. */
  readonly balance: (asset: string, account: "futures" | "spot") => string;
  readonly executionsOf: (clientOrderId: string) => Executions;
}

export function createLedger(world: World): Ledger {
  return {
    get orders() {
      return world.orders.map(ledgerOrder);
    },
    get trades() {
      return world.trades.map(ledgerTrade);
    },
    position: (symbol, side) => {
      const named = marketsNamed(world.markets, symbol);
      const spec = (named.find((market) => market.spec.kind === "perpetual") ?? named[0])?.spec;
      if (spec?.kind === "spot") {
        const { free, locked } = spotBalanceOf(world, spec.base);
        return plain(free.plus(locked));
      }
      let amount = ZERO;
      for (const position of world.positions.values()) {
        if (position.symbol !== spec?.symbol) continue;
        if (side === undefined || side === position.side) amount = amount.plus(position.amount);
      }
      return plain(amount);
    },
    balance: (asset, account) => {
      if (account === "futures") return plain(world.futuresWallets.get(asset) ?? ZERO);
      const { free, locked } = spotBalanceOf(world, asset);
      return plain(free.plus(locked));
    },
    executionsOf: (clientOrderId) => {
      const orders = world.orders.filter((order) => order.clientOrderId === clientOrderId);
      const trades = world.trades.filter((trade) => trade.order.clientOrderId === clientOrderId);
      const filled = orders.reduce((sum, order) => sum.plus(order.filled), ZERO);
      return { orders: orders.map(ledgerOrder), trades: trades.map(ledgerTrade), filled: plain(filled) };
    },
  };
}
