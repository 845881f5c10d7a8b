/** R12.5: passing over whole blocks of prices changes nothing. A plain scan is the oracle. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  extremesBetween,
  firstReaching,
  indexAtOrAfter,
  indexOf,
  type PriceColumns,
} from "../../src/backtest/price-columns.ts";

/** Few different prices and many equal ones, so that bounds are met exactly, and now and then never. */
const series: fc.Arbitrary<PriceColumns> = fc
  .record({
    rows: fc.array(fc.tuple(fc.nat(30), fc.nat(4), fc.nat(4), fc.nat(2)), {
      minLength: 1,
      maxLength: 400,
      size: "max",
    }),
    quiet: fc.array(fc.tuple(fc.nat(399), fc.nat(300)), { maxLength: 3 }),
  })
  .map(({ rows, quiet }) => {
    const calm = (row: number): boolean => quiet.some(([from, length]) => row >= from && row < from + length);
    const prices = rows.map(([middle, up, down, waitMs], row) =>
      calm(row) ? { low: 15, high: 15, waitMs } : { low: 100 + middle - down, high: 100 + middle + up, waitMs },
    );
    let atMs = 0;
    const column = (value: (row: (typeof prices)[number]) => number) => Float64Array.from(prices, value);
    return {
      kind: "candles",
      at: column(({ waitMs }) => (atMs += waitMs)),
      open: column(({ low }) => low),
      high: column(({ high }) => high),
      low: column(({ low }) => low),
      close: column(({ high }) => high),
      timeframeMs: 1,
    };
  });

/** Bounds among the prices, off all of them, or none at all. */
const below = fc.oneof(fc.integer({ min: 94, max: 132 }), fc.constantFrom(0, 14, 15));
const above = fc.oneof(fc.integer({ min: 98, max: 136 }), fc.constantFrom(Infinity, 15, 16));
const place = fc.nat(450);

describe("blocks of prices", () => {
  test("R12.5 the first row that reaches a bound is the one that a plain scan finds", () => {
    let found = 0;
    fc.assert(
      fc.property(series, place, place, below, above, (columns, from, end, low, high) => {
        const rows = columns.at.length;
        const [first, last] = [Math.min(from, rows), Math.min(end, rows)];
        const reached = firstReaching(columns, indexOf(columns), first, last, low, high);
        expect(reached).toBe(scan(columns, first, last, low, high));
        if (reached < last) found += 1;
      }),
      { numRuns: 2_000 },
    );
    expect(found).toBeGreaterThan(100);
  });

  test("R12.3 the extremes of a stretch of rows are those of its rows", () => {
    fc.assert(
      fc.property(series, place, place, (columns, from, end) => {
        const rows = columns.at.length;
        const [first, last] = [Math.min(from, rows), Math.min(end, rows)];
        const { high, low } = extremesBetween(columns, indexOf(columns), first, last);
        expect(high).toBe(Math.max(...columns.high.slice(first, last)));
        expect(low).toBe(Math.min(...columns.low.slice(first, last)));
      }),
      { numRuns: 1_000 },
    );
  });

  test("R14.1 the first row at or after a moment, also where several share one", () => {
    fc.assert(
      fc.property(series, fc.nat(600), ({ at }, moment) => {
        const row = at.findIndex((each) => each >= moment);
        expect(indexAtOrAfter(at, moment)).toBe(row === -1 ? at.length : row);
      }),
      { numRuns: 1_000 },
    );
  });
});

function scan({ high, low }: PriceColumns, from: number, end: number, below: number, above: number): number {
  for (let row = from; row < end; row += 1) if (low[row]! <= below || high[row]! >= above) return row;
  return end;
}
