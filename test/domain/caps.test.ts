/** R8.6: what a new position is refused for by caps, and what counts as held. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { capFault, NO_CAPS, type Caps, type Held } from "../../src/domain/caps.ts";
import { exact } from "../../src/domain/decimal.ts";
import { entriesDecidedAtMs, heldNotional, lotsAtMost, type HeldNotional } from "../../src/domain/exposure.ts";
import type { Intent } from "../../src/domain/intent.ts";
import type { Position } from "../../src/domain/position.ts";
import { decimalText, epochMs, lots, price } from "../../src/domain/units.ts";
import { aPosition } from "../support/rows.ts";

const BTC = "BTC/USDT:USDT";
const caps = (changes: Partial<Caps> = {}): Caps => ({ ...NO_CAPS, ...changes });
const holding = (worth: string | null, changes: Partial<HeldNotional> = {}): HeldNotional => ({
  id: "p7",
  symbol: "ETH/USDT:USDT",
  quote: "USDT",
  worth: worth === null ? null : exact(decimalText(worth)),
  ...changes,
});
const held = (notionals: readonly HeldNotional[] = [], entries = 0): Held => ({
  notionals: () => notionals,
  entriesInMinute: () => entries,
});
const entry = (worth = "1000", quote = "USDT") => ({ symbol: BTC, quote, worth: exact(decimalText(worth)) });

describe("R8.6 caps", () => {
  it("R8.6 without caps nothing is asked and nothing refused", () => {
    const unasked: Held = {
      notionals: () => expect.unreachable(),
      entriesInMinute: () => expect.unreachable(),
    };
    expect(capFault(entry("9".repeat(30), "EUR"), NO_CAPS, unasked)).toBeNull();
  });

  it.each<[string, Partial<Caps>, ReturnType<typeof entry>, Held]>([
    ["an order worth exactly its cap", { maximumOrderNotional: decimalText("1000") }, entry(), held()],
    [
      "positions worth exactly the cap together",
      { maximumTotalNotional: decimalText("1500") },
      entry(),
      held([holding("500")]),
    ],
    ["a symbol that is named", { symbols: ["ETH/USDT:USDT", BTC] }, entry(), held()],
    ["the last entry of a minute", { ordersPerMinute: 3 }, entry(), held([], 2)],
    [
      "the quote currency of the caps",
      { quote: "EUR", maximumOrderNotional: decimalText("1000") },
      entry("1000", "EUR"),
      held(),
    ],
    [
      "another quote currency where no money is capped",
      { symbols: [BTC], ordersPerMinute: 1 },
      entry("1", "EUR"),
      held(),
    ],
    [
      "a position of unknown worth where the total is not capped",
      { maximumOrderNotional: decimalText("1000") },
      entry(),
      held([holding(null)]),
    ],
  ])("R8.6 lets in %s", (_, changes, asked, at) => {
    expect(capFault(asked, caps(changes), at)).toBeNull();
  });

  it.each<
    [
      string,
      Partial<Caps>,
      ReturnType<typeof entry>,
      Held,
      readonly [field: string, value: string, limit: string, message: string],
    ]
  >([
    [
      "a symbol that is not named",
      { symbols: ["ETH/USDT:USDT", "SOL/USDT:USDT"] },
      entry(),
      held(),
      [
        "symbols",
        BTC,
        "ETH/USDT:USDT, SOL/USDT:USDT",
        `${BTC} is not among the allowed symbols (ETH/USDT:USDT, SOL/USDT:USDT)`,
      ],
    ],
    [
      "any symbol where none is allowed",
      { symbols: [] },
      entry(),
      held(),
      ["symbols", BTC, "no symbol", `${BTC} is not among the allowed symbols (no symbol)`],
    ],
    [
      "an order worth more than its cap",
      { maximumOrderNotional: decimalText("999.99") },
      entry(),
      held(),
      [
        "maximumOrderNotional",
        "1000",
        "at most 999.99 USDT for one order",
        `${BTC}: 1000.0 USDT; allowed: at most 999.99 USDT for one order`,
      ],
    ],
    [
      "what would be too much together",
      { maximumTotalNotional: decimalText("1500") },
      entry(),
      held([holding("300"), holding("200.01")]),
      [
        "maximumTotalNotional",
        "1500.01",
        "at most 1500.0 USDT of all positions together",
        `${BTC}: 1000.0 USDT beside 500.01 USDT that are held; allowed: at most 1500.0 USDT of all positions together`,
      ],
    ],
    [
      "anything while a position has no price",
      { maximumTotalNotional: decimalText("1500") },
      entry("1"),
      held([holding(null)]),
      [
        "maximumTotalNotional",
        "unknown",
        "at most 1500.0 USDT of all positions together",
        `The worth of position p7 cannot be told (there is no price of ETH/USDT:USDT yet), so nobody knows whether ${BTC} fits under at most 1500.0 USDT of all positions together`,
      ],
    ],
    [
      "anything while a position is held in another currency",
      { maximumTotalNotional: decimalText("1500") },
      entry("1"),
      held([holding("1", { quote: "EUR" })]),
      [
        "maximumTotalNotional",
        "unknown",
        "at most 1500.0 USDT of all positions together",
        `The worth of position p7 cannot be told (it is quoted in EUR), so nobody knows whether ${BTC} fits under at most 1500.0 USDT of all positions together`,
      ],
    ],
    [
      "a market of another quote currency",
      { maximumTotalNotional: decimalText("1500") },
      entry("1", "EUR"),
      held(),
      [
        "quote",
        "EUR",
        "USDT",
        `${BTC} is quoted in EUR, and the caps are in USDT: its worth cannot be held against them`,
      ],
    ],
    [
      "one entry too many in a minute",
      { ordersPerMinute: 3 },
      entry(),
      held([], 3),
      [
        "ordersPerMinute",
        "4",
        "at most 3 entries in 60 seconds",
        `${BTC} would be entry 4; allowed: at most 3 entries in 60 seconds`,
      ],
    ],
  ])("R8.6 refuses %s", (_, changes, asked, at, [field, value, limit, message]) => {
    expect(capFault(asked, caps(changes), at)).toEqual({
      kind: "refused",
      rule: "R8.6",
      field: `caps.${field}`,
      value,
      limit,
      message,
    });
  });

  it("R8.6 whatever was let in one after the other, the total is never above the cap", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 2_000 })), fc.integer({ min: 1, max: 5_000 }), (worths, cap) => {
        const limits = caps({ maximumTotalNotional: decimalText(String(cap)) });
        let total = 0;
        for (const worth of worths) {
          const isIn = capFault(entry(String(worth)), limits, held([holding(String(total))])) === null;
          expect(isIn).toBe(total + worth <= cap);
          if (isIn) total += worth;
        }
        expect(total).toBeLessThanOrEqual(cap);
      }),
    );
  });
});

describe("R8.6 what a position may cost", () => {
  const position = aPosition();
  const anIntent = (changes: Partial<Intent>): Intent => ({ ...position.intents[0]!, filledLots: lots(0), ...changes });
  const with_ = (changes: Partial<Position>): Position => ({
    ...position,
    enteredLots: lots(0),
    entryCost: decimalText("0"),
    exitedLots: lots(0),
    intents: [],
    ...changes,
  });
  const filled = { enteredLots: lots(10), entryCost: decimalText("1000") } as const;

  it.each<[string, Partial<Position>, number]>([
    ["nothing", {}, 0],
    ["what is open", filled, 10],
    ["what is left of it", { ...filled, exitedLots: lots(4) }, 6],
    [
      "an entry under way, in full",
      { intents: [anIntent({ purpose: "entry", lots: lots(10), progress: { kind: "recorded" } })] },
      10,
    ],
    [
      "an entry of unknown outcome",
      {
        intents: [
          anIntent({ purpose: "entry", lots: lots(10), progress: { kind: "unresolved", sinceMs: epochMs(1) } }),
        ],
      },
      10,
    ],
    [
      "the rest of one that has filled in part",
      {
        enteredLots: lots(3),
        entryCost: decimalText("300"),
        intents: [
          anIntent({
            purpose: "entry",
            lots: lots(10),
            filledLots: lots(3),
            progress: { kind: "working", exchangeOrderId: "x" },
          }),
        ],
      },
      10,
    ],
    [
      "nothing of one that was rejected",
      { intents: [anIntent({ purpose: "entry", lots: lots(10), progress: { kind: "rejected", reason: "no" } })] },
      0,
    ],
    [
      "no exit",
      { ...filled, intents: [anIntent({ purpose: "exit", lots: lots(4), progress: { kind: "recorded" } })] },
      10,
    ],
  ])("R8.6 counts %s", (_, changes, count) => {
    expect(lotsAtMost(with_(changes))).toBe(count);
  });

  it("R8.6 at the last price, or at its own; unknown where it has neither", () => {
    const worthOf = (changes: Partial<Position>, at: number | null) =>
      heldNotional(with_(changes), at === null ? null : price(at));
    const { amountStep, contractSize, quote, symbol } = position.market;
    const lot = Number(amountStep) * Number(contractSize);
    expect(worthOf(filled, 200)).toMatchObject({ id: position.id, symbol, quote });
    expect(Number(worthOf(filled, 200)!.worth)).toBeCloseTo(10 * lot * 200, 9);
    expect(Number(worthOf(filled, null)!.worth)).toBeCloseTo(10 * lot * 100, 9);
    expect(worthOf({}, 200)).toBeNull();
    const entry = anIntent({ purpose: "entry", lots: lots(10), progress: { kind: "recorded" } });
    expect(worthOf({ intents: [entry] }, null)).toMatchObject({ worth: null });
    expect(entriesDecidedAtMs(with_({ intents: [entry, anIntent({ purpose: "close" })] }))).toEqual([
      entry.decidedAtMs,
    ]);
  });
});
