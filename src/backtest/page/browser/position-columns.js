/** The columns of the table of positions: what stands in each, and by what it is sorted. */
import { amount, duration, fixed, moment, percent, tone, words } from "./numbers.js";

/**
 * @import { Report } from "./report.js"
 * @import { TestedPosition } from "../../result.ts"
 * @typedef {{
 *   readonly key: string,
 *   readonly name: string,
 *   readonly text: (position: TestedPosition) => string,
 *   readonly by: (position: TestedPosition) => number | string | null,
 *   readonly isNumber: boolean,
 *   readonly tone?: (position: TestedPosition) => string,
 * }} Column
 */

/**
 * @param {Report} report
 * @returns {readonly Column[]}
 */
export function positionColumns({ money, price }) {
  return [
    wordColumn("id", "Position", ({ id }) => id),
    wordColumn("symbol", "Symbol", ({ symbol }) => symbol),
    wordColumn("side", "Side", ({ side }) => side),
    {
      key: "opened",
      name: "Opened",
      isNumber: false,
      by: ({ openedAtMs }) => openedAtMs,
      text: ({ openedAtMs }) => moment(openedAtMs),
    },
    numberColumn("held", "Held", heldMs, (position) => duration(heldMs(position))),
    wordColumn("reason", "Ended by", ({ reason }) => words(reason)),
    {
      ...numberColumn(
        "net",
        "Net profit",
        ({ netProfit }) => netProfit,
        ({ netProfit }) => money(netProfit, true),
      ),
      tone: ({ netProfit }) => tone(netProfit),
    },
    {
      ...numberColumn(
        "r",
        "R",
        ({ netR }) => netR,
        ({ netR }) => fixed(netR, 2, true),
      ),
      tone: ({ netR }) => tone(netR),
    },
    numberColumn(
      "mfe",
      "MFE",
      ({ mfe }) => mfe,
      ({ mfe }) => percent(mfe, 2),
    ),
    numberColumn(
      "mae",
      "MAE",
      ({ mae }) => mae,
      ({ mae }) => percent(mae, 2),
    ),
    numberColumn(
      "amount",
      "Amount",
      ({ amount: size }) => size,
      ({ amount: size }) => amount(size),
    ),
    numberColumn(
      "entry",
      "Entry",
      ({ entryPrice }) => entryPrice,
      ({ symbol, entryPrice }) => price(symbol, entryPrice),
    ),
    numberColumn(
      "exit",
      "Exit",
      ({ averageExitPrice }) => averageExitPrice,
      ({ symbol, averageExitPrice }) => price(symbol, averageExitPrice),
    ),
  ];
}

/** @param {TestedPosition} position */
const heldMs = ({ openedAtMs, closedAtMs }) => closedAtMs - openedAtMs;

/**
 * @param {string} key
 * @param {string} name
 * @param {(position: TestedPosition) => string} text
 * @returns {Column}
 */
const wordColumn = (key, name, text) => ({ key, name, text, by: text, isNumber: false });

/**
 * @param {string} key
 * @param {string} name
 * @param {(position: TestedPosition) => number} by
 * @param {(position: TestedPosition) => string} text
 * @returns {Column}
 */
const numberColumn = (key, name, by, text) => ({ key, name, text, by, isNumber: true });

/**
 * Where nothing can be told (null in the data), it stands last.
 * @param {Column} column
 * @param {boolean} isDescending
 */
export const inOrderOf =
  ({ by }, isDescending) =>
  (/** @type {TestedPosition} */ a, /** @type {TestedPosition} */ b) => {
    const [first, second] = [by(a), by(b)];
    if (first === null || second === null) return Number(first === null) - Number(second === null);
    const order =
      typeof first === "string" && typeof second === "string"
        ? first.localeCompare(second, "en", { numeric: true })
        : Number(first) - Number(second);
    return isDescending ? -order : order;
  };
