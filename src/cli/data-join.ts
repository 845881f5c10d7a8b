/**
 * Cached days joined: one file where one is asked for, and what is missing in between.
 *
 * Promises: the file is written whole or not at all; it is the format of price files (R14.3). One day is held at a time.
 */
import { accessSync, appendFileSync, constants, renameSync, rmSync } from "node:fs";
import { dirname } from "node:path";
import { gzipSync } from "node:zlib";
import { CANDLE_HEADER, rowText, type CandleCache, type CandleRow } from "../prices/candle-cache.ts";
import { isoText } from "../observability/number-texts.ts";
import { daysOf, type Wanted } from "./data-span.ts";
import { cannotWrite } from "./output-file.ts";

export interface Gap {
  /** Opening time of the first candle that is missing, and of the next that is there. */
  readonly from: string;
  readonly to: string;
  readonly candles: number;
}

export interface Joined {
  readonly candles: number;
  readonly missing: number;
  readonly gapCount: number;
  /** The first hundred. */
  readonly gaps: readonly Gap[];
  /** Opening times of candles that a backtest will not take: kept as the venue gave them. */
  readonly oddCandles: readonly string[];
}

const MOST_GAPS = 100;

/** Throws a usage error where the file cannot be written. */
export function joinDays(wanted: Wanted, cache: CandleCache, out: string | undefined): Joined {
  const { fromMs, toMs, timeframeMs } = wanted;
  const gaps: Gap[] = [];
  const oddCandles: string[] = [];
  let gapCount = 0;
  let missing = 0;
  let candles = 0;
  let nextMs = fromMs;
  const reach = (atMs: number): void => {
    const count = Math.round((atMs - nextMs) / timeframeMs);
    if (count <= 0) return;
    gapCount += 1;
    missing += count;
    if (gaps.length < MOST_GAPS) gaps.push({ from: isoText(nextMs), to: isoText(atMs), candles: count });
  };
  const file = out === undefined ? null : openJoined(out);
  try {
    for (const dayMs of daysOf(wanted)) {
      const rows = (cache.read(wanted, dayMs)?.rows ?? []).filter(([atMs]) => atMs >= fromMs && atMs < toMs);
      for (const row of rows) {
        reach(row[0]);
        nextMs = row[0] + timeframeMs;
        if (isOdd(row)) oddCandles.push(isoText(row[0]));
      }
      candles += rows.length;
      file?.add(rows);
    }
    reach(toMs);
    file?.finish(candles > 0);
  } catch (error) {
    file?.finish(false);
    throw error;
  }
  return { candles, missing, gapCount, gaps, oddCandles };
}

/** Before anything is fetched: may the file be written there? Throws a usage error. */
export function refuseUnwritable(out: string | undefined): void {
  if (out === undefined) return;
  try {
    accessSync(dirname(out), constants.W_OK);
  } catch (error) {
    throw cannotWrite("--out", out, error);
  }
}

function isOdd([, open, high, low, close]: CandleRow): boolean {
  const [first, highest, lowest, last] = [Number(open), Number(high), Number(low), Number(close)];
  return !(lowest > 0 && first >= lowest && last >= lowest && first <= highest && last <= highest);
}

function openJoined(out: string) {
  const unfinished = `${out}.${process.pid}.tmp`;
  const packed = out.endsWith(".gz");
  // Gzip files that stand one behind the other are one gzip file.
  const append = (text: string): void => {
    try {
      appendFileSync(unfinished, packed ? gzipSync(text) : text);
    } catch (error) {
      throw cannotWrite("--out", out, error);
    }
  };
  rmSync(unfinished, { force: true });
  append(`${CANDLE_HEADER}\n`);
  return {
    add(rows: readonly CandleRow[]): void {
      if (rows.length > 0) append(rows.map((row) => `${rowText(row)}\n`).join(""));
    },
    finish(isWhole: boolean): void {
      if (isWhole) renameSync(unfinished, out);
      else rmSync(unfinished, { force: true });
    },
  };
}
