/**
 * Proves that the lint rules bite: plants violations in a scratch copy of the house and expects oxlint to report
 * exactly those. A rule that is configured and planted by nobody fails too, so a new rule comes with its violation.
 *
 * Promises: touches nothing in the working tree; ends with exit code 1 and the list of what was not as expected.
 */
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { CYCLE, DIRECTIONS, EVERYWHERE, PURITY, type Plant } from "./lint-plants.ts";

const ROOT = resolve(import.meta.dirname, "..");

interface Diagnostic {
  readonly code: string;
  readonly filename: string;
}

/** Each plant lives under a root of its own (`p7/src/domain/stop.ts`), so that one run of oxlint sees them all. */
function main(): number {
  const startedMs = performance.now();
  const plants = [...DIRECTIONS, ...PURITY, ...EVERYWHERE];
  const scratch = mkdtempSync(join(tmpdir(), "pawl-lint-proof-"));
  try {
    const roots = plants.map((plant, index) => ({ root: `p${index}`, plants: [plant] }));
    roots.push({ root: "cycle", plants: [...CYCLE] });
    buildScratch(scratch, roots);
    const found = lint(scratch);
    const problems = roots.flatMap(({ root, plants: planted }) =>
      planted.flatMap((plant) => judge(plant, found.get(`${root}/${plant.file}`) ?? [])),
    );
    problems.push(...rulesNobodyPlants([...plants, ...CYCLE]));
    for (const problem of problems) console.error(problem);
    const seconds = ((performance.now() - startedMs) / 1000).toFixed(1);
    console.log(
      `lint proof: ${plants.length + CYCLE.length} planted lines, ${problems.length} not as expected (${seconds} s)`,
    );
    return problems.length === 0 ? 0 : 1;
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

function buildScratch(
  scratch: string,
  roots: readonly { readonly root: string; readonly plants: readonly Plant[] }[],
): void {
  cpSync(join(ROOT, "tsconfig.json"), join(scratch, "tsconfig.json"));
  rewriteTsconfig(join(scratch, "tsconfig.json"));
  writeFileSync(join(scratch, ".oxlintrc.json"), rebasedConfig());
  symlinkSync(join(ROOT, "node_modules"), join(scratch, "node_modules"));
  for (const { root, plants } of roots) {
    for (const plant of plants) {
      const path = join(scratch, root, plant.file);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, `${plant.code}\n`);
    }
  }
}

/** The scratch house has many roots; everything else of the configuration stays. */
function rewriteTsconfig(path: string): void {
  const text = readFileSync(path, "utf8");
  const rewritten = text.replace(/"include": \[[^\]]*\]/, '"include": ["**/*.ts"]');
  if (rewritten === text) throw new Error(`${path}: expected an "include" list to replace`);
  writeFileSync(path, rewritten);
}

/** The project's own rules, with each place ("src/domain/**") moved one folder down ("*\/src/domain/**"). */
function rebasedConfig(): string {
  const config = readConfig();
  return JSON.stringify({
    ...config,
    ignorePatterns: ["node_modules/**"],
    overrides: config.overrides.map((override) => ({
      ...override,
      files: override.files.map((place) => `*/${place}`),
      ...(override.excludeFiles === undefined
        ? {}
        : { excludeFiles: override.excludeFiles.map((place) => `*/${place}`) }),
    })),
  });
}

interface Config {
  readonly rules: Readonly<Record<string, unknown>>;
  readonly overrides: readonly {
    readonly files: readonly string[];
    readonly excludeFiles?: readonly string[];
    readonly rules: Readonly<Record<string, unknown>>;
  }[];
}

/** Our configuration file has comments on lines of their own and nothing else that JSON has not. */
function readConfig(): Config {
  const text = readFileSync(join(ROOT, ".oxlintrc.json"), "utf8");
  return JSON.parse(text.replace(/^\s*\/\/.*$/gm, "")) as Config;
}

function lint(scratch: string): ReadonlyMap<string, readonly string[]> {
  const run = spawnSync(join(ROOT, "node_modules/.bin/oxlint"), ["-f", "json", "."], {
    cwd: scratch,
    encoding: "utf8",
    maxBuffer: 64 * 1024 * 1024,
  });
  const start = run.stdout.indexOf("{");
  if (start < 0) throw new Error(`oxlint gave no report:\n${run.stdout}${run.stderr}`);
  const report = JSON.parse(run.stdout.slice(start)) as { readonly diagnostics: readonly Diagnostic[] };
  const byFile = new Map<string, string[]>();
  for (const { filename, code } of report.diagnostics) {
    const codes = byFile.get(filename) ?? [];
    codes.push(code);
    byFile.set(filename, codes);
  }
  return byFile;
}

function judge(plant: Plant, found: readonly string[]): readonly string[] {
  const shown = `${plant.file}: ${plant.code}`;
  if (plant.rule !== null) {
    return found.includes(plant.rule)
      ? []
      : [`not reported by ${plant.rule}: ${shown} (reported: ${found.join(", ") || "nothing"})`];
  }
  return found.length === 0 ? [] : [`reported although it is allowed: ${shown} (${found.join(", ")})`];
}

/** Rules that the configuration names as errors and that no plant above violates. */
function rulesNobodyPlants(plants: readonly Plant[]): readonly string[] {
  const config = readConfig();
  const named = new Set<string>();
  for (const rules of [config.rules, ...config.overrides.map((override) => override.rules)]) {
    for (const [name, setting] of Object.entries(rules)) {
      const severity: unknown = Array.isArray(setting) ? setting[0] : setting;
      if (severity === "error") named.add(name.includes("/") ? name.replace("/", "(") + ")" : `eslint(${name})`);
    }
  }
  const planted = new Set(plants.map((plant) => plant.rule));
  return [...named]
    .filter((rule) => !planted.has(rule))
    .map((rule) => `no planted violation for ${rule}: add one to scripts/lint-plants.ts`);
}

process.exitCode = main();
