/** Net profit of each month: years down, months across. */
import { element, runPanel, scrolling, section } from "./elements.js";
import { counted, tone } from "./numbers.js";

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const SHADES = 4;

/** @import { Report, Run } from "./report.js" */

/** @param {Report} report */
export function monthSection({ runs, money, quote }) {
  const most = Math.max(
    0,
    ...runs.flatMap(({ figures }) => figures.byMonth.map(({ netProfit }) => Math.abs(netProfit))),
  );
  return section(
    {
      id: "months",
      title: "Month by month",
      note: `Net profit in ${quote}, in the month in which a position ended (UTC).`,
    },
    element("div", { class: "stack" }, ...runs.map((run) => runPanel(run, monthTable({ run, most, money })))),
  );
}

/** @param {{ readonly run: Run, readonly most: number, readonly money: Report["money"] }} of */
function monthTable({ run, most, money }) {
  const { byMonth } = run.figures;
  if (byMonth.length === 0) return element("p", { class: "empty" }, "No position ended.");
  const years = [...new Set(byMonth.map(({ year }) => year))].toSorted((a, b) => a - b);
  const table = element(
    "table",
    { class: "months" },
    element(
      "thead",
      {},
      element(
        "tr",
        {},
        ...["Year", ...MONTHS, "Year"].map((name, at) =>
          element("th", { scope: "col", class: at === 0 ? "" : "number" }, at === 13 ? "Total" : name),
        ),
      ),
    ),
    element("tbody", {}, ...years.map((year) => yearRow({ year, byMonth, most, money }))),
  );
  return scrolling(`Net profit by month, ${run.plan}`, table);
}

/** @param {{ readonly year: number, readonly byMonth: Run["figures"]["byMonth"], readonly most: number, readonly money: Report["money"] }} of */
function yearRow({ year, byMonth, most, money }) {
  const ofYear = byMonth.filter((figures) => figures.year === year);
  const total = ofYear.reduce((sum, { netProfit }) => sum + netProfit, 0);
  return element(
    "tr",
    {},
    element("th", { scope: "row" }, String(year)),
    ...MONTHS.map((_, index) => {
      const found = ofYear.find(({ month }) => month === index + 1);
      if (found === undefined) return element("td", { class: "number" });
      const shade = most === 0 ? 0 : Math.ceil((Math.abs(found.netProfit) / most) * SHADES);
      const title = counted(found.positions, "position");
      return element(
        "td",
        { class: `number heat ${tone(found.netProfit)} shade-${shade}`, title },
        money(found.netProfit, true),
      );
    }),
    element("td", { class: `number total ${tone(total)}` }, money(total, true)),
  );
}
