/**
 * Paper sessions over every recorded file, with every preset and with all rules on (npm run recorded-data): entries from a
 * hash, real market limits, latency and partial fills, the same code as `pawl paper`. Every promise that can be read off
 * journal and ledger is checked. Then the same entries go through a backtest, which has to sell the same (R12.1).
 *
 * Prints for each plan one line per file, a table of exits by reason, and two totals; exit code 1 on any violation, 2 where
 * there are no files or the call is wrong. Deterministic.
 */
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { ExitTally } from "./recorded/recorded-exits.ts";
import { marketFiles, marketFor, recordedFiles, type RecordedFile } from "./recorded/recorded-files.ts";
import { parityOf, paritySeries, type ParitySeries } from "./recorded/recorded-parity.ts";
import { RECORDED_PLANS, type RecordedPlan } from "./recorded/recorded-plans.ts";
import { tradeFile, type Result } from "./recorded/recorded-session.ts";
import type { MarketFile } from "../src/prices/market-file.ts";

const USAGE = `npm run recorded-data -- [options] [FOLDER]

  FOLDER           the recorded files; ../shared/data unless told
  --plan NAME      only this plan, may be given several times: ${RECORDED_PLANS.map(({ name }) => name).join(", ")}
  --export FOLDER  write what the journal's export says of one position of each reason: FOLDER/PLAN/REASON.jsonl
  --help           this text`;

interface Wanted {
  readonly data: string;
  readonly plans: readonly RecordedPlan[];
  readonly exportTo: string | null;
}

/** A message where the call is wrong. */
function wanted(args: readonly string[]): Wanted | string {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      plan: { type: "string", multiple: true },
      export: { type: "string" },
      help: { type: "boolean" },
    },
  });
  if (values.help === true) return USAGE;
  const unknown = values.plan?.find((name) => !RECORDED_PLANS.some((plan) => plan.name === name));
  if (unknown !== undefined) return `--plan ${unknown}: there is no such plan\n\n${USAGE}`;
  const data = resolve(positionals[0] ?? join(import.meta.dirname, "../../shared/data"));
  if (!existsSync(data)) return `${data}: there is no such folder\n\n${USAGE}`;
  return {
    data,
    plans: RECORDED_PLANS.filter(({ name }) => values.plan?.includes(name) ?? true),
    exportTo: values.export ?? null,
  };
}

function lineOf(file: RecordedFile, result: Result, seconds: number): string {
  const size = `${result.rows} rows, ${result.positions} positions, ${result.refused} refused`;
  const note = result.note === "" ? "" : ` [${result.note}]`;
  return `${file.name}: ${size}, ${seconds.toFixed(1)} s${note}`;
}

interface Total {
  readonly files: number;
  readonly rows: number;
  readonly positions: number;
  readonly refused: number;
  readonly violations: number;
}

function tradePlan(plan: RecordedPlan, data: string, venues: readonly MarketFile[], exits: ExitTally): Total {
  const total = { files: 0, rows: 0, positions: 0, refused: 0, violations: 0 };
  for (const file of recordedFiles(data)) {
    const began = performance.now();
    const result = tradeFile({ file, market: marketFor(file, venues), plan });
    console.log(lineOf(file, result, (performance.now() - began) / 1000));
    for (const violation of result.violations) console.log(`    VIOLATION: ${violation}`);
    exits.add(file.name, result.lines);
    total.files += 1;
    total.rows += result.rows;
    total.positions += result.positions;
    total.refused += result.refused;
    total.violations += result.violations.length;
  }
  return total;
}

/** One line, and each difference; false where there is one. */
function comparePlan(plan: RecordedPlan, files: readonly ParitySeries[]): boolean {
  const began = performance.now();
  const total = { positions: 0, exits: 0, refused: 0, differences: 0 };
  for (const file of files) {
    const { positions, exits, refused, differences } = parityOf(file, plan);
    for (const difference of differences) console.log(`    DIFFERENCE: ${file.name}: ${difference}`);
    total.positions += positions;
    total.exits += exits;
    total.refused += refused;
    total.differences += differences.length;
  }
  const { positions, exits, refused, differences } = total;
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  console.log(
    `${plan.name}, session and backtest: ${files.length} files, ${positions} positions, ${refused} refused, ${exits} exits compared, ${differences} differences, ${seconds} s`,
  );
  return differences === 0 && exits > 0;
}

function main({ data, plans, exportTo }: Wanted): number {
  const venues = marketFiles(data);
  const compared = paritySeries(data, venues);
  let isSound = true;
  for (const plan of plans) {
    console.log(`\n${plan.name}\n${"=".repeat(plan.name.length)}`);
    const began = performance.now();
    const exits = new ExitTally();
    const { files, rows, positions, refused, violations } = tradePlan(plan, data, venues, exits);
    const seconds = ((performance.now() - began) / 1000).toFixed(1);
    console.log(exits.table());
    if (exportTo !== null) exits.write(join(exportTo, plan.name.replaceAll(" ", "-")));
    console.log(
      `${plan.name}: ${files} files, ${rows} rows, ${positions} positions, ${refused} refused, ${violations} violations, ${seconds} s`,
    );
    isSound &&= violations === 0 && files > 0;
    isSound = comparePlan(plan, compared) && isSound;
  }
  return isSound ? 0 : 1;
}

const call = wanted(process.argv.slice(2));
if (typeof call === "string") {
  const isHelp = call === USAGE;
  (isHelp ? console.log : console.error)(call);
  process.exitCode = isHelp ? 0 : 2;
} else {
  process.exitCode = main(call);
}
