/**
 * A row of a price file, whatever the format: the one thing that the judges of candles and trades look at (R14.3).
 *
 * Promises: columns are counted in the standard order of what the file holds. The same object stands for every row in
 * turn, so what is to be kept has to be read at once. It judges nothing.
 */
export interface RowView {
  /** Line of a text file, or record of a table; 1 for the first. */
  readonly row: number;
  /** Whether the file's columns are those of its kind, in their standard order and no others. */
  readonly isStandardOrder: boolean;
  /** The value of a column; NaN where it is no number, 0 where the file has no such column. */
  number(column: number): number;
  /** The value as the file has it, "" where it is empty; null where the file has no such column. */
  text(column: number): string | null;
}

/** Takes the rows of a file one after the other. */
export interface RowTaker {
  /** About as many rows will come. */
  expect(rowCount: number): void;
  see(row: RowView): void;
  /** A row with too few or too many columns. */
  seeWrongWidth(row: number, width: number, expected: number): void;
}
