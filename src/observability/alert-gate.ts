/**
 * What of the alerts goes out: the same one again within a minute is counted, not told; a flood is cut off and counted (R13.5).
 *
 * Promises: the first of its kind goes out at once; what was held back is said with its number when the minute is over, so that
 * nothing is lost silently; memory is bounded. Time comes in as an argument.
 */

export interface Alert {
  readonly atMs: number;
  readonly level: "warning" | "error";
  readonly message: string;
}

/** Alerts that go out now; and, later, those that say what was held back. */
export interface Gate {
  readonly take: (alert: Alert) => readonly Alert[];
  /** What is due at a moment. To be asked before `take`, too. */
  readonly due: (nowMs: number) => readonly Alert[];
  /** Infinity where nothing is held back. */
  readonly nextDueMs: () => number;
  /** Everything that is held back, at once: the process ends. */
  readonly flush: (nowMs: number) => readonly Alert[];
}

export const WINDOW_MS = 60_000;
/** Different messages that are remembered; more are a flood, and go by unfolded. */
const MOST_REMEMBERED = 500;
const MOST_TOLD = 30;

interface Window {
  readonly alert: Alert;
  readonly sinceMs: number;
  readonly repeats: number;
}

/** The same message of the same level is told once in a window. */
export function createFold(): Gate {
  const windows = new Map<string, Window>();
  const keyOf = ({ level, message }: Alert): string => `${level} ${message}`;
  const endWindows = (nowMs: number, isOver: (window: Window) => boolean): readonly Alert[] =>
    [...windows].flatMap(([key, window]) => {
      if (!isOver(window)) return [];
      if (window.repeats === 0) {
        windows.delete(key);
        return [];
      }
      // What goes on being raised is told once a window, not twice.
      windows.set(key, { ...window, sinceMs: nowMs, repeats: 0 });
      return { ...window.alert, atMs: nowMs, message: `${window.alert.message} (${timesText(window.repeats)})` };
    });
  const due = (nowMs: number): readonly Alert[] => endWindows(nowMs, ({ sinceMs }) => !isWithin(sinceMs, nowMs));
  return {
    take(alert) {
      const key = keyOf(alert);
      const window = windows.get(key);
      if (window !== undefined) {
        windows.set(key, { ...window, repeats: window.repeats + 1 });
        return [];
      }
      if (windows.size < MOST_REMEMBERED) windows.set(key, { alert, sinceMs: alert.atMs, repeats: 0 });
      return [alert];
    },
    due,
    nextDueMs: () => {
      const repeated = [...windows.values()].filter(({ repeats }) => repeats > 0);
      return repeated.reduce((next, { sinceMs }) => Math.min(next, sinceMs + WINDOW_MS), Number.POSITIVE_INFINITY);
    },
    flush: (nowMs) => endWindows(nowMs, () => true),
  };
}

/** At most MOST_TOLD in a window, whatever they say. */
export function createFloodGate(): Gate {
  let sinceMs = Number.NEGATIVE_INFINITY;
  let told = 0;
  let held = 0;
  let isAnyError = false;
  const sayHeld = (nowMs: number): readonly Alert[] => {
    if (held === 0) return [];
    const message = `${held} more alerts within ${WINDOW_MS / 1_000} s were not told one by one`;
    const level = isAnyError ? "error" : "warning";
    held = 0;
    isAnyError = false;
    return [{ atMs: nowMs, level, message }];
  };
  return {
    take(alert) {
      if (!isWithin(sinceMs, alert.atMs)) {
        sinceMs = alert.atMs;
        told = 0;
      }
      if (told < MOST_TOLD) {
        told += 1;
        return [alert];
      }
      held += 1;
      isAnyError ||= alert.level === "error";
      return [];
    },
    due: (nowMs) => (isWithin(sinceMs, nowMs) ? [] : sayHeld(nowMs)),
    nextDueMs: () => (held === 0 ? Number.POSITIVE_INFINITY : sinceMs + WINDOW_MS),
    flush: sayHeld,
  };
}

/** A clock that was set back ends a window, too: nothing is held back for hours. */
const isWithin = (sinceMs: number, nowMs: number): boolean => nowMs >= sinceMs && nowMs < sinceMs + WINDOW_MS;

const timesText = (repeats: number): string =>
  `${repeats === 1 ? "once" : `${repeats} times`} more within ${WINDOW_MS / 1_000} s`;
