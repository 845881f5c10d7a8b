/** How far prices went for and against each position: winners are discs, losers crosses. */
import { element, runPanel, section, svg } from "./elements.js";
import { counted, inR, percent } from "./numbers.js";
import { horizontalAxis, PLOT, plot, scale, tickDecimals, ticks, verticalAxis } from "./plot.js";

/**
 * @import { Report, Run } from "./report.js"
 * @typedef {(run: Run, position: Run["positions"][number]) => void} Choose
 */

/**
 * @param {Report} report
 * @param {Choose} choose
 */
export function excursionSection({ runs }, choose) {
  const all = runs.flatMap(({ positions }) => positions);
  const against = ticks(0, Math.max(0.001, ...all.map(({ mae }) => -mae || 0)), 5);
  const favor = ticks(0, Math.max(0.001, ...all.map(({ mfe }) => mfe || 0)), 5);
  return section(
    {
      id: "excursions",
      title: "Best and worst along the way",
      note: "Each mark is a position; the furthest price for it (MFE) over the furthest against it (MAE).",
    },
    element("div", { class: "panels" }, ...runs.map((run) => panel(run, { against, favor, choose }))),
  );
}

/**
 * @param {Run} run
 * @param {{ readonly against: readonly number[], readonly favor: readonly number[], readonly choose: Choose }} axes
 */
function panel(run, { against, favor, choose }) {
  if (run.positions.length === 0) return runPanel(run, element("p", { class: "empty" }, "No position was opened."));
  const x = scale(against, PLOT.left, PLOT.width - PLOT.right);
  const y = scale(favor, PLOT.height - PLOT.bottom, PLOT.top);
  const wins = run.positions.filter(({ netProfit }) => netProfit > 0).length;
  const label = `MFE against MAE of ${counted(run.positions.length, "position")}, ${wins} of them winners`;
  return runPanel(
    run,
    plot(
      label,
      horizontalAxis({ at: against, x, text: percentsOf(against), title: "against the position (MAE)" }),
      verticalAxis({ at: favor, y, text: percentsOf(favor), title: "for it (MFE)" }),
      ...run.positions.map((position) => {
        const mark = markOf(x(-position.mae), y(position.mfe), position.netProfit > 0);
        mark.append(
          svg(
            "title",
            {},
            `${position.id}: ${percent(position.mfe, 2, true)} / ${percent(position.mae, 2)}, ${inR(position.netR)}`,
          ),
        );
        mark.addEventListener("click", () => choose(run, position));
        return mark;
      }),
    ),
    key(wins, run.positions.length - wins),
  );
}

/**
 * @param {readonly number[]} at
 * @returns {(value: number) => string}
 */
function percentsOf(at) {
  const decimals = tickDecimals(at.map((value) => value * 100));
  return (value) => percent(value, decimals);
}

/**
 * @param {number} x
 * @param {number} y
 * @param {boolean} isWinner
 */
const markOf = (x, y, isWinner) =>
  isWinner
    ? svg("circle", { cx: x, cy: y, r: 3.2, class: "point gain" })
    : svg("path", { d: `M${x - 3} ${y - 3}l6 6m0 -6l-6 6`, class: "point loss" });

/**
 * @param {number} wins
 * @param {number} losses
 */
const key = (wins, losses) =>
  element(
    "p",
    { class: "key" },
    keyItem(true, counted(wins, "winner")),
    keyItem(false, `${counted(losses, "position")} without a profit`),
  );

/**
 * @param {boolean} isWinner
 * @param {string} text
 */
const keyItem = (isWinner, text) =>
  element("span", {}, svg("svg", { viewBox: "0 0 10 10", "aria-hidden": "true" }, markOf(5, 5, isWinner)), text);
