/** A file that an option asks for. */
import { writeFileSync } from "node:fs";
import { UsageError } from "./exit-codes.ts";

/** Throws a usage error that names the option. */
export function writeOutput(option: string, file: string, text: string): void {
  try {
    writeFileSync(file, text);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new UsageError(`${option} ${file}: cannot be written: ${why}`);
  }
}
