/** Orders as they are written down: their ids, and when their end is known. */
import { describe, expect, it } from "vitest";
import { clientOrderIdOf, isSettled, type Intent, type IntentProgress } from "../../src/domain/intent.ts";
import { epochMs, lots } from "../../src/domain/units.ts";
import { long, playTape } from "../support/tape.ts";

const PLACE = { journalId: "j", account: "main", positionId: "p1", number: 1 };

describe("client order ids", () => {
  it("R10.1 follow from journal, account, position and number, and from nothing else", () => {
    expect(clientOrderIdOf(PLACE)).toBe(clientOrderIdOf({ ...PLACE }));
    expect(clientOrderIdOf(PLACE)).toMatch(/^[0-9a-f]{32}$/);
    const others = [
      { journalId: "k" },
      { account: "second" },
      { positionId: "p2" },
      { number: 2 },
      { account: "mai", positionId: "np1" },
    ];
    const ids = [PLACE, ...others.map((other) => ({ ...PLACE, ...other }))].map(clientOrderIdOf);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it("R10.1 never change: a restart next year must find the same order", () => {
    expect(clientOrderIdOf(PLACE)).toBe("28476032bd8bd1a3ca96f8352d52322c");
  });
});

describe("settled", () => {
  const intent = playTape(long({ entry: 100, amount: "100" }), "price 103").position.intents.at(-1)!;
  const settled = (progress: IntentProgress, filled: number): boolean =>
    isSettled({ ...intent, progress, filledLots: lots(filled) } satisfies Intent);

  it.each<[IntentProgress, number, boolean]>([
    [{ kind: "recorded" }, 0, false],
    [{ kind: "working", exchangeOrderId: "x" }, 40, false],
    [{ kind: "unresolved", sinceMs: epochMs(1) }, 0, false],
    [{ kind: "ended", end: "filled", filledLots: lots(40) }, 39, false],
    [{ kind: "ended", end: "filled", filledLots: lots(40) }, 40, true],
    [{ kind: "ended", end: "expired", filledLots: lots(0) }, 0, true],
    [{ kind: "rejected", reason: "other" }, 0, true],
    [{ kind: "absent" }, 0, true],
  ])("R10.2 by evidence only: %j with %d lots counted is %s", (progress, filled, answer) => {
    expect(settled(progress, filled)).toBe(answer);
  });
});
