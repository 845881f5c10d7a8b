/** How the outcomes are spread, in R. */
import { element, runPanel, section, svg } from "./elements.js";
import { count, fixed, inR } from "./numbers.js";
import { horizontalAxis, PLOT, plot, scale, tickDecimals, ticks, verticalAxis } from "./plot.js";

/** @import { Report, Run } from "./report.js" */

/** @param {Report} report */
export function histogramSection({ runs }) {
  const bars = runs.flatMap(({ figures }) => figures.rHistogram);
  const counts = ticks(0, Math.max(1, ...bars.map((bar) => bar.count)), 5).filter(Number.isInteger);
  const range = /** @type {const} */ ([
    Math.min(0, ...bars.map(({ from }) => from)),
    Math.max(0, ...bars.map(({ to }) => to)),
  ]);
  return section(
    {
      id: "histogram",
      title: "Outcomes in R",
      note: "One R is what was at stake at the entry: to its stop, or to a nearer emergency stop. The dashed line is the average.",
    },
    element("div", { class: "panels" }, ...runs.map((run) => panel(run, counts, range))),
  );
}

/**
 * @param {Run} run
 * @param {readonly number[]} counts
 * @param {readonly [number, number]} range
 */
function panel(run, counts, [least, most]) {
  const { rHistogram, averageR, medianR } = run.figures;
  if (rHistogram.length === 0) return runPanel(run, element("p", { class: "empty" }, "No position was opened."));
  const x = scale([least, most], PLOT.left, PLOT.width - PLOT.right);
  const y = scale(counts, PLOT.height - PLOT.bottom, PLOT.top);
  const at = ticks(least, most, 8).filter((value) => value >= least && value <= most);
  const base = PLOT.height - PLOT.bottom;
  const text = (/** @type {number} */ value) => fixed(value, tickDecimals(at));
  return runPanel(
    run,
    plot(
      `Distribution of outcomes in R: average ${inR(averageR)}, median ${inR(medianR)}`,
      horizontalAxis({ at, x, text, title: "R" }),
      verticalAxis({ at: counts, y, text: count, title: "positions" }),
      ...rHistogram.map((bar) => {
        const width = Math.max(1, x(bar.to) - x(bar.from) - 1);
        const color = (bar.from + bar.to) / 2 > 0 ? "gain" : "loss";
        return svg(
          "rect",
          { x: x(bar.from) + 0.5, y: y(bar.count), width, height: base - y(bar.count), class: `fill ${color}` },
          svg("title", {}, `${inR(bar.from)} to ${inR(bar.to)}: ${count(bar.count)}`),
        );
      }),
      svg("line", { x1: x(0), x2: x(0), y1: PLOT.top, y2: base, class: "zero" }),
      ...(averageR === null
        ? []
        : [svg("line", { x1: x(averageR), x2: x(averageR), y1: PLOT.top, y2: base, class: "average" })]),
    ),
    element("p", { class: "key" }, `Average ${inR(averageR)} · median ${inR(medianR)}`),
  );
}
