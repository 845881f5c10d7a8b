/** When an order that is nowhere to be seen counts as absent: the rules as a table, and what holds of any sequence of looks. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { epochMs, lots } from "../../src/domain/units.ts";
import type { Sighting } from "../../src/exchange/exchange.ts";
import { createSettlement, type Verdict } from "../../src/orders/settlement.ts";

const TERMS = { afterMs: 1_000, apartMs: 200 };
const QUERY = {
  clientOrderId: "a",
  account: "main",
  symbol: "BTC/USDT:USDT",
  lots: lots(100),
  decidedAtMs: epochMs(5),
};

/** "left 100": sent until then. Everything else is a look: when it began, what it saw, what is held there and counted here. */
type Step =
  | readonly ["left", number]
  | readonly [beganMs: number, sees: "seen" | "nothing", held?: number | null, counted?: number];

function verdictOf(steps: readonly Step[], startedMs = 0): string {
  const settlement = createSettlement(TERMS, startedMs);
  let verdict: Verdict | null = null;
  for (const step of steps) {
    if (step[0] === "left") {
      settlement.noteLeft("a", step[1]);
      continue;
    }
    const [beganSteadyMs, sees, held = 0, counted = 0] = step;
    const sighting: Sighting =
      sees === "seen"
        ? { kind: "seen", reports: [] }
        : { kind: "not seen", netLots: held === null ? null : lots(held) };
    verdict = settlement.judge(QUERY, { sighting, beganSteadyMs, endedAtMs: epochMs(99), countedLots: lots(counted) });
  }
  if (verdict === null) return "nothing asked";
  if (verdict.kind === "unresolved") return verdict.why.replaceAll(/\d+/g, "n");
  return verdict.reports.length === 0 ? "seen" : verdict.reports.map(({ kind }) => kind).join();
}

const CAN_APPEAR = "not found; it can appear for another n ms";
const SECOND = "not found; a second look has to agree";
const SIZES = "not found, but the exchange holds n lots where n are accounted for";

