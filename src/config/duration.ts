/** Lengths of time as people write them: "1m", "15m", "4h", "1d", or milliseconds. */
const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

export const DURATION_LIMIT = "a length like 1m, 15m, 4h, 1d, or milliseconds";

/** In milliseconds; null for anything but a length of more than nothing. */
export function durationMsOf(text: string): number | null {
  const [, count, unit = "ms"] = /^(\d{1,12})(ms|s|m|h|d)?$/.exec(text) ?? [];
  const value = Number(count) * (UNIT_MS[unit] ?? 1);
  return count !== undefined && value > 0 ? value : null;
}
