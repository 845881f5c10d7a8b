/** One paper session over one recorded file, with one plan: the same code as `pawl paper`, and what came of it. */
import { startSession } from "../../src/cli/session.ts";
import { DEFAULT_CONTEXT_SETTINGS } from "../../src/domain/context-settings.ts";
import { hashHex } from "../../src/domain/hash.ts";
import type { Market } from "../../src/domain/market.ts";
import type { EntryToJudge } from "../../src/engine/judge-entry.ts";
import { memoryPaperLedger } from "../../src/exchange/paper/ledger.ts";
import { parsePaperSettings } from "../../src/exchange/paper/settings.ts";
import type { ExportLine } from "../../src/journal/export-line.ts";
import { exportLines } from "../../src/journal/export.ts";
import { openMemoryJournal } from "../../src/journal/memory.ts";
import type { PriceFeed } from "../../src/prices/price-feed.ts";
import { PriceFileError } from "../../src/prices/price-file-error.ts";
import { readPriceFile } from "../../src/prices/price-file.ts";
import { violationsOf } from "./recorded-checks.ts";
import { entriesFor } from "./recorded-entries.ts";
import type { RecordedFile } from "./recorded-files.ts";
import type { RecordedPlan } from "./recorded-plans.ts";

export interface Result {
  readonly rows: number;
  readonly positions: number;
  readonly refused: number;
  /** The lines of `pawl journal export`. */
  readonly lines: readonly ExportLine[];
  readonly violations: readonly string[];
  readonly note: string;
}

interface Traded {
  readonly file: RecordedFile;
  readonly market: Market;
  readonly plan: RecordedPlan;
}

export function tradeFile(traded: Traded): Result {
  const { path, symbol, name } = traded.file;
  try {
    const read = readPriceFile({ path, symbol, badRows: "stop" });
    if (name.startsWith("descending")) return failed(`${name}: was read without a word`);
    return runOver(traded, read.feed, read.file.rowCount);
  } catch (error) {
    if (!(error instanceof PriceFileError)) throw error;
    return tradeDefect(traded, error);
  }
}

/** A file with bad rows was refused: with their numbers? And is the rest usable when they are left out? */
function tradeDefect(traded: Traded, error: PriceFileError): Result {
  const { path, symbol, name } = traded.file;
  if (error.row === null) return failed(`${name}: refused without a row number: ${error.message}`);
  try {
    const { feed, file: read } = readPriceFile({ path, symbol, badRows: "skip" });
    const note = `stopped at row ${error.row}; ${read.problems.badRows} bad rows left out`;
    if (read.problems.badRows === 0) return failed(`${name}: stopped for bad rows, and skips none`);
    return { ...runOver(traded, feed, read.rowCount), note };
  } catch (skipError) {
    if (!(skipError instanceof PriceFileError) || skipError.row === null) throw skipError;
    return { ...failed(), note: `stopped at row ${error.row}; hardly a good row in it` };
  }
}

/** Rows of files that are run twice, to compare (P20). */
const SMALL = 2_000;

function runOver(traded: Traded, feed: PriceFeed, rows: number): Result {
  const { file, market, plan } = traded;
  const entries = entriesFor({ name: file.name, market, feed, settingsAt: plan.settingsAt });
  const first = session(traded, feed, entries);
  const violations = [...violationsOf(first)];
  const latest = first.journal.latest();
  const refused = latest.filter(({ supervision }) => supervision === "refused").length;
  if (latest.length !== entries.length)
    violations.push(`${entries.length} entries, ${latest.length} of them in the journal`);
  if (!market.linear && refused !== entries.length) violations.push("an inverse contract was not refused");
  if (rows < SMALL && session(traded, feed, entries).journal.last()?.hash !== first.journal.last()?.hash) {
    violations.push("P20: the same run gave other rows");
  }
  const lines = [...exportLines(first.journal.rows())];
  return { rows, positions: latest.length - refused, refused, lines, violations, note: "" };
}

function session({ file, market }: Traded, feed: PriceFeed, entries: readonly EntryToJudge[]) {
  const journal = openMemoryJournal({ journalId: hashHex("recorded", file.name) });
  const ledger = memoryPaperLedger();
  const settings = parsePaperSettings({
    seed: file.name,
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
    context: { settings: DEFAULT_CONTEXT_SETTINGS, isAsked: false },
    onRows: () => {},
  });
  while (replay.advance(100_000));
  return { journal, ledger: ledger.records(), holdings: exchange.holdings() };
}

const failed = (...violations: readonly string[]): Result => ({
  rows: 0,
  positions: 0,
  refused: 0,
  lines: [],
  violations,
  note: "",
});
