/**
 * Stops, worked out by hand. Unless told: long 100 at 100, rungs +3 % 40, +5 % 30, +8 % 30, stop 95, no fees, pessimistic: a
 * long's candle goes from its open to the low (20 s), the high (40 s) and the close (59.999 s).
 */
import { describe } from "vitest";
import { worksheet, type Trade } from "../support/worksheet.ts";

/** 2 % behind a mark that moves in steps of one whole price. */
const TRAILING: Trade = {
  plan: { markStep: 10_000, ladder: "8% 100%", rules: { trailing: { distance: "0.02", profit: [] } } },
};

describe("hand-checked stops", () => {
  // Two positions, one after the other. In 10:01 the high is nearer to the open (4 < 6), in 10:03 the low (5 < 6).
  const TWICE: Trade = { entries: [{ id: "a" }, { id: "b", at: "10:02" }] };

  // 10:01: 95 is five sixths of the way from 100 to 94: 20 s × 5/6 = 16.667 s. 10:03: 95 is the low itself: 20 s. 2 × −500.
  worksheet(
    "R12.2 stop and target in one candle, pessimistic: the stop, both times",
    { ...TWICE, order: "pessimistic" },
    `
    10:00  100 100 100 100 | a: in 100 @ 100, a: stop 95
    10:01  100 104  94  98 | a: 10:01:16.667 stop_initial 100 @ 95 = -500
    10:02  100 100 100 100 | b: in 100 @ 100, b: stop 95
    10:03  100 106  95  99 | b: 10:03:20 stop_initial 100 @ 95 = -500
    end                    | a: net -500, ambiguous 1, b: net -500, ambiguous 1
  `,
  );

  // 10:01, high first: 103 at 15 s; back from 104 (20 s) to 94 (40 s) through breakeven after 4/10 of it: 28 s. 40 × 3 = 120.
  worksheet(
    "R9.5 R12.2 stop and target in one candle, path: the extreme nearer to the open comes first",
    { ...TWICE, order: "path" },
    `
    10:00  100 100 100 100 | a: in 100 @ 100, a: stop 95
    10:01  100 104  94  98 | a: 10:01:15 TP1 40 @ 103 = 120, a: stop 100, a: 10:01:28 stop_ladder 60 @ 100 = 0
    10:02  100 100 100 100 | b: in 100 @ 100, b: stop 95
    10:03  100 106  95  99 | b: 10:03:20 stop_initial 100 @ 95 = -500
    end                    | a: net 120, ambiguous 1, b: net -500, ambiguous 1
  `,
  );

  // 10:03, high first: 103 after 3/6 of 20 s, 105 after 5/6 of it; from 106 (20 s) to 95 (40 s) 103 comes after 3/11 of it: 25.455 s.
  // 120 + 150 + 30 × 3 = 360.
  worksheet(
    "R12.2 stop and target in one candle, optimistic: the targets, both times",
    { ...TWICE, order: "optimistic" },
    `
    10:00  100 100 100 100 | a: in 100 @ 100, a: stop 95
    10:01  100 104  94  98 | a: 10:01:15 TP1 40 @ 103 = 120, a: stop 100, a: 10:01:28 stop_ladder 60 @ 100 = 0
    10:02  100 100 100 100 | b: in 100 @ 100, b: stop 95
    10:03  100 106  95  99 | b: 10:03:10 TP1 40 @ 103 = 120, b: stop 100, b: 10:03:16.667 TP2 30 @ 105 = 150, b: stop 103,
                           | b: 10:03:25.455 stop_ladder 30 @ 103 = 90
    end                    | a: net 120, ambiguous 1, b: net 360, ambiguous 1
  `,
  );

  worksheet(
    "R4.3 R12.2 a gap through the stop fills at the open",
    {},
    `
    10:00  100 100 100 100 | in 100 @ 100, stop 95
    10:01   90  92  88  91 | 10:01 stop_initial 100 @ 90 = -1000
    end                    | net -1000
  `,
  );

  // 102 to 99 in 20 s: breakeven after two thirds of it, the first whole millisecond is 13.334 s. 40 × 3 + 60 × 0 = 120.
  worksheet(
    "R2.2 R12.2 breakeven after rung 1, and back",
    {},
    `
    10:00  100 100 100 100 | in 100 @ 100, stop 95
    10:01  102 104 102 102 | 10:01:30 TP1 40 @ 103 = 120, stop 100
    10:02  102 102  99 101 | 10:02:13.334 stop_ladder 60 @ 100 = 0
    end                    | net 120
  `,
  );

  // From entry: 98 % of 100 is tighter than 95. On the way from 99 (20 s) to 104 (40 s) the mark climbs by whole prices: at 101 the stop is
  // 98.98, at 104 it is 101.92 (of steps at one distance the first and the last are told). On the way to the close (104 to 101.5 in 19.999 s) it is met
  // after 2.08 / 2.5 of it: 40 + 16.63917 s. 100 × 1.92 = 192.
  worksheet(
    "R4.4 R12.2 a trailing stop is raised inside the candle and hit on the way to its close",
    TRAILING,
    `
    10:00  100 100  100 100   | in 100 @ 100, stop 98
    10:01  100 104   99 101.5 | stop 98.98, stop 101.92, 10:01:56.640 stop_trailing 100 @ 101.92 = 192
    end                       | net 192
  `,
  );

  // Jumps: the mark becomes each price a step beyond it. 103 × 98 % = 100.94; 103.5 is half a step and moves nothing; 106 × 98 % = 103.88.
  worksheet(
    "R4.4 R12.2 over trades the mark becomes the price, and the stop is filled at the first one beyond it",
    TRAILING,
    `
    10:00:00  100   | in 100 @ 100, stop 98
    10:00:01  103   | stop 100.94
    10:00:02  103.5 |
    10:00:03  106   | stop 103.88
    10:00:04  103.5 | 10:00:04 stop_trailing 100 @ 103.5 = 350
    end             | net 350
  `,
  );

  // Why this test? The stop that a climb moves was dated at the end of the way, later than the rung that was hit on it.
  // Mark 101 at the open: stop 101 × 96 % = 96.96. 101 to 104 in 20 s (from 20 s on): mark 102 at 26.667 s, stop 97.92; at 103, after two
  // thirds of it, rung 1, mark 103 (stop 98.88) and breakeven. Mark 104 would ask for 99.84, which is no more than that.
  worksheet(
    "R2.2 R4.4 R12.2 stops are dated where the price was when they moved",
    { plan: { markStep: 10_000, rules: { trailing: { distance: "0.04", profit: [] } } } },
    `
    10:00  100 100 100 100 | in 100 @ 100, stop 96
    10:01  101 104 101 104 | stop 96.96, stop 97.92, 10:01:33.334 TP1 40 @ 103 = 120, stop 98.88, stop 100
    end                    | 10:01:59.999 end_of_data 60 @ 104 = 240, net 360
  `,
  );
});
