/**
 * What can be wrong with a file of prices, in words for the person who has to mend it (R14.3).
 *
 * Promises: every message names file, row (line of the file, 1 for the first), field, value and what is allowed.
 * It does not decide whether a bad row stops the run; `row-problems.ts` does.
 */

/** Where the fault is; `row` and `field` are null where it is the file as a whole. */
export interface PriceFileFault {
  readonly path: string;
  readonly row: number | null;
  readonly field: string | null;
  readonly value: string | null;
  readonly allowed: string;
}

export class PriceFileError extends Error {
  readonly path: string;
  readonly row: number | null;
  readonly field: string | null;
  readonly value: string | null;
  readonly allowed: string;
  constructor(fault: PriceFileFault, message: string) {
    super(message);
    this.name = "PriceFileError";
    this.path = fault.path;
    this.row = fault.row;
    this.field = fault.field;
    this.value = fault.value;
    this.allowed = fault.allowed;
  }
}

/** A fault with its standard message: place, what is wrong, what is allowed. */
export function priceFileError(fault: PriceFileFault, wrong: string): PriceFileError {
  const place = fault.row === null ? fault.path : `${fault.path}, row ${fault.row}`;
  return new PriceFileError(fault, `${place}: ${wrong}; allowed: ${fault.allowed}`);
}
