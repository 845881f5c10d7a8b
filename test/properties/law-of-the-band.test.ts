/** The law of the band: strictly inside watchBand, and before its deadline, no rule says anything (R12.5, DESIGN 6). */
import { describe, expect, it } from "vitest";
import { nextWakeAtMs } from "../../src/domain/deadlines.ts";
import { decide, watchBand } from "../../src/domain/exit-rules.ts";
import type { FreshPrice } from "../../src/domain/price-gate.ts";
import { epochMs } from "../../src/domain/units.ts";
import { holds, TIMEOUT_MS } from "../support/holds.ts";
import { must, type Observer } from "../support/world.ts";

const CASES = 20_000;
const WITHIN = [1e-12, 0.01, 0.2, 0.4, 0.6, 0.8, 0.99, 1 - 1e-12];

describe("the band", () => {
  it(
    "R12.5 P14 nothing is decided strictly inside, at random positions of random sequences",
    () => {
      let cases = 0;
      const observer = (): Observer => ({
        step({ position, price, nowMs }) {
          if (position === null || position.outcome !== null || price === null) return;
          const { below, above } = watchBand(position, price.value, epochMs(nowMs));
          const top = Number.isFinite(above) ? above : 10 * Math.max(price.value, below);
          const deadlineMs = nextWakeAtMs(position, epochMs(nowMs));
          const times = deadlineMs === null || deadlineMs <= nowMs ? [nowMs] : [nowMs, deadlineMs - 1];
          for (const share of WITHIN) {
            const value = below + (top - below) * share;
            if (!(value > below && value < above)) continue;
            for (const atMs of times) {
              cases += 1;
              const decision = decide(position, { value, atMs } as unknown as FreshPrice, epochMs(atMs));
              must(
                decision === null,
                () => `R12.5 ${JSON.stringify(decision)} at ${value}, inside ${below} … ${above}`,
              );
            }
          }
        },
      });
      holds(600, observer);
      expect(cases).toBeGreaterThan(CASES);
    },
    TIMEOUT_MS,
  );
});
