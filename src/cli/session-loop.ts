/**
 * The loop of a paper session: slices of the replay, and between them a look at the world outside.
 *
 * Promises: a signal or a reader that has gone is noticed within one slice; a slice is never left half done.
 */
import type { Replay } from "../engine/replay.ts";
import type { Interrupt } from "./interrupt.ts";
import { showProgress } from "./progress.ts";
import { nextTurn, type Terminal } from "./terminal.ts";

/** Moments between two looks at the world outside: some milliseconds. */
const MOMENTS_PER_SLICE = 2_000;

/** Runs to the end of the prices (true), or until somebody asks to stop or nobody reads any more (false). */
export async function carryOn(input: {
  readonly replay: Replay;
  /** Feed events in all. */
  readonly events: number;
  readonly interrupt: Interrupt;
  readonly terminal: Terminal;
  readonly pace: number | null;
  readonly quiet: boolean;
}): Promise<boolean> {
  const { replay, interrupt, terminal, pace, quiet } = input;
  const progress = quiet ? null : showProgress(terminal, input.events, () => performance.now());
  const slice = pace === null ? () => replay.advance(MOMENTS_PER_SLICE) : pacedSlice(replay, pace);
  for (;;) {
    const goesOn = slice();
    await (pace === null ? nextTurn() : pause(PACED_PAUSE_MS));
    if (!goesOn || interrupt.asked() || terminal.readerHasGone()) {
      progress?.end();
      return !goesOn;
    }
    progress?.update(replay.progress().events);
  }
}

const PACED_PAUSE_MS = 10;

/** As many events as the time since the beginning allows. */
function pacedSlice(replay: Replay, pace: number): () => boolean {
  const beganMs = performance.now();
  const first = replay.progress().events;
  return () => {
    const allowed = first + ((performance.now() - beganMs) / 1000) * pace;
    while (replay.progress().events < allowed) if (!replay.advance(1)) return false;
    return true;
  };
}

const pause = (delayMs: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, delayMs));
