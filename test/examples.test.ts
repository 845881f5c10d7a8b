/** The examples in docs/examples do what they show (R13.1): each runs as a process of its own and ends by itself. */
import { execFile } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";

const FOLDER = join(import.meta.dirname, "..", "docs", "examples");

const OUTPUT: Readonly<Record<string, string>> = {
  "01-paper.ts": `
Bought 0.1 at 60000
Stop at 57000
Scaled out of BTC/USDT:USDT: closed 0.04 contracts (ROI: +3.0%), remaining: 0.06
Stop at 60000
Scaled out of BTC/USDT:USDT: closed 0.06 contracts (ROI: -0.2%), remaining: 0.0
stop_ladder: 59.967 USDT after fees
`,
  "02-ladder.ts": `
price: No valid price for ETH/USDT:USDT yet: an entry needs one
TP1 at 2940, stop at 3045
Scaled out of ETH/USDT:USDT: closed 1.0 contracts (ROI: +10.0%), remaining: 1.0
TP2 at 2880, stop at 3000
Scaled out of ETH/USDT:USDT: closed 1.0 contracts (ROI: +20.0%), remaining: 0.0
Left behind: 0
`,
  "03-restart.ts": `
Left behind: sol-1, stop at 147
Back: open, stop at 147, 1 of it open
Closed: stop_initial, health: running
`,
  "04-exit-rules.ts": `
At 50000: nothing happens between 49250 and 50250
Stop from 47500 to 49980, trailing
At 51000: nothing happens between 50700 and 51250
context.atrRatio is NaN; allowed: a number from 0 to 1000000
Stop from 49980 to 50286, trailing
At 51000: nothing happens between 50700 and 51250
momentum_loss at 50700
`,
};

describe("examples", () => {
  it("R13.1 each example has its expected output here", () => {
    expect(
      readdirSync(FOLDER)
        .filter((file) => file.endsWith(".ts"))
        .sort(),
    ).toEqual(Object.keys(OUTPUT));
  });

  it.each(Object.keys(OUTPUT))("R13.1 %s prints what it promises, complains of nothing, and ends", async (file) => {
    const { stdout, stderr } = await promisify(execFile)(process.execPath, [join(FOLDER, file)], { timeout: 20_000 });
    expect(stderr).toBe("");
    expect(stdout).toBe(OUTPUT[file]!.trimStart());
  });
});
