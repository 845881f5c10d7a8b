/** Long work on recorded prices that shows how far it is, and that Ctrl-C ends with what is done by then. */
import { listenForInterrupt } from "./interrupt.ts";
import { showProgress } from "./progress.ts";
import type { Terminal } from "./terminal.ts";

export interface Watch {
  /** So many are done. */
  update(done: number): void;
  isInterrupted(): boolean;
}

export async function visibly<Result>(
  { terminal, quiet, total, what }: Shown,
  work: (watch: Watch) => Promise<Result>,
): Promise<Result> {
  const interrupt = listenForInterrupt(() =>
    terminal.err("pawl: interrupted; what is done is reported. Once more ends at once"),
  );
  const progress = quiet ? null : showProgress(terminal, total, () => performance.now(), what);
  progress?.update(0);
  try {
    return await work({ update: (done) => progress?.update(done), isInterrupted: () => interrupt.asked() });
  } finally {
    progress?.end();
    interrupt.release();
  }
}

interface Shown {
  readonly terminal: Terminal;
  readonly quiet: boolean;
  readonly total: number;
  /** What is counted. */
  readonly what: string;
}
