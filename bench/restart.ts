/**
 * One restart from a journal, in a process of its own: `node bench/restart.ts JOURNAL`. Prints its times as JSON. What is
 * compiled once is kept, as the command `pawl` does it.
 */
import { enableCompileCache } from "node:module";

/** Milliseconds. */
export interface Restart {
  readonly importedMs: number;
  readonly openMs: number;
  readonly readMs: number;
  readonly restoreMs: number;
  /** Since the process began. */
  readonly readyMs: number;
}

enableCompileCache();
const { restoredFrom } = await import("../src/engine/restored.ts");
const { openSqliteJournal } = await import("../src/journal/sqlite.ts");
const { createKernel } = await import("../src/kernel/kernel.ts");
const { KERNEL_SETTINGS, MARKETS, START_MS, START_PRICE } = await import("./population.ts");

const importedMs = performance.now();
const journal = openSqliteJournal({ path: process.argv[2]! });
const openedMs = performance.now();
const restored = restoredFrom(journal.latest(), (position) => ({ ...position, excursionsApproximate: true }));
const readMs = performance.now();
const kernel = createKernel(KERNEL_SETTINGS);
kernel.restore(restored, START_MS);
kernel.price(kernel.market(MARKETS[0]!.symbol), START_PRICE, START_MS, START_MS);
const readyMs = performance.now();
journal.close();

const restart: Restart = {
  importedMs,
  openMs: openedMs - importedMs,
  readMs: readMs - openedMs,
  restoreMs: readyMs - readMs,
  readyMs,
};
console.log(JSON.stringify(restart));
