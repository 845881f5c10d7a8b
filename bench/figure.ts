/**
 * One figure of the benchmarks: what was measured, how it spread, and what is asked of it.
 * A figure without a requirement is told for information; where a requirement comes from is in the README.
 */
import type { Spread } from "./measuring.ts";

export type FigureUnit =
  | "ticks/s"
  | "ns"
  | "µs"
  | "ms"
  | "times"
  | "share"
  | "bytes"
  | "kB"
  | "MB"
  | "candles/s"
  | "decisions/s"
  | "count";

export interface Figure extends Spread {
  readonly name: string;
  readonly unit: FigureUnit;
  readonly requirement: Requirement | null;
}

export interface Requirement {
  readonly bound: "at least" | "at most";
  readonly value: number;
}

export type Verdict = "PASS" | "FALLS SHORT" | null;

export const atLeast = (value: number): Requirement => ({ bound: "at least", value });
export const atMost = (value: number): Requirement => ({ bound: "at most", value });

export const figure = (
  name: string,
  unit: FigureUnit,
  spread: Spread | number,
  requirement: Requirement | null = null,
): Figure => ({
  name,
  unit,
  requirement,
  ...(typeof spread === "number" ? { median: spread, lowest: spread, highest: spread } : spread),
});

/** A ratio of two rates of one run; how far it may be off follows from the extremes of both. */
export const ratioFigure = (name: string, of: Spread, to: Spread, requirement: Requirement | null = null): Figure =>
  figure(
    name,
    "times",
    { median: of.median / to.median, lowest: of.lowest / to.highest, highest: of.highest / to.lowest },
    requirement,
  );

/** Judged by the median. */
export function verdictOf({ median, requirement }: Figure): Verdict {
  if (requirement === null) return null;
  const holds = requirement.bound === "at least" ? median >= requirement.value : median <= requirement.value;
  return holds ? "PASS" : "FALLS SHORT";
}
