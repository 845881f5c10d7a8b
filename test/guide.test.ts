/** docs/guide/exit-rules.md says what is: every rule with each of its settings and defaults, every preset, plans that work. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
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