describe("settlement", () => {
  const rules: readonly (readonly [string, readonly Step[], string, number?])[] = [
    [
      "one look after the deadline is not enough",
      [
        ["left", 100],
        [1_100, "nothing"],
      ],
      SECOND,
    ],
    [
      "two looks, far enough apart",
      [
        ["left", 100],
        [1_100, "nothing"],
        [1_300, "nothing"],
      ],
      "absent",
    ],
    [
      "two looks, a millisecond too close",
      [
        ["left", 100],
        [1_100, "nothing"],
        [1_299, "nothing"],
      ],
      SECOND,
    ],
    [
      "a look before the deadline does not count",
      [
        ["left", 100],
        [1_099, "nothing"],
      ],
      CAN_APPEAR,
    ],
    [
      "nor is it the first of two",
      [
        ["left", 100],
        [1_000, "nothing"],
        [1_200, "nothing"],
      ],
      SECOND,
    ],
    [
      "what is seen is known, whenever",
      [
        ["left", 100],
        [101, "seen"],
      ],
      "seen",
    ],
    [
      "seen once, everything begins anew",
      [
        ["left", 100],
        [1_100, "nothing"],
        [1_200, "seen"],
        [1_400, "nothing"],
      ],
      SECOND,
    ],
    [
      "sent again meanwhile: the deadline moves",
      [
        ["left", 100],
        [1_100, "nothing"],
        ["left", 1_150],
        [1_300, "nothing"],
      ],
      CAN_APPEAR,
    ],
    [
      "the exchange holds more than is counted",
      [
        ["left", 100],
        [1_100, "nothing", 40, 0],
        [1_400, "nothing", 40, 0],
      ],
      SIZES,
    ],
    [
      "it holds less",
      [
        ["left", 100],
        [1_100, "nothing", 60, 100],
        [1_400, "nothing", 60, 100],
      ],
      SIZES,
    ],
    [
      "sizes that agree only now: two looks from here",
      [
        ["left", 100],
        [1_100, "nothing", 40, 0],
        [1_400, "nothing", 40, 40],
      ],
      SECOND,
    ],
    [
      "sizes that disagree between two looks",
      [
        ["left", 100],
        [1_100, "nothing"],
        [1_200, "nothing", 1, 0],
        [1_400, "nothing"],
      ],
      SECOND,
    ],
    [
      "a short, held and counted",
      [
        ["left", 100],
        [1_100, "nothing", -40, -40],
        [1_400, "nothing", -40, -40],
      ],
      "absent",
    ],
    [
      "sizes that say nothing (spot)",
      [
        ["left", 100],
        [1_100, "nothing", null, 5],
        [1_300, "nothing", null, 5],
      ],
      "absent",
    ],
    ["of another process: from this one's start", [[500, "nothing"]], CAN_APPEAR],
    [
      "of another process, long after",
      [
        [1_000, "nothing"],
        [1_200, "nothing"],
      ],
      "absent",
    ],
    [
      "of another process that started late",
      [
        [1_200, "nothing"],
        [1_400, "nothing"],
      ],
      CAN_APPEAR,
      700,
    ],
  ];
  it.each(rules.map(([name, steps, expected, startedMs = 0]) => ({ name, steps, expected, startedMs })))(
    "R10.2 $name",
    ({ steps, expected, startedMs }) => expect(verdictOf(steps, startedMs)).toBe(expected),
  );

  it("R10.2 an absence is told with the time at which its last look ended", () => {
    const settlement = createSettlement(TERMS, 0);
    const look = (beganSteadyMs: number, endedAtMs: number) =>
      settlement.judge(QUERY, {
        sighting: { kind: "not seen", netLots: null },
        beganSteadyMs,
        endedAtMs: epochMs(endedAtMs),
        countedLots: lots(0),
      });
    look(1_000, 77);
    expect(look(1_200, 88)).toEqual({ kind: "known", reports: [{ kind: "absent", clientOrderId: "a", atMs: 88 }] });
  });

  it("R10.2 however many orders are kept in mind, one that was forgotten is not absent before its time", () => {
    const settlement = createSettlement(TERMS, 0);
    for (let index = 0; index < 30_000; index += 1) settlement.noteLeft(`order ${index}`, 5_000 + index);
    const look = (beganSteadyMs: number): Verdict =>
      settlement.judge(
        { ...QUERY, clientOrderId: "order 3" },
        { sighting: { kind: "not seen", netLots: null }, beganSteadyMs, endedAtMs: epochMs(1), countedLots: lots(0) },
      );
    expect(look(6_002)).toMatchObject({ kind: "unresolved" });
    expect(look(6_202)).toMatchObject({ kind: "unresolved" });
  });

  it("R10.2 I5 an absence has two looks as its witnesses, both after the deadline, and none that saw it in between", () => {
    const step = fc.oneof(
      { weight: 1, arbitrary: fc.record({ kind: fc.constant("left" as const), afterMs: fc.nat(300) }) },
      {
        weight: 5,
        arbitrary: fc.record({
          kind: fc.constantFrom("seen" as const, "nothing" as const, "nothing" as const, "elsewhere" as const),
          afterMs: fc.nat(400),
        }),
      },
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const settlement = createSettlement(TERMS, 0);
        let nowMs = 0;
        let leftMs = 0;
        let witnesses: number[] = [];
        for (const { kind, afterMs } of steps) {
          nowMs += afterMs;
          if (kind === "left") {
            settlement.noteLeft("a", nowMs);
            [leftMs, witnesses] = [nowMs, []];
            continue;
          }
          const sighting: Sighting =
            kind === "seen"
              ? { kind: "seen", reports: [] }
              : { kind: "not seen", netLots: lots(kind === "nothing" ? 0 : 1) };
          const look = { sighting, beganSteadyMs: nowMs, endedAtMs: epochMs(1), countedLots: lots(0) };
          const verdict = settlement.judge(QUERY, look);
          if (kind === "seen") leftMs = 0;
          witnesses = kind === "nothing" && nowMs >= leftMs + TERMS.afterMs ? [...witnesses, nowMs] : [];
          const isAbsent = verdict.kind === "known" && verdict.reports.length > 0;
          expect(isAbsent).toBe(witnesses.length > 1 && nowMs - witnesses[0]! >= TERMS.apartMs);
          if (isAbsent) [leftMs, witnesses] = [0, []];
        }
      }),
    );
  });
});
