/**
 * Time cut into stretches to choose a plan in, each followed by one to try the choice in.
 *
 * Promises: what is tried lies after what was chosen from; the stretches to try in follow one another without gap or overlap
 * and end where the data end. Windows hold `fromMs` and not `toMs`. What is open when a window ends is closed there, so
 * that nothing of what comes later is known in it.
 */
import { ConfigError } from "../config/config-error.ts";

export interface Window {
  readonly fromMs: number;
  /** Not in it. */
  readonly toMs: number;
}

export interface Fold {
  readonly train: Window;
  readonly test: Window;
}

export interface WalkForward extends Window {
  readonly folds: number;
  /** Of the first fold: what is chosen from, as a share of it; the rest is what the choice is tried in. */
  readonly trainShare: number;
  /** `rolling`: stretches to choose from are equally long; `anchored`: all of them begin with the data. */
  readonly kind?: "rolling" | "anchored" | undefined;
}

const MOST_FOLDS = 1_000;

/** Throws ConfigError. */
export function walkForward({ fromMs, toMs, folds, trainShare, kind = "rolling" }: WalkForward): readonly Fold[] {
  if (!(Number.isInteger(folds) && folds >= 1 && folds <= MOST_FOLDS)) {
    throw refusal("folds", folds, `a whole number from 1 to ${MOST_FOLDS}`);
  }
  if (!(trainShare > 0 && trainShare < 1)) throw refusal("trainShare", trainShare, "more than 0 and less than 1");
  // One fold, and the tests of the others after it: total = fold × (1 + (folds − 1) × (1 − trainShare)).
  const foldMs = (toMs - fromMs) / (1 + (folds - 1) * (1 - trainShare));
  const trainMs = foldMs * trainShare;
  const testMs = foldMs - trainMs;
  if (!(testMs >= 1 && trainMs >= 1)) {
    throw refusal("the time", `${toMs - fromMs} ms`, "long enough for every fold to choose from and to try in");
  }
  const testFrom = (fold: number): number => (fold === folds ? toMs : Math.round(fromMs + trainMs + fold * testMs));
  return Array.from({ length: folds }, (_, fold) => ({
    train: { fromMs: kind === "anchored" ? fromMs : Math.round(fromMs + fold * testMs), toMs: testFrom(fold) },
    test: { fromMs: testFrom(fold), toMs: testFrom(fold + 1) },
  }));
}

const refusal = (path: string, value: number | string, allowed: string): ConfigError =>
  new ConfigError([{ file: "walk-forward", line: null, path, value: String(value), allowed }]);
