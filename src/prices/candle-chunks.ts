/**
 * Candles of a CSV file in pieces, for files that do not fit into memory (R14.3).
 *
 * Promises: the same judgement as of the whole file, across the borders of pieces too; what is held at once is one
 * chunk and one piece of the file. A file with a bad row, and no leave to skip it, is read to its end before it is
 * refused, so that the refusal counts all bad rows; chunks before that row have been handed out by then.
 */
import { closeSync, createReadStream, openSync, readSync, type ReadStream } from "node:fs";
import { createGunzip, type Gunzip } from "node:zlib";
import { CANDLE_FORMAT } from "./candle-format.ts";
import { candleJudge, type QuietCandles } from "./candle-judge.ts";
import { detectTimeframe, gapCount, type CandleGaps, type GapCount } from "./candle-spacing.ts";
import { noCandlesError, unknownLengthError, type CandleReading, type Candles } from "./candles.ts";
import { csvRows } from "./csv-rows.ts";
import { fileError, isGzip, readingError, refuseOtherThanCsv } from "./file-bytes.ts";
import { PriceFileError } from "./price-file-error.ts";
import type { RowProblems } from "./row-problems.ts";

export interface CandleChunkReading extends CandleReading {
  /** Candles of a chunk, at most; 65,536 unless told. */
  readonly chunkRows?: number | undefined;
}

export interface CandleChunk {
  readonly candles: Candles;
  /** Said by option, or told by the first chunk. */
  readonly timeframeMs: number;
  /** What is known of the file so far: after the last chunk, all of it. */
  readonly seen: CandlesSeen;
}

export interface CandlesSeen {
  readonly rowCount: number;
  readonly problems: RowProblems;
  readonly gaps: CandleGaps;
  readonly quietCandles: QuietCandles;
}

const CHUNK_ROWS = 65_536;

/**
 * Reads a CSV file of candles, plain or gzip, chunk by chunk. Rejects with PriceFileError.
 *
 * ```ts
 * for await (const { candles } of candleChunks({ path, symbol: "BTC/USDT:USDT", badRows: "stop" })) study(candles);
 * ```
 */
export async function* candleChunks(reading: CandleChunkReading): AsyncGenerator<CandleChunk, void, undefined> {
  const { path, chunkRows = CHUNK_ROWS } = reading;
  // The length of a candle cannot be told from one of them.
  if (!(Number.isInteger(chunkRows) && chunkRows >= 2)) {
    throw new RangeError(`chunkRows is ${chunkRows}; allowed: a whole number from 2 on`);
  }
  const judge = candleJudge(reading);
  const rows = csvRows({ ...reading, format: CANDLE_FORMAT }, judge);
  let timeframeMs = reading.timeframeMs ?? null;
  let gaps: GapCount | null = null;
  let isEmpty = true;
  const chunk = (count: number): CandleChunk => {
    const { candles, rows: places } = judge.fetch(rows.has("volume"), count);
    timeframeMs ??= detectTimeframe(candles.at);
    if (timeframeMs === null) throw unknownLengthError(path, judge.problems.count > 0 ? judge.advice() : []);
    gaps ??= gapCount(timeframeMs);
    gaps.see(candles.at, places);
    isEmpty = false;
    const { rowCount, problems, quiet } = judge;
    return { candles, timeframeMs, seen: { rowCount, problems, gaps: gaps.gaps, quietCandles: quiet } };
  };

  for await (const piece of piecesOf(path)) {
    rows.scan.push(piece);
    // One candle stays behind until the end: so the last chunk knows of bad rows after it.
    while (judge.waiting > chunkRows && !judge.isRefused) yield chunk(chunkRows);
    if (judge.isRefused) judge.fetch(false);
  }
  rows.end();
  judge.refuse(isEmpty && judge.waiting === 0);
  if (isEmpty && judge.waiting === 0) throw noCandlesError(path);
  while (judge.waiting > 0) yield chunk(Math.min(chunkRows, judge.waiting));
}

const PIECE_BYTES = 1 << 20;

async function* piecesOf(path: string): AsyncGenerator<Buffer, void, undefined> {
  let isFirst = true;
  let file: ReadStream | null = null;
  try {
    const packed = startsLikeGzip(path);
    file = createReadStream(path, { highWaterMark: PIECE_BYTES });
    for await (const piece of packed ? unpacked(file) : file) {
      const bytes = piece as Buffer;
      if (isFirst) refuseOtherThanCsv(path, bytes);
      isFirst = false;
      yield bytes;
    }
  } catch (cause) {
    throw cause instanceof PriceFileError ? cause : readingError(path, cause);
  } finally {
    file?.destroy();
  }
  if (isFirst) throw fileError(path, "the file is empty");
}

/** A file that fails while it is read takes the unpacking with it, which then fails the same way. */
function unpacked(file: ReadStream): Gunzip {
  const gunzip = createGunzip({ chunkSize: PIECE_BYTES });
  file.once("error", (cause) => gunzip.destroy(cause));
  return file.pipe(gunzip);
}

function startsLikeGzip(path: string): boolean {
  const head = Buffer.alloc(2);
  const handle = openSync(path, "r");
  try {
    readSync(handle, head);
  } finally {
    closeSync(handle);
  }
  return isGzip(head);
}
