/**
 * What positions did to an account, moment by moment: entry fees when they open, profit less its fee at every exit,
 * funding when it is paid, or at the close where nobody says when.
 *
 * Promises: the money of a position's events is its net profit; what its exits do not
 * explain is settled when it closes, and nothing of it stays open after that. In order of time.
 */
import type { TestedPosition } from "./result.ts";

export interface FundingPayment {
  readonly atMs: number;
  /** Below zero where it was paid. */
  readonly money: number;
}

/** By id of the position. Where a position is missing its funding is settled when it closes. */
export type FundingPayments = ReadonlyMap<string, readonly FundingPayment[]>;

export interface MoneyEvent {
  readonly atMs: number;
  readonly symbol: string;
  /** What it adds to the account at once. */
  readonly money: number;
  /** What it adds to the amount that is open: above zero for a long that opens and a short that is reduced. */
  readonly amount: number;
  /** Of the fill, if it is one. */
  readonly price: number | null;
  /** Average entry of the position that the amount belongs to. */
  readonly entryPrice: number;
  /** 1 opens a position, −1 closes it. */
  readonly openings: -1 | 0 | 1;
}

export const moneyEvents = (
  positions: readonly TestedPosition[],
  funding: FundingPayments | undefined,
): readonly MoneyEvent[] =>
  positions.flatMap((position) => eventsOf(position, funding?.get(position.id) ?? [])).sort((a, b) => a.atMs - b.atMs);

function eventsOf(position: TestedPosition, payments: readonly FundingPayment[]): readonly MoneyEvent[] {
  const { symbol, entryPrice, openedAtMs, closedAtMs, exits } = position;
  const sign = position.side === "long" ? 1 : -1;
  const paid = payments.filter(({ atMs }) => atMs >= openedAtMs && atMs < closedAtMs);
  const entryFee = position.fees - sumOf(exits, ({ fee }) => fee);
  const left = position.amount - sumOf(exits, ({ amount }) => amount);
  const unexplained =
    position.grossProfit -
    sumOf(exits, ({ profit }) => profit) +
    (position.funding - sumOf(paid, ({ money }) => money)) +
    (position.netProfit - (position.grossProfit - position.fees + position.funding));
  const about = { symbol, entryPrice };
  const nothing = { ...about, amount: 0, price: null, openings: 0 } as const;
  return [
    {
      ...about,
      atMs: openedAtMs,
      money: -entryFee,
      amount: sign * position.amount,
      price: entryPrice,
      openings: 1,
    },
    ...paid.map(({ atMs, money }): MoneyEvent => ({ ...nothing, atMs, money })),
    ...exits.map(({ atMs, amount, price, profit, fee }): MoneyEvent => ({
      ...about,
      atMs,
      money: profit - fee,
      amount: -sign * amount,
      price,
      openings: 0,
    })),
    {
      ...about,
      atMs: closedAtMs,
      money: unexplained,
      amount: -sign * left,
      price: null,
      openings: -1,
    },
  ];
}

function sumOf<T>(each: readonly T[], of: (one: T) => number): number {
  let sum = 0;
  for (const one of each) sum += of(one);
  return sum;
}
