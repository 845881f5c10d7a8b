/** What of ours is compared: the backtest by its own doors, and its command line. */
import { candleColumns, indexOf, type PriceColumns, type PriceIndex } from "../../src/backtest/price-columns.ts";
import { quickNet, quickTerms } from "../../src/backtest/quick-money.ts";
import { runMarket } from "../../src/backtest/run-market.ts";
import { DEFAULT_PLAN_SETTINGS, makePlan, type MadePlan } from "../../src/domain/make-plan.ts";
import type { Market } from "../../src/domain/market.ts";
import { isRefused } from "../../src/domain/refused.ts";
import { rulesWith } from "../../src/domain/rules/table.ts";
import { decimalText, epochMs, fraction, lots } from "../../src/domain/units.ts";
import { parsePaperSettings } from "../../src/exchange/paper/settings.ts";
import type { Candles } from "../../src/prices/candles.ts";
import type { CommandLine } from "./command-line.ts";
import { AMOUNT, RULE, type BacktestCounts, type BacktestSubject } from "./subject.ts";

interface Product {
  readonly subject: (() => BacktestSubject) | null;
  /** From a file of candles to the report on the screen. */
  readonly report: CommandLine | null;
  /** The same, reading the file as a stream. */
  readonly streaming: CommandLine | null;
}

const SYMBOL = "BTC/USDT:USDT";

const ALWAYS = ["--enter", "always:long", "--amount", String(AMOUNT)] as const;

const always = (csv: string): readonly string[] => {
  const command = ["src/cli/pawl.js", "backtest", "--quiet", "--prices", csv, "--symbol", SYMBOL];
  return [...command, ...ALWAYS];
};

export const PRODUCT: Product = {
  subject: backtestSubject,
  report: always,
  streaming: (csv) => [...always(csv), "--stream", "--context", "off"],
};

const MINUTE_MS = 60_000;

const MARKET: Market = {
  symbol: SYMBOL,
  kind: "derivative",
  linear: true,
  active: true,
  base: "BTC",
  quote: "USDT",
  contractSize: decimalText("1"),
  amountStep: decimalText("0.001"),
  priceTick: decimalText("0.1"),
  minimumLots: lots(1),
  minimumCost: decimalText("5"),
  maximumLots: null,
  maximumLeverage: null,
};

/** The rule as a plan: nothing else is on. */
function planOfRule(): MadePlan {
  const made = makePlan(
    {
      ...DEFAULT_PLAN_SETTINGS,
      preset: "bench",
      ladder: RULE.rungs.map(({ targetPercent, exitPercent }) => ({
        target: targetPercent * 10_000,
        fraction: exitPercent * 10_000,
      })),
      stop: { kind: "fraction", fraction: fraction(RULE.stopPercent / 100) },
      emergencyLevels: [],
      rules: rulesWith({ trailing: { distance: RULE.trailingPercent * 10_000, profit: [] } }),
      markStep: RULE.markStepPerMille * 1_000,
    },
    MARKET,
  );
  if (isRefused(made)) throw new Error(`The rule is no plan: ${made.message}`);
  return made;
}

function backtestSubject(): BacktestSubject {
  const plan = planOfRule();
  const settings = parsePaperSettings({ seed: "bench", takerFee: String(RULE.feePercent / 100) });
  const money = quickTerms(MARKET, settings);
  let columns: PriceColumns | null = null;
  let index: PriceIndex | null = null;

  const run = (): BacktestCounts => {
    const prices = columns!;
    index ??= indexOf(prices);
    const endMs = prices.at.at(-1)! + MINUTE_MS - 1;
    const track = { market: MARKET, columns: prices, index, order: "pessimistic", context: null, endMs } as const;
    let positions = 0;
    let rungExits = 0;
    let stops = 0;
    let netProfit = 0;
    const entryAt = (row: number) => ({
      row,
      entry: {
        market: MARKET,
        plan,
        request: {
          id: `p${row}`,
          account: "default",
          symbol: SYMBOL,
          side: "long" as const,
          amount: decimalText(String(AMOUNT)),
          leverage: 1,
          atMs: epochMs(prices.at[row]!),
        },
      },
    });
    const flow = { kind: "rule", next: (row: number) => (row < prices.at.length ? entryAt(row) : null) } as const;
    for (const tested of runMarket(track, flow, { settings, liquidation: null, keepsStops: false })) {
      if (tested.kind === "refused") throw new Error(tested.refused.message);
      const { position } = tested.ride;
      const reason = position.exits.at(-1)!.reason!;
      if (reason === "end_of_data") continue;
      positions += 1;
      for (const exit of position.exits) rungExits += exit.rungs.length;
      if (reason.startsWith("stop_")) stops += 1;
      netProfit += quickNet(position, money);
    }
    return { positions, rungExits, stops, netProfit };
  };
  return {
    name: "Pawl",
    prepare(series: Candles) {
      columns = candleColumns(series, MINUTE_MS);
      index = null;
    },
    run() {
      index = null;
      return run();
    },
    runAgain: run,
  };
}
