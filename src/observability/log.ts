/**
 * The structured log (R13.5): entries with a level, a tag and fields, one line each, as JSON or for people.
 *
 * Promises: every line has been through the redactor; an entry is one line whatever it holds; writing never throws and never waits,
 * and a log that cannot be written is said once on standard error and stops nothing. It is no witness: what must survive
 * is in the journal.
 */
import type { Level, Tag } from "./event-lines.ts";
import { fileSink, streamSink, type LineSink, type SinkTrouble } from "./line-sink.ts";
import { timeText } from "./number-texts.ts";
import type { Plain } from "./plain-copy.ts";
import type { Redactor } from "./redact.ts";

export interface LogEntry {
  readonly atMs: number;
  readonly level: Level;
  readonly tag: Tag;
  readonly message: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

export interface Log {
  readonly write: (entry: LogEntry) => void;
  /** Whether entries of a level are written at all. */
  readonly takes: (level: Level) => boolean;
  readonly close: () => Promise<void>;
}

export interface LogSettings {
  /** The least that is written. */
  readonly level: Level;
  readonly format: "json" | "text";
  /** Null: standard error. */
  readonly file: string | null;
}

const RANKS: Readonly<Record<Level, number>> = { debug: 0, info: 1, warning: 2, error: 3 };

/** A log over any sink. `trouble` of the sink is said through `say`. */
export function createLog(input: {
  readonly settings: Pick<LogSettings, "level" | "format">;
  readonly redactor: Redactor;
  readonly nowMs: () => number;
  readonly openSink: (trouble: SinkTrouble) => LineSink;
  /** Where a failure of the log itself is said. */
  readonly say: (text: string) => void;
}): Log {
  const { settings, redactor, say } = input;
  const lineOf = settings.format === "json" ? jsonLine : textLine;
  const sink = input.openSink({
    onFailure: (error) =>
      say(redactor.text(`[SUPERVISOR] the log cannot be written: ${String(error)}; the engine goes on`)),
    onRecovered: (lost) =>
      write({
        atMs: input.nowMs(),
        level: "warning",
        tag: "SUPERVISOR",
        message: `${lost} lines of the log could not be written`,
        fields: { lost },
      }),
  });
  const takes = (level: Level): boolean => RANKS[level] >= RANKS[settings.level];
  const write = (entry: LogEntry): void => {
    if (takes(entry.level)) sink.write(lineOf(entry, redactor));
  };
  return { write, takes, close: sink.close };
}

/** The log that settings ask for: a file, or standard error. */
export function openLog(
  settings: LogSettings,
  host: { readonly redactor: Redactor; readonly nowMs: () => number; readonly stderr: NodeJS.WriteStream },
): Log {
  const { redactor, nowMs, stderr } = host;
  const { file } = settings;
  const say = (text: string): void => {
    if (file !== null && !stderr.destroyed) stderr.write(`${text}\n`);
  };
  const openSink = (trouble: SinkTrouble): LineSink =>
    file === null ? streamSink(stderr, trouble) : fileSink(file, trouble);
  return createLog({ settings, redactor, nowMs, openSink, say });
}

const jsonLine = ({ atMs, level, tag, message, fields }: LogEntry, redactor: Redactor): string =>
  onOneLine(redactor.json({ atMs, level, tag, message, fields }));

function textLine({ atMs, level, tag, message, fields }: LogEntry, redactor: Redactor): string {
  const time = isTime(atMs) ? timeText(atMs) : "(no time)";
  const copy = redactor.value(fields);
  const named = typeof copy === "object" && copy !== null ? Object.entries<Plain>(copy) : [];
  const shown = named.filter(([name]) => !IN_MESSAGE.has(name));
  const details = shown.map(([name, value]) => ` ${name}=${fieldText(value)}`).join("");
  return onOneLine(`${time} ${level.padEnd(7)} [${tag}] ${redactor.text(message)}${details}`);
}

/** An error for people is its name and message; JSON has its stack and causes. */
function fieldText(value: Plain): string {
  const isRecord = typeof value === "object" && value !== null && "stack" in value;
  const { name, message } = isRecord ? value : {};
  return typeof name === "string" && typeof message === "string" ? `${name}: ${message}` : JSON.stringify(value);
}

/** Fields that the message of an entry about a position says in words. */
const IN_MESSAGE: ReadonlySet<string> = new Set(["position", "symbol", "side", "version", "state", "fact"]);

const LAST_TIME_MS = 8.64e15;
const isTime = (atMs: number): boolean => Math.abs(atMs) <= LAST_TIME_MS;

/** What an exchange has sent cannot begin a line of its own, color a terminal or turn the direction of writing. */
const onOneLine = (text: string): string =>
  text.replace(
    /[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/gu,
    (mark) => SHORT_ESCAPES[mark] ?? `\\u${mark.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );

const SHORT_ESCAPES: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };
