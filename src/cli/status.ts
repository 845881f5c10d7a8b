/**
 * `pawl status`: what every open position is now, read from the journal (R2.6); of a running engine that has a control
 * socket also its prices and how it does (R13.2).
 *
 * Promises: without an engine prices are the last ones that were journalled, with their time; what was not done is said
 * with its reason (R13.0). It writes nothing.
 */
import { existsSync } from "node:fs";
import type { Command } from "commander";
import { ControlError } from "../control/control-error.ts";
import type { AnswerTo } from "../control/protocol.ts";
import type { EntrySwitch } from "../domain/entry-switch.ts";
import type { JournalRow } from "../domain/row.ts";
import { priceText } from "../domain/market.ts";
import { positionDetails, positionStatus, type PositionDetails, type PositionStatus } from "../domain/status.ts";
import { decimalText, price as asPrice, type DecimalText } from "../domain/units.ts";
import { readSqliteJournal } from "../journal/sqlite-reader.ts";
import { askedIfRunning, ownerOf } from "./engine-access.ts";
import { engineLine } from "./engine-line.ts";
import { DONE, type ExitCode } from "./exit-codes.ts";
import { moneyText, plainText, ratioText, shortText, timeText } from "../observability/number-texts.ts";
import { outcomeRows, outcomeTotals, plainTable, totalsTable, type OutcomeTotal } from "./outcome-table.ts";
import {
  doubtfulEntry,
  nobodyWatchesText,
  orderText,
  unpricedMarkets,
  unpricedText,
  type Unpriced,
} from "./status-warnings.ts";
import type { Terminal } from "./terminal.ts";
import { openIn, entrySwitchOf } from "../journal/journal.ts";

interface LastPrice {
  readonly price: DecimalText;
  readonly atMs: number;
}

interface NotDone {
  readonly atMs: number;
  readonly reason: string;
  readonly message: string;
}

interface OpenPosition {
  readonly status: PositionStatus;
  readonly details: PositionDetails;
  readonly supervision: string;
  readonly priceAtMs: number | null;
  readonly notDone: NotDone | null;
}

interface Standing {
  /** What a running engine says of itself; null where none answers. */
  readonly engine: AnswerTo<"health"> | null;
  /** An engine holds the journal, whether it answers or not. */
  readonly isWatched: boolean;
  /** Markets with open positions of which a running engine has no price. */
  readonly unpriced: readonly Unpriced[];
  /** The switch of entries as the journal has it; null where it was never set. */
  readonly entries: EntrySwitch | null;
  readonly journal: string;
  readonly journalId: string;
  readonly rows: number;
  readonly lastAtMs: number | null;
  readonly open: readonly OpenPosition[];
  readonly closed: readonly OutcomeTotal[];
}

const EXAMPLES = `
Examples:
  $ pawl status --journal btc.journal
  $ pawl status --journal btc.journal --json | jq '.open[].status.stop'
  $ pawl status --journal btc.journal --json | jq '.engine.health.priceAgeMs'`;

export function addStatus(program: Command, terminal: Terminal, end: (code: ExitCode) => void): void {
  program
    .command("status")
    .description("show what every open position is now, and how the engine does, if one runs")
    .requiredOption("--journal <file>", "journal to read; an engine may be working with it")
    .option("--json", "one JSON object in place of text")
    .addHelpText("after", EXAMPLES)
    .action(async (options: { readonly journal: string; readonly json?: true }) => {
      // The engine first: the journal is then at least as new as what it says.
      const standing = readStanding(options.journal, await askedOfEngine(options.journal, terminal));
      terminal.out(options.json === true ? JSON.stringify(standing) : standingText(standing, terminal));
      end(DONE);
    });
}

interface FromEngine {
  readonly health: AnswerTo<"health">;
  /** By position. */
  readonly prices: ReadonlyMap<string, LastPrice>;
  readonly unpriced: readonly Unpriced[];
}

/** Null where no engine runs, or it has no control socket; one that does not answer is said, and its journal is read. */
async function askedOfEngine(journal: string, terminal: Terminal): Promise<FromEngine | null> {
  if (!existsSync(journal)) return null;
  try {
    const health = await askedIfRunning(journal, "health", {});
    const status = health === null ? null : await askedIfRunning(journal, "status", {});
    if (health === null || status === null) return null;
    const prices = status.positions.flatMap(({ status: { id }, price }): readonly (readonly [string, LastPrice])[] =>
      price === null ? [] : [[id, { price: decimalText(price.price), atMs: price.atMs }]],
    );
    return { health, prices: new Map(prices), unpriced: unpricedMarkets(health, status, Date.now()) };
  } catch (error) {
    if (!(error instanceof ControlError)) throw error;
    terminal.err(`pawl: ${error.message}; what follows is from the journal`);
    return null;
  }
}

/** In doubt nobody: a journal that cannot be locked, in a place where nothing can be written, has no engine. */
function isHeld(journal: string): boolean {
  try {
    return ownerOf(journal) !== null;
  } catch {
    return false;
  }
}

function readStanding(path: string, engine: FromEngine | null): Standing {
  const isWatched = engine !== null || isHeld(path);
  const journal = readSqliteJournal(path);
  try {
    const { prices, notDone, last } = walk(journal.rows());
    const latest = journal.latest();
    const open = openIn(latest).map(({ position: id, snapshot, supervision, row }): OpenPosition => {
      const known = engine?.prices.get(id) ?? prices.get(row.symbol);
      return {
        status: positionStatus(snapshot, known?.price ?? null),
        details: positionDetails(snapshot),
        supervision,
        priceAtMs: known?.atMs ?? null,
        notDone: notDone.get(id) ?? null,
      };
    });
    const closed = outcomeTotals(
      outcomeRows(latest).filter(({ status }) => status === "closed" || status === "refused"),
    );
    const set = journal.lastSwitch();
    return {
      engine: engine?.health ?? null,
      isWatched,
      unpriced: engine?.unpriced ?? [],
      entries: set === null ? null : entrySwitchOf(set),
      journal: path,
      journalId: journal.id,
      rows: last?.seq ?? 0,
      lastAtMs: last?.atMs ?? null,
      open,
      closed,
    };
  } finally {
    journal.close();
  }
}

