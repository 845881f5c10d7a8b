/**
 * Long and short are one engine (DESIGN 6): a short that is shown the mirror image of a long's prices does the mirror image
 * of what the long does, at the same moments.
 *
 * It holds for every rule that is linear in the price move from the entry, with prices on the tick grid. Two are not: the
 * trailing distance is a share of the mark (R4.4), and smart profit looks at the distance to a target as a share of the
 * price (R5.1); both are held to the SPEC's own formula, on both sides, in law-of-the-band.test.ts. The rules by value
 * (R3.5, minimum cost) are off: the mirror image of a price is worth something else.
 */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { PositionContext } from "../../src/domain/market-context.ts";
import { MOMENTA, REGIMES, STRETCHES, VOLATILITIES } from "../../src/domain/market-context.ts";
import { levelPrice } from "../../src/domain/market.ts";
import type { Row } from "../../src/domain/row.ts";
import type { Side } from "../../src/domain/side.ts";
import { decimalText, epochMs, ticks } from "../../src/domain/units.ts";
import { createKernel, type Step } from "../../src/kernel/kernel.ts";
import { aMarket, anOpening, aPlan, START_MS, type PlanWords } from "../support/house.ts";

const GRIDS = ["1", "0.5", "0.01", "0.00025"] as const;

interface Deed {
  /** Ticks from the entry, favorable positive; in thousandths of the entry. */
  readonly move: number;
  readonly waitMs: number;
  readonly context: Partial<PositionContext> | null;
}

const class_ = <T extends string>(names: readonly T[]) => fc.constantFrom<T | null>(null, ...names);
const deeds: fc.Arbitrary<readonly Deed[]> = fc.array(
  fc.record({
    move: fc.oneof(
      fc.integer({ min: -70, max: 130 }),
      // Around the entry most rules have their levels.
      fc.constantFrom(-400, -251, -250, -150, -50, -49, 0, 15, 21, 29, 30, 31, 35, 50, 56, 80, 81),
    ),
    waitMs: fc.constantFrom(0, 1_000, 60_000, 4 * 3_600_000),
    context: fc.option(
      fc.record(
        {
          regime: class_(REGIMES),
          volatility: class_(VOLATILITIES),
          momentum: class_(MOMENTA),
          rsi: class_(STRETCHES),
        },
        { requiredKeys: [] },
      ),
      { freq: 6 },
    ),
  }),
  { minLength: 1, maxLength: 25 },
);

const plans: fc.Arbitrary<PlanWords> = fc.record({
  ladder: fc.constantFrom("3% 40%, 5% 30%, 8% 30%", "1% 10%, 2% 20%, 3% 30%, 13% 40%", "8% 100%"),
  stop: fc.constantFrom("5%", "2.1%", "30%"),
  markStep: fc.constantFrom(0, 1_000, 7_000),
  minimumExitValue: fc.constant("0"),
  undersizedExit: fc.constantFrom("raise" as const, "skip" as const, "close" as const),
  rules: fc.record({
    momentumLoss: fc.constantFrom<unknown>(false, {}, { giveBack: 0.8, minimumPeakRoi: 0.1 }),
    maxHoldingTime: fc.constantFrom<unknown>(false, { afterMs: 5 * 3_600_000 }),
    movingTargets: fc.constantFrom<unknown>(false, {}, { noFurtherFrom: 0.5, maximum: 3 }),
  }),
});

const settings = fc.record({
  tick: fc.constantFrom(...GRIDS),
  entry: fc.integer({ min: 1_000, max: 200_000 }),
  amount: fc.integer({ min: 1, max: 500 }),
  minimum: fc.constantFrom("1", "7", "40"),
  leverage: fc.constantFrom(1, 3, 10, 50),
  plan: plans,
});
type Setting = typeof settings extends fc.Arbitrary<infer T> ? T : never;

interface Happened {
  readonly rule: string | null;
  readonly facts: readonly (readonly [type: string, reason: string | null])[];
}

const WHAT_HAPPENS = [
  "emergency",
  "stop",
  "rungs",
  "momentumLoss",
  "movingTargets",
  "mark",
  "context",
  "max_holding_time",
  "take_profit_final",
  "stop_ladder",
  "scaled_tp_full_close_fallback",
];

