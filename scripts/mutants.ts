/**
 * Proves that the invariants' tests can fail: applies each mutant of scripts/mutants.json (one changed line) to a
 * scratch copy of the house and expects its tests to fail there. `npm run mutants -- NAME…` runs only those.
 *
 * Promises: touches nothing in the working tree; a mutant that survives, or whose line is no longer found exactly
 * once, ends the run with exit code 1.
 */
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import * as z from "zod";

const ROOT = resolve(import.meta.dirname, "..");
const LIST = "scripts/mutants.json";
const COPIED = ["src", "machines", "test", "docs", "scripts", "package.json", "tsconfig.json", "vitest.config.ts"];
/** The same inputs for each mutant; a property that needs luck to kill one is too weak. */
const SEED = "20260101";

const Mutants = z.array(
  z.strictObject({
    /** The rows of docs/INVARIANTS.md name it. */
    name: z.string().regex(/^[a-z0-9-]+$/),
    /** The property or requirement that it breaks. */
    breaks: z.string().regex(/^(P\d+|R\d+\.\d+)$/),
    file: z.string(),
    /** Text that stands exactly once in the file, and what it becomes. */
    line: z.string(),
    becomes: z.string(),
    /** Test files of which at least one must fail. */
    tests: z.array(z.string()).min(1),
  }),
);
type Mutant = z.infer<typeof Mutants>[number];

function main(wanted: readonly string[]): number {
  const all = Mutants.parse(JSON.parse(readFileSync(join(ROOT, LIST), "utf8")));
  const unknown = wanted.filter((name) => !all.some((mutant) => mutant.name === name));
  if (unknown.length > 0) {
    console.error(
      `${LIST}: no mutant called ${unknown.join(", ")}; there are ${all.map(({ name }) => name).join(", ")}`,
    );
    return 2;
  }
  const chosen = all.filter(({ name }) => wanted.length === 0 || wanted.includes(name));
  const scratch = mkdtempSync(join(tmpdir(), "pawl-mutants-"));
  try {
    copyHouse(scratch);
    const tests = [...new Set(chosen.flatMap((mutant) => mutant.tests))];
    if (!testsPass(scratch, tests)) {
      console.error(`the tests fail without any mutant: npx vitest run ${tests.join(" ")}`);
      return 1;
    }
    const problems = chosen.flatMap((mutant) => {
      const problem = tryMutant(scratch, mutant);
      console.log(`${problem === null ? "killed  " : "NOT KILLED"} ${mutant.breaks.padEnd(6)} ${mutant.name}`);
      return problem === null ? [] : [`${mutant.name}: ${problem}`];
    });
    for (const problem of problems) console.error(problem);
    console.log(`${chosen.length - problems.length} of ${chosen.length} mutants killed`);
    return problems.length === 0 ? 0 : 1;
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

function copyHouse(scratch: string): void {
  for (const name of COPIED) {
    if (existsSync(join(ROOT, name))) cpSync(join(ROOT, name), join(scratch, name), { recursive: true });
  }
  symlinkSync(join(ROOT, "node_modules"), join(scratch, "node_modules"));
}

/** Why the mutant was not killed, or null when it was. */
function tryMutant(scratch: string, mutant: Mutant): string | null {
  const path = join(scratch, mutant.file);
  if (!existsSync(path)) return `there is no ${mutant.file}`;
  const source = readFileSync(path, "utf8");
  const times = source.split(mutant.line).length - 1;
  if (times !== 1) return `${mutant.file} holds the line ${times} times, not once: ${mutant.line}`;
  writeFileSync(
    path,
    source.replace(mutant.line, () => mutant.becomes),
  );
  const survived = testsPass(scratch, mutant.tests);
  writeFileSync(path, source);
  return survived ? `${mutant.tests.join(", ")} passes although ${mutant.file} says: ${mutant.becomes}` : null;
}

function testsPass(scratch: string, tests: readonly string[]): boolean {
  if (tests.length === 0) return true;
  const missing = tests.filter((test) => !existsSync(join(scratch, test)));
  if (missing.length > 0) throw new Error(`${LIST}: there is no ${missing.join(", ")}`);
  const run = spawnSync(process.execPath, [join(ROOT, "node_modules/vitest/vitest.mjs"), "run", ...tests], {
    cwd: scratch,
    encoding: "utf8",
    env: { ...process.env, FC_SEED: SEED },
    stdio: ["ignore", "pipe", "pipe"],
    timeout: 600_000,
  });
  return run.status === 0;
}

process.exitCode = main(process.argv.slice(2));
