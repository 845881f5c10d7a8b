/**
 * docs/guide/exit-rules.md says what is: every rule with each of its settings and defaults, every preset, plans that work.
 * Commands of docs/guide/backtesting.md run as they are written, over the example's files, and print what is shown.
 */
import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { planSpecSchema, resolvePlan } from "../src/config/plan-settings.ts";
import { PRESET_NAMES } from "../src/config/presets.ts";
import { DEFAULT_PLAN_SETTINGS, makePlan } from "../src/domain/make-plan.ts";
import { CLASS_BOUNDS } from "../src/domain/market-context.ts";
import { written, type Field, type Fields } from "../src/domain/rules/setting.ts";
import { isRefused } from "../src/domain/refused.ts";
import { RULES, SETTABLE_RULES } from "../src/domain/rules/table.ts";
import { aMarket } from "./support/house.ts";

const guide = readFileSync(join(import.meta.dirname, "..", "docs", "guide", "exit-rules.md"), "utf8");
const section = (title: string): string => guide.split(/^###? /m).find((text) => text.startsWith(`${title}\n`)) ?? "";

/** "distance 0.02": every setting with what it is by default. */
const settingsOf = (fields: Fields, path = ""): readonly (readonly [path: string, value: string])[] =>
  Object.entries(fields).flatMap(([name, field]) => settingOf(field, `${path}${name}`));

function settingOf(field: Field, path: string): readonly (readonly [path: string, value: string])[] {
  switch (field.kind) {
    case "number":
      return field.unit === "moment" ? [] : [[path, text(field, field.byDefault)]];
    case "optional":
      return [[path, "null"]];
    case "group":
      return settingsOf(field.fields, `${path}.`);
    case "rows":
      return field.byDefault.flatMap((row) =>
        Object.entries(field.fields).map(([name, each]): readonly [string, string] => [
          path,
          text(each.kind === "optional" ? each.field : each, (row as Record<string, unknown>)[name]),
        ]),
      );
  }
}

const text = (field: Field, value: unknown): string => {
  if (field.kind !== "number" || typeof value !== "number") return String(value);
  return field.unit === "ratio" ? written(field, value) : String(value);
};

describe("R5.4 the guide to the exit rules", () => {
  it.each(SETTABLE_RULES.map((rule) => [rule.name, rule.requirement, settingsOf(rule.fields)] as const))(
    "R5.4 says of %s (%s) what can be set, and what it is by default",
    (name, requirement, settings) => {
      const said = section(name);
      expect(said).toContain(`(${requirement})`);
      for (const [path, value] of settings) {
        expect(said).toContain(`\`${path}\``);
        expect(said).toContain(`\`${value}\``);
      }
    },
  );

  it("R5.5 lists all rules in their order", () => {
    const listed = [...section("The rules").matchAll(/^\| `(\w+)`/gm)].map(([, name]) => name);
    expect(listed).toEqual(RULES.map(({ name }) => name));
  });

  it("R5.4 has a column for every preset", () => {
    const [head = ""] = section("Presets").match(/^\| \|.*$/m) ?? [];
    expect(PRESET_NAMES.filter((name) => !head.includes(`\`${name}\``))).toEqual([]);
  });

  it("R6.4 names the bounds of the classes", () => {
    const said = section("Market context");
    for (const bound of Object.values(CLASS_BOUNDS).filter((value) => value !== CLASS_BOUNDS.hysteresis))
      expect(said).toMatch(new RegExp(`\\b${bound}\\b`));
    expect(said).toContain(`${CLASS_BOUNDS.hysteresis * 100} %`);
  });

  it.each([...guide.matchAll(/^```json\n(.*?)^```/gms)].map(([, json = ""], index) => [index + 1, json] as const))(
    "R5.4 plan %i that it shows can be had",
    (_, json) => {
      const made = makePlan(resolvePlan(DEFAULT_PLAN_SETTINGS, planSpecSchema.parse(JSON.parse(json))), aMarket());
      expect(isRefused(made)).toBe(false);
    },
  );
});

describe("R12.3 the guide to backtesting", () => {
  const root = join(import.meta.dirname, "..");
  const text = readFileSync(join(root, "docs/guide/backtesting.md"), "utf8");
  const example = join(root, "docs/examples/backtest");
  const blocks = (language: string): readonly string[] =>
    [...text.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, "gms"))].map(([, block = ""]) => block);
  const lines = (language: string): readonly string[] =>
    blocks(language).flatMap((block) => block.split("\n").filter((line) => line !== ""));
  const scratch = (): string => {
    const folder = mkdtempSync(join(tmpdir(), "pawl-guide-"));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    return folder;
  };
  const run = (folder: string, file: string, args: readonly string[]): string =>
    execFileSync(process.execPath, [join(root, file), ...args], { cwd: folder, encoding: "utf8", stdio: "pipe" });

  it("R12.3 every command runs as it is written, and what is shown is printed", { timeout: 90_000 }, () => {
    const [enter, ...commands] = lines("sh");
    expect(enter).toBe("cd docs/examples/backtest");
    const folder = scratch();
    cpSync(example, folder, { recursive: true });
    const printed = commands.map((command) => {
      expect(command).toMatch(/^npx pawl /);
      return run(folder, "src/cli/pawl.js", command.split(" ").slice(2));
    });
    const output = printed.join("\n").split("\n");
    const missing = lines("text").filter((line) => !output.some((each) => each.includes(line)));
    expect(missing).toEqual([]);
    expect(readFileSync(join(example, "candles.csv"), "utf8").startsWith(blocks("csv")[0]!)).toBe(true);
    expect(readFileSync(join(example, "entries.jsonl"), "utf8").startsWith(blocks("json")[0]!)).toBe(true);
  });

  it("R12.3 P20 the example is what its script makes, and small", () => {
    const folder = scratch();
    run(folder, "scripts/backtest-example.ts", [folder]);
    const names = readdirSync(example).toSorted();
    expect(readdirSync(folder).toSorted()).toEqual(names);
    const read = (from: string): readonly string[] => names.map((name) => readFileSync(join(from, name), "utf8"));
    expect(read(folder)).toEqual(read(example));
    expect(read(example).join("").length).toBeLessThan(51_200);
  });
});
