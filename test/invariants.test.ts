/** Keeps docs/INVARIANTS.md honest: every row names a test that is there and a mutant that this very test kills. */
import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import * as z from "zod";

const ROOT = resolve(import.meta.dirname, "..");
const read = (file: string): string => readFileSync(join(ROOT, file), "utf8");

const mutants = z
  .array(z.object({ name: z.string(), breaks: z.string(), tests: z.array(z.string()) }))
  .parse(JSON.parse(read("scripts/mutants.json")));

const rows = read("docs/INVARIANTS.md")
  .split("\n")
  .map((line) => line.split("|").map((cell) => cell.trim()))
  .filter((cells) => /^[PR]\d/.test(cells[1] ?? ""))
  .map(([, id = "", promise = "", heldBy = "", shownBy = "", mutant = ""]) => ({
    id,
    promise,
    heldBy,
    shownBy: shownBy.replaceAll("`", ""),
    mutant: mutant.replaceAll("`", ""),
  }));

const IN_FORCE = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 20].map((number) => `P${number}`);

describe("R13.8 the page of invariants", () => {
  it("R13.8 has a row for every property in force", () => {
    expect(rows.map((row) => row.id).filter((id) => id.startsWith("P"))).toEqual(IN_FORCE);
  });

  it.each(rows)("$id says how it is held, by which test it is shown, and which mutant that test kills", (row) => {
    expect(row.promise).not.toBe("");
    expect(row.heldBy).toMatch(/type:|transition:|writer:|assertion:|shape:|lint|lock|one row/);
    expect(existsSync(join(ROOT, row.shownBy)), `${row.shownBy} is not there`).toBe(true);
    const mutant = mutants.find(({ name }) => name === row.mutant);
    expect(mutant, `no mutant ${row.mutant} in scripts/mutants.json`).not.toBe(undefined);
    expect(mutant?.tests).toContain(row.shownBy);
    expect(read(row.shownBy)).toMatch(new RegExp(`\\b${row.id.replace(".", "\\.")}\\b`));
  });
});
