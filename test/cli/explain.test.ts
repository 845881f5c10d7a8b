/** `pawl explain` (R13.0): of a plan, of a plan on its way, of a position in a journal. */
import { readFileSync, statSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { ended, folder, pawl, said, start } from "./command.ts";
import { entryLine, risingCandles, sessionOver } from "./price-files.ts";

interface Explained {
  readonly band: { readonly below: string; readonly above: string };
  readonly points: readonly { readonly kind: string; readonly price: string; readonly text: string }[];
  readonly happens: { readonly rule: string | null };
}

const explained = async (...args: readonly string[]): Promise<Explained> => {
  const { code, out, err } = await pawl("explain", ...args, "--json");
  expect(code, err).toBe(0);
  return JSON.parse(out) as Explained;
};

describe("pawl explain", () => {
  it("R13.0 the axis of a plan: entry, stop, rungs, emergency levels, the band, and which rule fires where", async () => {
    const { code, out } = await pawl("explain", "--plan", "scaled", "--price", "100000", "--leverage", "10");
    expect(code).toBe(0);
    for (const words of [
      "BTC/USDT:USDT long 1.0 from 100000.0, leverage 10, plan scaled",
      "At 100000.0: nothing. Nothing happens between 98500.0 and 103000.0.",
      "TP1, 40.0%",
      "TP3, the rest",
      "stop (initial)",
      "emergency stop, ROI -15.0%",
      "TP1 and TP2: 0.7 is closed",
      "everything is closed (emergency_stop_excessive_loss)",
      "Off: smartProfit, momentumLoss",
    ])
      expect(out).toContain(words);
  });

  it("R13.0 a position that has been through prices: the rung is hit, the stop has moved", async () => {
    const { points, band } = await explained(
      ..."--plan adaptive --entry 100000 --through 103000 104000 --price 103500".split(" "),
    );
    expect(points.find(({ text }) => text === "TP1, hit")).toMatchObject({ price: "103000" });
    // R4.4: 2 % × 0.85 behind a mark that is more than 3 % up, on the tighter tick.
    expect(points.find(({ kind }) => kind === "stop")).toMatchObject({ price: "102232", text: "stop (trailing)" });
    expect(band).toEqual({ below: "102232", above: "104100" });
  });

  it("R5.3 R6.1 time counts: after five hours targets that move have come nearer", async () => {
    const at = "--plan adaptive --entry 100 --through 100.5 --price 100.2 --at 2026-01-05T00:00:00Z".split(" ");
    const [early, late] = await Promise.all([explained(...at), explained(...at, "--held", "5h")]);
    const target = ({ points }: Explained) => points.find(({ text }) => text.startsWith("TP1"))!.price;
    expect([target(early), target(late)]).toEqual(["103", "102.85"]);
  });

  it("R13.0 a plan file, the other side, and the picture as a file of its owner", async () => {
    const place = folder();
    const plan = place.write("plan.json", '{"preset": "guarded", "momentumLoss": {"giveBack": 0.4}}');
    const svg = place.at("axis.svg");
    const { code, out } = await pawl(
      ..."explain --side short --entry 2500 --through 2400 --price 2420 --symbol ETH/USDT:USDT".split(" "),
      "--plan",
      plan,
      "--svg",
      svg,
    );
    expect(code).toBe(0);
    expect(out).toContain("ETH/USDT:USDT short 1.0 from 2500.0");
    expect(out).toContain("momentum_loss");
    expect(readFileSync(svg, "utf8")).toContain("momentum_loss");
    expect(statSync(svg).mode & 0o777).toBe(0o600);
  });

  it("R13.0 R2.6 a position of a journal, at the last price that was journalled", async () => {
    const place = folder();
    const child = start(
      ...sessionOver(place, risingCandles(300), entryLine({ id: "big", leverage: 10 })),
      "--pace",
      "100",
    );
    const end = ended(child);
    await said(child, "big: TP1 hit");
    child.kill("SIGINT");
    await end;
    const journal = place.at("paper.journal");
    const { points } = await explained("--journal", journal);
    expect(points.find(({ text }) => text === "TP1, hit")).toBeDefined();
    const other = await pawl("explain", "--journal", journal, "--position", "gone");
    expect(other.err).toContain('--position is "gone", which');
    expect(other.err).toContain("open are big");
    expect(other.code).toBe(2);
  });

  it.each([
    [["--plan", "scaled"], "--price is missing"],
    [["--price", "-5"], '--price is "-5"; allowed: a number more than 0'],
    [
      ["--price", "1", "--plan", "bold"],
      '--plan is "bold"; allowed: scaled, guarded, adaptive, single, or a JSON file of a plan',
    ],
    [["--price", "1", "--plan", "gone.json"], "gone.json"],
    [["--price", "1", "--held", "long"], '--held is "long"; allowed: a length like 1m'],
    [["--price", "1", "--at", "yesterday"], '--at is "yesterday"; allowed: ISO 8601'],
    [["--price", "1", "--position", "p"], "--position needs --journal"],
    [["--price", "1", "--journal", "j", "--plan", "scaled"], "--plan cannot be given with --journal"],
    [["--price", "1", "--symbol", "bitcoin"], "allowed: BASE/QUOTE"],
    [["--price", "100", "--entry", "100", "--through", "90"], "it has been closed already (stop_initial at "],
    [["--price", "100", "--leverage", "1000000"], "leverage"],
  ] as const)("R13.7 pawl explain %j is a usage error: %s", async (args, message) => {
    const { code, out, err } = await pawl("explain", ...args);
    expect(out).toBe("");
    expect(err).toContain(message);
    expect(err).not.toContain("    at ");
    expect(code).toBe(2);
  });
});
