/** What a position says of itself when it is asked (R2.6), on the reference trade. */
import { describe, expect, it } from "vitest";
import { positionDetails, positionStatus } from "../../src/domain/status.ts";
import { decimalText, epochMs, lots, price, ticks } from "../../src/domain/units.ts";
import type { Position, Rung } from "../../src/domain/position.ts";
import type { PositionSnapshot } from "../../src/domain/row.ts";
import { aPosition } from "../support/rows.ts";

const rung = (number: number, target: number, status: Rung["status"]): Rung => ({
  number,
  target: ticks(target),
  exitFraction: number === 1 ? 400_000 : 300_000,
  shareLots: null,
  status,
  factor: 1_000_000,
  isFrozen: false,
  fills: null,
});

/** Long 0.1 at 50 000 with leverage 10, of which 0.04 have left at the first rung. */
const afterRung1 = (changes: Partial<Position> = {}): PositionSnapshot => ({
  schema: 1,
  state: { TP1_hit: "watching" },
  position: aPosition({
    grid: { units: 1, decimals: 1 },
    enteredLots: lots(100),
    entryCost: decimalText("5000000"),
    entryFees: decimalText("2.5"),
    exitedLots: lots(40),
    exitValue: decimalText("2060000"),
    stop: { level: ticks(500_000), source: "ladder" },
    rungs: [rung(1, 515_000, "hit"), rung(2, 525_000, "armed"), rung(3, 540_000, "armed")],
    ...changes,
  }),
});

describe("status of a position", () => {
  it("R2.6 state, rungs, what remains, stop, next rung and what it would bring now", () => {
    expect(positionStatus(afterRung1(), decimalText("52000"))).toMatchObject({
      symbol: "BTC/USDT:USDT",
      side: "long",
      state: "TP1_hit",
      substate: "watching",
      rungsHit: [1],
      rungsSkipped: [],
      remainingFraction: "0.6",
      stop: "50000",
      stopSource: "ladder",
      nextRung: { rung: 2, price: "52500" },
      // 0.06 × 2 000; fees of 1.5 for the entry of what is left, and as much again.
      unrealized: { priceMove: "0.04", roi: "0.4", grossProfit: "120", netProfit: "117" },
      closing: null,
    });
  });

  it("R2.6 a skipped rung is not hit; when all are behind there is no next one", () => {
    const rungs = [rung(1, 515_000, "hit"), rung(2, 525_000, "skipped"), rung(3, 540_000, "hit")];
    const status = positionStatus(afterRung1({ rungs }), null);
    expect(status).toMatchObject({ rungsHit: [1, 3], rungsSkipped: [2], nextRung: null, unrealized: null });
  });

  it("R2.6 R9.4 before the first fill nothing is guessed and nothing divides by zero", () => {
    const unfilled = {
      enteredLots: lots(0),
      entryCost: decimalText("0"),
      exitedLots: lots(0),
      grid: null,
      stop: null,
      rungs: [],
    };
    const snapshot: PositionSnapshot = { ...afterRung1(unfilled), state: "opening" };
    expect(positionStatus(snapshot, decimalText("52000"))).toMatchObject({
      state: "opening",
      substate: null,
      remainingFraction: null,
      stop: null,
      nextRung: null,
      unrealized: null,
    });
    expect(positionDetails(snapshot)).toMatchObject({ entryPrice: null, originalAmount: "0", amount: "0", rungs: [] });
  });

  it("R2.6 the snapshot: entry price, original and current quantity, rungs, stop", () => {
    expect(positionDetails(afterRung1())).toMatchObject({
      entryPrice: "50000",
      originalAmount: "0.1",
      amount: "0.06",
      rungs: [
        { rung: 1, price: "51500", fraction: "0.4", status: "hit" },
        { rung: 2, price: "52500", fraction: "0.3", status: "armed" },
        { rung: 3, price: "54000", fraction: "0.3", status: "armed" },
      ],
      stop: "50000",
    });
  });

  it("R2.6 orders whose end is not known are named, and whether they are unresolved", () => {
    const { intents } = aPosition();
    const [settled] = intents;
    const open = { ...settled!, number: 2, clientOrderId: "b".repeat(32), filledLots: lots(0), tradeIds: [] };
    const unresolved = { ...open, progress: { kind: "unresolved" as const, sinceMs: epochMs(1) } };
    const { openOrders } = positionStatus(afterRung1({ intents: [...intents, unresolved] }), null);
    expect(openOrders).toEqual([
      {
        clientOrderId: "b".repeat(32),
        purpose: settled!.purpose,
        amount: settled!.amount,
        filled: "0",
        isUnresolved: true,
      },
    ]);
  });

  it("R2.6 answers are copies that nobody can change", () => {
    const snapshot = afterRung1({ bestPrice: price(52_000) });
    const status = positionStatus(snapshot, decimalText("52000"));
    const details = positionDetails(snapshot);
    expect(() => (status.rungsHit as number[]).push(2)).toThrow(TypeError);
    expect(() => Object.assign(status.unrealized!, { roi: "9" })).toThrow(TypeError);
    expect(() => Object.assign(details.rungs[0]!, { status: "armed" })).toThrow(TypeError);
    expect(Object.isFrozen(snapshot.position.exits)).toBe(false);
  });
});
