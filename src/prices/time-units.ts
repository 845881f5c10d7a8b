/**
 * Which units of time the rows of a file stand in: a file that mixes them was put together from two (R14.3).
 *
 * Promises: every row whose time has a unit is counted; the first rows of each unit are named. Nothing is converted.
 */
import { timeUnit, type TimeUnit } from "./row-time.ts";

export interface TimeUnitLog {
  /** A row in milliseconds, which is what most of them are. */
  seeMilliseconds(row: number): void;
  /** Any other row, by its time; NaN where that is no number. */
  see(at: number, row: number): void;
  /** "Times stand in different units: …"; null where all rows agree. */
  sentence(): string | null;
}

interface UnitRows {
  count: number;
  readonly firstRows: number[];
}

const NAMED = 3;

export function timeUnitLog(): TimeUnitLog {
  const units = new Map<TimeUnit, UnitRows>();
  const milliseconds: UnitRows = { count: 0, firstRows: [] };
  const add = (rows: UnitRows, row: number): void => {
    rows.count += 1;
    if (rows.firstRows.length < NAMED) rows.firstRows.push(row);
  };
  return {
    seeMilliseconds: (row) => add(milliseconds, row),
    see(at, row) {
      const unit = timeUnit(at);
      if (unit === null) return;
      if (unit === "milliseconds") return add(milliseconds, row);
      const rows = units.get(unit) ?? { count: 0, firstRows: [] };
      units.set(unit, rows);
      add(rows, row);
    },
    sentence() {
      const all = [...units];
      if (milliseconds.count > 0) all.unshift(["milliseconds", milliseconds]);
      if (all.length < 2) return null;
      return `Times stand in different units: ${all.map(unitText).join("; ")}. Bring them all to milliseconds.`;
    },
  };
}

function unitText([unit, { count, firstRows }]: readonly [TimeUnit, UnitRows]): string {
  const more = count > firstRows.length ? ", …" : "";
  return `${unit} in ${count} ${count === 1 ? "row" : "rows"} (${firstRows.join(", ")}${more})`;
}
