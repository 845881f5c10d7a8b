/**
 * The entries file: one entry per line as JSON (R14.1).
 *
 * Promises: entries come in order of time, those of one moment in order of lines; every id is there once; all
 * problems are told at once, with their lines. It checks the form only: whether an entry may be opened is judged when
 * its time has come, by `validateEntry` (R8.1), and a plan by `makePlan`.
 */
import * as z from "zod";
import type { EntryRequest } from "../domain/entry.ts";
import { DEFAULT_PLAN_SETTINGS, type PlanSettings } from "../domain/make-plan.ts";
import { decimalText } from "../domain/units.ts";
import { throwIfAny, type ConfigProblem } from "./config-error.ts";
import { entryTime, TIME_LIMIT } from "./entry-time.ts";
import { parseJson, readText } from "./json-file.ts";
import { name } from "./key-names.ts";
import { DECIMAL } from "./number-text.ts";
import { planSpecSchema, resolvePlan, stopSchema, type PlanSpec } from "./plan-settings.ts";
import { parseWith, valueText, type Place } from "./schema-problems.ts";

export interface FileEntry {
  /** 1 for the first line of the file. */
  readonly line: number;
  readonly request: EntryRequest;
  /** What the line says of its plan; undefined where it says nothing. */
  readonly plan: PlanSpec | undefined;
  /** The same, laid over the configuration's. */
  readonly settings: PlanSettings;
}

export interface EntriesFile {
  readonly file: string;
  readonly entries: readonly FileEntry[];
  readonly warnings: readonly string[];
}

export interface EntriesInput {
  readonly account?: string | undefined;
  /** What entries without a plan of their own get; the default plan where it is not given. */
  readonly plan?: PlanSettings | undefined;
}

const AMOUNT_LIMIT = 'decimal text, for example "0.1"';

const time = z
  .union([z.string(), z.number().meta({ type: "integer", minimum: 0 })], { error: TIME_LIMIT })
  .transform((value, context) => {
    const read = entryTime(value);
    if (read !== null) return read;
    context.addIssue({ code: "custom", message: TIME_LIMIT });
    return z.NEVER;
  });

/** One line of the file. */
export const entrySchema = z.strictObject({
  id: name.optional().describe("Chosen by the writer, once per journal; entry-<line> where it is left out"),
  at: time.describe("When it is to be carried out: the first price at or after this moment; without a zone UTC"),
  symbol: z.string().min(1).max(100).describe("BASE/QUOTE (spot) or BASE/QUOTE:SETTLE (derivative)"),
  side: z.enum(["long", "short"]),
  amount: z
    .string({ error: AMOUNT_LIMIT })
    .regex(DECIMAL, { error: AMOUNT_LIMIT })
    .describe("Decimal text: contracts on derivatives, base coin on spot"),
  leverage: z.number().optional().describe("1 to 125, 1 where it is left out"),
  stop: stopSchema.optional(),
  plan: planSpecSchema.optional(),
});

const ENTRIES_LIMIT = "a file of entries, one JSON object per line";
const MOST_PROBLEMS = 20;

/** Reads and parses a file of entries. Throws ConfigError. */
export const readEntries = (file: string, input: EntriesInput = {}): EntriesFile =>
  parseEntries(file, readText(file, ENTRIES_LIMIT), input);

/** The same for text that is already read. */
export function parseEntries(file: string, text: string, input: EntriesInput = {}): EntriesFile {
  const entries: FileEntry[] = [];
  const problems: ConfigProblem[] = [];
  const warnings: string[] = [];
  for (const [index, lineText] of text.split("\n").entries()) {
    if (lineText.trim() === "" || problems.length >= MOST_PROBLEMS) continue;
    const read = readLine(lineText, { file, line: index + 1 }, input);
    if ("problems" in read) problems.push(...read.problems);
    else {
      entries.push(read.entry);
      warnings.push(...read.warnings);
    }
  }
  throwIfAny([...problems, ...repeatedIds(file, entries)].slice(0, MOST_PROBLEMS));
  if (entries.length === 0) warnings.push(`${file}: there are no entries in it`);
  return { file, entries: entries.sort((a, b) => a.request.atMs - b.request.atMs), warnings };
}

type ReadLine =
  | { readonly entry: FileEntry; readonly warnings: readonly string[] }
  | { readonly problems: readonly ConfigProblem[] };

function readLine(text: string, place: Place & { readonly line: number }, input: EntriesInput): ReadLine {
  const json = parseJson(text, place);
  if ("problem" in json) return { problems: [json.problem] };
  const parsed = parseWith(entrySchema, json.value, place);
  if ("problems" in parsed) return parsed;
  const { id, at, symbol, side, amount, leverage, stop, plan } = parsed.value;
  const request: EntryRequest = {
    id: id ?? `entry-${place.line}`,
    account: input.account ?? "default",
    symbol,
    side,
    amount: decimalText(amount),
    leverage: leverage ?? 1,
    stop,
    atMs: at.atMs,
  };
  const warnings = at.zoneAssumed
    ? [`${place.file}, line ${place.line}: the time has no zone, it is taken as UTC`]
    : [];
  return {
    entry: { line: place.line, request, plan, settings: resolvePlan(input.plan ?? DEFAULT_PLAN_SETTINGS, plan) },
    warnings,
  };
}

function repeatedIds(file: string, entries: readonly FileEntry[]): readonly ConfigProblem[] {
  const lines = new Map<string, number>();
  const problems: ConfigProblem[] = [];
  for (const { line, request } of entries) {
    const first = lines.get(request.id);
    if (first === undefined) lines.set(request.id, line);
    else
      problems.push({
        file,
        line,
        path: "id",
        value: valueText(request.id),
        allowed: `each id once; line ${first} has it too`,
      });
  }
  return problems;
}