/** What happened, every level as ticks from the entry, favorable positive. */
function played(side: Side, setting: Setting, course: readonly Deed[]): readonly object[] {
  const { tick, entry, amount, minimum, leverage } = setting;
  const market = aMarket({ tick, minimum });
  const plan = aPlan(setting.plan, market);
  const grid = gridOf(tick);
  const way = side === "long" ? 1 : -1;
  const priceAt = (offset: number): number => levelPrice(grid, ticks(entry + way * offset));
  const offsetOf = (level: number | null | undefined): number | null =>
    level === null || level === undefined ? null : way * (level - entry) || 0;
  const kernel = createKernel({ limits: { maximumFutureMs: 0, maximumAgeMs: null }, visibilityLagMs: 60_000 });
  const seen: object[] = [];
  let nowMs = START_MS;
  let offset = 0;
  let trades = 0;

  const note = (row: Row): void => {
    const { snapshot, cause, facts } = row;
    const { position, state } = snapshot!;
    seen.push({
      atMs: row.atMs,
      state,
      rule: cause.rule,
      facts: facts.map((fact) => [fact.type, "reason" in fact ? fact.reason : null]),
      stop: [offsetOf(position.stop?.level), position.stop?.source],
      mark: offsetOf(position.mark),
      rungs: position.rungs.map(({ target, status, factor, isFrozen }) => [offsetOf(target), status, factor, isFrozen]),
      emergency: position.emergency.map(({ level, reason }) => [offsetOf(level), reason]),
      lots: [position.enteredLots, position.exitedLots],
      intents: position.intents.map(({ purpose, amount: lots }) => [purpose, lots]),
    });
  };
  const take = ({ rows, commands }: Step): void => {
    for (const row of rows) note(row);
    for (const command of commands) {
      if (command.kind !== "placeOrder") continue;
      const { clientOrderId, lots } = command.order;
      const about = { clientOrderId, atMs: nowMs };
      const fee = { cost: decimalText("0"), currency: "quote" } as const;
      trades += 1;
      const fill = { kind: "fill", ...about, exchangeOrderId: "x", tradeId: `t${trades}`, lots, fee } as const;
      const price = decimalText(String(priceAt(offset)));
      take(kernel.step({ type: "report", report: { ...fill, price }, nowMs }));
      take(
        kernel.step({ type: "report", report: { kind: "ended", ...about, end: "filled", filledLots: lots }, nowMs }),
      );
    }
  };
  const show = (): void => take(kernel.price(kernel.market(market.symbol), priceAt(offset), nowMs, nowMs));

  show();
  take(
    kernel.step({
      type: "open",
      opening: anOpening({ side, amount: String(amount), leverage, market, plan, atMs: nowMs }),
      nowMs,
    }),
  );
  for (const { move, waitMs, context } of course) {
    nowMs = epochMs(nowMs + waitMs);
    if (kernel.nextDeadlineMs() <= nowMs) take(kernel.step({ type: "deadlines", nowMs }));
    if (context !== null) {
      const classes = { long: context, short: context };
      take(kernel.step({ type: "context", symbol: market.symbol, classes, nowMs }));
    }
    offset = Math.round((entry * move) / 1_000);
    show();
  }
  return seen;
}

function gridOf(tick: string): { readonly units: number; readonly decimals: number } {
  const decimals = tick.split(".")[1]?.length ?? 0;
  return { units: Math.round(Number(tick) * 10 ** decimals), decimals };
}

describe("R4.3 P3 P4 long and short mirror each other", () => {
  it("what a long does at prices, a short does at their mirror images, with the same reasons and the same sizes", () => {
    const reached = new Map<string, number>();
    fc.assert(
      fc.property(settings, deeds, (setting, course) => {
        const long = played("long", setting, course);
        expect(played("short", setting, course)).toEqual(long);
        for (const { rule, facts } of long as readonly Happened[])
          for (const name of [rule, ...facts.map(([, reason]) => reason)])
            if (name !== null) reached.set(name, (reached.get(name) ?? 0) + 1);
      }),
      { numRuns: 1_500 },
    );
    for (const name of WHAT_HAPPENS) expect(reached.get(name) ?? 0, name).toBeGreaterThan(20);
  });
});
