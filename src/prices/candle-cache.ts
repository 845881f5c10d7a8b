/**
 * Candles that were fetched, kept in a folder: one gzipped CSV for each venue, symbol, length and UTC day (R14.3).
 *
 * Promises: a file is written whole or not at all; a day that is over and whole is told from one that was still running when it was
 * fetched; a file that cannot be read is as good as not there. The digits are the venue's. It never fetches anything.
 */
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";

/** Opening time, open, high, low, close, volume: as in the file. */
export type CandleRow = readonly [atMs: number, open: string, high: string, low: string, close: string, volume: string];

export interface CandleSeries {
  readonly venue: string;
  readonly symbol: string;
  /** "1m" */
  readonly timeframe: string;
}

export interface CachedDay {
  readonly rows: readonly CandleRow[];
  /** The day was over when it was fetched: it is not fetched again. */
  readonly isOver: boolean;
}

export interface CachedSeries extends CandleSeries {
  /** Days that are over, and one that was running. */
  readonly days: number;
  readonly runningDays: number;
  /** "2025-01-06" */
  readonly firstDay: string;
  readonly lastDay: string;
  readonly bytes: number;
}

export interface CandleCache {
  readonly root: string;
  /** Null where there is none, or none that can be read. */
  read(series: CandleSeries, dayMs: number): CachedDay | null;
  write(series: CandleSeries, dayMs: number, day: CachedDay): void;
  list(): readonly CachedSeries[];
}

export const DAY_MS = 86_400_000;
export const CANDLE_HEADER = "timestamp_ms,open,high,low,close,volume";

const OVER = ".csv.gz";
const RUNNING = ".running.csv.gz";

export function openCandleCache(root: string): CandleCache {
  const top = join(root, "candles");
  const folderOf = ({ venue, symbol, timeframe }: CandleSeries): string =>
    join(top, nameOf(venue), nameOf(symbol), nameOf(timeframe));
  const fileOf = (series: CandleSeries, dayMs: number, isOver: boolean): string =>
    join(folderOf(series), `${dayText(dayMs)}${isOver ? OVER : RUNNING}`);
  return {
    root,
    read(series, dayMs) {
      for (const isOver of [true, false]) {
        const rows = readDay(fileOf(series, dayMs, isOver), dayMs);
        if (rows !== null) return { rows, isOver };
      }
      return null;
    },
    write(series, dayMs, { rows, isOver }) {
      mkdirSync(folderOf(series), { recursive: true });
      const file = fileOf(series, dayMs, isOver);
      // Beside it, so that the renaming stays within one file system; two commands do not meet in one file.
      const unfinished = `${file}.${process.pid}.tmp`;
      try {
        writeFileSync(unfinished, gzipSync(dayCsv(rows)));
        renameSync(unfinished, file);
      } catch (error) {
        rmSync(unfinished, { force: true });
        throw error;
      }
      if (isOver) rmSync(fileOf(series, dayMs, false), { force: true });
    },
    list: () => listSeries(top),
  };
}

const dayText = (dayMs: number): string => new Date(dayMs).toISOString().slice(0, 10);

export const rowText = (row: CandleRow): string => row.join(",");

const dayCsv = (rows: readonly CandleRow[]): string => [CANDLE_HEADER, ...rows.map(rowText), ""].join("\n");

/** A name that stands for itself in a path, and can be read back. */
const nameOf = (text: string): string => encodeURIComponent(text).replaceAll(".", "%2E").replaceAll("*", "%2A");

const NUMBER = /^\d+(\.\d+)?$/;

function readDay(file: string, dayMs: number): readonly CandleRow[] | null {
  try {
    const [header, ...lines] = gunzipSync(readFileSync(file)).toString().trimEnd().split("\n");
    if (header !== CANDLE_HEADER) return null;
    let lastMs = dayMs - 1;
    const rows = lines.map((line): CandleRow => {
      const fields = line.split(",");
      const atMs = Number(fields[0]);
      if (fields.length !== 6 || !fields.every((field) => NUMBER.test(field))) throw new Error("no candle");
      if (atMs <= lastMs || atMs >= dayMs + DAY_MS) throw new Error("no candle of this day");
      lastMs = atMs;
      return [atMs, fields[1]!, fields[2]!, fields[3]!, fields[4]!, fields[5]!];
    });
    return rows;
  } catch {
    // Not there, cut short by a full disk, or not ours: it is fetched again.
    return null;
  }
}

function listSeries(top: string): readonly CachedSeries[] {
  const found: CachedSeries[] = [];
  for (const venue of foldersIn(top)) {
    for (const symbol of foldersIn(join(top, venue))) {
      for (const timeframe of foldersIn(join(top, venue, symbol))) {
        const series = seriesIn(join(top, venue, symbol, timeframe), { venue, symbol, timeframe });
        if (series !== null) found.push(series);
      }
    }
  }
  return found;
}

function seriesIn(folder: string, names: CandleSeries): CachedSeries | null {
  const files = namesIn(folder).filter((name) => /^\d{4}-\d{2}-\d{2}(\.running)?\.csv\.gz$/.test(name));
  const days = files.map((name) => name.slice(0, 10)).toSorted();
  if (days.length === 0) return null;
  const runningDays = files.filter((name) => name.endsWith(RUNNING)).length;
  return {
    venue: decodeURIComponent(names.venue),
    symbol: decodeURIComponent(names.symbol),
    timeframe: decodeURIComponent(names.timeframe),
    days: files.length - runningDays,
    runningDays,
    firstDay: days[0]!,
    lastDay: days.at(-1)!,
    bytes: files.reduce((sum, name) => sum + (statSync(join(folder, name), { throwIfNoEntry: false })?.size ?? 0), 0),
  };
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder).toSorted();
  } catch (error) {
    if (error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "ENOTDIR")) return [];
    throw error;
  }
}

const foldersIn = (folder: string): readonly string[] =>
  namesIn(folder).filter((name) => isReadable(name) && statSync(join(folder, name)).isDirectory());

/** Names that somebody else has put there may be no names of ours. */
function isReadable(name: string): boolean {
  try {
    return nameOf(decodeURIComponent(name)) === name;
  } catch {
    return false;
  }
}
