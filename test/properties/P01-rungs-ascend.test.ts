/** P1: rungs are hit in ascending order, one edge at a time, and what is behind stays behind. */
import fc from "fast-check";
import { describe, it } from "vitest";
import { sequences } from "../support/sequences.ts";
import { playSequence } from "../support/world.ts";

describe("rungs", () => {
  it("P1 try", () => {
    fc.assert(fc.property(sequences, (sequence) => { playSequence(sequence, {}); }), { numRuns: 1000 });
  });
});
