/** Money by rung, by reason: a table in which each row has a bar from a common zero. */
import { element, svg } from "./elements.js";
import { count, tone } from "./numbers.js";

/**
 * @typedef {{ readonly name: string, readonly count: number, readonly profit: number }} BarRow
 */

/**
 * @param {{
 *   readonly head: readonly [name: string, count: string, profit: string],
 *   readonly rows: readonly BarRow[],
 *   readonly extent: readonly [least: number, most: number],
 *   readonly money: (value: number | null, sign?: boolean) => string,
 * }} bars
 */
export function barTable({ head, rows, extent, money }) {
  if (rows.length === 0) return element("p", { class: "empty" }, "Nothing was closed.");
  const [name, counted, profit] = head;
  return element(
    "table",
    { class: "bars" },
    element(
      "thead",
      {},
      element(
        "tr",
        {},
        element("th", { scope: "col" }, name),
        element("th", { scope: "col", class: "number" }, counted),
        element("th", { scope: "col", class: "bar-cell", "aria-hidden": "true" }),
        element("th", { scope: "col", class: "number" }, profit),
      ),
    ),
    element(
      "tbody",
      {},
      ...rows.map((row) =>
        element(
          "tr",
          {},
          element("th", { scope: "row" }, row.name),
          element("td", { class: "number" }, count(row.count)),
          element("td", { class: "bar-cell", "aria-hidden": "true" }, bar(row.profit, extent)),
          element("td", { class: `number ${tone(row.profit)}` }, money(row.profit, true)),
        ),
      ),
    ),
  );
}

/**
 * From the smallest to the largest of all values that are shown beside each other, zero always among them.
 * @param {readonly number[]} values
 * @returns {readonly [number, number]}
 */
export function extentOf(values) {
  return [Math.min(0, ...values), Math.max(0, ...values)];
}

/**
 * @param {number} value
 * @param {readonly [number, number]} extent
 */
function bar(value, [least, most]) {
  const scale = most > least ? 100 / (most - least) : 0;
  const zero = -least * scale;
  const width = Math.abs(value) * scale;
  return svg(
    "svg",
    { viewBox: "0 0 100 12", preserveAspectRatio: "none", class: "bar" },
    svg("rect", { x: value < 0 ? zero - width : zero, y: 1, width, height: 10, class: `fill ${tone(value)}` }),
    svg("line", { x1: zero, x2: zero, y1: 0, y2: 12, class: "zero" }),
  );
}
