/**
 * The moment of an entry: ISO 8601 or epoch milliseconds (R14.1).
 *
 * Promises: a day that is not in the calendar is refused, not moved to the next month; a time without a zone is UTC,
 * and the reader is told, because the machine's own zone never counts.
 */
import { epochMs, type EpochMs } from "../domain/units.ts";

export const TIME_LIMIT = 'ISO 8601 ("2025-03-06T00:00:00Z") or epoch milliseconds (0 or more, whole)';

export interface EntryTime {
  readonly atMs: EpochMs;
  readonly zoneAssumed: boolean;
}

const ISO = /^(\d{4})-(\d{2})-(\d{2})(?:T(\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?(Z|[+-]\d{2}:?\d{2})?)?$/;

/** Null for anything but a moment. */
export function entryTime(value: string | number): EntryTime | null {
  if (typeof value === "number") {
    return Number.isSafeInteger(value) && value >= 0 ? { atMs: epochMs(value), zoneAssumed: false } : null;
  }
  const parts = ISO.exec(value);
  if (parts === null) return null;
  const [, year, month, day, hour = "00", minute = "00", second = "00", fraction = "", zone] = parts;
  const milliseconds = fraction.padEnd(3, "0").slice(0, 3);
  const utc = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}.${milliseconds}Z`);
  const offsetMs = zoneOffsetMs(zone);
  if (!Number.isFinite(utc) || offsetMs === null || new Date(utc).getUTCDate() !== Number(day) || hour === "24")
    return null;
  const atMs = utc - offsetMs;
  return atMs < 0 ? null : { atMs: epochMs(atMs), zoneAssumed: zone === undefined };
}

const MINUTE_MS = 60_000;

function zoneOffsetMs(zone: string | undefined): number | null {
  if (zone === undefined || zone === "Z") return 0;
  const [hours, minutes] = [Number(zone.slice(1, 3)), Number(zone.slice(-2))];
  if (hours > 23 || minutes > 59) return null;
  return (zone.startsWith("-") ? -1 : 1) * (hours * 60 + minutes) * MINUTE_MS;
}
