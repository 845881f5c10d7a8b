/** What became of one position: its figures, and its exits one by one. */
import { element, scrolling } from "./elements.js";
import { amount, count, duration, inR, moment, percent, tone, words } from "./numbers.js";

/**
 * @import { Report, Run } from "./report.js"
 * @import { TestedPosition } from "../../result.ts"
 */

/**
 * @param {Report} report
 * @param {Run} run
 * @param {TestedPosition} position
 */
export function positionDetails(report, run, position) {
  const { price, money } = report;
  const { symbol } = position;
  /** @type {readonly (readonly [string, string, string?])[]} */
  const pairs = [
    ["Net profit", `${money(position.netProfit, true)} ${position.quote}`, tone(position.netProfit)],
    ["Outcome", inR(position.netR), tone(position.netR)],
    ["Entry", `${amount(position.amount)} at ${price(symbol, position.entryPrice)}`],
    ["Average exit", price(symbol, position.averageExitPrice)],
    ["Held", duration(position.closedAtMs - position.openedAtMs)],
    ["Best / worst on the way", `${percent(position.mfe, 2, true)} / ${percent(position.mae, 2)}`],
    ["Fees", money(position.fees)],
    ["Funding", money(position.funding, true)],
    ["Leverage", `${amount(position.leverage)}×`],
    ["Account", position.account],
    ...(position.ambiguousCandles === 0
      ? []
      : [/** @type {const} */ (["Ambiguous candles", count(position.ambiguousCandles)])]),
  ];
  return [
    element(
      "h3",
      { id: "position-title" },
      `${position.id} · ${symbol} ${position.side}`,
      element(
        "span",
        { class: "note" },
        ` ${run.plan}, ${moment(position.openedAtMs)} to ${moment(position.closedAtMs)} UTC, ${words(position.reason)}`,
      ),
    ),
    element(
      "dl",
      { class: "details" },
      ...pairs.map(([name, value, color]) =>
        element("div", {}, element("dt", {}, name), element("dd", { class: color ?? "" }, value)),
      ),
    ),
    scrolling("Exits of the position", exitTable(report, position)),
  ];
}

/**
 * @param {Report} report
 * @param {TestedPosition} position
 */
function exitTable({ price, money }, { symbol, exits }) {
  const heads = ["Exit", "When", "Amount", "Price", "Profit", "Fee"];
  return element(
    "table",
    { class: "exits" },
    element(
      "thead",
      {},
      element(
        "tr",
        {},
        ...heads.map((head, at) => element("th", { scope: "col", class: at < 2 ? "" : "number" }, head)),
      ),
    ),
    element(
      "tbody",
      {},
      ...exits.map((exit) =>
        element(
          "tr",
          {},
          element("th", { scope: "row" }, `${exit.rung === null ? "" : `TP${exit.rung} `}${words(exit.reason)}`),
          element("td", {}, moment(exit.atMs).slice(5)),
          element("td", { class: "number" }, amount(exit.amount)),
          element("td", { class: "number" }, price(symbol, exit.price)),
          element("td", { class: `number ${tone(exit.profit)}` }, money(exit.profit, true)),
          element("td", { class: "number" }, money(exit.fee)),
        ),
      ),
    ),
  );
}
