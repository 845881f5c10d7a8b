/** `pawl paper` as a process: to its end, again, interrupted, watched by nobody, held by another (R12.1, R12.4). */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { openPaperLedger } from "../../src/exchange/paper/sqlite-ledger.ts";
import { readSqliteJournal } from "../../src/journal/sqlite-reader.ts";
import { ended, folder, jsonLines, pawl, said, start } from "./command.ts";
import { candle, entryLine, HEADER, risingCandles, sessionOver } from "./price-files.ts";

const hashOf = (path: string): string | undefined => {
  const journal = readSqliteJournal(path);
  try {
    return journal.last()?.hash;
  } finally {
    journal.close();
  }
};

/** The tables that stand at the end. */
const tablesOf = (out: string): string => out.slice(out.indexOf("┌"));

describe("pawl paper", () => {
  it("R12.1 P20 a made-up session shows rungs, stops, a raise and a full close; its bytes follow from the seed", async () => {
    const place = folder();
    const [first, second, other] = await Promise.all([
      pawl("paper", "--journal", place.at("a"), "--seed", "7"),
      pawl("paper", "--journal", place.at("b"), "--seed", "7", "--json"),
      pawl("paper", "--journal", place.at("c"), "--seed", "8", "--quiet"),
    ]);
    expect([first.code, second.code, other.code]).toEqual([0, 0, 0]);
    const shown = [
      /\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}Z info {4}\[POSITION\] \S+ \S+: opened short/,
      /TP1 hit: Scaled out: closed .* remaining: .*, profit \+.*, stop /,
      /stop moved from .* to .* \(ladder\)/,
      /warning \[POSITION\] .*Adjusting to minimum 1\.0\. Reason:/,
      /would close entire position .* Closing full position\./,
      /closed: take_profit_final, net profit \+/,
      /closed: stop_initial, net profit -.*, -1\.\d\d R/,
    ];
    for (const line of shown) expect(first.out).toMatch(line);
    expect(hashOf(place.at("a"))).toBe(hashOf(place.at("b")));
    expect(hashOf(place.at("a"))).not.toBe(hashOf(place.at("c")));
    expect(other.out).not.toContain("[POSITION]");

    const lines = jsonLines(second.out);
    expect(lines[0]).toMatchObject({ type: "session", seed: "7", continuesAtMs: null });
    expect(lines.at(-1)).toMatchObject({ type: "outcomes", interrupted: false });
    const seqs = lines.flatMap(({ seq }) => (seq === undefined ? [] : [seq]));
    expect(seqs).toEqual(seqs.map((_, index) => index + 1));
  });

  it("R11.2 a session that has ended says that there is nothing left to do, and shows its table again", async () => {
    const args = sessionOver(folder(), risingCandles(120));
    const first = await pawl(...args);
    const again = await pawl(...args);
    expect([first.code, again.code]).toEqual([0, 0]);
    expect(first.out).toContain("using defaults: derivative, contract size 1, amount step 0.000001");
    expect(again.out).toContain("There is nothing left to do");
    expect(tablesOf(again.out)).toBe(tablesOf(first.out));
  });

  it("R12.4 Ctrl-C ends with 130 and says what is left; the same command goes on to the same end", async () => {
    const [calm, stopped] = [folder(), folder()];
    const entries = [entryLine({ id: "first" }), entryLine({ id: "second", at: "2025-03-01T08:00:00Z" })].join("\n");
    const args = (place: ReturnType<typeof folder>) => [
      ...sessionOver(place, risingCandles(600), entries),
      "--latency",
      "100-900",
    ];
    const child = start(...args(stopped), "--pace", "100");
    const whole = ended(child);
    await said(child, "first: TP1 hit");
    child.kill("SIGINT");
    const [interrupted, expected] = [await whole, await pawl(...args(calm))];
    expect(interrupted.code).toBe(130);
    expect(interrupted.out).toContain("left behind: 1 position");
    expect(interrupted.out).toMatch(
      /first: long, TP1_hit, stop 49999\.\d+: protected by the engine only, not by the exchange/,
    );
    expect(interrupted.err).toContain("once more ends at once");

    const rest = await pawl(...args(stopped));
    expect(rest.code).toBe(0);
    expect(rest.out).toMatch(/continues at 2025-03-01T.*, 1 position open/);
    expect(tablesOf(rest.out)).toBe(tablesOf(expected.out));
  });

  it("R12.4 a second Ctrl-C ends at once", async () => {
    const child = start("paper", "--pace", "0.001", "--journal", folder().at("paper.journal"));
    const end = ended(child);
    await said(child, "[JOURNAL]");
    child.kill("SIGINT");
    child.kill("SIGINT");
    expect((await end).code).toBe(130);
  });

  it("R14.4 a reader that goes away is no failure", async () => {
    const child = start("paper", "--journal", folder().at("paper.journal"), "--pace", "20000");
    const end = ended(child);
    await said(child, "opened");
    child.stdout.destroy();
    const { code, err } = await end;
    expect(code).toBe(130);
    expect(err.replace(/^.*% of .*\n/gm, "")).toBe("");
  });

  it("R11.6 a journal that another engine works with is refused, with who has it", async () => {
    const place = folder();
    const child = start("paper", "--journal", place.at("paper.journal"), "--pace", "1000");
    const end = ended(child);
    await said(child, "opened");
    const second = await pawl("paper", "--journal", place.at("paper.journal"));
    child.kill("SIGINT");
    expect(second.code).toBe(1);
    expect(second.err).toContain(`another engine works with this journal (pawl paper, process ${child.pid}`);
    expect((await end).code).toBe(130);
  });

  it("R14.4 a journal where none can be made, or that is something else", async () => {
    const place = folder();
    const file = place.write("file", "not a journal");
    const [under, over] = await Promise.all([
      pawl("paper", "--journal", `${file}/paper.journal`),
      pawl("paper", "--journal", file),
    ]);
    expect(under).toMatchObject({ code: 1, err: expect.stringContaining("is not a folder") as string });
    expect(over).toMatchObject({ code: 2, err: expect.stringContaining("not a journal of pawl") as string });
    expect(readFileSync(file, "utf8")).toBe("not a journal");
  });

  it("R11.2 other prices, other paper settings or a lost half of the state are refused, not continued", async () => {
    const place = folder();
    const args = sessionOver(place, risingCandles(60));
    expect((await pawl(...args, "--slippage", "0.001")).code).toBe(0);
    const settings = await pawl(...args, "--slippage", "0.002");
    place.write("prices.csv", risingCandles(30));
    const prices = await pawl(...args, "--slippage", "0.001");
    expect(settings.err).toContain("setting slippage is 0.001 in the ledger and 0.002 now");
    expect(prices.err).toContain("is it another file?");
    const lost = folder();
    openPaperLedger(`${lost.at("paper.journal")}.paper`).close();
    const half = await pawl("paper", "--journal", lost.at("paper.journal"));
    expect(half.err).toContain("whose journal");
    expect([settings.code, prices.code, half.code]).toEqual([2, 2, 2]);
  });
});

