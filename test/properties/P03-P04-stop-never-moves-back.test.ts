/** P3, P4: once set, a stop never moves in the unfavorable direction; not by fills, not by rungs, not by a crash. */
import { describe, it } from "vitest";
import type { Side } from "../../src/domain/side.ts";
import { holds, rowsOfFirst, TIMEOUT_MS } from "../support/holds.ts";
import { sequences, type Sequence } from "../support/sequences.ts";
import { must, type Observer } from "../support/world.ts";

const onSide = (side: Side) =>
  sequences.map((sequence): Sequence => {
    const { setting } = sequence;
    const kind = side === "short" ? "derivative" : setting.kind;
    return { ...sequence, setting: { ...setting, side, kind, feeInCoin: setting.feeInCoin && kind === "spot" } };
  });

function observer(): Observer {
  let last: number | null = null;
  return {
    step(moment) {
      for (const { snapshot, side } of rowsOfFirst(moment)) {
        const level = snapshot!.position.stop?.level ?? null;
        const before = last;
        if (before !== null) {
          must(level !== null, () => `the stop of ${before} ticks is gone`);
          must(
            side === "long" ? level >= before : level <= before,
            () => `the stop of a ${side} moved from ${before} to ${level} ticks`,
          );
        }
        last = level;
      }
    },
  };
}

describe("stops", () => {
  it("P3 a long's stop never falls", () => holds(800, observer, onSide("long")), TIMEOUT_MS);
  it("P4 a short's stop never rises", () => holds(800, observer, onSide("short")), TIMEOUT_MS);
});
