/** P3, P4: once set, a stop never moves in the unfavorable direction; not by fills, not by rungs, not by a crash. */
import { describe, expect, it } from "vitest";
import type { Position } from "../../src/domain/position.ts";
import type { Side } from "../../src/domain/side.ts";
import { holds, passedRungs, rowsOfFirst, TIMEOUT_MS } from "../support/holds.ts";
import { sequences, type Sequence } from "../support/sequences.ts";
import { must, type Observer } from "../support/world.ts";

const onSide = (side: Side) =>
  sequences.map((sequence): Sequence => {
    const { setting } = sequence;
    const kind = side === "short" ? "derivative" : setting.kind;
    return { ...sequence, setting: { ...setting, side, kind, feeInCoin: setting.feeInCoin && kind === "spot" } };
  });

/** What has happened to positions that had a stop. A property is worth its name only if all of it has, often. */
type Happening = "context" | "entry fill" | "rung hit" | "mark" | "trailing stop" | "ladder stop" | "moved target";

function watching(seen: Map<Happening, number>): () => Observer {
  const note = (what: Happening): void => void seen.set(what, (seen.get(what) ?? 0) + 1);
  return () => {
    let before: Position | null = null;
    return {
      step(moment) {
        for (const { snapshot, side, cause } of rowsOfFirst(moment)) {
          const { position } = snapshot!;
          const [was, is] = [before?.stop?.level ?? null, position.stop?.level ?? null];
          if (before !== null && was !== null) {
            must(is !== null, () => `the stop of ${was} ticks is gone`);
            must(
              side === "long" ? is >= was : is <= was,
              () => `the stop of a ${side} moved from ${was} to ${is} ticks`,
            );
            for (const what of changes(before, position, cause.rule)) note(what);
          }
          before = position;
        }
      },
    };
  };
}

function* changes(before: Position, after: Position, rule: string | null): Generator<Happening> {
  if (rule === "context") yield "context";
  if (after.enteredLots > before.enteredLots) yield "entry fill";
  if (passedRungs(after) > passedRungs(before)) yield "rung hit";
  if (after.mark !== before.mark) yield "mark";
  if (after.stop?.level !== before.stop?.level)
    yield after.stop?.source === "trailing" ? "trailing stop" : "ladder stop";
  if (after.rungs.some(({ factor }, index) => factor !== before.rungs[index]?.factor)) yield "moved target";
}

const HAPPENINGS = [
  "context",
  "entry fill",
  "rung hit",
  "mark",
  "trailing stop",
  "ladder stop",
  "moved target",
] as const;

function neverMovesBack(side: Side): void {
  const seen = new Map<Happening, number>();
  holds(1_500, watching(seen), onSide(side));
  for (const what of HAPPENINGS) expect(seen.get(what) ?? 0, what).toBeGreaterThan(40);
}

describe("stops, whatever context, late entry fills, marks, targets that move and rungs do", () => {
  it("P3 R1.3 R4.3 a long's stop never falls", () => neverMovesBack("long"), TIMEOUT_MS);
  it("P4 R1.3 R4.3 a short's stop never rises", () => neverMovesBack("short"), TIMEOUT_MS);
});
