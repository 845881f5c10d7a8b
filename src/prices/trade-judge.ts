/**
 * The one judgement on rows of trades, whatever format they stand in (R14.3).
 *
 * Promises: a row is taken, or has a problem with its number. Several trades of one millisecond keep the order of the
 * file; a trade that goes back in time is bad. Nothing is repaired.
 */
import type { ColumnFormat } from "./column-layout.ts";
import {
  badRowsError,
  rowProblemLog,
  wrongWidth,
  type BadRows,
  type NewProblem,
  type RowProblems,
} from "./row-problems.ts";
import { isLaterMs, rowTime, TIME_ALIASES, TIME_COLUMN } from "./row-time.ts";
import type { RowTaker, RowView } from "./row-view.ts";
import { timeUnitLog } from "./time-units.ts";
import type { Trades } from "./trades.ts";

export const TRADE_FORMAT: ColumnFormat = {
  what: "trades",
  columns: [TIME_COLUMN, "price", "amount", "side"],
  optionalColumns: 0,
  aliases: new Map([
    [TIME_COLUMN, TIME_ALIASES],
    ["amount", ["quantity", "qty", "size"]],
  ]),
};

export interface TradeJudge extends RowTaker {
  readonly rowCount: number;
  readonly problems: RowProblems;
  fetch(): Trades;
  /** Throws PriceFileError where a problem ends the run; `isEmpty` where no trade was good. */
  refuse(isEmpty: boolean): void;
}

const FIRST_CAPACITY = 4096;

export function tradeJudge(policy: { readonly path: string; readonly badRows: BadRows }): TradeJudge {
  const log = rowProblemLog();
  const units = timeUnitLog();
  let at = new Float64Array(FIRST_CAPACITY);
  let price = new Float64Array(FIRST_CAPACITY);
  let amount = new Float64Array(FIRST_CAPACITY);
  let taker = new Int8Array(FIRST_CAPACITY);
  let length = 0;
  let rowCount = 0;
  let lastMs = Number.NEGATIVE_INFINITY;

  const resize = (capacity: number): void => {
    at = resized(at, capacity);
    price = resized(price, capacity);
    amount = resized(amount, capacity);
    const sides = new Int8Array(capacity);
    sides.set(taker);
    taker = sides;
  };
  const add = (atMs: number, paid: number, traded: number, side: 1 | -1): void => {
    if (length === at.length) resize(length * 2);
    at[length] = atMs;
    price[length] = paid;
    amount[length] = traded;
    taker[length] = side;
    length += 1;
  };

  return {
    get rowCount() {
      return rowCount;
    },
    get problems() {
      return log.problems;
    },
    expect(count) {
      if (count > at.length) resize(count);
    },
    see(view) {
      rowCount += 1;
      const atMs = view.number(0);
      const isTimeGood = isLaterMs(atMs, lastMs) || atMs === lastMs;
      if (isTimeGood) units.seeMilliseconds(view.row);
      else {
        units.see(atMs, view.row);
        const time = rowTime({ text: view.text(0)!, row: view.row, lastMs, equalAllowed: true });
        if (!time.ok) log.add(time.problem);
      }
      if (isTimeGood) lastMs = atMs;
      const paid = view.number(1);
      const traded = view.number(2);
      const side = view.text(3)!;
      const problem = tradeProblem(view, paid, traded, side);
      if (problem !== null) log.add(problem);
      else if (isTimeGood) add(atMs, paid, traded, side === "buy" ? 1 : -1);
    },
    seeWrongWidth(row, width, expected) {
      rowCount += 1;
      log.add(wrongWidth(row, width, expected));
    },
    fetch: () => ({
      at: at.slice(0, length),
      price: price.slice(0, length),
      amount: amount.slice(0, length),
      taker: taker.slice(0, length),
    }),
    refuse(isEmpty) {
      const { problems } = log;
      if (problems.count === 0 || (policy.badRows === "skip" && !isEmpty)) return;
      const mixed = units.sentence();
      const advice = [
        ...(mixed === null ? [] : [mixed]),
        ...(policy.badRows === "stop" ? ["--bad-rows skip leaves bad rows out."] : []),
      ];
      throw badRowsError({ path: policy.path, problems, rowCount, advice });
    },
  };
}

/** What is wrong with a trade; at most one problem a row. */
function tradeProblem(view: RowView, price: number, amount: number, side: string): NewProblem | null {
  const bad = (kind: NewProblem["kind"], field: string, value: string, allowed: string): NewProblem => ({
    row: view.row,
    kind,
    field,
    value,
    allowed,
  });
  if (Number.isNaN(price)) return bad("not a number", "price", view.text(1)!, "decimal text");
  if (Number.isNaN(amount)) return bad("not a number", "amount", view.text(2)!, "decimal text");
  if (!(price > 0)) return bad("price not positive", "price", view.text(1)!, "more than 0");
  if (!(amount > 0)) return bad("amount not positive", "amount", view.text(2)!, "more than 0");
  if (side !== "buy" && side !== "sell") return bad("unknown side", "side", side, "buy or sell");
  return null;
}

function resized(column: Float64Array, capacity: number): Float64Array<ArrayBuffer> {
  const next = new Float64Array(capacity);
  next.set(column);
  return next;
}
