/**
 * A journalled row as lines that a person can read: when, how serious, about what, what happened (R13.5, R3.2).
 *
 * Promises: one line for every fact but the first stop, which stands in the line of the opening; at level debug also
 * one for every order and what became of it (one that is sent again is a warning), and for what a position learns of its market. It computes nothing: every number is from the row.
 */
import { exact } from "../domain/decimal.ts";
import { FAILED_REASONS, type Fact, type NotDoneReason, type Severity } from "../domain/fact.ts";
import type { Intent } from "../domain/intent.ts";
import { levelText } from "../domain/market.ts";
import { CONTEXT_KEYS } from "../domain/market-context.ts";
import type { Position } from "../domain/position.ts";
import type { Row } from "../domain/row.ts";
import { decimalText } from "../domain/units.ts";
import { durationText, moneyText, multipleText, plainText, ratioText } from "./number-texts.ts";

export type Level = "debug" | Severity;
export type Tag = "POSITION" | "ORDER" | "PRICE" | "JOURNAL" | "SUPERVISOR";

export interface EventLine {
  readonly level: Level;
  readonly tag: Tag;
  readonly text: string;
}

/** A line about a position, with the fact that it tells; null where it tells of an order or of the market. */
export interface RowLine extends EventLine {
  readonly fact: Fact | null;
}

/** What is told of a row; `before` is the position's row before it, if this run has seen it. */
export function eventLines(row: Row, before: Row | null): readonly RowLine[] {
  const lines = row.facts.flatMap((fact) => {
    const line = factLine(fact, row);
    return line === null ? [] : { ...line, fact };
  });
  return [...orderLines(row, before), ...contextLines(row, before), ...lines];
}

function factLine(fact: Fact, row: Row): EventLine | null {
  const { symbol, side, position: id } = row;
  const said = (level: Level, text: string, tag: Tag = "POSITION"): EventLine => ({
    level,
    tag,
    text: `${symbol} ${id}: ${text}`,
  });
  const position = row.snapshot?.position;
  switch (fact.type) {
    case "opened": {
      if (fact.part > 1) {
        return said(
          "info",
          `${plainText(fact.amount)} more at ${plainText(fact.price)}, entry price now ${plainText(fact.entryPrice)}`,
        );
      }
      const levels = position === undefined ? "" : `${targetsText(position)}`;
      const leverage = fact.leverage === 1 ? "" : ` with leverage ${fact.leverage}`;
      return said(
        "info",
        `opened ${side} ${plainText(fact.amount)} at ${plainText(fact.price)}${leverage}, stop ${plainText(fact.stop)}${levels}`,
      );
    }
    case "exit": {
      const what = fact.rung === null ? `${fact.reason}: ` : `TP${fact.rung} hit: `;
      const stop = fact.stop === null ? "" : `, stop ${plainText(fact.stop)}`;
      const sentence = fact.message.replace(` of ${symbol}`, "");
      return said("info", `${what}${sentence}, at ${plainText(fact.price)}, profit ${moneyText(fact.profit)}${stop}`);
    }
    case "stopMoved":
      return fact.from === null
        ? null
        : said("info", `stop moved from ${plainText(fact.from)} to ${plainText(fact.to)} (${fact.source})`);
    case "external": {
      const why = fact.reason === "fee_in_coin" ? "taken as fee in the coin" : "gone from outside";
      return said("info", `${plainText(fact.amount)} ${why}, remaining: ${plainText(fact.remaining)}`);
    }
    case "notDone":
      return said(
        FAILED_REASONS.has(fact.reason) ? "error" : "warning",
        fact.message,
        NOT_DONE_TAGS[fact.reason] ?? "POSITION",
      );
    case "warning":
      return said(fact.severity, fact.message);
    case "unresolved":
      return said("warning", `order ${fact.orderId}: ${fact.message}`, "ORDER");
    case "closed": {
      const { outcome } = fact;
      if (exact(outcome.amount).isZero()) return said("info", `closed: ${outcome.reason}`);
      const result = `net profit ${moneyText(outcome.netProfit)}, ${multipleText(outcome.rMultiple)} R, ROI ${ratioText(outcome.roi)}`;
      return said("info", `closed: ${outcome.reason}, ${result}, held ${durationText(outcome.durationMs)}`);
    }
  }
}

const NOT_DONE_TAGS: Readonly<Partial<Record<NotDoneReason, Tag>>> = {
  price_dropped: "PRICE",
  exit_failed: "ORDER",
  entry_rejected: "ORDER",
  entry_absent: "ORDER",
  report_impossible: "ORDER",
  suspended: "SUPERVISOR",
};

function targetsText({ grid, rungs }: Position): string {
  if (grid === null) return "";
  return rungs.map((rung) => `, TP${rung.number} ${plainText(levelText(grid, rung.target))}`).join("");
}

function orderLines(row: Row, before: Row | null): readonly RowLine[] {
  const known = before?.snapshot?.position.intents ?? [];
  return (row.snapshot?.position.intents ?? []).flatMap((intent) => {
    const earlier = known[intent.number - 1];
    if (earlier !== undefined && earlier.progress.kind === intent.progress.kind && earlier.sends === intent.sends)
      return [];
    const what = `${intent.purpose} order ${intent.number}: ${intent.orderSide} ${plainText(intent.amount)}`;
    return [
      {
        level: isRetry(intent) ? "warning" : "debug",
        tag: "ORDER",
        text: `${row.symbol} ${row.position}: ${what}, ${progressText(intent)}`,
        fact: null,
      } as const,
    ];
  });
}

const isRetry = ({ progress, sends }: Intent): boolean => progress.kind === "recorded" && sends > 1;

/** What it has learned of its market; nothing where this run does not know what it knew before. */
function contextLines(row: Row, before: Row | null): readonly RowLine[] {
  const known = before?.snapshot?.position.context;
  const now = row.snapshot?.position.context;
  if (known === undefined || now === undefined) return [];
  const changes = CONTEXT_KEYS.filter((key) => now[key] !== known[key]).map(
    (key) => `${key} ${now[key] ?? "none"} (was ${known[key] ?? "not known"})`,
  );
  if (changes.length === 0) return [];
  const text = `${row.symbol} ${row.position}: market: ${changes.join(", ")}`;
  return [{ level: "debug", tag: "POSITION", text, fact: null }];
}

function progressText({ progress, sends, clientOrderId, filledLots, lots, amount }: Intent): string {
  switch (progress.kind) {
    case "recorded":
      return `${sends > 1 ? "sent again" : "sent"} as ${clientOrderId}`;
    case "working":
      return `at work as ${progress.exchangeOrderId}`;
    case "unresolved":
      return "outcome unknown";
    case "ended": {
      const filled = exact(amount).times(filledLots).dividedBy(lots);
      return progress.end === "filled"
        ? "filled"
        : `${progress.end}, filled ${plainText(decimalText(filled.toFixed()))}`;
    }
    case "rejected":
      return `rejected: ${progress.reason}`;
    case "absent":
      return "never reached the exchange";
  }
}
