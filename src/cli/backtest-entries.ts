/** What a backtest enters: the lines of a file, or a rule; under one plan, or the same entries under several. */
import { parseEntryRule, type EntrySize, type EntrySpec, type TestedMarket } from "../backtest/backtest.ts";
import type { Config } from "../config/config-file.ts";
import { readEntries, type EntriesFile, type FileEntry } from "../config/entries.ts";
import { resolvePlan } from "../config/plan-settings.ts";
import { makePlan, type PlanSettings } from "../domain/make-plan.ts";
import { isDecimalText } from "../domain/decimal.ts";
import { usesContext } from "../domain/context-settings.ts";
import { isRefused } from "../domain/refused.ts";
import { numberOption, type BacktestOptions } from "./backtest-options.ts";
import { UsageError } from "./exit-codes.ts";
import { mustExist } from "./file-there.ts";

export interface NamedPlan {
  readonly name: string;
  readonly settings: PlanSettings;
}

/** Of one plan: an entry specification for each market, in their order. */
export interface PlannedEntries {
  readonly specs: readonly EntrySpec[];
  /** Whether one of its rules looks at the market besides its price. */
  readonly usesContext: boolean;
}

export interface EntriesAsked {
  /** Null where a rule enters. */
  readonly file: EntriesFile | null;
  /** What of the rule is left out in these markets. */
  leftOut(markets: readonly TestedMarket[]): readonly string[];
  /**
   * `isEach`: every entry by itself, in an account of its own, and under this plan whatever its line says: what plans are
   * compared over.
   */
  planned(plan: NamedPlan, markets: readonly Pick<TestedMarket, "market">[], isEach: boolean): PlannedEntries;
}

export function entriesAsked(options: BacktestOptions, config: Config): EntriesAsked {
  if ((options.entries === undefined) === (options.enter === undefined)) {
    throw new UsageError(
      options.entries === undefined
        ? "What is to be entered? --entries FILE (one JSON object per line), or --enter RULE (for example breakout:20)"
        : "--entries and --enter are both given; allowed: one of them",
    );
  }
  return options.entries === undefined
    ? byRule(options.enter!, options, config)
    : byFile(options.entries, options, config);
}

function byFile(path: string, options: BacktestOptions, config: Config): EntriesAsked {
  const foreign = (["worth", "amount", "leverage"] as const).find((name) => options[name] !== undefined);
  if (foreign !== undefined)
    throw new UsageError(`--${foreign} is for entries of a rule (--enter); those of --entries have their own`);
  mustExist(path, "--entries");
  const file = readEntries(path, { account: config.account, plan: config.plan });
  return {
    file,
    leftOut: () => [],
    planned(plan, markets, isEach) {
      const { entries } = file;
      const settingsOf = (line: FileEntry): PlanSettings =>
        isEach ? plan.settings : resolvePlan(plan.settings, line.plan);
      const specs = markets.map(({ market }): EntrySpec => {
        const ofAll = isEach ? makePlan(plan.settings, market) : null;
        return {
          kind: "list",
          entries: entries
            .filter(({ request }) => request.symbol === market.symbol)
            .map((line) => ({
              market,
              plan: ofAll ?? makePlan(settingsOf(line), market),
              request: isEach ? { ...line.request, account: line.request.id } : line.request,
            })),
        };
      });
      return { specs, usesContext: entries.some((line) => usesContext(settingsOf(line).rules)) };
    },
  };
}

function byRule(text: string, options: BacktestOptions, config: Config): EntriesAsked {
  const rule = parseEntryRule(text);
  const size = sizeOf(options);
  const leverage =
    options.leverage === undefined ? 1 : numberOption("--leverage", options.leverage, { least: 1, most: 125 });
  return {
    file: null,
    leftOut(markets) {
      if (rule.kind === "always" || rule.sides === "long") return [];
      return markets
        .filter(({ market }) => market.kind === "spot")
        .map(({ market: { symbol } }) => `${symbol} is spot: signals to the short side are left out`);
    },
    planned(plan, markets, isEach) {
      if (isEach && rule.kind === "always")
        throw new UsageError(
          "--enter always enters when the position before has ended, which differs from plan to plan; compare over breakout, ma-cross, random, or --entries",
        );
      const specs = markets.map(({ market }): EntrySpec => {
        const made = makePlan(plan.settings, market);
        if (isRefused(made)) throw new UsageError(`Plan ${plan.name}: ${made.message}`);
        return { kind: "rule", rule, size, leverage, account: config.account, plan: made, isEach };
      });
      return { specs, usesContext: usesContext(plan.settings.rules) };
    },
  };
}

function sizeOf({ amount, worth }: BacktestOptions): EntrySize {
  if (amount === undefined)
    return { kind: "worth", quote: worth === undefined ? 1_000 : numberOption("--worth", worth, { least: 1e-6 }) };
  if (worth !== undefined) throw new UsageError("--amount and --worth are both given; allowed: one of them");
  if (!isDecimalText(amount) || Number(amount) <= 0)
    throw new UsageError(`--amount is ${JSON.stringify(amount)}; allowed: decimal text, more than 0`);
  return { kind: "amount", amount };
}
