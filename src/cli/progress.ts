/**
 * How far a long run is: rewritten in place once a second where somebody looks, a line for every tenth where a log is
 * kept; nothing for a run that is over in a second. To standard error, so that results can be piped.
 */
import { durationText } from "../observability/number-texts.ts";
import type { Terminal } from "./terminal.ts";

export interface Progress {
  update(events: number): void;
  /** Clears what is rewritten in place. */
  end(): void;
}

const EVERY_MS = 1_000;
const TENTHS = 10;

export function showProgress(terminal: Terminal, total: number, nowMs: () => number, what = "events"): Progress {
  const beganMs = nowMs();
  let first: number | null = null;
  let lastMs = beganMs;
  let lastTenth = 0;
  let isShown = false;
  return {
    update(events) {
      const now = nowMs();
      first ??= events;
      if (now - lastMs < EVERY_MS) return;
      const text = (): string => progressText({ done: events - first!, events, total, tookMs: now - beganMs, what });
      if (terminal.rewrite !== null) {
        terminal.rewrite(text());
        isShown = true;
        lastMs = now;
        return;
      }
      const tenth = Math.floor((events / Math.max(1, total)) * TENTHS);
      if (tenth <= lastTenth) return;
      lastTenth = tenth;
      lastMs = now;
      terminal.err(text());
    },
    end() {
      if (isShown) terminal.rewrite?.("");
      isShown = false;
    },
  };
}

function progressText(run: {
  readonly done: number;
  readonly events: number;
  readonly total: number;
  readonly tookMs: number;
  readonly what: string;
}): string {
  const rate = (run.done / run.tookMs) * 1000;
  const percent = Math.floor((run.events / Math.max(1, run.total)) * 100);
  const leftMs = rate > 0 ? ((run.total - run.events) / rate) * 1000 : 0;
  return `${percent} % of ${run.total} ${run.what}, ${Math.round(rate)} per second, about ${durationText(leftMs)} left`;
}
