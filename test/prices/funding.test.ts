import { describe, expect, it } from "vitest";
import { readFunding } from "../../src/prices/funding.ts";
import { parseLeverageBrackets, readLeverageBrackets } from "../../src/prices/leverage-brackets.ts";
import { temporaryFolder, thrownBy } from "./temporary-file.ts";

const folder = temporaryFolder();
const T = 1_665_792_000_001;
const read = (lines: readonly string[], badRows: "stop" | "skip" = "stop") =>
  readFunding({ path: folder.file("funding.csv", lines.join("\n")), symbol: "BTC/USDT:USDT", badRows });

describe("R14.3 funding rates", () => {
  it("R14.3 are fractions at moments, some ms past the hour", () => {
    for (const header of [[], ["timestamp_ms,funding_rate"], ["Time,fundingRate"]]) {
      const { funding, rowCount } = read([...header, `${T},0.00004317`, `${T + 28_800_004},-0.0001`]);
      expect([[...funding.atMs], [...funding.rate], rowCount]).toEqual([[T, T + 28_800_004], [0.00004317, -0.0001], 2]);
    }
  });

  it.each([
    ["a percentage", `${T + 1},4.3`, "rate out of range: funding_rate is 4.3; allowed: a fraction from -0.1 to 0.1"],
    ["no rate", `${T + 1},`, "not a number: funding_rate is empty"],
    ["a moment twice", `${T},0.0001`, "duplicate time"],
    ["an earlier moment", `${T - 5},0.0001`, "out of order"],
    ["seconds", "1665820800,0.0001", "wrong unit of time"],
    ["a column too many", `${T + 1},0.0001,x`, "wrong number of columns"],
  ])("R14.3 %s stops with its row, or is left out", (_, line, words) => {
    const lines = [`${T},0.0001`, line, `${T + 28_800_000},0.0002`];
    const error = thrownBy(() => read(lines));
    expect(error).toMatchObject({ row: 2 });
    expect(error.message).toContain(`row 2: ${words}`);
    const { funding, problems } = read(lines, "skip");
    expect([[...funding.rate], problems.count]).toEqual([[0.0001, 0.0002], 1]);
  });

  it("R14.3 a header alone holds no rates", () => {
    expect(thrownBy(() => read(["timestamp_ms,funding_rate"])).message).toContain("a header and no rates");
  });
});

const bracket = (
  minNotional: number,
  maxNotional: number | null,
  maintenanceMarginRate: number,
  more: object = {},
) => ({
  minNotional,
  maxNotional,
  maintenanceMarginRate,
  maxLeverage: 20,
  ...more,
});
const parse = (brackets: unknown) => parseLeverageBrackets({ path: "tiers.json", json: { "BTC/USDT:USDT": brackets } });

describe("R14.3 leverage brackets", () => {
  it("R14.3 cum is taken from the file, from info, or told exactly by the brackets before", () => {
    const list = [
      bracket(0, 50_000, 0.004),
      bracket(50_000, 600_000, 0.005, { cum: "50.0" }),
      bracket(600_000, 3_000_000, 0.0065, { info: { cum: "950" } }),
      bracket(3_000_000, null, 0.01),
    ];
    expect(
      parse(list)
        .brackets.get("BTC/USDT:USDT")!
        .map(({ cum }) => cum),
    ).toEqual(["0", "50", "950", "11450"]);
  });

  it.each([
    ["a gap", [bracket(0, 50, 0.01), bracket(60, 90, 0.02)], "[1].minNotional: the value is 60; allowed: 50"],
    ["a start that is not 0", [bracket(5, 50, 0.01)], "[0].minNotional: the value is 5; allowed: 0"],
    [
      "an end before the start",
      [bracket(0, 0, 0.01)],
      "[0].maxNotional: the value is 0; allowed: more than 0 (minNotional)",
    ],
    ["one after the last", [bracket(0, null, 0.01), bracket(60, 90, 0.02)], "no bracket after one without an end"],
    ["a rate that falls", [bracket(0, 50, 0.01), bracket(50, 90, 0.005)], "0.01 (the bracket before) or more"],
    [
      "a rate in percent",
      [bracket(0, 50, 1.5)],
      "[0].maintenanceMarginRate: the value is 1.5; allowed: more than 0, less than 1",
    ],
    ["no leverage", [bracket(0, 50, 0.01, { maxLeverage: undefined })], "[0].maxLeverage: the value is missing"],
    ["no bracket", [], "one bracket or more"],
  ])("R14.3 refuses %s", (_, list, words) => {
    const { message } = thrownBy(() => parse(list));
    expect(message).toContain('tiers.json, ["BTC/USDT:USDT"]');
    expect(message).toContain(words);
  });

  it.each([
    ["a missing file", () => `${folder.path}/none.json`, /the file cannot be read/],
    ["no JSON", () => folder.file("a.json", "{"), /the file is not JSON/],
    ["a list", () => folder.file("b.json", "[1]"), /the JSON holds no leverage brackets/],
    ["nothing", () => folder.file("c.json", "{}"), /there are no brackets in it/],
  ])("R14.3 refuses %s", (_, path, message) => {
    expect(thrownBy(() => readLeverageBrackets(path())).message).toMatch(message);
  });
});
