/**
 * Tests: everything in test/ that ends in .test.ts, on the two cores that a small machine has.
 * Properties run from one seed, chosen anew for each run and printed; FC_SEED=… repeats a run.
 */
import { defineConfig } from "vitest/config";

const seed = process.env["FC_SEED"] ?? String(Math.floor(Math.random() * 2 ** 31));
if (process.env["FC_SEED"] === undefined) {
  process.env["FC_SEED"] = seed;
  console.log(`fast-check seed ${seed} (repeat with FC_SEED=${seed} npm test)`);
}

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    setupFiles: ["test/fast-check-seed.ts"],
    env: { FC_SEED: seed },
    globals: false,
    pool: "threads",
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 30_000,
    reporters: ["default"],
  },
});
