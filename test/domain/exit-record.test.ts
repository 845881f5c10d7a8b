/** One record per reduction: R2.5, and that the records of a position add up. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { grossProfit, moveFromEntry } from "../../src/domain/exit-record.ts";
import { exact, toReported, toText } from "../../src/domain/decimal.ts";
import { reported, whole } from "../../src/domain/quotient.ts";
import { long, playTape, short } from "../support/tape.ts";

describe("exit records", () => {
  it("R2.5 remaining is what stays right after this rung, also where one order pays out several", () => {
    const { position } = playTape(
      long({ entry: 100, amount: "100" }),
      "price 106\nfill 70@106\nprice 108\nfill 30@108",
    );
    expect(position.exits.map(({ rung, amount, remaining, stop }) => [rung, amount, remaining, stop])).toEqual([
      [1, "40", "60", "100"],
      [2, "30", "30", "103"],
      [3, "30", "0", null],
    ]);
  });

  it("R2.5 the price is the average of its fills, the time that of the last", () => {
    const { position } = playTape(
      long({ entry: 100, amount: "100" }),
      "price 103\nfill 10@103 fee 0.1\nwait 2 s\nfill 30@104 fee 0.3",
    );
    expect(position.exits[0]).toMatchObject({
      price: "103.75",
      fee: "0.4",
      profit: "150",
      priceMove: "0.0375",
      filledAtMs: 1_760_000_002_000,
    });
  });

  it("R14.2 amounts of opened equal those of exit and external once closed, in either direction", () => {
    const fills = fc.array(fc.tuple(fc.integer({ min: 1, max: 25 }), fc.integer({ min: 9_900, max: 10_100 })), {
      minLength: 1,
      maxLength: 4,
    });
    fc.assert(
      fc.property(fc.boolean(), fills, (isLong, entries) => {
        const start = (isLong ? long : short)({
          entry: 100,
          amount: "100",
          pending: true,
          plan: { emergencyLevels: [], stop: "90%" },
        });
        const tape = [
          ...entries.map(([lots, cents]) => `fill ${lots}@${cents / 100}`),
          "end canceled of entry",
          "close",
        ];
        const sold = entries.reduce((sum, [lots]) => sum + lots, 0);
        const { position, rows } = playTape(start, [...tape, `fill ${sold}@101`].join("\n"));
        const facts = rows.flatMap((row) => row.facts);
        const total = (types: readonly string[]) =>
          facts.reduce(
            (sum, fact) => (types.includes(fact.type) && "amount" in fact ? sum + Number(fact.amount) : sum),
            0,
          );
        expect(total(["opened"])).toBe(sold);
        expect(total(["exit", "external"])).toBe(sold);
        expect(position.outcome?.grossProfit).toBe(
          position.exits.reduce((sum, exit) => toText(exact(sum as never).plus(exact(exit.profit))), "0"),
        );
      }),
      { numRuns: 60 },
    );
  });
});

describe("moves and profit", () => {
  const { position } = playTape(short({ entry: 100, amount: "10", market: { contractSize: "0.1" } }), "");

  it("R1.7 what is reported of a quotient is what a decimal of 30 places would be rounded to", () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: -(10n ** 24n), max: 10n ** 24n }),
        fc.bigInt({ min: 1n, max: 10n ** 15n }),
        (over, under) => {
          expect(reported({ over, under })).toBe(toReported(exact(over).dividedBy(exact(under))).replace(/^-0$/, "0"));
        },
      ),
    );
    expect(reported({ over: 1n, under: 2n * 10n ** 12n })).toBe("0.000000000001");
    expect(reported({ over: -1n, under: 2n * 10n ** 12n })).toBe("-0.000000000001");
    expect(reported({ over: -1n, under: 3n * 10n ** 12n })).toBe("0");
  });

  it("R1.7 favorable is positive for a short that falls", () => {
    expect(reported(moveFromEntry(position, whole(97)))).toBe("0.03");
    expect(grossProfit(position, whole(97 * 4), 4)).toBe("1.2");
  });
});
