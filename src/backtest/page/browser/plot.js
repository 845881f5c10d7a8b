/** What the page's own small charts share: round ticks, a scale, and axes of one look. */
import { svg } from "./elements.js";

export const PLOT = { width: 520, height: 300, left: 58, right: 20, top: 12, bottom: 40 };

/**
 * Round numbers that cover the values, about `wanted` of them.
 * @param {number} least
 * @param {number} most
 * @param {number} wanted
 */
export function ticks(least, most, wanted) {
  const span = most - least;
  if (!(span > 0) || !Number.isFinite(span)) return [least];
  const rough = span / wanted;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((size) => size >= rough) ?? rough;
  const first = Math.floor(least / step);
  const last = Math.ceil(most / step);
  return Array.from({ length: last - first + 1 }, (_, index) => Number(((first + index) * step).toPrecision(12)));
}

/** Decimals that tell these ticks apart. @param {readonly number[]} at */
export function tickDecimals(at) {
  const step = (at[1] ?? 1) - (at[0] ?? 0);
  return step > 0 ? Math.max(0, -Math.floor(Math.log10(step) + 1e-9)) : 0;
}

/**
 * @param {readonly number[]} domain
 * @param {number} from
 * @param {number} to
 * @returns {(value: number) => number}
 */
export function scale(domain, from, to) {
  const [first, last] = [domain[0] ?? 0, domain.at(-1) ?? 1];
  const size = last - first || 1;
  return (value) => Number((from + ((value - first) / size) * (to - from)).toFixed(2));
}

/**
 * @param {{ readonly at: readonly number[], readonly x: (value: number) => number, readonly text: (value: number) => string, readonly title: string }} axis
 */
export function horizontalAxis({ at, x, text, title }) {
  const { width, height, left, right, top, bottom } = PLOT;
  return svg(
    "g",
    { class: "axis" },
    ...at.map((value) => svg("line", { x1: x(value), x2: x(value), y1: top, y2: height - bottom, class: "grid" })),
    ...at.map((value) => svg("text", { x: x(value), y: height - bottom + 15, "text-anchor": "middle" }, text(value))),
    svg("text", { x: (left + width - right) / 2, y: height - 5, "text-anchor": "middle", class: "axis-title" }, title),
  );
}

/**
 * @param {{ readonly at: readonly number[], readonly y: (value: number) => number, readonly text: (value: number) => string, readonly title: string }} axis
 */
export function verticalAxis({ at, y, text, title }) {
  const { width, height, left, right, top, bottom } = PLOT;
  const middle = (top + height - bottom) / 2;
  return svg(
    "g",
    { class: "axis" },
    ...at.map((value) => svg("line", { x1: left, x2: width - right, y1: y(value), y2: y(value), class: "grid" })),
    ...at.map((value) => svg("text", { x: left - 6, y: y(value) + 4, "text-anchor": "end" }, text(value))),
    svg(
      "text",
      { transform: `translate(11 ${middle}) rotate(-90)`, "text-anchor": "middle", class: "axis-title" },
      title,
    ),
  );
}

/**
 * @param {string} label
 * @param {...Node} children
 */
export const plot = (label, ...children) =>
  svg(
    "svg",
    { viewBox: `0 0 ${PLOT.width} ${PLOT.height}`, class: "plot", role: "img", "aria-label": label },
    ...children,
  );
