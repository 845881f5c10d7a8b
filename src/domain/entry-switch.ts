/**
 * The switch of entries (R8.5): allowed, paused, or killed (paused, and everything that is open is closed).
 *
 * Promises: a killed engine is not made merely paused by a later pause; what refuses an entry names who has set the
 * switch. It closes nothing itself and keeps nothing: the journal does.
 */
import { refused, type Refused } from "./refused.ts";
import type { EpochMs } from "./units.ts";

export const ENTRY_STATES = ["allowed", "paused", "killed"] as const;
export type EntryState = (typeof ENTRY_STATES)[number];

/** How the switch was set, and who did it. */
export interface EntrySwitch {
  readonly entries: EntryState;
  readonly atMs: EpochMs;
  /** For people: who has asked for it. */
  readonly by: string;
}

export type SwitchRequest = "pause" | "resume" | "kill";

/** Visible ASCII and spaces: it goes into messages and lines of files. */
export const SWITCHED_BY = /^[\x20-\x7e]{1,100}$/;
export const SWITCHED_BY_LIMIT = "1 to 100 letters, digits, signs or spaces";

/** What a request makes of the switch as it stands. */
export function switchedTo(now: EntryState, request: SwitchRequest): EntryState {
  if (request === "resume") return "allowed";
  return request === "kill" || now === "killed" ? "killed" : "paused";
}

/** Why the switch lets no new position in; null where it does. */
export function refusedBySwitch(set: EntrySwitch | null): Refused | null {
  if (set === null || set.entries === "allowed") return null;
  const { entries, by } = set;
  const how = entries === "killed" ? "The kill switch is set" : "Entries are paused";
  return refused({
    rule: "R8.5",
    field: "entries",
    value: entries,
    limit: "entries allowed",
    message: `${how} (by ${by}): no new positions until entries are resumed`,
  });
}
