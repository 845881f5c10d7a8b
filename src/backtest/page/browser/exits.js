/** Where the money came from: profit of each rung, and the ways in which positions ended. */
import { barTable, extentOf } from "./bar-table.js";
import { element, runPanel, section } from "./elements.js";
import { words } from "./numbers.js";

/** @param {import("./report.js").Report} report */
export const rungSection = (report) =>
  profitSection(report, {
    id: "rungs",
    title: "Profit per rung",
    note: `Gross, in ${report.quote}. The rest is what was closed beside the rungs.`,
    head: ["Rung", "Exits", "Profit"],
    rowsOf: ({ figures }) =>
      figures.byRung.map(({ rung, exits, profit }) => ({
        name: rung === null ? "Rest" : `TP${rung}`,
        count: exits,
        profit,
      })),
  });

/** @param {import("./report.js").Report} report */
export const reasonSection = (report) =>
  profitSection(report, {
    id: "reasons",
    title: "How positions ended",
    note: `Net, in ${report.quote}.`,
    head: ["Reason", "Positions", "Net profit"],
    rowsOf: ({ figures }) =>
      figures.byReason
        .toSorted((a, b) => b.positions - a.positions)
        .map(({ reason, positions, netProfit }) => ({ name: words(reason), count: positions, profit: netProfit })),
  });

/**
 * A table of bars for each run, all to one scale.
 * @param {import("./report.js").Report} report
 * @param {{
 *   readonly id: string,
 *   readonly title: string,
 *   readonly note: string,
 *   readonly head: readonly [name: string, count: string, profit: string],
 *   readonly rowsOf: (run: import("./report.js").Run) => readonly import("./bar-table.js").BarRow[],
 * }} shown
 */
function profitSection({ runs, money }, { id, title, note, head, rowsOf }) {
  const tables = runs.map((run) => ({ run, rows: rowsOf(run) }));
  const extent = extentOf(tables.flatMap(({ rows }) => rows.map(({ profit }) => profit)));
  return section(
    { id, title, note },
    element(
      "div",
      { class: "panels" },
      ...tables.map(({ run, rows }) => runPanel(run, barTable({ head, extent, money, rows }))),
    ),
  );
}
