/**
 * A chart of the library in the page: its colors follow the theme, keys move it, and paper gets a picture of it.
 * The visible range stands in `data-range` of the box (bars, from and to).
 */
import { element } from "./elements.js";
import { onPaper } from "./paper.js";
import { colorOf, onColors } from "./theme.js";

const PART_PER_KEY = 0.15;
const PAPER_WIDTH = 960;

/**
 * @param {{ readonly id: string, readonly label: string }} what
 * @param {(chart: import("lightweight-charts").IChartApi) => void} recolor called at once and whenever colors change
 */
export function chartFrame({ id, label }, recolor) {
  const box = element("div", {
    id,
    class: "chart",
    tabindex: "0",
    role: "group",
    "aria-roledescription": "chart",
    "aria-label": `${label}. Arrow keys move, plus and minus zoom, 0 shows all.`,
  });
  const picture = element("div", { class: "chart-picture", "aria-hidden": "true" });
  const chart = LightweightCharts.createChart(box, {
    autoSize: true,
    layout: {
      attributionLogo: false,
      fontFamily: getComputedStyle(document.body).fontFamily,
      panes: { enableResize: false },
    },
    rightPriceScale: { borderVisible: false, minimumWidth: 76 },
    timeScale: {
      borderVisible: false,
      timeVisible: true,
      secondsVisible: false,
      rightOffset: 1,
      minBarSpacing: 0.02,
      lockVisibleTimeRangeOnResize: true,
    },
    crosshair: { mode: LightweightCharts.CrosshairMode.Normal },
    localization: { locale: "en-GB", dateFormat: "yyyy-MM-dd" },
    handleScroll: { vertTouchDrag: false },
  });
  chart.timeScale().subscribeVisibleLogicalRangeChange((range) => {
    if (range !== null) box.dataset["range"] = `${range.from.toFixed(2)},${range.to.toFixed(2)}`;
  });
  box.addEventListener("keydown", (event) => moveByKey(chart, event));
  // Colors are read from the page, so the box has to be in it; the caller puts it there before the next task.
  queueMicrotask(() =>
    onColors(() => {
      chart.applyOptions(colors());
      recolor(chart);
    }),
  );
  onPaper({ before: () => picture.replaceChildren(photograph(chart, box)), after: () => picture.replaceChildren() });
  return { chart, box, picture, fit: () => fit(chart, box) };
}

/**
 * Shows all bars; a chart that is not in the page yet has no width to fit them into.
 * @param {import("lightweight-charts").IChartApi} chart
 * @param {HTMLElement} box
 */
function fit(chart, box) {
  if (box.clientWidth > 0) chart.timeScale().fitContent();
  const resized = new ResizeObserver(() => {
    if (box.clientWidth === 0) return;
    resized.disconnect();
    // The chart watches the same box: its turn comes first.
    requestAnimationFrame(() => chart.timeScale().fitContent());
  });
  if (box.clientWidth === 0) resized.observe(box);
}

function colors() {
  const [ink, line, strong] = ["--muted", "--line", "--crosshair"].map(colorOf);
  return /** @type {import("lightweight-charts").DeepPartial<import("lightweight-charts").ChartOptions>} */ ({
    layout: {
      background: { type: LightweightCharts.ColorType.Solid, color: colorOf("--surface") },
      textColor: ink,
      panes: { separatorColor: line, separatorHoverColor: line },
    },
    grid: { vertLines: { color: line }, horzLines: { color: line } },
    crosshair: {
      vertLine: { color: strong, labelBackgroundColor: colorOf("--label") },
      horzLine: { color: strong, labelBackgroundColor: colorOf("--label") },
    },
  });
}

/**
 * @param {import("lightweight-charts").IChartApi} chart
 * @param {KeyboardEvent} event
 */
function moveByKey(chart, event) {
  const scale = chart.timeScale();
  const range = scale.getVisibleLogicalRange();
  if (range === null || event.ctrlKey || event.metaKey || event.altKey) return;
  const step = (range.to - range.from) * PART_PER_KEY;
  /** @type {Readonly<Record<string, readonly [number, number]>>} */
  const moves = { ArrowLeft: [-1, -1], ArrowRight: [1, 1], "+": [1, -1], "=": [1, -1], "-": [-1, 1] };
  const move = moves[event.key];
  if (move !== undefined)
    scale.setVisibleLogicalRange({ from: range.from + step * move[0], to: range.to + step * move[1] });
  else if (event.key === "0" || event.key === "Home") scale.fitContent();
  else return;
  event.preventDefault();
}

/**
 * What is on the canvas, as wide as paper wants it.
 * @param {import("lightweight-charts").IChartApi} chart
 * @param {HTMLElement} box
 */
function photograph(chart, box) {
  const [width, height] = [box.clientWidth, box.clientHeight];
  chart.applyOptions({ autoSize: false });
  chart.resize(PAPER_WIDTH, height, true);
  const picture = chart.takeScreenshot(true, false);
  chart.resize(width, height, true);
  chart.applyOptions({ autoSize: true });
  return picture;
}
