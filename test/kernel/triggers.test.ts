/** Triggers against a plain list of positions that is searched every time: the same answers, whatever comes and goes. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  addPosition,
  createTriggers,
  crossedAt,
  crosses,
  crossingBeyond,
  extremesOf,
  nearestCrossing,
  removePosition,
  restartExcursion,
  setBand,
} from "../../src/kernel/triggers.ts";

interface Plain {
  readonly id: string;
  below: number;
  above: number;
  high: number;
  low: number;
}

type Deed =
  | { readonly do: "add" }
  | { readonly do: "remove" | "restart"; readonly which: number }
  | { readonly do: "band"; readonly which: number; readonly at: number; readonly below: number; readonly above: number }
  | { readonly do: "price"; readonly price: number };

const price = fc.integer({ min: 1, max: 60 });
const which = fc.nat(40);
const deed: fc.Arbitrary<Deed> = fc.oneof(
  { weight: 2, arbitrary: fc.constant<Deed>({ do: "add" }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom("remove" as const, "restart" as const), which }) },
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant("band" as const), which, at: price, below: fc.nat(20), above: fc.nat(20) }),
  },
  { weight: 5, arbitrary: fc.record({ do: fc.constant("price" as const), price }) },
);

describe("triggers", () => {
  it("R12.5 wake exactly whom a search of all positions would wake, and remember what each has seen (R1.7)", () => {
    fc.assert(
      fc.property(fc.array(deed, { maxLength: 80, size: "max" }), (deeds) => {
        const triggers = createTriggers("X");
        let plain: Plain[] = [];
        let added = 0;
        const pick = (index: number): Plain | undefined => plain[index % Math.max(1, plain.length)];
        for (const each of deeds) {
          switch (each.do) {
            case "add": {
              added += 1;
              const position: Plain = {
                id: `p${added}`,
                below: 0,
                above: Number.POSITIVE_INFINITY,
                high: Number.NEGATIVE_INFINITY,
                low: Number.POSITIVE_INFINITY,
              };
              plain.push(position);
              addPosition(triggers, position.id, position);
              break;
            }
            case "remove": {
              const gone = pick(each.which);
              plain = plain.filter((position) => position !== gone);
              removePosition(triggers, gone?.id ?? "nobody");
              break;
            }
            case "restart": {
              const position = pick(each.which);
              if (position === undefined) break;
              restartExcursion(triggers, position.id, 30);
              position.high = 30;
              position.low = 30;
              break;
            }
            case "band": {
              const position = pick(each.which);
              if (position === undefined) break;
              position.below = Math.max(0, each.at - each.below);
              position.above = each.at + each.above;
              setBand(triggers, position.id, position.below, position.above);
              break;
            }
            case "price":
              for (const position of plain) {
                position.high = Math.max(position.high, each.price);
                position.low = Math.min(position.low, each.price);
              }
              {
                const woken = plain.filter(({ below, above }) => each.price >= above || each.price <= below);
                expect(crosses(triggers, each.price)).toBe(woken.length > 0);
                expect(crossedAt(triggers, each.price)).toEqual(woken.map(({ id }) => id));
              }
          }
          for (const { id, high, low } of plain) expect(extremesOf(triggers, id)).toEqual({ high, low });
        }
        const [from, to] = [20, 45];
        const above = Math.min(Number.POSITIVE_INFINITY, ...plain.map((position) => position.above));
        const below = Math.max(0, ...plain.map((position) => position.below));
        expect(nearestCrossing(triggers, from, to)).toBe(above <= to ? Math.max(above, from) : null);
        expect(nearestCrossing(triggers, to, from)).toBe(below >= from ? Math.min(below, to) : null);
        const ahead = plain.map((position) => position.above).filter((edge) => edge > from && edge <= to);
        expect(crossingBeyond(triggers, from, to)).toBe(ahead.length === 0 ? null : Math.min(...ahead));
        expect(nearestCrossing(triggers, from, from)).toBeNull();
      }),
      { numRuns: 100 },
    );
  });
});
