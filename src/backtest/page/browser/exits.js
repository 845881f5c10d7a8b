/** Where the money came from: profit of each rung, and the ways in which positions ended. */
import { barTable, extentOf } from "./bar-table.js";
import { element, runPanel, section } from "./elements.js";
import { words } from "./numbers.js";

/** @param {import("./report.js").Report} report */
export function rungSection({ runs, money, quote }) {
  const extent = extentOf(runs.flatMap(({ figures }) => figures.byRung.map(({ profit }) => profit)));
  return section(
    {
      id: "rungs",
      title: "Profit per rung",
      note: `Gross, in ${quote}. The rest is what was closed beside the rungs.`,
    },
    element(
      "div",
      { class: "panels" },
      ...runs.map((run) =>
        runPanel(
          run,
          barTable({
            head: ["Rung", "Exits", "Profit"],
            extent,
            money,
            rows: run.figures.byRung.map(({ rung, exits, profit }) => ({
              name: rung === null ? "Rest" : `TP${rung}`,
              count: exits,
              profit,
            })),
          }),
        ),
      ),
    ),
  );
}

/** @param {import("./report.js").Report} report */
export function reasonSection({ runs, money, quote }) {
  const extent = extentOf(runs.flatMap(({ figures }) => figures.byReason.map(({ netProfit }) => netProfit)));
  return section(
    { id: "reasons", title: "How positions ended", note: `Net, in ${quote}.` },
    element(
      "div",
      { class: "panels" },
      ...runs.map((run) =>
        runPanel(
          run,
          barTable({
            head: ["Reason", "Positions", "Net profit"],
            extent,
            money,
            rows: run.figures.byReason
              .toSorted((a, b) => b.positions - a.positions)
              .map(({ reason, positions, netProfit }) => ({
                name: words(reason),
                count: positions,
                profit: netProfit,
              })),
          }),
        ),
      ),
    ),
  );
}
