/**
 * The law of the band (R12.5, DESIGN 6), with all rules on: strictly inside the band and before its deadline no rule says
 * anything and nothing would change; at the boundary, and at every other tick, the rules say what SPEC 2 to 6 says.
 */
import { describe, expect, it } from "vitest";
import { createActor } from "xstate";
import { positionLogic } from "../../machines/position-logic.ts";
import { createPositionMachine, type PositionMachine } from "../../machines/position.ts";
import { nextWakeAtMs } from "../../src/domain/deadlines.ts";
import { decide, watchBand, type Decision } from "../../src/domain/exit-rules.ts";
import { levelPrice } from "../../src/domain/market.ts";
import { firingIntervals } from "../../src/domain/firings.ts";
import { levelAtHeight, placeOf } from "../../src/domain/price-axis.ts";
import type { Position } from "../../src/domain/position.ts";
import type { FreshPrice } from "../../src/domain/price-gate.ts";
import { HIGHEST, LOWEST } from "../../src/domain/rules/rule.ts";
import { RULES } from "../../src/domain/rules/table.ts";
import type { PositionSnapshot } from "../../src/domain/row.ts";
import { epochMs, price, ticks } from "../../src/domain/units.ts";
import { holds, TIMEOUT_MS } from "../support/holds.ts";
import { saysAt, type Saying } from "../support/rule-oracle.ts";
import { must, type Observer } from "../support/world.ts";

const CASES = 100_000;
const WITHIN = [1e-12, 0.01, 0.2, 0.5, 0.8, 0.99, 1 - 1e-12];
const BESIDE = [-2, -1, 0, 1, 2];

const quote = (value: number, atMs: number): FreshPrice => ({ value, atMs }) as unknown as FreshPrice;

/** A decision in the words of the oracle; an exit that is held back and was said to be counts as nothing there. */
const inWords = (decision: Decision | null): Saying | null => {
  if (decision === null) return null;
  if (decision.kind === "close") return { kind: "close", rule: decision.rule, reason: decision.reason };
  return decision.kind === "adjust"
    ? { kind: "adjust", rule: decision.rule }
    : { kind: "rungs", rungs: decision.rungs };
};

describe("the band", () => {
  it(
    "R12.5 P14 nothing is decided strictly inside, and nothing would change",
    () => {
      let cases = 0;
      let sent = 0;
      const machines = new Map<number, PositionMachine>();
      const observer = (): Observer => ({
        step({ position, price: last, nowMs, step }) {
          if (position === null || position.outcome !== null || last === null) return;
          const { below, above } = watchBand(position, last.value, epochMs(nowMs));
          const top = Number.isFinite(above) ? above : 10 * Math.max(last.value, below);
          const deadlineMs = nextWakeAtMs(position, epochMs(nowMs));
          const times = deadlineMs === null || deadlineMs <= nowMs ? [nowMs] : [nowMs, deadlineMs - 1];
          for (const share of WITHIN) {
            const value = below + (top - below) * share;
            if (!(value > below && value < above)) continue;
            for (const atMs of times) {
              cases += 1;
              const decision = decide(position, quote(value, atMs), epochMs(atMs));
              must(
                decision === null,
                () => `R12.5 ${JSON.stringify(decision)} at ${value}, inside ${below} … ${above}`,
              );
            }
            const snapshot = step.rows.findLast((row) => row.snapshot !== null)?.snapshot ?? null;
            if (snapshot === null || cases % 10 !== 0) continue;
            sent += 1;
            must(isUnmoved(snapshot, value, nowMs, machines), () => `R12.5 the position changes at ${value}`);
          }
        },
      });
      holds(2_600, observer);
      expect(cases).toBeGreaterThan(CASES);
      expect(sent).toBeGreaterThan(2_000);
    },
    TIMEOUT_MS,
  );

  it(
    "R12.5 R4.2 R4.3 R4.4 R5.1 R5.2 R5.3 R5.5 R6.2 at its boundary and at every other tick the strongest rule speaks, as the SPEC has it",
    () => {
      let cases = 0;
      const spoken = new Map<string, number>();
      const observer = (): Observer => ({
        step({ position, price: last, nowMs }) {
          if (position === null || last === null) return;
          const { grid } = position;
          if (grid === null || position.outcome !== null || position.closing !== null) return;
          for (const moment of momentsOf(position, nowMs)) {
            for (const level of levelsOf(position, last.value, moment.nowMs)) {
              if (level < 1) continue;
              cases += 1;
              const at = quote(levelPrice(grid, ticks(level)), moment.atMs);
              const said = inWords(decide(position, at, epochMs(moment.nowMs)));
              const expected = withoutHeldBack(position, saysAt(position, level, moment), said);
              must(
                JSON.stringify(said) === JSON.stringify(expected),
                () => `at level ${level}: ${JSON.stringify(said)}, by the SPEC ${JSON.stringify(expected)}`,
              );
              const name = said === null ? "nothing" : "rule" in said ? said.rule : "rungs";
              spoken.set(name, (spoken.get(name) ?? 0) + 1);
            }
          }
        },
      });
      holds(1_200, observer);
      expect(cases).toBeGreaterThan(CASES);
      // Worth its name only if every rule has spoken often.
      for (const rule of RULES_THAT_SPEAK) expect(spoken.get(rule) ?? 0, rule).toBeGreaterThan(100);
    },
    TIMEOUT_MS,
  );
});

