/** One position in its prices: candles, entry and exits, targets, and the stop as it moved. */
import { chartFrame } from "./chart-frame.js";
import { element } from "./elements.js";
import { amount, fixed, words } from "./numbers.js";
import { barOf, priceBars } from "./price-bars.js";
import { colorOf } from "./theme.js";

/**
 * @import { AutoscaleInfo, AutoscaleInfoProvider, PriceFormat, SeriesMarker, Time } from "lightweight-charts"
 * @import { PackedChart } from "../page-data.ts"
 * @import { TestedPosition } from "../../result.ts"
 * @import { PriceBar } from "./price-bars.js"
 * @import { Report } from "./report.js"
 */

/** A target further away than this many heights of what was traded would press the candles flat. */
const MOST_STRETCH = 1;

/** @param {Report} report */
export function positionChart(report) {
  /** @type {{ readonly position: TestedPosition, readonly bars: readonly PriceBar[], readonly decimals: number } | null} */
  let shown = null;
  const { chart, box, picture, fit } = chartFrame(
    { id: "price-chart", label: "Prices around the chosen position" },
    () => draw(),
  );
  const empty = element("p", { class: "empty chart-empty" });
  /** @type {AutoscaleInfoProvider} */
  const autoscaleInfoProvider = (own) => stretched(own(), shown?.position ?? null);
  const candles = chart.addSeries(LightweightCharts.CandlestickSeries, {
    priceLineVisible: false,
    lastValueVisible: false,
    borderVisible: false,
    autoscaleInfoProvider,
  });
  const stop = chart.addSeries(LightweightCharts.LineSeries, {
    lineWidth: 2,
    lineType: LightweightCharts.LineType.WithSteps,
    title: "stop",
    priceLineVisible: false,
    lastValueVisible: false,
    crosshairMarkerVisible: false,
  });
  const markers = LightweightCharts.createSeriesMarkers(candles, []);
  /** @type {ReturnType<typeof candles.createPriceLine>[]} */
  let levels = [];

  function draw() {
    for (const level of levels) candles.removePriceLine(level);
    levels = [];
    if (shown === null) return;
    const { position, bars, decimals } = shown;
    const [gain, loss, muted] = [colorOf("--gain"), colorOf("--loss"), colorOf("--muted")];
    candles.applyOptions({ upColor: gain, downColor: loss, wickUpColor: gain, wickDownColor: loss });
    stop.applyOptions({ color: colorOf("--stop") });
    /** @type {PriceFormat} */
    const format = {
      type: "custom",
      minMove: 10 ** -decimals,
      formatter: (price) => fixed(price, decimals),
    };
    candles.applyOptions({ priceFormat: format });
    stop.applyOptions({ priceFormat: format });
    levels = levelsOf(position, muted).map((line) => candles.createPriceLine(line));
    markers.setMarkers(markersOf(position, bars));
  }

  /**
   * @param {TestedPosition} position
   * @param {PackedChart | null} packed
   */
  function show(position, packed) {
    box.dataset["position"] = position.id;
    box.hidden = packed === null;
    empty.hidden = packed !== null;
    empty.textContent = `There is no price chart of ${position.id} in this page: ${whyNone(report)}`;
    if (packed === null) {
      shown = null;
      return;
    }
    const bars = priceBars(packed);
    const known = report.priceDecimals.find(([symbol]) => symbol === position.symbol);
    shown = { position, bars, decimals: Math.max(packed.decimals, known?.[1] ?? 0) };
    markers.setMarkers([]);
    candles.setData([...bars]);
    stop.setData(stopLine(position, bars));
    draw();
    fit();
    box.dataset["bars"] = String(bars.length);
    box.setAttribute(
      "aria-label",
      `Prices around ${position.id}, ${position.symbol} ${position.side}. Arrow keys move, plus and minus zoom, 0 shows all.`,
    );
  }
  return { box, picture, empty, show };
}

/** @param {Report} report */
const whyNone = ({ charts }) =>
  charts.length === 0
    ? "it was made without candles."
    : `it has them for ${charts.length} positions, the first ones of each run.`;

/**
 * Entry, stop and reached targets are always in sight; a target that was not reached is, where it is near enough.
 * @param {AutoscaleInfo | null} own
 * @param {TestedPosition | null} position
 */
function stretched(own, position) {
  if (own === null || own.priceRange === null || position === null) return own;
  const { minValue, maxValue } = own.priceRange;
  const room = (maxValue - minValue) * MOST_STRETCH;
  const near = position.targets.filter((target) => target > minValue - room && target < maxValue + room);
  const prices = [minValue, maxValue, position.entryPrice, ...near, ...position.stops.map(({ price }) => price)];
  return { ...own, priceRange: { minValue: Math.min(...prices), maxValue: Math.max(...prices) } };
}

/**
 * @param {TestedPosition} position
 * @param {string} muted
 */
function levelsOf({ entryPrice, targets, exits }, muted) {
  const { LineStyle } = LightweightCharts;
  const reached = new Set(exits.map(({ rung }) => rung));
  return [
    {
      price: entryPrice,
      title: "entry",
      color: muted,
      lineWidth: /** @type {const} */ (1),
      lineStyle: LineStyle.Dashed,
      axisLabelVisible: true,
    },
    ...targets.map((price, index) => ({
      price,
      title: `TP${index + 1}`,
      lineWidth: /** @type {const} */ (1),
      axisLabelVisible: true,
      color: reached.has(index + 1) ? colorOf("--gain") : muted,
      lineStyle: reached.has(index + 1) ? LineStyle.Solid : LineStyle.Dotted,
    })),
  ];
}

/**
 * @param {TestedPosition} position
 * @param {readonly PriceBar[]} bars
 * @returns {SeriesMarker<Time>[]}
 */
function markersOf(position, bars) {
  const isLong = position.side === "long";
  const timeOf = (/** @type {number} */ atMs) => /** @type {Time} */ (bars[barOf(bars, atMs)]?.time);
  const entryText = `${isLong ? "Bought" : "Sold"} ${amount(position.amount)}`;
  return [
    {
      time: timeOf(position.openedAtMs),
      text: entryText,
      color: colorOf("--ink"),
      position: isLong ? "belowBar" : "aboveBar",
      shape: isLong ? "arrowUp" : "arrowDown",
    },
    ...position.exits.map(
      (exit) =>
        /** @type {SeriesMarker<Time>} */ ({
          time: timeOf(exit.atMs),
          text: `${exit.rung === null ? words(exit.reason) : `TP${exit.rung}`} ${amount(exit.amount)}`,
          color: colorOf(exit.profit > 0 ? "--gain" : "--loss"),
          position: isLong ? "aboveBar" : "belowBar",
          shape: isLong ? "arrowDown" : "arrowUp",
        }),
    ),
  ];
}

/**
 * For each bar while the position was open, the stop that stood at its end.
 * @param {TestedPosition} position
 * @param {readonly PriceBar[]} bars
 */
function stopLine({ stops, openedAtMs, closedAtMs }, bars) {
  const [first, last] = [barOf(bars, openedAtMs), barOf(bars, closedAtMs)];
  let next = 0;
  /** @type {number | null} */
  let price = null;
  const line = [];
  for (let bar = first; bar <= last; bar += 1) {
    const endMs = (bars[bar + 1]?.time ?? Infinity) * 1_000;
    for (let stop = stops[next]; stop !== undefined && stop.atMs < endMs; stop = stops[next]) {
      price = stop.price;
      next += 1;
    }
    const time = bars[bar]?.time;
    if (price !== null && time !== undefined) line.push({ time, value: price });
  }
  return line;
}
