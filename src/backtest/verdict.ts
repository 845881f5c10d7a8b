/** What a comparison of plans comes to, in words that promise no more than the data show. */
import type { Estimate } from "./bootstrap.ts";

/** Of A against B: `undecided` where the interval holds zero, `unknown` for fewer than two pairs. */
export type Verdict = "better" | "worse" | "same" | "undecided" | "unknown";

/** Fewer pairs or positions than these are named as too few: below about thirty a mean says little, whatever its interval. */
export const FEW = 30;
const MANY_OVERLAP = 0.5;

interface About {
  readonly a: string;
  readonly b: string;
  readonly confidence: number;
  readonly pairs: number;
}

export function verdictText(
  about: About & { readonly differenceR: Estimate | null; readonly verdict: Verdict },
): string {
  const { a, b, confidence, pairs, differenceR: difference, verdict } = about;
  if (difference === null) {
    return `${a} and ${b} cannot be compared: ${pairs === 0 ? "no entry was" : "only 1 entry was"} opened by both.`;
  }
  const { mean, low, high } = difference;
  const range = `${sharePercent(confidence)} % interval ${multiple(low)} to ${multiple(high)}, ${pairs} entries`;
  switch (verdict) {
    case "better":
      return `${a} made ${multiple(mean)} R more per entry than ${b} (${range}): better on this data.`;
    case "worse":
      return `${a} made ${multiple(-mean)} R less per entry than ${b} (${range}): worse on this data.`;
    case "same":
      return `${a} and ${b} made the same with each of ${pairs} entries.`;
    case "undecided":
    case "unknown":
      return `Between ${a} and ${b} there is no difference that ${pairs} entries can show: ${multiple(low)} to +${multiple(high)} R per entry (${sharePercent(confidence)} % interval, mean ${signed(mean)}).`;
  }
}

export function comparisonWarnings(
  about: About & {
    readonly onlyA: number;
    readonly onlyB: number;
    readonly overlapping: number;
    readonly withoutR: number;
  },
): readonly string[] {
  const { a, b, pairs, onlyA, onlyB, overlapping, withoutR } = about;
  const warnings: string[] = [];
  if (pairs < FEW)
    warnings.push(`${entries(pairs)}: too few to rely on, whatever the interval says (at least ${FEW}).`);
  if (onlyA > 0) warnings.push(`${entries(onlyA)} opened under ${a} only: not compared.`);
  if (onlyB > 0) warnings.push(`${entries(onlyB)} opened under ${b} only: not compared.`);
  if (withoutR > 0) warnings.push(`${entries(withoutR)} without a risk: not compared in R.`);
  if (overlapping > MANY_OVERLAP) {
    warnings.push(
      `${sharePercent(overlapping)} % of the entries were opened while another was open: they are not independent, and the true interval is wider.`,
    );
  }
  return warnings;
}

const entries = (count: number): string => (count === 1 ? "1 entry" : `${count} entries`);

const sharePercent = (share: number): string => String(Math.round(share * 1_000) / 10);

/** Two decimals; one digit more than its zeros where that would be nothing. */
function multiple(value: number): string {
  const short = value.toFixed(2);
  if (Number(short) !== 0) return short.replace("-", "−");
  return value === 0 ? "0.00" : Number(value.toPrecision(1)).toFixed(decimalsOf(value)).replace("-", "−");
}

/** How many decimals its first digit takes; what is smaller than a millionth is as good as nothing. */
const decimalsOf = (value: number): number => Math.min(6, Math.ceil(-Math.log10(Math.abs(value))));

const signed = (value: number): string => (value > 0 ? `+${multiple(value)}` : multiple(value));