const RULES_THAT_SPEAK = [
  "nothing",
  ...RULES.filter(({ decide: says, leaves }) => says !== undefined || leaves !== undefined).map(({ name }) => name),
];

/** Now, and the moments at which a rule may change its mind: on a price of that moment, and on one from just before it. */
function momentsOf(position: Position, nowMs: number): readonly { readonly atMs: number; readonly nowMs: number }[] {
  const moments = RULES.flatMap((rule) => [
    ...(rule.momentsMs?.(position) ?? []),
    rule.leaves?.(position)?.atMs ?? nowMs,
  ]).filter((moment) => moment > nowMs);
  return [
    { atMs: nowMs, nowMs },
    ...moments.flatMap((moment) => [
      { atMs: moment, nowMs: moment },
      { atMs: moment - 1, nowMs: moment },
    ]),
  ];
}

/** The ends of the band and every level of the position, with the ticks beside them, and some between. */
function levelsOf(position: Position, lastPrice: number, nowMs: number): ReadonlySet<number> {
  const grid = position.grid!;
  const { below, above } = watchBand(position, lastPrice, epochMs(nowMs));
  const ends = [below, above, lastPrice].filter((end) => end > 0 && Number.isFinite(end));
  const places = ends.flatMap((end) => {
    const { atOrBelow, atOrAbove } = placeOf(grid, "long", price(end));
    return [atOrBelow, atOrAbove];
  });
  const fired = RULES.flatMap((rule) => firingIntervals(rule, position, epochMs(nowMs)))
    .flatMap(({ from, to }) => [from, to])
    .filter((end) => end !== LOWEST && end !== HIGHEST)
    .map((end) => levelAtHeight(position.side, end));
  const known = [position.stop?.level, position.mark, ...position.rungs.map(({ target }) => target)].filter(
    (level) => level !== undefined && level !== null,
  );
  const spread = [0.3, 0.7].map((share) => Math.round(places[0]! + (places.at(-1)! - places[0]!) * share));
  return new Set([...places, ...fired, ...known, ...spread].flatMap((level) => BESIDE.map((offset) => level + offset)));
}

/** R3.5: rungs that are due and were said to be held back stay silent until they are worth enough; then the next rule speaks. */
function withoutHeldBack(position: Position, expected: Saying | null, said: Saying | null): Saying | null {
  const isHeld = expected?.kind === "rungs" && position.heldBackThrough >= (expected.rungs.at(-1) ?? 0);
  // Whether it is worth enough is exit-worth.test.ts's question: here the rest of the table is asked instead.
  return isHeld && said?.kind !== "rungs" ? said : expected;
}

/** A position that is sent a price from inside its band leaves everything as it is. */
function isUnmoved(
  snapshot: PositionSnapshot,
  value: number,
  nowMs: number,
  machines: Map<number, PositionMachine>,
): boolean {
  const rungs = snapshot.position.plan.ladder.length;
  const machine = machines.get(rungs) ?? createPositionMachine(rungs);
  machines.set(rungs, machine);
  const actor = createActor(positionLogic(machine, snapshot), {} as never).start();
  const before = actor.getSnapshot();
  actor.send({ type: "PRICE", atMs: epochMs(nowMs), quote: quote(value, nowMs) });
  return actor.getSnapshot() === before;
}
