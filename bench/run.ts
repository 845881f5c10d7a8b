/**
 * `npm run bench`: every figure beside what is asked of it. Options: `--quick` (smaller), `--only PART` (may be given several
 * times), `--json`.
 *
 * Promises: figures that are compared come from one process and are taken in turns; the exit code says whether the
 * benchmarks ran, never whether their figures please. How to read them is in the README beside this file.
 */
import { spawn } from "node:child_process";
import { availableParallelism, cpus, loadavg } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import Table from "cli-table3";
import { isInMemory } from "./durable.ts";
import { verdictOf, type Figure } from "./figure.ts";
import { figureText, requirementText, spreadText } from "./figure-text.ts";
import type { Effort } from "./measuring.ts";

interface Part {
  readonly section: string;
  readonly title: string;
  readonly flags: readonly string[];
}

/** With so large a young generation nothing is collected while allocation is counted. */
const NO_COLLECTION = ["--expose-gc", "--min-semi-space-size=256", "--max-semi-space-size=256"];

const PARTS: readonly Part[] = [
  { section: "routing", title: "Prices to open positions over 200 markets", flags: [] },
  {
    section: "ruled",
    title: "The same with all rules on, and what each of them costs",
    flags: ["--max-semi-space-size=64"],
  },
  {
    section: "paper",
    title: "Ticks with the journal and the paper exchange",
    flags: ["--max-semi-space-size=64"],
  },
  { section: "quiet", title: "A price that crosses nothing", flags: [] },
  { section: "allocation", title: "Memory", flags: NO_COLLECTION },
  { section: "durable", title: "Decisions made durable (SQLite, full synchronisation)", flags: [] },
  {
    section: "gap",
    title: "One gap hits every position at once (SQLite, full synchronisation)",
    flags: ["--max-semi-space-size=64"],
  },
  { section: "live", title: "From a price to the order's bytes, at a local venue", flags: [] },
  { section: "replaying", title: "Replay", flags: [] },
  { section: "backtest", title: "Backtest, beside a loop by hand and other libraries", flags: [] },
  { section: "restoring", title: "Restart from a journal", flags: [] },
];

const { values: options } = parseArgs({
  options: { quick: { type: "boolean" }, only: { type: "string", multiple: true }, json: { type: "boolean" } },
});
const parts = partsCalled(options.only ?? []);
const effort: Effort = options.quick === true ? "quick" : "full";
const startedAt = performance.now();
const loadBefore = loadavg()[0]!;
const results: { readonly title: string; readonly figures: readonly Figure[] }[] = [];
for (const { section, title, flags } of parts) {
  if (options.json !== true) process.stderr.write(`${title} …\n`);
  results.push({ title, figures: await figuresOf(section, flags) });
}
const machine = {
  node: process.version,
  processor: cpus()[0]?.model ?? "unknown",
  cores: availableParallelism(),
  loadBefore,
  loadAfter: loadavg()[0]!,
  temporaryFolderInMemory: isInMemory(),
};

if (options.json === true) console.log(JSON.stringify({ effort, machine, parts: withVerdicts() }, null, 2));
else print();

function partsCalled(only: readonly string[]): readonly Part[] {
  const unknown = only.find((name) => !PARTS.some(({ section }) => section === name));
  if (unknown === undefined) return PARTS.filter(({ section }) => only.length === 0 || only.includes(section));
  console.error(`--only ${unknown}: allowed: ${PARTS.map(({ section }) => section).join(", ")}`);
  process.exit(2);
}

async function figuresOf(section: string, flags: readonly string[]): Promise<readonly Figure[]> {
  const child = spawn(process.execPath, [...flags, join(import.meta.dirname, "section.ts"), section, effort], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let text = "";
  child.stdout.setEncoding("utf8").on("data", (part: string) => {
    text += part;
  });
  const code = await new Promise<number | null>((done) => child.on("close", done));
  if (code !== 0) throw new Error(`The part ${section} has failed with exit code ${code}`);
  return JSON.parse(text) as readonly Figure[];
}

function withVerdicts() {
  return results.map(({ title, figures }) => ({
    title,
    figures: figures.map((figure) => ({ ...figure, verdict: verdictOf(figure) })),
  }));
}

function print(): void {
  const table = new Table({
    head: ["", "median", "lowest – highest", "must be", ""],
    colAligns: ["left", "right", "right", "right", "left"],
    style: { head: [], border: [] },
  });
  for (const { title, figures } of results) {
    table.push([{ colSpan: 5, content: title.toUpperCase() }]);
    for (const figure of figures) {
      table.push([
        figure.name,
        figureText(figure.median, figure.unit),
        spreadText(figure),
        requirementText(figure),
        verdictOf(figure) ?? "",
      ]);
    }
  }
  console.log(table.toString());
  const { node, processor, cores, loadAfter, temporaryFolderInMemory } = machine;
  console.log(
    `Node ${node}, ${processor}, ${cores} cores; load ${loadBefore.toFixed(1)} before and ${loadAfter.toFixed(1)} after.`,
  );
  if (Math.max(loadBefore, loadAfter) > cores)
    console.log("Other programs were busy: figures by the clock are too slow, and the others are noisy.");
  if (temporaryFolderInMemory)
    console.log("The temporary folder is in memory: commits cost nothing there. Set TMPDIR to a folder on a disk.");
  console.log(
    `${((performance.now() - startedAt) / 1_000).toFixed(0)} s (${effort}). How to read this: bench/README.md`,
  );
}
