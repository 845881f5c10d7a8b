/** R13.7: the configuration file, its defaults, and every way in which it can be wrong. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ConfigError } from "../../src/config/config-error.ts";
import { defaultConfig, parseConfig, readConfig } from "../../src/config/config-file.ts";
import { NO_CAPS } from "../../src/domain/caps.ts";
import { DEFAULT_PLAN_SETTINGS } from "../../src/domain/make-plan.ts";
import { parsePaperSettings, type PaperSettings } from "../../src/exchange/paper/settings.ts";

const FILE = "pawl.json";

function errorOf(action: () => unknown): ConfigError {
  try {
    action();
  } catch (cause) {
    if (cause instanceof ConfigError) return cause;
    throw cause;
  }
  throw new Error("it was accepted");
}

describe("defaults", () => {
  it("R13.7 an empty file is the configuration of section 16", () => {
    const config = parseConfig({}, FILE);
    expect(config).toEqual({
      file: FILE,
      account: "default",
      hedgeMode: false,
      plan: DEFAULT_PLAN_SETTINGS,
      paper: {
        seed: "pawl",
        takerFee: "0.0005",
        makerFee: "0.0002",
        slippage: "0",
        latencyMs: { minimum: 0, maximum: 0 },
        partialFills: { probability: 0, maximumSlices: 3, gapMs: 0 },
        expireRestProbability: 0,
        spotFeeInCoin: true,
      },
      markets: null,
      context: "auto",
      prices: { maximumFutureMs: 5_000, maximumAgeMs: 5_000 },
      caps: NO_CAPS,
      log: null,
      alerts: { webhook: null },
      warnings: [],
    });
    expect(defaultConfig()).toEqual({ ...config, file: null });
  });

  it("R12.1 the paper part is what the paper exchange takes, unchanged", () => {
    const { paper } = parseConfig(
      { paper: { seed: "7", takerFee: 0.001, slippage: "0.00020", latencyMs: { minimum: 5, maximum: 9 } } },
      FILE,
    );
    const taken: PaperSettings = paper;
    expect(parsePaperSettings(taken)).toEqual(paper);
    expect([paper.takerFee, paper.slippage]).toEqual(["0.001", "0.0002"]);
  });
});

describe("what is in a file", () => {
  it("R8.6 R13.7 caps, each of which may be left out", () => {
    expect(
      parseConfig({ caps: { maximumOrderNotional: 1000.5, symbols: ["A/B"], ordersPerMinute: 3 } }, FILE).caps,
    ).toEqual({
      quote: "USDT",
      maximumOrderNotional: "1000.5",
      maximumTotalNotional: null,
      symbols: ["A/B"],
      ordersPerMinute: 3,
    });
  });

  it("R13.7 a plan by name, as overrides, or as both", () => {
    expect(parseConfig({ plan: "scaled" }, FILE).plan).toEqual(DEFAULT_PLAN_SETTINGS);
    expect(parseConfig({ plan: { preset: "scaled", undersizedExit: "skip" } }, FILE).plan).toEqual({
      ...DEFAULT_PLAN_SETTINGS,
      preset: "custom",
      undersizedExit: "skip",
    });
  });

  it("R2.8 what the plan is mended with is a warning of the file", () => {
    const plan = {
      ladder: [
        { target: "0.03", fraction: "0.5" },
        { target: "0.05", fraction: "0.4" },
      ],
    };
    expect(parseConfig({ plan }, FILE).warnings).toEqual(["Scaled TP percentages normalized from 90.0% to 100%"]);
  });

  it("R13.7 paths are relative to the file", () => {
    expect(parseConfig({ markets: "markets.json" }, "/etc/pawl/pawl.json").markets).toEqual({
      path: "/etc/pawl/markets.json",
      precisionMode: null,
    });
    expect(parseConfig({ markets: { path: "/m.json", precisionMode: "TICK_SIZE" } }, FILE).markets).toEqual({
      path: "/m.json",
      precisionMode: "TICK_SIZE",
    });
  });
});

describe("what is wrong in a file", () => {
  it.each<[string, unknown, string]>([
    ["not an object", 3, "pawl.json: it is 3; allowed: an object {…}"],
    [
      "an unknown key",
      { plann: 1 },
      "pawl.json: plann is not known, did you mean plan?; allowed: $schema, account, hedgeMode, plan, paper, markets, context, prices, caps, log, alerts",
    ],
    [
      "an unknown key like no other",
      { zzzzzz: 1 },
      "pawl.json: zzzzzz is not known; allowed: $schema, account, hedgeMode, plan, paper, markets, context, prices, caps, log, alerts",
    ],
    ["an unknown preset", { plan: "scald" }, 'pawl.json: plan is "scald"; allowed: scaled, guarded, adaptive'],
    [
      "a plan of another type",
      { plan: ["scaled"] },
      'pawl.json: plan is ["scaled"]; allowed: a preset (scaled, guarded, adaptive) or an object of overrides',
    ],
    [
      "an unknown key in a plan",
      { plan: { ladder: [{ target: 0.1, fraction: 1, frction: 1 }] } },
      "pawl.json: plan.ladder[0].frction is not known, did you mean fraction?; allowed: target, fraction",
    ],
    [
      "a missing key",
      { plan: { ladder: [{ fraction: 1 }] } },
      'pawl.json: plan.ladder[0].target is missing; allowed: a ratio exact to a millionth, as decimal text or number: "0.03" is 3 %',
    ],
    [
      "a word that is none of them",
      { plan: { undersizedExit: "raised" } },
      'pawl.json: plan.undersizedExit is "raised"; allowed: raise, skip, close',
    ],
    [
      "a cap of nothing",
      { caps: { maximumTotalNotional: "0" } },
      'pawl.json: caps.maximumTotalNotional is "0"; allowed: a number greater than 0, as decimal text or number',
    ],
    [
      "no entry in a minute",
      { caps: { ordersPerMinute: 0 } },
      "pawl.json: caps.ordersPerMinute is 0; allowed: at least 1",
    ],
    [
      "an unknown cap",
      { caps: { maximumNotional: 1 } },
      "pawl.json: caps.maximumNotional is not known; allowed: quote, maximumOrderNotional, maximumTotalNotional, symbols, ordersPerMinute",
    ],
    [
      "two stops",
      { plan: { stop: { fraction: 0.1, price: 1 } } },
      'pawl.json: plan.stop is {"fraction":0.1,"price":1}; allowed: either {"fraction": …} or {"price": …}',
    ],
    [
      "a number out of range",
      { prices: { maximumAgeMs: 0 } },
      "pawl.json: prices.maximumAgeMs is 0; allowed: at least 1",
    ],
    [
      "a broken number",
      { plan: { timing: { settleMs: 1.5 } } },
      "pawl.json: plan.timing.settleMs is 1.5; allowed: a whole number",
    ],
    ["text for a switch", { hedgeMode: "yes" }, 'pawl.json: hedgeMode is "yes"; allowed: true or false'],
    [
      "a fee of everything",
      { paper: { takerFee: "1" } },
      'pawl.json: paper.takerFee is "1"; allowed: a ratio from 0 to below 1, as decimal text or number',
    ],
    [
      "latencies the wrong way round",
      { paper: { latencyMs: { minimum: 5 } } },
      'pawl.json: paper.latencyMs is {"minimum":5}; allowed: minimum at most maximum',
    ],
    [
      "a symbol's amount",
      { plan: { minimumAmount: { "A/B": "-1" } } },
      'pawl.json: plan.minimumAmount["A/B"] is "-1"; allowed: a number greater than 0, as decimal text or number',
    ],
    [
      "an account with spaces",
      { account: "my account" },
      'pawl.json: account is "my account"; allowed: text of 1 to 100 letters, digits or signs, no spaces',
    ],
    [
      "a stop that makes no plan",
      { plan: { stop: { fraction: "1.2" } } },
      "pawl.json: plan.stop.fraction is 1.2; allowed: more than 0 and less than 1",
    ],
    [
      "a fraction that makes no plan",
      { plan: { ladder: [{ target: 0.1, fraction: 0 }] } },
      "pawl.json: plan.ladder[0].fraction is 0; allowed: more than 0 and at most 1000",
    ],
    [
      "a strict plan out of order",
      {
        plan: {
          scaledTakeProfit: { strict: true },
          ladder: [
            { target: 0.05, fraction: 0.5 },
            { target: 0.03, fraction: 0.5 },
          ],
        },
      },
      "pawl.json: plan.ladder[1].target is 0.03 (Scaled TP disabled: profit levels must be in ascending order); allowed: more than 0.05, targets strictly ascending",
    ],
  ])("R13.7 %s: path, value and what is allowed", (_, json, message) => {
    expect(errorOf(() => parseConfig(json, FILE)).message).toBe(message);
  });

  it("R13.7 all problems are told at once, and the first one stands in the error's fields", () => {
    const error = errorOf(() => parseConfig({ account: 3, hedgeMode: 1 }, FILE));
    expect(error.problems.map((problem) => problem.path)).toEqual(["account", "hedgeMode"]);
    expect([error.file, error.path, error.value]).toEqual([FILE, "account", "3"]);
  });

  it.each([
    "apiKey",
    "api_key",
    "API-SECRET",
    "secret",
    "password",
    "binanceApiKey",
    "passphrase",
    "privateKey",
    "token",
  ])("R13.7 R13.6 a secret (%s) is refused at any depth, and never shown", (key) => {
    const error = errorOf(() => parseConfig({ plan: { ladder: [{ [key]: "hunter2" }] }, wrong: "x" }, FILE));
    expect(error.problems).toEqual([expect.objectContaining({ allowed: "secrets come from the environment only" })]);
    expect(error.problems[0]!.path).toContain("plan.ladder[0]");
    expect(JSON.stringify([error.message, error.problems])).not.toContain("hunter2");
  });

  it("R13.7 a prototype is no way around an unknown key", () => {
    expect(errorOf(() => parseConfig(JSON.parse('{"__proto__": {"account": "x"}}'), FILE)).path).toBe("__proto__");
  });
});

describe("reading from disk", () => {
  let folder = "";
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "pawl-config-"));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const written = (text: string): string => {
    const path = join(folder, "pawl.json");
    writeFileSync(path, text);
    return path;
  };

  it("R13.7 reads a file, with or without a byte order mark", () => {
    expect(readConfig(written('\uFEFF{"account": "main"}')).account).toBe("main");
  });

  it("R13.7 a file that is not there", () => {
    const path = join(folder, "nowhere.json");
    expect(errorOf(() => readConfig(path)).message).toMatch(
      /nowhere\.json: the file cannot be read \(ENOENT.*\); allowed: a JSON file of configuration$/,
    );
  });

  it.each([
    ['{\n  "account": "main",\n}', " (line 3, column 1)"],
    ['{"apiSecret": "hunter2" oops}', " (line 1, column 25)"],
    ["hunter2", ""],
    ['{"a": ', ", it ends too early"],
  ])("R13.7 a file that is not JSON: %j", (text, where) => {
    const path = written(text);
    const error = errorOf(() => readConfig(path));
    expect(error.message).toBe(`${path}: the text is not JSON${where}; allowed: JSON`);
    expect(error.message).not.toContain("hunter2");
  });
});
