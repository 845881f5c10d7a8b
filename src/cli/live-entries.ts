/**
 * Entries of a live session: from a file, each when its time has come, or from standard input, each as it comes (R14.1).
 *
 * Promises: a file is read and judged as a whole before anything begins; a line of standard input that is wrong is said and left
 * out, the next one counts; an entry whose time has passed is not carried out late.
 */
import { createInterface, type Interface } from "node:readline";
import type { Config } from "../config/config-file.ts";
import { ConfigError } from "../config/config-error.ts";
import { readEntries, type FileEntry } from "../config/entries.ts";
import { parseEntryInput, type EntryInput } from "../config/entry-input.ts";
import { entryTime, TIME_LIMIT } from "../config/entry-time.ts";
import { parseJson } from "../config/json-file.ts";
import type { ParsedEntry } from "../embedding/start-engine.ts";
import { isoText } from "../observability/number-texts.ts";

export interface LiveEntries {
  /** Carries them out, one after the other; done when there are no more, or `end` was called. */
  /** `onLeftOut`: for people, what was left out, as it is found. */
  carriedOut(open: (entry: ParsedEntry) => Promise<void>, onLeftOut: (message: string) => void): Promise<void>;
  end(): void;
}

/** A bot's decision is not older than this when it is carried out. */
const LATE_MS = 5_000;

/** Throws ConfigError for a file that cannot be read or is wrong. */
export function liveEntries(from: string | undefined, config: Config): LiveEntries {
  if (from === undefined) return { carriedOut: async () => undefined, end: () => undefined };
  return from === "-" ? fromInput(config) : fromFile(readEntries(from, config).entries);
}

function fromFile(entries: readonly FileEntry[]): LiveEntries {
  const ended = new AbortController();
  return {
    async carriedOut(open, onLeftOut) {
      for (const { request, settings } of entries) {
        const waitMs = request.atMs - Date.now();
        if (waitMs < -LATE_MS) {
          onLeftOut(`entry ${request.id} is left out: its time, ${isoText(request.atMs)}, has passed`);
          continue;
        }
        await waited(waitMs, ended.signal);
        if (ended.signal.aborted) return;
        await open({ request, settings });
      }
    },
    end: () => ended.abort(),
  };
}

/** A timer further away than 24.8 days would fire at once. */
const LONGEST_WAIT_MS = 24 * 60 * 60_000;

async function waited(waitMs: number, signal: AbortSignal): Promise<void> {
  const untilMs = Date.now() + waitMs;
  while (!signal.aborted && Date.now() < untilMs) {
    const stepMs = Math.min(LONGEST_WAIT_MS, untilMs - Date.now());
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, stepMs);
      signal.addEventListener("abort", () => (clearTimeout(timer), resolve()), { once: true });
    });
  }
}

function fromInput(config: Config): LiveEntries {
  let lines: Interface | null = null;
  return {
    async carriedOut(open, onLeftOut) {
      lines = createInterface({ input: process.stdin, crlfDelay: Number.POSITIVE_INFINITY });
      let number = 0;
      for await (const line of lines) {
        number += 1;
        if (line.trim() === "") continue;
        const entry = entryOf(line, number, config);
        if (typeof entry === "string") onLeftOut(entry);
        else await open(entry);
      }
    },
    end: () => lines?.close(),
  };
}

/** The entry of a line, or what is wrong with it. */
function entryOf(line: string, number: number, config: Config): ParsedEntry | string {
  const place = { file: "standard input", line: number };
  const json = parseJson(line, place);
  const nowMs = Date.now();
  try {
    if ("problem" in json) throw new ConfigError([json.problem]);
    const { value } = json;
    if (typeof value !== "object" || value === null || Array.isArray(value))
      throw new ConfigError([{ ...place, path: "", value: line.slice(0, 40), allowed: "a JSON object" }]);
    const { at, ...input } = value as EntryInput & { readonly at?: unknown };
    const due = typeof at === "string" || typeof at === "number" ? entryTime(at) : null;
    if (at !== undefined && due === null)
      throw new ConfigError([{ ...place, path: "at", value: JSON.stringify(at), allowed: TIME_LIMIT }]);
    // The bot has decided on it then: an old decision is not carried out late, nor one of later early.
    if (due !== null && Math.abs(nowMs - due.atMs) > LATE_MS)
      return `line ${number} of standard input is left out: its time, ${isoText(due.atMs)}, is not now`;
    const defaultId = `${nowMs.toString(36)}-${number}`;
    return parseEntryInput(input, { account: config.account, plan: config.plan, defaultId, nowMs });
  } catch (error) {
    if (error instanceof ConfigError) return `line ${number} of standard input is left out: ${error.message}`;
    throw error;
  }
}
