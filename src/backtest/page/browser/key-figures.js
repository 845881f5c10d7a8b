/** The key figures: a card for each run, and all figures side by side. */
import { element, runMark, scrolling, section } from "./elements.js";
import { fallShare, outcomeFigures, riskFigures } from "./figures.js";
import { count, counted, fixed, inR, percent, tone } from "./numbers.js";

/**
 * @import { Figure } from "./figures.js"
 * @import { Report, Run } from "./report.js"
 */

/** @param {Report} report */
export function keyFigures(report) {
  return section(
    {
      id: "figures",
      title: "Key figures",
      note: `Money in ${report.quote}, after fees and funding unless said otherwise.`,
    },
    element("div", { class: "cards" }, ...report.runs.map((run) => card(report, run))),
    element(
      "div",
      { class: report.runs.length > 3 ? "stack" : "panels" },
      scrolling("What each run brought", table("Outcome", outcomeFigures(report), report.runs)),
      scrolling("What each run risked", table("Risk and time", riskFigures(report), report.runs)),
    ),
  );
}

/**
 * @param {Report} report
 * @param {Run} run
 */
function card({ money, quote }, run) {
  const { figures } = run;
  return element(
    "article",
    { class: `card ${run.color}` },
    element("h3", {}, runMark(run), run.plan),
    element(
      "p",
      { class: `big ${tone(figures.netProfit)}` },
      money(figures.netProfit, true),
      element("span", { class: "unit" }, ` ${quote}`),
    ),
    element(
      "p",
      { class: "note" },
      `net profit of ${counted(figures.positions, "position")}`,
      ...(run.refused.length === 0 ? [] : [`, ${count(run.refusedCount)} refused`]),
    ),
    element(
      "dl",
      { class: "duo" },
      ...pair("Win rate", percent(figures.winRate)),
      ...pair("Profit factor", fixed(figures.profitFactor, 2)),
      ...pair("Average R", inR(figures.averageR)),
      ...pair("Max. drawdown", percent(fallShare(run))),
    ),
    ...rangeLine(money, run),
  );
}

/**
 * @param {string} name
 * @param {string} value
 */
const pair = (name, value) => [element("div", {}, element("dt", {}, name), element("dd", {}, value))];

/**
 * @param {Report["money"]} money
 * @param {Run} run
 */
function rangeLine(money, { range }) {
  if (range === null) return [];
  const candles = counted(range.ambiguousCandles, "ambiguous candle");
  return [
    element(
      "p",
      { class: "range" },
      `Between ${money(range.worst, true)} and ${money(range.best, true)} net, by the order inside ${candles}.`,
    ),
  ];
}

/**
 * @param {string} title
 * @param {readonly Figure[]} figures
 * @param {readonly Run[]} runs
 */
function table(title, figures, runs) {
  return element(
    "table",
    { class: "figures" },
    element(
      "thead",
      {},
      element(
        "tr",
        {},
        element("th", { scope: "col" }, title),
        ...runs.map((run) => element("th", { scope: "col", class: "number" }, runMark(run), run.plan)),
      ),
    ),
    element("tbody", {}, ...figures.map((figure) => row(figure, runs))),
  );
}

/**
 * The better value is in bold where there is one.
 * @param {Figure} figure
 * @param {readonly Run[]} runs
 */
function row({ name, value, text, better, isToned }, runs) {
  const values = runs.map(value);
  const known = values.filter((one) => one !== null);
  const best = better === "high" ? Math.max(...known) : better === "low" ? Math.min(...known) : null;
  const isContested = new Set(values).size > 1 && known.length === values.length;
  return element(
    "tr",
    {},
    element("th", { scope: "row" }, name),
    ...runs.map((run, index) => {
      const isBest = isContested && best !== null && values[index] === best;
      const color = isToned === true ? tone(values[index] ?? null) : "";
      return element("td", { class: `number ${color} ${isBest ? "best" : ""}` }, text(run));
    }),
  );
}
