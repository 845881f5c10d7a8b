/** R8.5: what a request makes of the switch of entries, and what the switch says to an entry. */
import { describe, expect, it } from "vitest";
import { refusedBySwitch, switchedTo, type EntryState, type SwitchRequest } from "../../src/domain/entry-switch.ts";
import { epochMs } from "../../src/domain/units.ts";

const set = (entries: EntryState) => ({ entries, atMs: epochMs(1), by: "ann" });

describe("R8.5 the switch of entries", () => {
  it.each<[EntryState, SwitchRequest, EntryState]>([
    ["allowed", "pause", "paused"],
    ["allowed", "resume", "allowed"],
    ["allowed", "kill", "killed"],
    ["paused", "pause", "paused"],
    ["paused", "resume", "allowed"],
    ["paused", "kill", "killed"],
    ["killed", "pause", "killed"],
    ["killed", "resume", "allowed"],
    ["killed", "kill", "killed"],
  ])("R8.5 %s, asked to %s, is %s", (now, request, then) => {
    expect(switchedTo(now, request)).toBe(then);
  });

  it("R8.5 never set, or set to allowed, it lets entries in", () => {
    expect(refusedBySwitch(null)).toBeNull();
    expect(refusedBySwitch(set("allowed"))).toBeNull();
  });

  it.each([
    ["paused", "Entries are paused (by ann): no new positions until entries are resumed"],
    ["killed", "The kill switch is set (by ann): no new positions until entries are resumed"],
  ] as const)("R8.5 R13.0 %s, it says so, and who has set it", (entries, message) => {
    expect(refusedBySwitch(set(entries))).toEqual({
      kind: "refused",
      rule: "R8.5",
      field: "entries",
      value: entries,
      limit: "entries allowed",
      message,
    });
  });
});