/** One pass over all rows: the last price of every symbol, and the last thing that each position did not do. */
function walk(rows: Iterable<JournalRow>): {
  readonly prices: ReadonlyMap<string, LastPrice>;
  readonly notDone: ReadonlyMap<string, NotDone>;
  readonly last: JournalRow | null;
} {
  const prices = new Map<string, LastPrice>();
  const notDone = new Map<string, NotDone>();
  let last: JournalRow | null = null;
  for (const row of rows) {
    last = row;
    if (row.feed !== null) {
      prices.set(row.feed.symbol, { price: priceText(asPrice(row.feed.price)), atMs: row.feed.atMs });
    }
    for (const fact of row.facts) {
      if (fact.type === "notDone")
        notDone.set(row.position, { atMs: row.atMs, reason: fact.reason, message: fact.message });
    }
  }
  return { prices, notDone, last };
}

function standingText(standing: Standing, terminal: Terminal): string {
  const { journal, journalId, rows, lastAtMs, open, closed, isWatched, unpriced } = standing;
  const until = lastAtMs === null ? "" : `, until ${timeText(lastAtMs)}`;
  const head = `${journal} (${journalId}): ${rows} rows${until}`;
  const first = isWatched || open.length === 0 ? [] : [nobodyWatchesText(open.length)];
  const parts = [
    ...[...first, ...unpriced.map(unpricedText)].map((text) => terminal.styled("red", text)),
    head,
    ...engineLines(standing, terminal),
    open.length === 0 ? "No position is open." : openTable(open, isWatched),
  ];
  parts.push(
    ...open.flatMap((position) => [...remarks(position, isWatched)]).map((text) => terminal.styled("yellow", text)),
  );
  if (closed.length > 0) parts.push("Closed:", totalsTable(closed));
  return parts.join("\n");
}

function* engineLines({ engine, entries }: Standing, terminal: Terminal): Generator<string> {
  if (engine !== null) yield terminal.styled(isWell(engine) ? "green" : "yellow", engineLine(engine));
  if (entries !== null && entries.entries !== "allowed")
    yield terminal.styled("yellow", `entries ${entries.entries} by ${entries.by}, ${timeText(entries.atMs)}`);
}

const isWell = ({ health }: AnswerTo<"health">): boolean =>
  health.mode === "running" && health.entries === "allowed" && health.unresolvedOrders === 0;

function openTable(open: readonly OpenPosition[], isWatched: boolean): string {
  const table = plainTable([
    "position",
    "symbol",
    "side",
    "state",
    "rungs hit",
    "skipped",
    "remaining",
    "entry",
    "stop",
    "next rung",
    "price",
    "move",
    "ROI",
    "gross",
    "net",
  ]);
  for (const { status, details } of open) {
    const { unrealized, nextRung } = status;
    table.push([
      status.id,
      status.symbol,
      status.side,
      status.substate === null ? status.state : `${status.state} (${status.substate})`,
      status.rungsHit.join(",") || "-",
      status.rungsSkipped.join(",") || "-",
      remainingText({ status, details }, isWatched),
      shortText(details.entryPrice),
      status.stopSource === null ? "-" : `${plainText(status.stop)} (${status.stopSource})`,
      nextRung === null ? "-" : `TP${nextRung.rung} ${plainText(nextRung.price)}`,
      unrealized === null ? "-" : shortText(unrealized.price),
      unrealized === null ? "-" : ratioText(unrealized.priceMove),
      unrealized === null ? "-" : ratioText(unrealized.roi),
      unrealized === null ? "-" : moneyText(unrealized.grossProfit),
      unrealized === null ? "-" : moneyText(unrealized.netProfit),
    ]);
  }
  return table.toString();
}

function remainingText({ status, details }: Pick<OpenPosition, "status" | "details">, isWatched: boolean): string {
  const entry = doubtfulEntry(status, isWatched);
  if (entry !== null) return `${shortText(details.amount)} to ${shortText(entry.amount)}`;
  return `${shortText(details.amount)} (${ratioText(status.remainingFraction).replace("+", "")})`;
}

/** What somebody who looks at a position has to know besides its numbers. */
function* remarks({ status, supervision, notDone }: OpenPosition, isWatched: boolean): Generator<string> {
  const { id, closing, openOrders, mark, isTrailing, context } = status;
  if (supervision !== "running") yield `${id}: ${supervision}: it decides nothing until somebody has looked`;
  if (closing !== null) yield `${id}: closing, reason ${closing}`;
  const doubtful = doubtfulEntry(status, isWatched);
  for (const order of openOrders) yield `${id}: ${orderText(order, doubtful)}`;
  if (mark !== null) {
    const classes = Object.entries(context).flatMap(([key, name]) => (name === null ? [] : [`${key} ${name}`]));
    const trailing = isTrailing ? ", trailing stop active" : "";
    yield `${id}: mark at ${plainText(mark)}${trailing}${classes.length === 0 ? "" : `; market: ${classes.join(", ")}`}`;
  }
  if (notDone !== null) yield `${id}: not done at ${timeText(notDone.atMs)}: ${notDone.message} (${notDone.reason})`;
}
