/** Checking and showing configurations and entries. */
import { describe, expect, it } from "vitest";
import { readConfig } from "../../src/config/config-file.ts";
import { folder, pawl } from "./command.ts";
import { entryLine } from "./price-files.ts";

describe("pawl config", () => {
  it("R13.7 what is shown can be saved, checked and read again, and means the same", async () => {
    const place = folder();
    const own = place.write(
      "own.json",
      JSON.stringify({
        account: "main",
        plan: {
          ladder: [
            { target: "0.02", fraction: "0.5" },
            { target: 0.055, fraction: 0.5 },
          ],
        },
      }),
    );
    const shown = await pawl("config", "show", "--config", own);
    const saved = place.write("saved.json", shown.out);
    const checked = await pawl("config", "check", saved);
    expect([shown.code, checked.code]).toEqual([0, 0]);
    expect(checked.out).toBe(`${saved}: sound\n`);
    expect({ ...readConfig(saved), file: own }).toEqual(readConfig(own));
  });

  it("R2.8 check says what a plan is mended with", async () => {
    const place = folder();
    const file = place.write("own.json", JSON.stringify({ plan: { ladder: [{ target: "0.02", fraction: "0.5" }] } }));
    const { code, out } = await pawl("config", "check", file);
    expect(out).toContain("warning: Scaled TP percentages normalized from 50.0% to 100%");
    expect(code).toBe(0);
  });
});

describe("pawl entries check", () => {
  it("R14.1 counts sound entries, and refuses a plan that is none, with its line", async () => {
    const place = folder();
    const sound = place.write("sound.jsonl", [entryLine(), entryLine({ symbol: "ETH/USDT" })].join("\n"));
    const wrong = place.write(
      "wrong.jsonl",
      [entryLine(), entryLine({ plan: { stop: { fraction: "1.5" } } })].join("\n"),
    );
    const [good, bad] = await Promise.all([pawl("entries", "check", sound), pawl("entries", "check", wrong)]);
    expect(good).toMatchObject({ code: 0, out: `${sound}: sound, 2 entries for BTC/USDT:USDT, ETH/USDT\n` });
    expect(bad).toMatchObject({ code: 2, err: expect.stringContaining("wrong.jsonl, line 2: plan.stop") as string });
  });
});
