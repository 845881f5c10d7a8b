/** A file that an option names, and that has to be there. */
import { statSync } from "node:fs";
import { UsageError } from "./exit-codes.ts";

/** Throws a usage error that names the option. */
export function mustExist(path: string, option: string): void {
  if (statSync(path, { throwIfNoEntry: false }) === undefined)
    throw new UsageError(`${option} ${path}: there is no such file`);
}
