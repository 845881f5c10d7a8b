/**
 * The data of the page as its parts use it: unpacked, with words for money and prices.
 * @import { PackedPosition, PageData, PageRun } from "../page-data.ts"
 * @import { TestedPosition } from "../../result.ts"
 */
import { amount, fixed } from "./numbers.js";

/**
 * @typedef {Omit<PageRun, "positions"> & {
 *   readonly index: number,
 *   readonly color: string,
 *   readonly positions: readonly TestedPosition[],
 * }} Run
 */

/**
 * @typedef {Omit<PageData, "runs"> & {
 *   readonly runs: readonly Run[],
 *   readonly quote: string,
 *   readonly money: (value: number | null, sign?: boolean) => string,
 *   readonly price: (symbol: string, value: number) => string,
 * }} Report
 */

const COLORS = 6;

/** @returns {Report} */
export function readReport() {
  const text = document.getElementById("report-data")?.textContent ?? "";
  const data = /** @type {PageData} */ (JSON.parse(text));
  const decimals = new Map(data.priceDecimals);
  const quotes = new Set(data.series.map(({ quote }) => quote));
  return {
    ...data,
    runs: data.runs.map((run, index) => ({
      ...run,
      index,
      color: `run-${index % COLORS}`,
      positions: run.positions.map(unpack),
    })),
    quote: quotes.size === 1 ? [...quotes].join("") : "quote currency",
    money: (value, sign = false) => fixed(value, data.moneyDecimals, sign),
    price: (symbol, value) => {
      const known = decimals.get(symbol);
      return known === undefined ? amount(value) : fixed(value, known);
    },
  };
}

/**
 * @param {PackedPosition} packed
 * @returns {TestedPosition}
 */
function unpack(packed) {
  const [id, symbol, account, side, leverage, quote, openedAtMs, closedAtMs, reason, size, ...rest] = packed;
  const [entryPrice, averageExitPrice, grossProfit, fees, funding, netProfit, risk, netR, mfe, mae, ...lists] = rest;
  const [exits, stops, targets, ambiguousCandles] = lists;
  return {
    id,
    symbol,
    account,
    side,
    leverage,
    quote,
    openedAtMs,
    closedAtMs,
    reason,
    amount: size,
    entryPrice,
    averageExitPrice,
    grossProfit,
    fees,
    funding,
    netProfit,
    risk,
    netR,
    mfe,
    mae,
    exits: exits.map(([rung, why, part, price, fee, profit, atMs]) => ({
      rung,
      reason: why,
      amount: part,
      price,
      fee,
      profit,
      atMs,
    })),
    stops: stops.map(([atMs, price, source]) => ({
      atMs,
      price,
      source,
    })),
    targets,
    ambiguousCandles,
  };
}
