/** The figures that are told side by side: how each is read from a run, written, and when it is the better one. */
import { count, duration, fixed, inR, percent } from "./numbers.js";

/**
 * @import { Report, Run } from "./report.js"
 * @typedef {{
 *   readonly name: string,
 *   readonly value: (run: Run) => number | null,
 *   readonly text: (run: Run) => string,
 *   readonly better?: "high" | "low",
 *   readonly isToned?: boolean,
 * }} Figure
 */

/**
 * @param {Report} report
 * @returns {readonly Figure[]}
 */
export function outcomeFigures({ money, runs }) {
  const signed = moneyFigures(money);
  return [
    figure("Positions", ({ figures }) => figures.positions, count),
    figure("Wins", ({ figures }) => figures.wins, count),
    figure("Losses", ({ figures }) => figures.losses, count),
    figure("Win rate", ({ figures }) => figures.winRate, share, "high"),
    signed("Net profit", ({ figures }) => figures.netProfit, "high"),
    ...(runs.some(({ range }) => range !== null)
      ? [
          signed("in the worst order in candles", ({ range }) => range?.worst ?? null, "high"),
          signed("in the best order in candles", ({ range }) => range?.best ?? null, "high"),
          figure("Ambiguous candles", ({ range }) => range?.ambiguousCandles ?? null, count),
        ]
      : []),
    signed("Gross profit", ({ figures }) => figures.grossProfit),
    figure(
      "Fees",
      ({ figures }) => figures.fees,
      (value) => money(value),
      "low",
    ),
    signed("Funding", ({ figures }) => figures.funding),
    figure(
      "Profit factor",
      ({ figures }) => figures.profitFactor,
      (value) => fixed(value, 2),
      "high",
    ),
  ];
}

/**
 * @param {Report} report
 * @returns {readonly Figure[]}
 */
export function riskFigures({ money }) {
  const signed = moneyFigures(money);
  return [
    signed("Expectancy per position", ({ figures }) => figures.expectancy, "high"),
    figure("Average R", ({ figures }) => figures.averageR, inR, "high"),
    figure("Median R", ({ figures }) => figures.medianR, inR, "high"),
    figure("Best R", ({ figures }) => figures.bestR, inR),
    figure("Worst R", ({ figures }) => figures.worstR, inR),
    signed("Maximum drawdown", ({ figures }) => figures.maximumDrawdown, "high"),
    figure("as a share of the peak", fallShare, share, "high"),
    figure("Exposure", ({ figures }) => figures.exposure, share),
    figure("Average time held", ({ figures }) => figures.averageHoldingMs, duration),
    figure("Longest losing streak", ({ figures }) => figures.longestLosingStreak, count, "low"),
  ];
}

/** A fall is written below zero, whichever way it was counted. @param {Run} run */
export function fallShare({ figures: { maximumDrawdownShare } }) {
  return maximumDrawdownShare === null ? null : -Math.abs(maximumDrawdownShare);
}

/** @param {number | null} ratio */
const share = (ratio) => percent(ratio);

/**
 * @param {string} name
 * @param {(run: Run) => number | null} value
 * @param {(value: number | null) => string} words
 * @param {"high" | "low"} [better]
 * @returns {Figure}
 */
const figure = (name, value, words, better) => ({
  name,
  value,
  text: (run) => words(value(run)),
  ...(better === undefined ? {} : { better }),
});

/**
 * Money with its sign, in the color of gain or loss.
 * @param {Report["money"]} money
 * @returns {(name: string, value: (run: Run) => number | null, better?: "high" | "low") => Figure}
 */
const moneyFigures = (money) => (name, value, better) => ({
  ...figure(name, value, (amount) => money(amount, true), better),
  isToned: true,
});
