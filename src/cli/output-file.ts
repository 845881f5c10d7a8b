/** A file that an option asks for. */
import { writeFileSync } from "node:fs";
import { UsageError } from "./exit-codes.ts";

/** Throws a usage error that names the option. */
export function writeOutput(option: string, file: string, text: string): void {
  try {
    writeFileSync(file, text);
  } catch (error) {
    throw cannotWrite(option, file, error);
  }
}

export const cannotWrite = (option: string, file: string, error: unknown): UsageError =>
  new UsageError(`${option} ${file}: cannot be written: ${error instanceof Error ? error.message : String(error)}`);
