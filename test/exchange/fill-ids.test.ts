/** One id for each fill, whatever answers leave out: each rule, and what holds however a venue names its fills (F26, I9). */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { FillReport, OrderReport } from "../../src/domain/report.ts";
import { decimalText, epochMs, lots } from "../../src/domain/units.ts";
import { BLANK_ID, createFillIds } from "../../src/exchange/ccxt/fill-ids.ts";

/** "t1" or "" (no id), and what makes it another fill. */
const fill = (tradeId: string, changes: Partial<FillReport> = {}): FillReport => ({
  kind: "fill",
  clientOrderId: "a",
  atMs: epochMs(1_000),
  exchangeOrderId: "x",
  tradeId,
  lots: lots(10),
  price: decimalText("100"),
  fee: { cost: decimalText("0"), currency: "quote" },
  ...changes,
});
const blank = (changes: Partial<FillReport> = {}): FillReport => fill(BLANK_ID, changes);
const idsOf = (reports: readonly OrderReport[]): readonly string[] =>
  reports.flatMap((report) => (report.kind === "fill" ? [report.tradeId] : []));

/** The distinct fills that were told, over all answers. */
function counted(answers: readonly (readonly OrderReport[])[]): ReadonlySet<string> {
  const ids = createFillIds();
  return new Set(answers.flatMap((answer) => idsOf(ids.settled(answer))));
}

describe("ids of fills", () => {
  const cases: readonly (readonly [string, readonly (readonly OrderReport[])[], number])[] = [
    ["an id is kept", [[fill("t1")], [fill("t1")]], 1],
    ["two ids of the same content are two fills", [[fill("t1"), fill("t2")]], 2],
    ["a blank one twice, in two answers, is one", [[blank()], [blank()]], 1],
    ["two blank ones in one answer are two", [[blank(), blank()]], 2],
    ["named first, blank later: the same", [[fill("t1")], [blank()]], 1],
    ["blank first, named later: the same", [[blank()], [fill("t1")]], 1],
    ["one named of two, then both blank", [[fill("t1")], [blank(), blank()]], 2],
    ["two blank, then one of them by name", [[blank(), blank()], [fill("t1")]], 2],
    [
      "two blank, then both by name, then blank again",
      [
        [blank(), blank()],
        [fill("t1"), fill("t2")],
        [blank(), blank()],
      ],
      2,
    ],
    ["one answer with one of each", [[fill("t1"), blank()]], 2],
    ["another price is another fill", [[blank()], [blank({ price: decimalText("101") })]], 2],
    ["another moment is another fill", [[blank()], [blank({ atMs: epochMs(1_001) })]], 2],
    ["another size is another fill", [[blank()], [blank({ lots: lots(11) })]], 2],
    ["another order is another fill", [[blank()], [blank({ clientOrderId: "b" })]], 2],
    ["the same order under two ids of the exchange", [[blank()], [blank({ exchangeOrderId: "y" })]], 2],
  ];
  it.each(cases)("R10.7 F26 %s", (_name, answers, expected) => expect(counted(answers).size).toBe(expected));

  it("R10.7 F26 an id that is made up follows from the content alone: a restart makes the same", () => {
    expect(idsOf(createFillIds().settled([blank(), blank()]))).toEqual(
      idsOf(createFillIds().settled([blank(), blank()])),
    );
  });

  it("R10.7 everything else is left as it is, in its order", () => {
    const others: readonly OrderReport[] = [
      { kind: "accepted", clientOrderId: "a", atMs: epochMs(1), exchangeOrderId: "x" },
      { kind: "ended", clientOrderId: "a", atMs: epochMs(2), end: "filled", filledLots: lots(10) },
    ];
    const settled = createFillIds().settled([others[0]!, fill("t1"), others[1]!]);
    expect(settled).toEqual([others[0], fill("t1"), others[1]]);
  });

  it("R10.7 I9 whichever answers leave names out, as long as each shows all fills so far: each is counted once", () => {
    // Fills of few kinds, so that many are alike; each answer shows the first so many, and blanks some or all of the names.
    const fills = fc.array(fc.record({ price: fc.constantFrom("100", "101"), lots: fc.constantFrom(10, 20) }), {
      minLength: 1,
      maxLength: 8,
    });
    const looks = fc.array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.boolean()), { maxLength: 8 });
    fc.assert(
      fc.property(fills, looks, (all, seen) => {
        const named = all.map(({ price, lots: size }, index) =>
          fill(`t${index}`, { price: decimalText(price), lots: lots(size) }),
        );
        const ids = createFillIds();
        const told = new Set<string>();
        let shown = 0;
        for (const [share, isBlank] of [...seen, [1, false] as const, [1, true] as const]) {
          shown = Math.max(shown, Math.ceil(share * named.length));
          const answer = named.slice(0, shown).map((each) => (isBlank ? { ...each, tradeId: BLANK_ID } : each));
          for (const id of idsOf(ids.settled(answer))) told.add(id);
          expect(told.size).toBe(shown);
        }
      }),
    );
  });
});
