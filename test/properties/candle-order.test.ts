/**
 * R12.2: the orders inside a candle. Pessimistic is the adverse extreme first and optimistic the favorable one, decided as
 * positions decide that are told every tick of such a way; a candle is ambiguous where they sell something else.
 */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { listFlow } from "../../src/backtest/entry-flow.ts";
import { throughCandle } from "../../src/backtest/candle-walk.ts";
import { InstantPosition } from "../../src/backtest/instant-position.ts";
import { indexAtOrAfter, indexOf } from "../../src/backtest/price-columns.ts";
import type { CandleOrder } from "../../src/backtest/result.ts";
import { rideOn, startRide, type Track } from "../../src/backtest/ride.ts";
import { runMarket } from "../../src/backtest/run-market.ts";
import { isRefused } from "../../src/domain/refused.ts";
import { NO_RULES } from "../../src/domain/rules/table.ts";
import type { Side } from "../../src/domain/side.ts";
import { epochMs } from "../../src/domain/units.ts";
import { byId, inBacktest, type Both } from "../support/both-ways.ts";
import { anOpening } from "../support/house.ts";
import { COARSE_PLACES, parityCases } from "../support/parity-cases.ts";
import { inUngatedSession } from "../support/ungated.ts";

const cases = parityCases(COARSE_PLACES, ["candles"]);

describe("the orders inside a candle", () => {
  test("R12.2 the adverse, or the favorable extreme first, as if every tick had been told", () => {
    let positions = 0;
    fc.assert(
      fc.property(
        cases,
        fc.constantFrom<Side>("long", "short"),
        fc.constantFrom<CandleOrder>("pessimistic", "optimistic"),
        (drawn, side, order) => {
          const both = { ...drawn, entries: drawn.entries.filter(({ request }) => request.side === side) };
          const lowFirst = (side === "long") === (order === "pessimistic");
          const told = byId(inUngatedSession(both, lowFirst ? "low" : "high"));
          expect(byId(inBacktest(both, { order }))).toEqual(told);
          positions += told.length;
        },
      ),
      { numRuns: 80 },
    );
    expect(positions).toBeGreaterThan(50);
  });

  test("R12.2 without rules a position that has no ambiguous candle sells the same in both orders", () => {
    const seen = { ambiguous: 0, plain: 0 };
    fc.assert(
      fc.property(cases, (drawn) => {
        const both = withoutRules(drawn);
        const optimistic = new Map(salesIn(both, "optimistic").map((each) => [each.id, each]));
        for (const { id, sales, ambiguousCandles } of salesIn(both, "pessimistic")) {
          const isSame = JSON.stringify(sales) === JSON.stringify(optimistic.get(id)!.sales);
          // The other way round it need not be: what one order sells inside a candle the other may sell in a later one.
          if (ambiguousCandles === 0) expect(isSame, id).toBe(true);
          seen[ambiguousCandles === 0 ? "plain" : "ambiguous"] += 1;
        }
      }),
      { numRuns: 200 },
    );
    expect(seen.ambiguous).toBeGreaterThan(20);
    expect(seen.plain).toBeGreaterThan(20);
  });
});

describe("ambiguous candles", () => {
  test("R12.2 are those in which the other order sells something else, every rule on and off", () => {
    let ambiguous = 0;
    fc.assert(
      fc.property(cases, fc.constantFrom<CandleOrder>("pessimistic", "optimistic"), (both, order) => {
        const { market, columns, entries, settings } = both;
        const track = { market, columns, index: indexOf(columns), order, context: null, endMs: columns.at.at(-1)! };
        for (const { request, plan } of entries) {
          if (isRefused(plan)) continue;
          const row = indexAtOrAfter(columns.at, request.atMs);
          const { id, side, amount, leverage = 1 } = request;
          const opening = anOpening({ id, side, amount, leverage, market, plan: plan.plan });
          const terms = { settings, liquidation: null, keepsStops: false };
          const open = (): InstantPosition =>
            new InstantPosition(opening, columns.open[row]!, epochMs(columns.at[row]!), terms);
          const position = open();
          if (position.isClosed) continue;
          const ride = startRide(position, track, row);
          rideOn(ride, track);
          const { ambiguousCandles } = ride;
          expect(ambiguousCandles, id).toBe(countedOneByOne(open(), track, row));
          ambiguous += ambiguousCandles;
        }
      }),
      { numRuns: 200 },
    );
    expect(ambiguous).toBeGreaterThan(50);
  });
});

/** Through every candle in both orders, one by one. */
function countedOneByOne(position: InstantPosition, track: Track, entryRow: number): number {
  const other = track.order === "pessimistic" ? "optimistic" : "pessimistic";
  let count = 0;
  for (let row = entryRow; row < track.columns.at.length && !position.isClosed; row += 1) {
    const twin = position.copy();
    throughCandle(position, track, row, row === entryRow ? "after the open" : "whole", track.order);
    throughCandle(twin, track, row, row === entryRow ? "after the open" : "whole", other);
    if (JSON.stringify(salesOf(position)) !== JSON.stringify(salesOf(twin))) count += 1;
  }
  return count;
}

const salesOf = ({ exits }: InstantPosition) => exits.map(({ lots, price, reason }) => ({ lots, price, reason }));

/** Each in an account of its own: what one does is nothing to the others. */
const withoutRules = (both: Both): Both => ({
  ...both,
  context: null,
  entries: both.entries.map((entry) => ({
    ...entry,
    request: { ...entry.request, account: entry.request.id },
    plan: isRefused(entry.plan)
      ? entry.plan
      : { ...entry.plan, plan: { ...entry.plan.plan, rules: NO_RULES, markStep: null } },
  })),
});

function salesIn({ market, columns, entries, settings }: Both, order: CandleOrder) {
  const track = { market, columns, index: indexOf(columns), order, context: null, endMs: columns.at.at(-1)! };
  const flow = listFlow(entries);
  return [...runMarket(track, flow, { settings, liquidation: null, keepsStops: false })].flatMap((tested) => {
    if (tested.kind === "refused") return [];
    const { position, ambiguousCandles } = tested.ride;
    return [{ id: position.position.id, sales: salesOf(position), ambiguousCandles }];
  });
}
