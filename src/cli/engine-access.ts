/**
 * The engine that works with a journal, as a command reaches it (R13.2): over its control socket, or not at all.
 *
 * Promises: "no engine runs", "one runs without a socket" and "one does not answer" are three different answers. It
 * starts no engine and opens no journal for writing.
 */
import { existsSync } from "node:fs";
import { userInfo } from "node:os";
import { resolve } from "node:path";
import { askEngine, type Answered } from "../control/client.ts";
import { ControlError } from "../control/control-error.ts";
import type { AnswerTo, CommandName, RequestOf } from "../control/protocol.ts";
import { readSqliteJournal } from "../journal/sqlite-reader.ts";
import { acquireLock } from "../journal/sqlite-lock.ts";
import { FailedError } from "./exit-codes.ts";
import { mustExist } from "./file-there.ts";

/** What the engine of a journal answers; null where none listens. Throws FailedError for what it has against it. */
export async function askedIfRunning<Name extends CommandName>(
  journal: string,
  command: Name,
  request: RequestOf<Name>,
): Promise<AnswerTo<Name> | null> {
  mustExist(journal, "--journal");
  let answered: Answered<Name>;
  try {
    answered = await askEngine(journal, command, request);
  } catch (error) {
    if (error instanceof ControlError && error.failure.kind === "no_engine") return null;
    throw error;
  }
  if (answered.kind === "answer") return answered.answer;
  throw new FailedError(answered.fault.message);
}

/** The same where nothing can be done without an engine. */
export async function asked<Name extends CommandName>(
  journal: string,
  command: Name,
  request: RequestOf<Name>,
): Promise<AnswerTo<Name>> {
  const answer = await askedIfRunning(journal, command, request);
  if (answer !== null) return answer;
  const owner = ownerOf(journal);
  throw new FailedError(
    owner === null
      ? `no engine is running on ${journal}: start it again, or look after its positions at the exchange by hand`
      : withoutSocket(journal, owner),
  );
}

export const withoutSocket = (journal: string, owner: string | null): string =>
  `an engine works with ${journal} (${owner ?? "it has just ended"}), but it has no control socket: start it with one (createEngine({ …, control: true }))`;

/** Who holds the journal; null for nobody. */
export function ownerOf(journal: string): string | null {
  const lockFile = `${resolve(journal)}.lock`;
  if (!existsSync(lockFile)) return null;
  const lock = acquireLock(lockFile);
  if (lock !== null) {
    lock.release();
    return null;
  }
  const reader = readSqliteJournal(journal);
  try {
    return reader.owner;
  } finally {
    reader.close();
  }
}

const LONGEST_NAME = 60;

/** Who asks, as it stands in the journal. */
export function askedBy(command: CommandName): string {
  const name = userInfo()
    .username.replace(/[^\x20-\x7e]/g, "?")
    .slice(0, LONGEST_NAME);
  return `${name}, pawl ${command}`;
}
