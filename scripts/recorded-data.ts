/**
 * A paper session over every recorded file (npm run recorded-data): entries from a hash, real market limits, latency
 * and partial fills, the same code as `pawl paper`. Every promise that can be read off journal and ledger is checked.
 *
 * Prints one line per file and a total; exit code 1 on any violation, 2 where there are no files. Deterministic.
 */
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { startSession } from "../src/cli/session.ts";
import { hashHex } from "../src/domain/hash.ts";
import type { Market } from "../src/domain/market.ts";
import type { EntryToJudge } from "../src/engine/judge-entry.ts";
import { memoryPaperLedger } from "../src/exchange/paper/ledger.ts";
import { parsePaperSettings } from "../src/exchange/paper/settings.ts";
import { openMemoryJournal } from "../src/journal/memory.ts";
import type { PriceFeed } from "../src/prices/price-feed.ts";
import { PriceFileError } from "../src/prices/price-file-error.ts";
import { readPriceFile } from "../src/prices/price-file.ts";
import { violationsOf } from "./recorded/recorded-checks.ts";
import { entriesFor } from "./recorded/recorded-entries.ts";
import { marketFiles, marketFor, recordedFiles, type RecordedFile } from "./recorded/recorded-files.ts";

const DATA = resolve(process.argv[2] ?? join(import.meta.dirname, "../../shared/data"));

interface Result {
  readonly rows: number;
  readonly positions: number;
  readonly refused: number;
  readonly reasons: ReadonlyMap<string, number>;
  readonly violations: readonly string[];
  readonly note: string;
}

function check(file: RecordedFile, market: Market): Result {
  const { path, symbol } = file;
  try {
    const read = readPriceFile({ path, symbol, badRows: "stop" });
    if (file.name.startsWith("descending")) return failed(`${file.name}: was read without a word`);
    return runOver({ file, market, feed: read.feed, rows: read.file.rowCount });
  } catch (error) {
    if (!(error instanceof PriceFileError)) throw error;
    return checkDefect(file, market, error);
  }
}

/** A file with bad rows was refused: with their numbers? And is the rest usable when they are left out? */
function checkDefect(file: RecordedFile, market: Market, error: PriceFileError): Result {
  if (error.row === null) return failed(`${file.name}: refused without a row number: ${error.message}`);
  try {
    const { feed, file: read } = readPriceFile({ path: file.path, symbol: file.symbol, badRows: "skip" });
    const note = `stopped at row ${error.row}; ${read.problems.badRows} bad rows left out`;
    if (read.problems.badRows === 0) return failed(`${file.name}: stopped for bad rows, and skips none`);
    return { ...runOver({ file, market, feed, rows: read.rowCount }), note };
  } catch (skipError) {
    if (!(skipError instanceof PriceFileError) || skipError.row === null) throw skipError;
    return { ...failed(), note: `stopped at row ${error.row}; hardly a good row in it` };
  }
}

function runOver(input: {
  readonly file: RecordedFile;
  readonly market: Market;
  readonly feed: PriceFeed;
  readonly rows: number;
}): Result {
  const { file, market, feed, rows } = input;
  const entries = entriesFor({ name: file.name, market, feed });
  const first = session(file.name, market, feed, entries);
  const violations = [...violationsOf(first)];
  const latest = first.journal.latest();
  const refusals = latest.filter(({ supervision }) => supervision === "refused");
  if (latest.length !== entries.length)
    violations.push(`${entries.length} entries, ${latest.length} of them in the journal`);
  if (!market.linear && refusals.length !== entries.length) violations.push("an inverse contract was not refused");
  if (rows < SMALL && session(file.name, market, feed, entries).journal.last()?.hash !== first.journal.last()?.hash) {
    violations.push("P20: the same run gave other rows");
  }
  const reasons = new Map<string, number>();
  for (const { snapshot, row } of latest) {
    const reason = snapshot === null ? refusedField(row.facts) : (snapshot.position.outcome?.reason ?? "open");
    reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
  }
  return { rows, positions: latest.length - refusals.length, refused: refusals.length, reasons, violations, note: "" };
}

/** Rows of files that are run twice, to compare (P20). */
const SMALL = 2_000;

function session(name: string, market: Market, feed: PriceFeed, entries: readonly EntryToJudge[]) {
  const journal = openMemoryJournal({ journalId: hashHex("recorded", name) });
  const ledger = memoryPaperLedger();
  const settings = parsePaperSettings({
    seed: name,
    latencyMs: { minimum: 20, maximum: 1_500 },
    partialFills: { probability: 0.4, maximumSlices: 4, gapMs: 900 },
    expireRestProbability: 0.1,
    slippage: "0.0003",
  });
  const { replay, exchange } = startSession({
    journal,
    ledger,
    settings,
    feeds: [feed],
    markets: [market],
    entries,
    context: null,
    onRows: () => {},
  });
  while (replay.advance(100_000));
  return { journal, ledger: ledger.records(), holdings: exchange.holdings() };
}

const refusedField = (facts: readonly { readonly type: string; readonly field?: string }[]): string =>
  `refused:${facts.find(({ type }) => type === "notDone")?.field ?? "?"}`;

const failed = (...violations: readonly string[]): Result => ({
  rows: 0,
  positions: 0,
  refused: 0,
  reasons: new Map(),
  violations,
  note: "",
});

function lineOf(file: RecordedFile, result: Result, seconds: number): string {
  const reasons = [...result.reasons].toSorted(([, a], [, b]) => b - a).map(([reason, count]) => `${reason} ${count}`);
  const size = `${result.rows} rows, ${result.positions} positions, ${result.refused} refused`;
  const note = result.note === "" ? "" : ` [${result.note}]`;
  return `${file.name}: ${size}, ${seconds.toFixed(1)} s${note}\n    ${reasons.join(", ")}`;
}

function main(): number {
  if (!existsSync(DATA)) {
    console.error(`${DATA}: there is no such folder`);
    return 2;
  }
  const venues = marketFiles(DATA);
  const began = performance.now();
  const total = { files: 0, rows: 0, positions: 0, refused: 0, violations: 0 };
  for (const file of recordedFiles(DATA)) {
    const fileBegan = performance.now();
    const result = check(file, marketFor(file, venues));
    console.log(lineOf(file, result, (performance.now() - fileBegan) / 1000));
    for (const violation of result.violations) console.log(`    VIOLATION: ${violation}`);
    total.files += 1;
    total.rows += result.rows;
    total.positions += result.positions;
    total.refused += result.refused;
    total.violations += result.violations.length;
  }
  const { files, rows, positions, refused, violations } = total;
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  console.log(
    `${files} files, ${rows} rows, ${positions} positions, ${refused} refused, ${violations} violations, ${seconds} s`,
  );
  return violations === 0 && files > 0 ? 0 : 1;
}

process.exitCode = main();
