/**
 * What must not compile: the tickets and the units (STYLE of the house: "types that carry the promises").
 * In misuse/, the line after each `// must not compile: …` must be an error for the compiler, and no other line.
 */
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { describe, expect, it } from "vitest";

const ROOT = resolve(import.meta.dirname, "../..");
const FOLDER = join(import.meta.dirname, "misuse");
const MARK = "// must not compile: ";

const FILES = readdirSync(FOLDER).filter((file) => file.endsWith(".ts"));
const ERRORS = compile();

describe("types", () => {
  it("cover the three tickets and the units", () => {
    expect(FILES).toEqual(expect.arrayContaining(["fresh-price.ts", "journalled.ts", "sized-order.ts", "units.ts"]));
  });

  it.each(FILES)("%s: every marked line is refused by the compiler, and no other", (file) => {
    const lines = readFileSync(join(FOLDER, file), "utf8").split("\n");
    const marked = lines.flatMap((line, index) =>
      line.startsWith(MARK) ? [`${index + 2}: ${line.slice(MARK.length)}`] : [],
    );
    const refused = ERRORS.filter((error) => error.file === file).map(({ line, message }) => {
      const mark = lines[line - 2] ?? "";
      return mark.startsWith(MARK) ? `${line}: ${mark.slice(MARK.length)}` : `${line}: not marked, but ${message}`;
    });
    expect(marked.length).toBeGreaterThan(0);
    expect([...new Set(refused)]).toEqual(marked);
  });
});

interface CompileError {
  readonly file: string;
  readonly line: number;
  readonly message: string;
}

/** One run of the compiler over the folder; errors elsewhere are the business of `npm run check:types`. */
function compile(): readonly CompileError[] {
  const run = spawnSync(join(ROOT, "node_modules/.bin/tsc"), ["-p", FOLDER, "--pretty", "false"], {
    cwd: ROOT,
    encoding: "utf8",
  });
  if (run.error !== undefined) throw run.error;
  return run.stdout.split("\n").flatMap((line) => {
    const [, path, at, message] = /^(\S+\/misuse\/\S+\.ts)\((\d+),\d+\): error (TS\d+: .*)$/.exec(line) ?? [];
    return path === undefined ? [] : [{ file: basename(path), line: Number(at), message: message ?? "" }];
  });
}
