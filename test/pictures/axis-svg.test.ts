/** The picture of a position (R13.0): everything on it to scale, nothing from outside as markup. */
import { describe, expect, it } from "vitest";
import { explain } from "../../src/domain/explain/explain.ts";
import { price } from "../../src/domain/units.ts";
import { axisSvg } from "../../src/pictures/axis-svg.ts";
import { START_MS } from "../support/house.ts";
import { long, playTape, short } from "../support/tape.ts";

const START = { entry: 100, amount: "100", market: { tick: "1" } } as const;
const explained = (start: Parameters<typeof playTape>[0], at: number) =>
  explain(playTape(start, "").position, price(at), START_MS)!;

const numbers = (svg: string, pattern: RegExp): readonly number[] =>
  [...svg.matchAll(pattern)].map(([, number]) => Number(number));

const TICKS = /<line class="tick"[^>]* y1="([\d.]+)"/g;

describe("R13.0 the price axis as SVG", () => {
  it("every level stands where its price is, the highest on top", () => {
    const ys = numbers(axisSvg(explained(long(START), 101)), TICKS);
    // 108, 105, 103, 101, 100, 95, 85, 75, 60
    expect(ys).toHaveLength(9);
    const perUnit = (ys[8]! - ys[0]!) / (108 - 60);
    for (const [index, at] of [108, 105, 103, 101, 100, 95, 85, 75, 60].entries())
      expect(ys[index]! - ys[0]!).toBeCloseTo((108 - at) * perUnit, 0);
  });

  it("labels never overlap, however near the levels are", () => {
    const svg = axisSvg(explained(short({ ...START, leverage: 50 }), 99.5));
    const prices = [...svg.matchAll(/<text x="230" y="([\d.]+)" class="number[^"]*">[\d.]+</g)].map(([, y]) =>
      Number(y),
    );
    expect(prices.length).toBe([...svg.matchAll(TICKS)].length);
    for (const [index, y] of prices.entries())
      if (index > 0) expect(y - prices[index - 1]!).toBeGreaterThanOrEqual(21.9);
  });

  it("bars cover the axis from end to end without a gap", () => {
    const svg = axisSvg(explained(long(START), 101));
    const bars = [...svg.matchAll(/<rect x="40" y="([\d.]+)" width="26" height="([\d.]+)"/g)].map(([, y, size]) => ({
      from: Number(y),
      to: Number(y) + Number(size),
    }));
    expect(bars[0]!.from).toBe(104);
    expect(bars.at(-1)!.to).toBeCloseTo(104 + 360, 0);
  });

  it("R13.6 what comes from outside is text, never markup", () => {
    const evil = { ...explained(long(START), 101), symbol: '<script>alert("x")</script>&' };
    const svg = axisSvg(evil);
    expect(svg).not.toContain("<script");
    expect(svg).toContain("&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt;&amp;");
  });
});
