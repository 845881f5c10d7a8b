/** Equity and drawdown of all runs, with a legend that tells the values under the crosshair and switches runs off. */
import { chartFrame } from "./chart-frame.js";
import { element, runMark, section } from "./elements.js";
import { moment } from "./numbers.js";
import { colorOf } from "./theme.js";

/**
 * @import { IChartApi, ISeriesApi, UTCTimestamp } from "lightweight-charts"
 * @import { Report, Run } from "./report.js"
 * @typedef {{
 *   readonly run: Run,
 *   readonly equity: ISeriesApi<"Line">,
 *   readonly drawdown: ISeriesApi<"Baseline">,
 *   readonly button: HTMLButtonElement,
 *   readonly value: HTMLElement,
 * }} Line
 */

const PANES = { equity: 2.4, drawdown: 1 };

/** @param {Report} report */
export function equitySection(report) {
  const { equity, quote } = report;
  const head = { id: "equity", title: "Equity and drawdown" };
  if (equity === null || report.runs.every(({ positions }) => positions.length === 0))
    return section(head, element("p", { class: "empty" }, "There is no equity to draw."));
  /** @type {Line[]} */
  const lines = [];
  const { chart, box, picture, fit } = chartFrame(
    { id: "equity-chart", label: "Equity above, drawdown below, of each run" },
    () => recolor(lines),
  );
  lines.push(...report.runs.map((run) => addLine(chart, run, report)));
  chart.panes()[0]?.setStretchFactor(PANES.equity);
  chart.panes()[1]?.setStretchFactor(PANES.drawdown);
  const when = element("span", { class: "legend-time" });
  const legend = element(
    "div",
    { class: "legend", role: "group", "aria-label": "Runs that are drawn" },
    when,
    ...lines.map(({ button }) => button),
  );
  watchLegend({ chart, lines, when, report, box });
  fit();
  return section(
    { ...head, note: `In ${quote}. Below: how far under the highest equity before. Wheel or pinch to zoom.` },
    legend,
    box,
    picture,
  );
}

/**
 * @param {IChartApi} chart
 * @param {Run} run
 * @param {Report} report
 * @returns {Line}
 */
function addLine(chart, run, { equity: grid, money, moneyDecimals }) {
  const line = grid?.runs[run.index];
  /** @type {import("lightweight-charts").PriceFormat} */
  const priceFormat = {
    type: "custom",
    minMove: 10 ** -moneyDecimals,
    formatter: (/** @type {number} */ value) => money(value),
  };
  const shared = { priceFormat, priceLineVisible: false, lastValueVisible: true };
  const equity = chart.addSeries(
    LightweightCharts.LineSeries,
    { ...shared, lineWidth: 2, lineStyle: run.index % 3 },
    0,
  );
  const drawdown = chart.addSeries(
    LightweightCharts.BaselineSeries,
    {
      ...shared,
      lineWidth: 1,
      lineStyle: run.index % 3,
      lastValueVisible: false,
      baseValue: { type: "price", price: 0 },
    },
    1,
  );
  const timeOf = (/** @type {number} */ step) =>
    /** @type {UTCTimestamp} */ (((grid?.fromMs ?? 0) + step * (grid?.stepMs ?? 1)) / 1_000);
  equity.setData((line?.equity ?? []).map((value, step) => ({ time: timeOf(step), value })));
  drawdown.setData((line?.drawdown ?? []).map((value, step) => ({ time: timeOf(step), value })));
  const value = element("span", { class: "legend-value" });
  const button = element(
    "button",
    { type: "button", class: `legend-item ${run.color}`, "aria-pressed": "true", "data-run": String(run.index) },
    runMark(run),
    element("span", { class: "legend-name" }, run.plan),
    value,
  );
  return { run, equity, drawdown, button, value };
}

/**
 * @param {{
 *   readonly chart: IChartApi,
 *   readonly lines: readonly Line[],
 *   readonly when: HTMLElement,
 *   readonly report: Report,
 *   readonly box: HTMLElement,
 * }} legend
 */
function watchLegend({ chart, lines, when, report: { equity, money }, box }) {
  if (equity === null) return;
  const last = (equity.runs[0]?.equity.length ?? 1) - 1;
  /** @param {number} step */
  const show = (step) => {
    const place = Math.max(0, Math.min(last, step));
    when.textContent = `${moment(equity.fromMs + place * equity.stepMs)} UTC`;
    for (const { run, value } of lines) {
      const line = equity.runs[run.index];
      value.textContent = `${money(line?.equity[place] ?? null)} (${money(line?.drawdown[place] ?? null)})`;
    }
  };
  chart.subscribeCrosshairMove(({ logical }) => show(logical ?? last));
  const tell = () => {
    const shown = lines.filter(({ equity: series }) => series.options().visible);
    box.dataset["runs"] = shown.map(({ run }) => run.index).join(",");
  };
  for (const { button, equity: series, drawdown } of lines)
    button.addEventListener("click", () => {
      const visible = button.getAttribute("aria-pressed") !== "true";
      button.setAttribute("aria-pressed", String(visible));
      series.applyOptions({ visible });
      drawdown.applyOptions({ visible });
      tell();
    });
  show(last);
  tell();
}

/** @param {readonly Line[]} lines */
function recolor(lines) {
  for (const { run, equity, drawdown } of lines) {
    const color = colorOf(`--${run.color}`);
    equity.applyOptions({ color });
    const wash = colorOf(`--${run.color}-wash`);
    drawdown.applyOptions({
      topLineColor: color,
      bottomLineColor: color,
      bottomFillColor1: wash,
      bottomFillColor2: wash,
    });
  }
}
