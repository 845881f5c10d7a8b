/**
 * `pawl pause`, `pawl resume`, `pawl kill`: the switch of entries, by the running engine or in its journal (R8.5, R13.2).
 *
 * Promises: what is said to be set is durable; without a running engine it is set in the journal, and the next start
 * acts on it. A kill is confirmed by a person, or by --yes.
 */
import { basename } from "node:path";
import type { Command } from "commander";
import type { EntrySwitch, SwitchRequest } from "../domain/entry-switch.ts";
import { epochMs } from "../domain/units.ts";
import { createEntryGuard } from "../engine/entry-guard.ts";
import { JournalError, openIn } from "../journal/journal.ts";
import { openSqliteJournal } from "../journal/sqlite.ts";
import { readSqliteJournal } from "../journal/sqlite-reader.ts";
import { closedText, notConfirmed } from "./close.ts";
import { isConfirmed } from "./confirm.ts";
import { askedBy, askedIfRunning, ownerOf, withoutSocket } from "./engine-access.ts";
import { DONE, FAILED, FailedError, type ExitCode } from "./exit-codes.ts";
import type { Terminal } from "./terminal.ts";
import { isoText } from "../observability/number-texts.ts";

interface Options {
  readonly journal: string;
  readonly yes?: true;
  readonly json?: true;
}

type Add = (program: Command, terminal: Terminal, end: (code: ExitCode) => void) => void;

const AFTER = `
Without a running engine it is set in the journal: the next start acts on it.`;

const command = (program: Command, name: string, description: string, help: string): Command =>
  program
    .command(name)
    .description(description)
    .requiredOption("--journal <file>", "journal of the engine")
    .option("--json", "one JSON object in place of text")
    .addHelpText("after", `\nExamples:${help}\n${AFTER}`);

export const addPause: Add = (program, terminal, end) => {
  command(
    program,
    "pause",
    "let no new position in; what is open goes on by its plan",
    "\n  $ pawl pause --journal btc.journal",
  ).action(async (options: Options) => end(await set("pause", options, terminal)));
};

export const addResume: Add = (program, terminal, end) => {
  command(
    program,
    "resume",
    "let new positions in again, after a pause or a kill",
    "\n  $ pawl resume --journal btc.journal",
  ).action(async (options: Options) => end(await set("resume", options, terminal)));
};

export const addKill: Add = (program, terminal, end) => {
  command(
    program,
    "kill",
    "kill switch: let no new position in, and close everything that is open",
    "\n  $ pawl kill --journal btc.journal\n  $ pawl kill --journal btc.journal --yes      without being asked",
  )
    .option("--yes", "do not ask for the account's name")
    .action(async (options: Options) => end(await kill(options, terminal)));
};

async function kill(options: Options, terminal: Terminal): Promise<ExitCode> {
  const { journal } = options;
  if (options.yes !== true) {
    const health = await askedIfRunning(journal, "health", {});
    const what = `This closes every open position of ${journal} and lets no new one in`;
    const expected = health?.account ?? accountIn(journal);
    if (!(await isConfirmed({ what, expected }))) return notConfirmed(terminal);
  }
  return set("kill", options, terminal);
}

async function set(request: SwitchRequest, { journal, json }: Options, terminal: Terminal): Promise<ExitCode> {
  const by = askedBy(request);
  const answer = await askedIfRunning(journal, request, { by });
  if (answer === null) {
    const there = setInJournal(journal, request, by);
    terminal.out(json === true ? JSON.stringify({ engine: false, ...there }) : inJournalText(journal, there));
    return DONE;
  }
  const closed = "closing" in answer ? answer : null;
  terminal.out(
    json === true
      ? JSON.stringify({ engine: true, ...answer })
      : [switchText(answer), ...(closed === null ? [] : [closedText(closed)])].join("\n"),
  );
  return closed === null || closed.suspended.length === 0 ? DONE : FAILED;
}

interface SetInJournal extends EntrySwitch {
  /** Positions that are open in the journal. */
  readonly open: readonly string[];
}

function setInJournal(path: string, request: SwitchRequest, by: string): SetInJournal {
  const journal = opened(path, request);
  try {
    const set = createEntryGuard({ journal }).set(request, by, epochMs(Date.now()));
    const open = openIn(journal.latest()).map(({ position }) => position);
    return { ...set, open };
  } finally {
    journal.close();
  }
}

function opened(path: string, request: SwitchRequest): ReturnType<typeof openSqliteJournal> {
  try {
    return openSqliteJournal({ path, engine: `pawl ${request}` });
  } catch (error) {
    if (error instanceof JournalError && error.failure.kind === "in_use")
      throw new FailedError(withoutSocket(path, ownerOf(path)));
    throw error;
  }
}

const SAID = {
  allowed: "entries are allowed",
  paused: "entries are paused",
  killed: "the kill switch is set",
} as const;

const switchText = ({ entries, atMs, by }: Pick<EntrySwitch, "entries" | "by"> & { readonly atMs: number }): string =>
  `${SAID[entries]} (by ${by}, ${isoText(atMs)})`;

function inJournalText(journal: string, set: SetInJournal): string {
  const { entries, open } = set;
  const next =
    entries === "killed" && open.length > 0
      ? `the next start closes ${open.join(", ")}; until then nothing watches ${open.length === 1 ? "it" : "them"}`
      : "the next start acts on it";
  return `${switchText(set)}\nno engine is running on ${journal}: ${next}`;
}

/** The account whose positions are open; the journal's own name where that says nothing. */
function accountIn(path: string): string {
  const journal = readSqliteJournal(path);
  try {
    const [only, ...others] = new Set(openIn(journal.latest()).map(({ snapshot }) => snapshot.position.account));
    return only === undefined || others.length > 0 ? basename(path) : only;
  } finally {
    journal.close();
  }
}