describe("R6.4 market context in a session", () => {
  /** Calm for two hours, then up and down by a percent a minute. */
  const restless = [
    HEADER,
    ...Array.from({ length: 200 }, (_, minute) => {
      const open = 50_000 + (minute < 120 ? 0 : minute % 2 === 0 ? 500 : 0);
      return candle(minute, open, minute < 119 ? 50_000 : 50_500 - (open - 50_000));
    }),
    "",
  ].join("\n");
  const entry = entryLine({ at: "2025-03-01T01:50:00Z", plan: { trailing: { activation: { move: 0.5 } } } });

  it("is reckoned where a plan looks at it: classes are journalled, and said with --verbose", async () => {
    const place = folder();
    const { code, out } = await pawl(...sessionOver(place, restless, entry), "--context", "1m", "--verbose");
    expect(code).toBe(0);
    expect(out).toMatch(/volatility high/);
  });

  it("is off with --context off, and by default where no plan looks at it", async () => {
    const [off, ladder] = await Promise.all([
      pawl(...sessionOver(folder(), restless, entry), "--context", "off", "--verbose"),
      pawl(...sessionOver(folder(), restless, entryLine()), "--verbose"),
    ]);
    expect(off.out).not.toMatch(/volatility/);
    expect(ladder.out).not.toMatch(/volatility/);
  });

  it("says that the candles of a file are longer than those that are asked for", async () => {
    const { code, out, err } = await pawl(...sessionOver(folder(), restless, entry), "--context", "30s");
    expect(code).toBe(0);
    expect(out + err).toContain("market context is reckoned from its candles of 1 min, longer than 0.5 min");
  });

  it("R13.7 a length that is none is a usage error", async () => {
    const { code, err } = await pawl("paper", "--context", "soon");
    expect(err).toContain('--context is "soon"; allowed: off, or a length like 1m');
    expect(code).toBe(2);
  });
});
