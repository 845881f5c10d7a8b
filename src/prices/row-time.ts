/**
 * The time of a row: whole milliseconds since 1970, never going back (R14.3).
 *
 * Promises: seconds, microseconds and nanoseconds are told by their size and named, never converted.
 * It does not know days or zones: a file that is eight hours late looks like any other.
 */
import { parseNumber } from "./decimal-bytes.ts";
import type { NewProblem } from "./row-problems.ts";

export const TIME_COLUMN = "timestamp_ms";
/** What others call it; the first of them that is there is taken. */
export const TIME_ALIASES: readonly string[] = ["timestamp", "date", "time", "open_time"];

/** Milliseconds in 1973 have twelve digits, and fourteen from the year 5138 on. */
const FIRST_MS = 1e11;
const LAST_MS = 1e14;

export type TimeUnit = "milliseconds" | "seconds" | "microseconds" | "nanoseconds";

export type RowTime =
  | { readonly ok: true; readonly atMs: number }
  | { readonly ok: false; readonly problem: NewProblem };

/** A moment that needs no second look: whole milliseconds, later than the latest one above. */
export const isLaterMs = (at: number, lastMs: number): boolean =>
  at > lastMs && at >= FIRST_MS && at < LAST_MS && Number.isInteger(at);

/** Reads a time and compares it with the latest one above; equal times are fine for trades. */
export function rowTime(input: {
  readonly text: string;
  readonly row: number;
  readonly lastMs: number;
  readonly equalAllowed: boolean;
}): RowTime {
  const { text, row, lastMs } = input;
  const bad = (kind: NewProblem["kind"], value: string, allowed: string): RowTime => ({
    ok: false,
    problem: { row, kind, field: TIME_COLUMN, value, allowed },
  });
  const at = parseNumber(text);
  if (at === null) return bad("not a number", text, "whole milliseconds since 1970, UTC");
  const unit = timeUnit(at);
  if (unit !== "milliseconds") {
    const guess = unit === null ? "not a moment in milliseconds" : `${unit}?`;
    return bad("wrong unit of time", `${text} (${guess})`, "milliseconds since 1970, from 1973 on");
  }
  if (!Number.isInteger(at)) return bad("not a number", text, "whole milliseconds since 1970, UTC");
  if (at < lastMs)
    return bad("out of order", `${text}, ${durationText(lastMs - at)} before a row above`, `${lastMs} or later`);
  if (at === lastMs && !input.equalAllowed) return bad("duplicate time", text, `later than ${lastMs}`);
  return { ok: true, atMs: at };
}

/** The unit that a time stands in, by its size; null for none of them. */
export function timeUnit(at: number): TimeUnit | null {
  if (at >= FIRST_MS && at < LAST_MS) return "milliseconds";
  if (at >= FIRST_MS / 1e3 && at < FIRST_MS) return "seconds";
  if (at >= LAST_MS && at < LAST_MS * 1e3) return "microseconds";
  if (at >= LAST_MS * 1e3 && at < LAST_MS * 1e6) return "nanoseconds";
  return null;
}

function durationText(ms: number): string {
  if (ms % 3_600_000 === 0) return `${ms / 3_600_000} h`;
  if (ms % 60_000 === 0) return `${ms / 60_000} min`;
  return `${ms} ms`;
}
