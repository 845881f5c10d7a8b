/** Would a position send this very order, now that it is known never to have arrived (R10.3)? */
import { describe, expect, it } from "vitest";
import { isStillWanted } from "../../src/domain/deciding-again.ts";
import type { Position } from "../../src/domain/position.ts";
import type { FreshPrice } from "../../src/domain/price-gate.ts";
import { epochMs } from "../../src/domain/units.ts";
import { START_MS } from "../support/house.ts";
import { long, playTape } from "../support/tape.ts";

const quote = (value: number): FreshPrice => ({ value, atMs: START_MS }) as FreshPrice;
const HUNDRED = long({ entry: 100, amount: "100" });

function wanted(position: Position, at: number | null, afterMs = 0): boolean {
  const nowMs = epochMs(START_MS + afterMs);
  const clientOrderId = position.intents.at(-1)!.clientOrderId;
  return isStillWanted(position, { kind: "absent", clientOrderId, atMs: nowMs }, at === null ? null : quote(at), nowMs);
}

describe("an exit", () => {
  const { position } = playTape(HUNDRED, "price 103");

  it.each<[number | null, boolean, string]>([
    [103, true, "the same decision"],
    [104.9, true, "the same decision further on"],
    [102.99, false, "the target is not reached any more"],
    [105, false, "another rung is due as well"],
    [108, false, "the last rung is due"],
    [95, false, "the stop is hit"],
    [null, false, "there is no fresh price to decide on"],
  ])("R10.3 at %s: %s, %s", (at, answer) => {
    expect(wanted(position, at)).toBe(answer);
  });

  it("R10.2 not when something of it was filled", () => {
    expect(wanted(playTape(HUNDRED, "price 103\nfill 10@103").position, 103)).toBe(false);
  });

  it("R10.2 not when it is known to have arrived", () => {
    expect(wanted(playTape(HUNDRED, "price 103\naccepted").position, 103)).toBe(false);
  });

  it("R10.4 not when everything is being closed", () => {
    const closing = playTape(
      long({ entry: 100, amount: "100", market: { kind: "spot" } }),
      "price 103\nclose",
    ).position;
    expect(wanted(closing, 103)).toBe(false);
  });
});

describe("an entry", () => {
  const { position } = playTape(long({ entry: 100, amount: "100", pending: true }), "");

  it("R10.3 only while its decision is young, and only with a fresh price", () => {
    expect(wanted(position, 100, 5_000)).toBe(true);
    expect(wanted(position, 100, 5_001)).toBe(false);
    expect(wanted(position, null)).toBe(false);
  });
});

describe("a close", () => {
  const { position } = playTape(HUNDRED, "close");

  it("R10.3 as long as it is for everything that is left", () => {
    expect(wanted(position, null)).toBe(true);
    const exitCounted = playTape(HUNDRED, "price 103\nclose\nfill 40@103 of exit").position;
    expect(wanted(exitCounted, 103)).toBe(false);
  });
});

describe("an order that nobody sent", () => {
  it("R1.9 is not wanted", () => {
    const { position } = playTape(HUNDRED, "");
    expect(
      isStillWanted(position, { kind: "absent", clientOrderId: "f".repeat(32), atMs: START_MS }, quote(103), START_MS),
    ).toBe(false);
  });
});
