/** How the command line answers when it is asked for help, or for something that is not there (R14.4). */
import { describe, expect, it } from "vitest";
import { folder, pawl } from "./command.ts";

describe("usage", () => {
  it("R14.4 version and help are done, with 0", async () => {
    const [version, help, ofCommand] = await Promise.all([pawl("--version"), pawl("--help"), pawl("paper", "--help")]);
    expect(version).toMatchObject({ code: 0, err: "", out: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) as string });
    for (const command of [
      "paper",
      "backtest",
      "compare",
      "sweep",
      "status",
      "close",
      "retry",
      "pause",
      "resume",
      "kill",
      "explain",
      "journal",
      "config",
      "entries",
      "exchange",
      "data",
      "machines",
    ])
      expect(help.out).toContain(`  ${command} `);
    expect([help.code, ofCommand.code]).toEqual([0, 0]);
    expect(ofCommand.out).toContain("Examples:");
  });

  it.each([
    [["papr"], "(Did you mean paper?)"],
    [["paper", "--jornal", "x"], "(Did you mean --journal?)"],
    [["journal", "verify"], "required option '--journal <file>' not specified"],
    [["journal"], "Usage: pawl journal"],
    [[], "Usage: pawl"],
    [["paper", "--bad-rows", "mend"], "Allowed choices are stop, skip"],
    [["paper", "--latency", "fast"], '--latency is "fast"; allowed: MS or MIN-MAX'],
    [["paper", "--latency", "90-10"], "--latency is"],
    [["paper", "--partial-fills", "2"], "--partial-fills is 2; allowed: at most 1"],
    [["paper", "--taker-fee", "1.5"], '--taker-fee is "1.5"; allowed: a ratio from 0 to below 1'],
    [["paper", "--pace", "0"], '--pace is "0"; allowed: events per second, more than 0'],
    [["paper", "--plan", "bold"], '--plan is "bold"; allowed: scaled'],
    [["paper", "--entries", "x"], "--entries needs --prices"],
    [["paper", "--prices", "x"], "--prices needs --entries"],
    [["close", "--journal", "x"], "close needs a position, a symbol, or --all (one of them)"],
    [["close", "p1", "--all", "--journal", "x"], "close needs a position, a symbol, or --all (one of them)"],
    [
      ["close", "--all", "--journal", "x"],
      "This closes every open position of x: nobody is there to confirm it; add --yes",
    ],
    [["close", "p1"], "required option '--journal <file>' not specified"],
    [["close", "p1", "--journal", "gone.journal"], "--journal gone.journal: there is no such file"],
    [["kill", "--journal", "gone.journal", "--yes"], "--journal gone.journal: there is no such file"],
    [["pause", "--journal", "gone.journal"], "--journal gone.journal: there is no such file"],
    [["retry", "--journal", "x"], "missing required argument 'position'"],
    [["exchange", "check"], "required option '--venue <name>' not specified"],
    [["data", "fetch", "--venue", "okx"], "required option '--symbol <symbol>' not specified"],
    [["machines", "--rungs", "11"], '--rungs is "11"; allowed: a whole number from 1 to 10'],
  ] as const)("R14.4 pawl %j is a usage error: %s", async (args, message) => {
    const { code, out, err } = await pawl(...args);
    expect(out).toBe("");
    expect(err).toContain(message);
    expect(err).not.toContain("    at ");
    expect(code).toBe(2);
  });

  it("R14.4 a file that is not there is a usage error that names its option", async () => {
    const place = folder();
    const entries = place.write("entries.jsonl", "{}");
    const [prices, journal] = await Promise.all([
      pawl("paper", "--prices", "BTC/USDT=gone.csv", "--entries", entries),
      pawl("status", "--journal", place.at("gone.journal")),
    ]);
    expect([prices.code, journal.code]).toEqual([2, 2]);
    expect(journal.err).toContain("gone.journal: not a journal of pawl: there is no such file");
  });

  it("R13.4 the charts are printed in every form", async () => {
    const [mermaid, json, stately] = await Promise.all([
      pawl("machines", "--rungs", "2"),
      pawl("machines", "--format", "json", "--rungs", "5"),
      pawl("machines", "--format", "stately", "--chart", "supervisor"),
    ]);
    expect(mermaid.out).toContain("open --> TP1_hit");
    expect(Object.keys((JSON.parse(json.out) as { states: object }).states)).toEqual(
      "opening open TP1_hit TP2_hit TP3_hit TP4_hit closing closed".split(" "),
    );
    expect(stately.out).toContain("export const supervisorMachine = createMachine(");
  });
});
