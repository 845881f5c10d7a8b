/**
 * The equity of one run through time: its balance, what was realised, and what open positions were worth at closes.
 *
 * Promises: the last equity is the balance and every net profit; the deepest fall is judged at every close and every
 * fill, whatever the curve shows of it; the cost is that of the closes and the fills, however many positions are open.
 * Between two closes a symbol is worth what its last close or fill said, whichever is later. It rounds nothing.
 */
import { curveKeeper } from "./equity-curve.ts";
import { moneyEvents, type FundingPayments, type MoneyEvent } from "./money-events.ts";
import type { TestedPosition } from "./result.ts";
import type { EquityPoint } from "./run-statistics.ts";

/** Prices of one symbol: the same index in both columns is one candle. */
export interface Closes {
  /** When each candle closed, ascending, ms since 1970. */
  readonly at: Float64Array;
  readonly close: Float64Array;
  /** Base units in one unit of amount; 1 where it is not given. */
  readonly contractSize?: number | undefined;
}

export type ClosesBySymbol = ReadonlyMap<string, Closes>;

export interface EquityInput {
  /** What the run begins with, quote currency. */
  readonly balance: number;
  readonly fromMs: number;
  readonly toMs: number;
  /** Of a symbol that is not there only what was realised counts. */
  readonly closes?: ClosesBySymbol | undefined;
  readonly funding?: FundingPayments | undefined;
}

export interface Equity {
  readonly curve: readonly EquityPoint[];
  /** Never above zero. */
  readonly maximumDrawdown: number;
  /** As a share of the equity that it fell from; null where that was not above zero. */
  readonly maximumDrawdownShare: number | null;
}

export function equityOf(positions: readonly TestedPosition[], input: EquityInput): Equity {
  const { balance, closes = new Map<string, Closes>() } = input;
  const events = moneyEvents(positions, input.funding);
  const books = new Map<string, Book>();
  const open: Book[] = [];
  const begin = Math.min(input.fromMs, events[0]?.atMs ?? input.fromMs);
  const end = Math.max(input.toMs, events.at(-1)?.atMs ?? input.toMs);
  const curve = curveKeeper({ begin, end, most: samplesAtMost(events, closes) });
  const mark = { equity: balance, highest: balance, deepest: 0, fellFrom: balance };
  let realised = balance;

  const note = (atMs: number): void => {
    let equity = realised;
    for (const book of open) equity += worthOf(book);
    mark.equity = equity;
    if (equity > mark.highest) mark.highest = equity;
    const drawdown = equity - mark.highest;
    if (drawdown < mark.deepest) {
      mark.deepest = drawdown;
      mark.fellFrom = mark.highest;
    }
    curve.add(atMs, equity, drawdown);
  };

  note(begin);
  let next = 0;
  while (next < events.length) {
    const { atMs } = events[next]!;
    // A candle closes before the next one opens at the same moment.
    for (let closeMs = nextClose(open); closeMs <= atMs; closeMs = nextClose(open)) {
      for (const book of open) moveTo(book, closeMs);
      note(closeMs);
    }
    for (; events[next]?.atMs === atMs; next += 1) {
      const event = events[next]!;
      realised += event.money;
      if (event.amount !== 0 || event.openings !== 0) carryOut(event, bookOf(books, closes, event.symbol), open);
    }
    note(atMs);
  }
  if (end > (events.at(-1)?.atMs ?? begin)) note(end);
  return {
    curve: curve.points(),
    maximumDrawdown: mark.deepest,
    maximumDrawdownShare: mark.deepest === 0 ? 0 : mark.fellFrom > 0 ? mark.deepest / mark.fellFrom : null,
  };
}

/** Everything open in one symbol, summed up: worth = amount × price − cost, short amounts below zero. */
interface Book {
  readonly closes: Closes | undefined;
  /** Index of the next close that was not seen. */
  next: number;
  amount: number;
  cost: number;
  openings: number;
  price: number;
}

/** Nothing where no closes are known: then only what was realised counts. */
const worthOf = (book: Book): number => (book.closes === undefined ? 0 : book.amount * book.price - book.cost);

function bookOf(books: Map<string, Book>, closes: ClosesBySymbol, symbol: string): Book {
  const known = books.get(symbol);
  if (known !== undefined) return known;
  const book: Book = { closes: closes.get(symbol), next: 0, amount: 0, cost: 0, openings: 0, price: 0 };
  books.set(symbol, book);
  return book;
}

function carryOut(event: MoneyEvent, book: Book, open: Book[]): void {
  const size = event.amount * (book.closes?.contractSize ?? 1);
  if (book.openings === 0 && book.closes !== undefined) book.next = firstAfter(book.closes.at, event.atMs, book.next);
  if (event.price !== null) book.price = event.price;
  book.amount += size;
  book.cost += size * event.entryPrice;
  book.openings += event.openings;
  const at = open.indexOf(book);
  if (book.openings > 0) {
    if (at < 0) open.push(book);
    return;
  }
  // Nothing is open: what rounding left behind goes, too.
  book.amount = 0;
  book.cost = 0;
  if (at >= 0) open.splice(at, 1);
}

function nextClose(open: readonly Book[]): number {
  let earliest = Infinity;
  for (const { closes, next } of open) {
    const atMs = closes?.at[next];
    if (atMs !== undefined && atMs < earliest) earliest = atMs;
  }
  return earliest;
}

function moveTo(book: Book, closeMs: number): void {
  const { closes } = book;
  if (closes === undefined || closes.at[book.next] !== closeMs) return;
  book.price = closes.close[book.next]!;
  book.next += 1;
}

/** The first index from `start` on whose moment is after `atMs`, by halving. */
function firstAfter(at: Float64Array, atMs: number, start: number): number {
  let low = start;
  let high = at.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (at[middle]! <= atMs) low = middle + 1;
    else high = middle;
  }
  return low;
}

function samplesAtMost(events: readonly MoneyEvent[], closes: ClosesBySymbol): number {
  let most = events.length + 2;
  for (const { at } of closes.values()) most += at.length;
  return most;
}
