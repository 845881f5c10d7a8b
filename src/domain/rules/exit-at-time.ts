/** An exit at a given moment (R5.3), off by default; otherwise as the maximum holding time. */
import type { Position } from "../position.ts";
import type { EpochMs } from "../units.ts";
import { moment, type Fault, type SettingsOf } from "./setting.ts";
import type { Leaving, Rule } from "./rule.ts";

const fields = { at: moment("When the position is left") };

export const exitAtTime = {
  name: "exitAtTime",
  requirement: "R5.3",
  about: "leaves a position at a given moment",
  fields,
  entryFlaw,
  leaves,
} as const satisfies Rule;

function entryFlaw({ at }: SettingsOf<typeof fields>, atMs: EpochMs): Fault | null {
  return at > atMs ? null : { field: "at", value: at, limit: `a moment after the entry (${atMs})` };
}

function leaves({ plan }: Position): Leaving | null {
  const settings = plan.rules.exitAtTime;
  return settings === null ? null : { atMs: settings.at, reason: "exit_at_time" };
}
