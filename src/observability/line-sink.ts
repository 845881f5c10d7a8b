/**
 * Where lines of a log go: the end of a file, or a stream such as standard error.
 *
 * Promises: whoever writes never waits and never sees an error; what waits is bounded; a sink that fails says so once,
 * tries again with the next lines, and counts what was lost meanwhile. A file is opened anew for every batch, so that it may be
 * rotated, is readable by its owner only, and a line that somebody left unfinished is ended first.
 */
import { promises as files } from "node:fs";
import type { Writable } from "node:stream";

export interface LineSink {
  /** A line without its line feed. */
  readonly write: (line: string) => void;
  /** Waits for what was written, at most CLOSING_MS. */
  readonly close: () => Promise<void>;
}

export interface SinkTrouble {
  /** The first time only. */
  readonly onFailure: (error: unknown) => void;
  /** Lines are written again; so many before them were not. */
  readonly onRecovered: (lostLines: number) => void;
}

/** Some twenty thousand lines: a disk that is slow for seconds loses nothing. */
const MOST_WAITING = 4 * 1024 * 1024;
const CLOSING_MS = 2_000;

export function fileSink(path: string, trouble: SinkTrouble): LineSink {
  let waiting: string[] = [];
  let waitingLength = 0;
  let lost = 0;
  let hasFailed = false;
  /** What an earlier process, or a full disk, has left of a line. */
  let mayBeTorn = true;
  let writing: Promise<void> | null = null;

  const writeAll = async (): Promise<void> => {
    while (waiting.length > 0) {
      const lines = waiting;
      waiting = [];
      waitingLength = 0;
      try {
        await append(path, lines.join(""), mayBeTorn);
        mayBeTorn = false;
        if (lost > 0) trouble.onRecovered(lost);
        lost = 0;
      } catch (error) {
        mayBeTorn = true;
        lost += lines.length;
        if (!hasFailed) trouble.onFailure(error);
        hasFailed = true;
      }
    }
    writing = null;
  };
  return {
    write(line) {
      if (waitingLength + line.length > MOST_WAITING) {
        lost += 1;
        return;
      }
      waiting.push(`${line}\n`);
      waitingLength += line.length + 1;
      writing ??= writeAll();
    },
    close: async () => {
      if (writing !== null) await atMost(CLOSING_MS, writing);
    },
  };
}

async function append(path: string, text: string, mayBeTorn: boolean): Promise<void> {
  const file = await files.open(path, "a+", 0o600);
  try {
    const isTorn = mayBeTorn && (await endsInsideALine(file));
    await file.appendFile(isTorn ? `\n${text}` : text);
  } finally {
    await file.close();
  }
}

async function endsInsideALine(file: files.FileHandle): Promise<boolean> {
  const { size } = await file.stat();
  if (size === 0) return false;
  const { buffer } = await file.read({ buffer: new Uint8Array(1), position: size - 1 });
  return buffer[0] !== LINE_FEED;
}

const LINE_FEED = 10;

/** A stream whose reader has gone takes nothing more; there is nobody to say it to. */
export function streamSink(stream: Writable, trouble: SinkTrouble): LineSink {
  let isGone = false;
  let lost = 0;
  const onError = (error: unknown): void => {
    if (!isGone) trouble.onFailure(error);
    isGone = true;
  };
  stream.on("error", onError);
  const canWrite = (): boolean => !isGone && !stream.destroyed && !stream.writableEnded;
  return {
    write(line) {
      if (!canWrite()) return;
      if (stream.writableLength + line.length > MOST_WAITING) {
        lost += 1;
        return;
      }
      stream.write(`${line}\n`);
      if (lost === 0) return;
      const lostLines = lost;
      lost = 0;
      trouble.onRecovered(lostLines);
    },
    close: async () => {
      // Its answer comes after those of all lines before it, and with it their errors.
      if (canWrite()) await atMost(CLOSING_MS, new Promise<void>((done) => stream.write("", () => done())));
      stream.off("error", onError);
    },
  };
}

async function atMost(limitMs: number, done: Promise<void>): Promise<void> {
  const { promise: late, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, limitMs);
  await Promise.race([done, late]);
  clearTimeout(timer);
}
