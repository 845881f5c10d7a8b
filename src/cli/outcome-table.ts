/**
 * What became of every position, as a table for people and as plain objects for programs, with totals by reason.
 *
 * Promises: money of different quote currencies is never added up; a position that is open or was refused has its row
 * too. The table is rounded, the objects are not.
 */
import Table from "cli-table3";
import { exact, toText } from "../domain/decimal.ts";
import { remainingLots } from "../domain/ladder.ts";
import { levelText, lotsToAmount } from "../domain/market.ts";
import type { Outcome } from "../domain/outcome.ts";
import type { Position } from "../domain/position.ts";
import type { Side } from "../domain/side.ts";
import { positionStatus } from "../domain/status.ts";
import type { DecimalText } from "../domain/units.ts";
import type { LatestRow } from "../journal/journal.ts";
import { moneyText, multipleText, ratioText, shortText, shortTimeText } from "../observability/number-texts.ts";

export interface OutcomeRow {
  readonly id: string;
  readonly symbol: string;
  readonly side: Side;
  readonly status: "closed" | "open" | "refused" | "suspended";
  /** Why it was closed or refused; the state of an open one. */
  readonly reason: string;
  readonly rungsHit: readonly number[];
  /** Quote currency of its money; null for a refused entry. */
  readonly quote: string | null;
  readonly openedAt: number | null;
  readonly closedAt: number | null;
  /** Everything that was opened; of an open position what is left. */
  readonly amount: DecimalText | null;
  readonly entryPrice: DecimalText | null;
  readonly averageExitPrice: DecimalText | null;
  readonly grossProfit: DecimalText | null;
  readonly fees: DecimalText | null;
  readonly netProfit: DecimalText | null;
  readonly rMultiple: DecimalText | null;
  readonly mfe: DecimalText | null;
  readonly mae: DecimalText | null;
  /** The stop of an open position. */
  readonly stop: DecimalText | null;
}

export interface OutcomeTotal {
  readonly reason: string;
  readonly quote: string | null;
  readonly positions: number;
  readonly netProfit: DecimalText;
}

/** One row for each position, in the order of their first rows. */
export const outcomeRows = (latest: readonly LatestRow[]): readonly OutcomeRow[] => latest.map(outcomeRow);

/** Sums by reason and quote currency, the largest group first. */
export function outcomeTotals(rows: readonly OutcomeRow[]): readonly OutcomeTotal[] {
  const totals = new Map<string, OutcomeTotal>();
  for (const row of rows) {
    const reason = row.status === "closed" ? row.reason : row.status;
    // What has not been closed has made nothing yet.
    const quote = row.netProfit === null ? null : row.quote;
    const key = `${reason} ${quote}`;
    const before = totals.get(key);
    totals.set(key, {
      reason,
      quote,
      positions: (before?.positions ?? 0) + 1,
      netProfit: toText(exact(before?.netProfit ?? 0).plus(exact(row.netProfit ?? 0))),
    });
  }
  return [...totals.values()].toSorted((a, b) => b.positions - a.positions || (a.reason < b.reason ? -1 : 1));
}

export function outcomeTable(rows: readonly OutcomeRow[]): string {
  const table = plainTable([
    "position",
    "symbol",
    "side",
    "opened (UTC)",
    "closed (UTC)",
    "reason",
    "rungs",
    "amount",
    "entry",
    "exit",
    "net profit",
    "R",
    "MFE / MAE",
  ]);
  for (const row of rows) {
    table.push([
      row.id,
      row.symbol,
      row.side,
      shortTimeText(row.openedAt),
      row.status === "closed" ? shortTimeText(row.closedAt) : row.status,
      row.reason,
      row.rungsHit.join(",") || "-",
      shortText(row.amount),
      shortText(row.entryPrice),
      shortText(row.averageExitPrice),
      row.netProfit === null ? "-" : moneyText(row.netProfit),
      multipleText(row.rMultiple),
      row.mfe === null ? "-" : `${ratioText(row.mfe)} / ${ratioText(row.mae)}`,
    ]);
  }
  return table.toString();
}

export function totalsTable(totals: readonly OutcomeTotal[]): string {
  const table = plainTable(["reason", "positions", "net profit"]);
  for (const { reason, quote, positions, netProfit } of totals) {
    table.push([reason, positions, quote === null ? "-" : `${moneyText(netProfit)} ${quote}`]);
  }
  for (const [quote, { positions, netProfit }] of byQuote(totals)) {
    table.push(["all", positions, `${moneyText(netProfit)} ${quote}`]);
  }
  return table.toString();
}

export const plainTable = (head: readonly string[]): Table.Table =>
  new Table({ head: [...head], style: { head: [], border: [] }, chars: NO_LINES_BETWEEN_ROWS });

const NO_LINES_BETWEEN_ROWS = { mid: "", "left-mid": "", "mid-mid": "", "right-mid": "" };

function byQuote(totals: readonly OutcomeTotal[]): ReadonlyMap<string, Pick<OutcomeTotal, "positions" | "netProfit">> {
  const sums = new Map<string, { positions: number; netProfit: DecimalText }>();
  for (const { quote, positions, netProfit } of totals) {
    if (quote === null) continue;
    const before = sums.get(quote) ?? { positions: 0, netProfit: toText(exact(0)) };
    sums.set(quote, {
      positions: before.positions + positions,
      netProfit: toText(exact(before.netProfit).plus(exact(netProfit))),
    });
  }
  return sums;
}

function outcomeRow({ position: id, row, snapshot, supervision }: LatestRow): OutcomeRow {
  const about = { id, symbol: row.symbol, side: row.side };
  if (snapshot === null) {
    const refusal = row.facts.find((fact) => fact.type === "notDone");
    return { ...about, ...NOTHING, status: "refused", reason: refusal?.field ?? "refused" };
  }
  const { position } = snapshot;
  const rungsHit = position.exits.flatMap(({ rung }) => rung ?? []);
  const quote = position.market.quote;
  if (position.outcome !== null) return { ...about, rungsHit, quote, ...closedFields(position.outcome) };
  return {
    ...about,
    ...openFields(position),
    rungsHit,
    quote,
    status: supervision === "suspended" ? "suspended" : "open",
    reason: positionStatus(snapshot, null).state,
  };
}

const NOTHING = {
  rungsHit: [],
  quote: null,
  openedAt: null,
  closedAt: null,
  amount: null,
  entryPrice: null,
  averageExitPrice: null,
  grossProfit: null,
  fees: null,
  netProfit: null,
  rMultiple: null,
  mfe: null,
  mae: null,
  stop: null,
} as const;

const closedFields = (outcome: Outcome) =>
  ({
    status: "closed",
    reason: outcome.reason,
    openedAt: outcome.openedAtMs,
    closedAt: outcome.closedAtMs,
    amount: outcome.amount,
    entryPrice: outcome.entryPrice,
    averageExitPrice: outcome.averageExitPrice,
    grossProfit: outcome.grossProfit,
    fees: outcome.fees,
    netProfit: outcome.netProfit,
    rMultiple: outcome.rMultiple,
    mfe: outcome.mfe,
    mae: outcome.mae,
    stop: null,
  }) as const;

const openFields = (position: Position) => ({
  ...NOTHING,
  openedAt: position.openedAtMs,
  amount: lotsToAmount(position.market, remainingLots(position)),
  entryPrice: position.additions.at(-1)?.entryPrice ?? null,
  stop: position.stop === null || position.grid === null ? null : levelText(position.grid, position.stop.level),
});
