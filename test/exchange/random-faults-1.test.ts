/** The first half of the random fault runs. */
import { describe, it } from "vitest";
import { expectRandomFaultsHarmless } from "./random-faults.ts";

describe("random faults", () => {
  it(
    "P11 R10.2 in 250 lives with random faults nothing is executed twice, nothing is lost, and the ledgers agree",
    { timeout: 280_000 },
    () => expectRandomFaultsHarmless({ from: 0, count: 250 }),
  );
});
