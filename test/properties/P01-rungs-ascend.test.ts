/** P1: rungs are hit in ascending order, one edge at a time, and what is behind stays behind. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { holds, ownSeed, passedRungs, rowsOfFirst, TIMEOUT_MS, topState } from "../support/holds.ts";
import { sequences } from "../support/sequences.ts";
import { must, playSequence, type Observer } from "../support/world.ts";

/** State, status of the rungs and records tell the same story, which only goes forward. */
function observer(): Observer {
  let passed = 0;
  let lastHit = 0;
  return {
    step(moment) {
      for (const { snapshot, facts } of rowsOfFirst(moment)) {
        const { position, state } = snapshot!;
        const now = passedRungs(position);
        must(now >= passed, () => `P1 ${passed} rungs were passed, now ${now}`);
        passed = now;
        const name = topState(state);
        if (name === "open" || name.startsWith("TP")) {
          must(name === (now === 0 ? "open" : `TP${now}_hit`), () => `P1 ${now} rungs passed in ${name}`);
          must(
            position.rungs.slice(now).every(({ status }) => status === "armed"),
            () => "P1 a rung was hit before the one below it",
          );
        }
        for (const fact of facts) {
          if (fact.type !== "exit" || fact.rung === null) continue;
          must(fact.rung > lastHit, () => `P1 rung ${fact.rung} recorded after rung ${lastHit}`);
          lastHit = fact.rung;
        }
      }
    },
  };
}

describe("rungs", () => {
  it("P1 are hit in ascending order", () => holds(1_400, observer), TIMEOUT_MS);

  it(
    "P1 and the sequences are worth their name: they reach what they are to test",
    () => {
      const seen = new Set<string>();
      for (const sequence of fc.sample(sequences, { numRuns: 500, seed: ownSeed() })) {
        playSequence(sequence, {
          step(moment) {
            for (const { snapshot, facts, cause } of rowsOfFirst(moment)) {
              seen.add(topState(snapshot!.state)).add(cause.event);
              for (const fact of facts)
                seen.add(
                  fact.type === "closed" ? fact.outcome.reason : fact.type === "notDone" ? fact.reason : fact.type,
                );
            }
            for (const command of moment.step.commands) seen.add(command.kind);
          },
        });
      }
      const wanted = ["opening", "open", "TP1_hit", "TP2_hit", "TP4_hit", "closing", "closed"]
        .concat([
          "PRICE",
          "FILL",
          "ENDED",
          "REJECTED",
          "UNKNOWN",
          "ABSENT",
          "RECOVER",
          "DEADLINE",
          "CLOSE",
          "GONE",
          "PRICE_DROPPED",
        ])
        .concat([
          "take_profit_final",
          "single_target",
          "scaled_tp_full_close_fallback",
          "stop_initial",
          "stop_ladder",
          "manual",
          "closed_externally",
        ])
        .concat(["emergency_stop_excessive_loss", "emergency_stop_liquidation_risk", "entry_not_filled"])
        .concat(["rung_skipped", "rung_held_back", "exit_failed", "price_dropped", "external", "unresolved"])
        .concat(["placeOrder", "cancelOrder", "lookUpOrder"]);
      expect(wanted.filter((each) => !seen.has(each))).toEqual([]);
    },
    TIMEOUT_MS,
  );
});
