/** Who is asked again when (R12.5: a deadline among ten thousand costs a few comparisons), against a sorted list. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Agenda, type Member } from "../../src/kernel/agenda.ts";

const newMember = (ordinal: number): Member => ({ ordinal, dueMs: Number.POSITIVE_INFINITY, slot: -1 });

type Deed =
  | { readonly do: "put"; readonly who: number; readonly dueMs: number }
  | { readonly do: "remove"; readonly who: number }
  | { readonly do: "take"; readonly nowMs: number };

const MOMENTS = fc.oneof(fc.integer({ min: 0, max: 20 }), fc.constant(Number.POSITIVE_INFINITY));
const deeds: fc.Arbitrary<readonly Deed[]> = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: fc.record({ do: fc.constant("put" as const), who: fc.nat(30), dueMs: MOMENTS }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant("remove" as const), who: fc.nat(30) }) },
    { weight: 2, arbitrary: fc.record({ do: fc.constant("take" as const), nowMs: fc.integer({ min: 0, max: 20 }) }) },
  ),
  { maxLength: 120 },
);

describe("the agenda", () => {
  it("R12.5 P20 does what a list does that is sorted each time: by moment, then by who came first", () => {
    fc.assert(
      fc.property(deeds, (course) => {
        const members = Array.from({ length: 31 }, (_, ordinal) => newMember(ordinal));
        const agenda = new Agenda<Member>();
        const expected = new Map<number, number>();
        for (const deed of course) {
          if (deed.do === "take") {
            const due = [...expected].filter(([, dueMs]) => dueMs <= deed.nowMs).map(([who]) => who);
            for (const who of due) expected.delete(who);
            expect(agenda.takeDue(deed.nowMs).map(({ ordinal }) => ordinal)).toEqual(due.toSorted((a, b) => a - b));
          } else if (deed.do === "put" && deed.dueMs !== Number.POSITIVE_INFINITY) {
            agenda.put(members[deed.who]!, deed.dueMs);
            expected.set(deed.who, deed.dueMs);
          } else {
            if (deed.do === "put") agenda.put(members[deed.who]!, deed.dueMs);
            else agenda.remove(members[deed.who]!);
            expected.delete(deed.who);
          }
          expect(agenda.nextMs()).toBe(Math.min(...expected.values()));
        }
      }),
    );
  });
});
