/**
 * A process that has a journal open, for tests that kill it. Says `open`, or `refused` and the failure, as JSON lines; then
 * appends rows for ever (`write`), or as many as asked on standard input (`ask`: "position version" per line).
 */
import { createInterface } from "node:readline";
import { JournalError, type Journal } from "../../src/journal/journal.ts";
import { openSqliteJournal } from "../../src/journal/sqlite.ts";
import { aRow } from "../support/rows.ts";

const [path = "", mode = "ask"] = process.argv.slice(2);

function say(what: object): void {
  process.stdout.write(`${JSON.stringify(what)}\n`);
}

function attempt(act: () => object): void {
  try {
    say(act());
  } catch (error) {
    if (!(error instanceof JournalError)) throw error;
    say({ said: "refused", failure: error.failure, message: error.message });
  }
}

function writeForever(journal: Journal): void {
  let version = 0;
  const next = (): void => {
    version += 1;
    journal.append(
      [aRow({ position: `a${process.pid}`, version }), aRow({ position: `b${process.pid}`, version })],
      null,
    );
    say({ said: "appended", seq: journal.last()?.seq });
    setImmediate(next);
  };
  next();
}

function writeAsAsked(journal: Journal): void {
  createInterface({ input: process.stdin }).on("line", (line) => {
    const [position = "", version = ""] = line.split(" ");
    attempt(() => {
      journal.append([aRow({ position, version: Number(version) })], null);
      return { said: "appended", seq: journal.last()?.seq };
    });
  });
}

attempt(() => {
  const journal = openSqliteJournal({ path, engine: "child" });
  setImmediate(mode === "write" ? writeForever : writeAsAsked, journal);
  return { said: "open", id: journal.id };
});
