/**
 * Markets, plans and openings for tests, from the few words that a test is about; everything else is the default.
 * Plans are made by `makePlan`, so that no test can use a plan that the house would not accept.
 */
import { planSpecSchema, resolvePlan } from "../../src/config/plan-settings.ts";
import { DEFAULT_PLAN_SETTINGS, makePlan, type PlanSettings } from "../../src/domain/make-plan.ts";
import type { Market } from "../../src/domain/market.ts";
import type { Opening } from "../../src/domain/opening.ts";
import type { InitialStop, Plan } from "../../src/domain/plan.ts";
import { isRefused } from "../../src/domain/refused.ts";
import type { Side } from "../../src/domain/side.ts";
import { decimalText, epochMs, fraction, lots, type DecimalText, type EpochMs } from "../../src/domain/units.ts";

export const START_MS = epochMs(1_760_000_000_000);

export interface MarketWords {
  readonly symbol?: string;
  readonly kind?: Market["kind"];
  readonly step?: string;
  /** null: the exchange does not say. */
  readonly tick?: string | null;
  /** The exchange's minimum amount. */
  readonly minimum?: string;
  readonly minimumCost?: string;
  readonly contractSize?: string;
}

/** Step 1, tick 0.01, no limits, unless told. */
export function aMarket(words: MarketWords = {}): Market {
  const kind = words.kind ?? "derivative";
  const amountStep = decimalText(words.step ?? "1");
  return {
    symbol: words.symbol ?? (kind === "spot" ? "BTC/USDT" : "BTC/USDT:USDT"),
    kind,
    linear: true,
    active: true,
    base: "BTC",
    quote: "USDT",
    contractSize: decimalText(words.contractSize ?? "1"),
    amountStep,
    priceTick: words.tick === null ? null : decimalText(words.tick ?? "0.01"),
    minimumLots: words.minimum === undefined ? null : lotsOf(amountStep, words.minimum),
    minimumCost: words.minimumCost === undefined ? null : decimalText(words.minimumCost),
    maximumLots: null,
    maximumLeverage: null,
  };
}

/** Whole lots in an amount; a test that means half a lot is wrong. */
export function lotsOf(step: DecimalText, amount: string) {
  const quotient = Number(amount) / Number(step);
  const whole = Math.round(quotient);
  if (Math.abs(quotient - whole) > 1e-6) throw new Error(`${amount} is not a whole number of steps of ${step}`);
  return lots(whole);
}

export type PlanWords = Omit<Partial<PlanSettings>, "ladder" | "minimumExitValue" | "stop" | "rules"> & {
  /** As a configuration has them: { trailing: true, smartProfit: { rows: [] } }. */
  readonly rules?: Readonly<Record<string, unknown>>;
  /** "3% 40%, 5% 30%, 8% 30%": target and share of each rung. */
  readonly ladder?: string;
  readonly stop?: string | number;
  readonly minimumExitValue?: string;
};

/** The default plan with some words changed. `stop` is a share ("5%") or a price (95). */
export function aPlan(words: PlanWords = {}, market: Market = aMarket()): Plan {
  const { ladder, stop, minimumExitValue, rules, ...rest } = words;
  const made = makePlan(
    {
      ...DEFAULT_PLAN_SETTINGS,
      ...rest,
      ...(rules === undefined ? {} : { rules: rulesOf(rules) }),
      ...(ladder === undefined ? {} : { ladder: rungsOf(ladder) }),
      ...(stop === undefined ? {} : { stop: stopOf(stop) }),
      ...(minimumExitValue === undefined ? {} : { minimumExitValue: decimalText(minimumExitValue) }),
    },
    market,
  );
  if (isRefused(made)) throw new Error(made.message);
  return made.plan;
}

/** Through the configuration's own schema, so that no test can say what a user could not. */
const rulesOf = (rules: Readonly<Record<string, unknown>>): PlanSettings["rules"] =>
  resolvePlan(DEFAULT_PLAN_SETTINGS, planSpecSchema.parse(rules)).rules;

const percent = (text: string): number => fraction(Number.parseFloat(text) / 100);

const rungsOf = (text: string) =>
  text.split(",").map((rung) => {
    const [target = "", share = ""] = rung.trim().split(/\s+/);
    return { target: percent(target), fraction: percent(share) };
  });

const stopOf = (stop: string | number): InitialStop =>
  typeof stop === "number"
    ? { kind: "price", price: decimalText(String(stop)) }
    : { kind: "fraction", fraction: fraction(Number.parseFloat(stop) / 100) };

export interface OpeningWords {
  readonly id?: string;
  readonly side: Side;
  readonly amount: string;
  readonly leverage?: number;
  readonly market: Market;
  readonly plan: Plan;
  readonly atMs?: EpochMs;
}

export const anOpening = (words: OpeningWords): Opening => ({
  id: words.id ?? "p1",
  journalId: "journal",
  account: "main",
  symbol: words.market.symbol,
  side: words.side,
  leverage: words.leverage ?? 1,
  market: words.market,
  plan: words.plan,
  lots: lotsOf(words.market.amountStep, words.amount),
  warnings: [],
  atMs: words.atMs ?? START_MS,
});
