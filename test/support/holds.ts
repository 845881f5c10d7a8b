/** A property over random sequences, and the arithmetic that its observers need: whole numbers, written from the SPEC. */
import fc, { readConfigureGlobal } from "fast-check";
import { expect } from "vitest";
import type { Fact } from "../../src/domain/fact.ts";
import type { Position } from "../../src/domain/position.ts";
import type { ChartState, Row } from "../../src/domain/row.ts";
import { sequences, type Sequence } from "./sequences.ts";
import { playSequence, type Moment, type Observer, type World } from "./world.ts";

/** Properties take longer than other tests. */
export const TIMEOUT_MS = 120_000;

/** Plays so many random sequences, each before an observer of its own that throws when something is wrong. */
export function holds(numRuns: number, observer: () => Observer, from: fc.Arbitrary<Sequence> = sequences): void {
  fc.assert(
    fc.property(from, (sequence) => {
      playSequence(sequence, observer());
    }),
    { numRuns, seed: ownSeed() },
  );
}

/** From the run's seed and the test's title: each property plays sequences of its own, and all repeat with FC_SEED. */
export function ownSeed(): number {
  let seed = readConfigureGlobal().seed ?? 0;
  for (const letter of expect.getState().currentTestName ?? "") seed = (Math.imul(seed, 31) + letter.charCodeAt(0)) | 0;
  return seed;
}

const SCALE = 30;

/** Decimal text as a whole number of 10^−30. */
export function scaled(text: string | number): bigint {
  const [whole = "0", decimals = ""] = String(text).split(".");
  const negative = whole.startsWith("-");
  const digits = BigInt(`${whole.replace("-", "")}${decimals.padEnd(SCALE, "0").slice(0, SCALE)}`);
  return negative ? -digits : digits;
}

/** Lots in an amount of decimal text; throws where it is not whole. */
export function wholeLots(amount: string, step: string): number {
  const [quotient, rest] = [scaled(amount) / scaled(step), scaled(amount) % scaled(step)];
  if (rest !== 0n) throw new Error(`${amount} is not a whole number of steps of ${step}`);
  return Number(quotient);
}

export const rowsOfFirst = (moment: Moment): readonly Row[] => moment.step.rows.filter((row) => row.position === "p1");

export const passedRungs = (position: Position): number => {
  const armed = position.rungs.findIndex(({ status }) => status === "armed");
  return armed === -1 ? position.rungs.length : armed;
};

export const topState = (state: ChartState): string =>
  typeof state === "string" ? state : (Object.keys(state)[0] ?? "");

export const sumAmounts = (facts: readonly Fact[], types: readonly Fact["type"][], step: string): number =>
  facts.reduce(
    (sum, fact) => (types.includes(fact.type) && "amount" in fact ? sum + wholeLots(fact.amount, step) : sum),
    0,
  );

/** What the engine was told and has written down, by the book-keeper. */
export function toldTotals(world: World): {
  readonly entered: number;
  readonly exited: number;
  readonly feeLots: number;
  readonly cost: bigint;
} {
  // Only spot takes fees in the coin, and there one contract is one coin.
  const lot = scaled(world.sequence.setting.step);
  let [entered, exited, coin, cost] = [0, 0, 0n, 0n];
  for (const { report, isEntry } of world.told.values()) {
    if (isEntry) entered += report.lots;
    else exited += report.lots;
    if (isEntry) cost += scaled(report.price) * BigInt(report.lots);
    if (report.fee.currency === "base") coin += scaled(report.fee.cost);
  }
  // Any part of a lot that was taken makes the whole lot unsellable.
  return { entered, exited, feeLots: coin === 0n ? 0 : Number((coin + lot - 1n) / lot), cost };
}

/** What should be open, by the book-keeper: everything told, and what reconciliation said had left. */
export function leftLots(world: World): number {
  const { entered, exited, feeLots } = toldTotals(world);
  return entered - feeLots - exited - (world.position?.externalLots ?? 0);
}
