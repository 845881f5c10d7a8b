/**
 * Ctrl-C: the first one asks the run to end after the step in hand, the second one ends at once (R12.4).
 *
 * Promises: what is journalled stays; the same command continues from there. It does not end anything by itself the
 * first time.
 */
import { INTERRUPTED } from "./exit-codes.ts";

export interface Interrupt {
  asked(): boolean;
  /** Gives the signals back to the process. */
  release(): void;
}

export function listenForInterrupt(onFirst: () => void): Interrupt {
  let asked = false;
  const listen = (): void => {
    if (asked) process.exit(INTERRUPTED);
    asked = true;
    onFirst();
  };
  process.on("SIGINT", listen);
  process.on("SIGTERM", listen);
  return {
    asked: () => asked,
    release: () => {
      process.off("SIGINT", listen);
      process.off("SIGTERM", listen);
    },
  };
}
