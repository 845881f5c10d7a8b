/** What of ours is compared; null for what is not there yet. */
import type { CommandLine } from "./command-line.ts";
import type { BacktestSubject } from "./subject.ts";

interface Product {
  readonly subject: (() => BacktestSubject) | null;
  /** From a file of candles to the report on the screen. */
  readonly report: CommandLine | null;
  /** The same, reading the file as a stream. */
  readonly streaming: CommandLine | null;
}

export const PRODUCT: Product = { subject: null, report: null, streaming: null };
