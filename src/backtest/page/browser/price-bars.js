/** The bars around positions, unpacked when they are asked for. */

/**
 * @import { PackedChart } from "../page-data.ts"
 * @import { UTCTimestamp } from "lightweight-charts"
 * @typedef {{ readonly time: UTCTimestamp, readonly open: number, readonly high: number, readonly low: number, readonly close: number }} PriceBar
 */

/**
 * @param {PackedChart} packed
 * @returns {readonly PriceBar[]}
 */
export function priceBars({ decimals, at, bars }) {
  const unit = 10 ** decimals;
  let close = 0;
  return times(at).map((atMs, index) => {
    const [gap = 0, above = 0, below = 0, body = 0] = bars.slice(index * 4, index * 4 + 4);
    const open = close + gap;
    close = open + body;
    const [high, low] = [Math.max(open, close) + above, Math.min(open, close) - below];
    const time = /** @type {UTCTimestamp} */ (atMs / 1_000);
    return { time, open: open / unit, high: high / unit, low: low / unit, close: close / unit };
  });
}

/** @param {readonly number[]} packed */
function times([start = 0, ...steps]) {
  const at = [start];
  for (let index = 0; index < steps.length; index += 2)
    for (let left = steps[index + 1] ?? 0; left > 0; left -= 1) at.push((at.at(-1) ?? start) + (steps[index] ?? 0));
  return at;
}

/**
 * The bar that holds a moment, or the nearest one.
 * @param {readonly PriceBar[]} bars
 * @param {number} atMs
 */
export function barOf(bars, atMs) {
  let [low, high] = [0, bars.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((bars[middle]?.time ?? 0) * 1_000 <= atMs) low = middle + 1;
    else high = middle;
  }
  return Math.max(0, low - 1);
}
