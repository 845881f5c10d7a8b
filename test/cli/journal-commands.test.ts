/** Status, export and verify on the journal of a session that was stopped in the middle. */
import { readFileSync, statSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { describe, expect, it } from "vitest";
import { addsUp } from "../../src/journal/export.ts";
import { exportLineSchema } from "../../src/journal/export-line.ts";
import { ended, folder, jsonLines, pawl, said, start } from "./command.ts";
import { entryLine, risingCandles, sessionOver } from "./price-files.ts";

const SMALL = entryLine({ id: "small", at: "2025-03-01T00:10:00Z", side: "short", amount: "0.0003" });

/** Stopped after the first rung of "big"; "small" was refused, because the symbol was taken. */
async function stoppedSession(place: ReturnType<typeof folder>): Promise<string> {
  const entries = [entryLine({ id: "big", leverage: 10 }), SMALL].join("\n");
  const child = start(...sessionOver(place, risingCandles(300), entries), "--pace", "100");
  const end = ended(child);
  await said(child, "big: TP1 hit");
  child.kill("SIGINT");
  await end;
  return place.at("paper.journal");
}

describe("a journal from outside", () => {
  it("R2.6 R13.0 status shows every open position, what was refused and why", async () => {
    const journal = await stoppedSession(folder());
    const [text, json] = await Promise.all([
      pawl("status", "--journal", journal),
      pawl("status", "--journal", journal, "--json"),
    ]);
    expect([text.code, json.code]).toEqual([0, 0]);
    expect(text.out).toContain("TP1_hit");
    expect(text.out).toContain("TP2 52500.0");
    expect(JSON.parse(json.out)).toMatchObject({
      open: [
        {
          status: {
            id: "big",
            state: "TP1_hit",
            rungsHit: [1],
            rungsSkipped: [],
            remainingFraction: "0.6",
            stop: "50000",
            nextRung: { rung: 2, price: "52500" },
            unrealized: { price: "51500", priceMove: "0.03", roi: "0.3", grossProfit: "90" },
          },
          details: { originalAmount: "0.1", amount: "0.06" },
        },
      ],
      closed: [{ reason: "refused", positions: 1 }],
    });
  });

  it("R2.6 status can be asked while the engine works", async () => {
    const place = folder();
    const child = start(...sessionOver(place, risingCandles(300)), "--pace", "20");
    const end = ended(child);
    await said(child, "opened");
    const { code, out } = await pawl("status", "--journal", place.at("paper.journal"));
    child.kill("SIGINT");
    expect(out).toContain("entry-1");
    expect(code).toBe(0);
    await end;
  });

  it("R14.2 the export is the documented lines, adds up, and goes to a file that only its owner reads", async () => {
    const place = folder();
    const args = sessionOver(place, risingCandles(300));
    await pawl(...args);
    const journal = place.at("paper.journal");
    const [lines, csv] = await Promise.all([
      pawl("journal", "export", "--journal", journal),
      pawl("journal", "export", "--journal", journal, "--csv", "--out", place.at("out.csv")),
    ]);
    const parsed = jsonLines(lines.out).map((line) => exportLineSchema.parse(line));
    expect(parsed.map(({ type }) => type)).toContain("closed");
    expect(addsUp(parsed)).toEqual([]);
    expect([lines.code, csv.code, csv.out]).toEqual([0, 0, ""]);
    expect(readFileSync(place.at("out.csv"), "utf8").split("\n")[1]).toContain("take_profit_final");
    expect(statSync(place.at("out.csv")).mode & 0o077).toBe(0);
  });

  it("R11.8 verify finds a single changed digit, and names its row", async () => {
    const place = folder();
    await pawl(...sessionOver(place, risingCandles(120)));
    const journal = place.at("paper.journal");
    const sound = await pawl("journal", "verify", "--journal", journal);
    const database = new DatabaseSync(journal);
    database.exec(`UPDATE rows SET text = replace(text, '"side":"long"', '"side":"lonh"') WHERE seq = 3`);
    database.close();
    const [damaged, json] = await Promise.all([
      pawl("journal", "verify", "--journal", journal),
      pawl("journal", "verify", "--journal", journal, "--json"),
    ]);
    expect(sound).toMatchObject({ code: 0, out: expect.stringContaining("sound, ") as string });
    expect(damaged.out).toContain("row 3: the hash does not fit the row and the one before it");
    expect((JSON.parse(json.out) as { problems: { seq: number }[] }).problems.map(({ seq }) => seq)).toEqual([3]);
    expect([damaged.code, json.code]).toEqual([1, 1]);
  });
});
