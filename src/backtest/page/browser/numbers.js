/** Numbers and times as the page writes them: a true minus, thousands apart, and a dash where nothing can be told. */

const NOTHING = "–";
const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Making a format costs more than using it a thousand times. @type {Map<number, Intl.NumberFormat>} */
const formats = new Map();
const SIGNIFICANT = new Intl.NumberFormat("en-US", { maximumSignificantDigits: 8 });

/** @param {number} decimals */
function formatOf(decimals) {
  const known = formats.get(decimals);
  if (known !== undefined) return known;
  const made = new Intl.NumberFormat("en-US", { minimumFractionDigits: decimals, maximumFractionDigits: decimals });
  formats.set(decimals, made);
  return made;
}

/**
 * @param {number | null} value
 * @param {number} decimals
 * @param {boolean} [sign] whether a plus is written
 */
export function fixed(value, decimals, sign = false) {
  if (value === null || !Number.isFinite(value)) return NOTHING;
  const size = formatOf(decimals).format(Math.abs(value));
  if (!/[1-9]/.test(size)) return size;
  return value < 0 ? `−${size}` : `${sign ? "+" : ""}${size}`;
}

/** @param {number | null} value */
export const count = (value) => fixed(value, 0);

/**
 * @param {number | null} ratio 0.03 is 3 %
 * @param {number} [decimals]
 * @param {boolean} [sign]
 */
export const percent = (ratio, decimals = 1, sign = false) =>
  ratio === null || !Number.isFinite(ratio) ? NOTHING : `${fixed(ratio * 100, decimals, sign)} %`;

/** @param {number | null} value */
export const inR = (value) => (value === null || !Number.isFinite(value) ? NOTHING : `${fixed(value, 2, true)} R`);

/** Up to eight digits that mean something. @param {number | null} value */
export function amount(value) {
  if (value === null || !Number.isFinite(value)) return NOTHING;
  const size = SIGNIFICANT.format(Math.abs(value));
  return value < 0 ? `−${size}` : size;
}

/** "2025-01-06 00:45", always UTC. @param {number} atMs */
export function moment(atMs) {
  if (!Number.isFinite(atMs) || Math.abs(atMs) > 8.64e15) return NOTHING;
  const text = new Date(atMs).toISOString().replace("T", " ");
  return text.slice(0, atMs % MINUTE === 0 ? 16 : 19);
}

/** "2025-01-06" @param {number} atMs */
export const day = (atMs) => moment(atMs).slice(0, 10);

/** "3 d 4 h", "12 min" @param {number | null} ms */
export function duration(ms) {
  if (ms === null || !Number.isFinite(ms)) return NOTHING;
  if (ms < MINUTE) return `${Math.round(ms / SECOND)} s`;
  if (ms < HOUR) return `${Math.round(ms / MINUTE)} min`;
  const minutes = Math.round(ms / MINUTE);
  if (ms < DAY) return parts(Math.floor(minutes / 60), "h", minutes % 60, "min");
  const hours = Math.round(ms / HOUR);
  return parts(Math.floor(hours / 24), "d", hours % 24, "h");
}

/**
 * @param {number} large
 * @param {string} unit
 * @param {number} small
 * @param {string} smallUnit
 */
const parts = (large, unit, small, smallUnit) =>
  small === 0 ? `${count(large)} ${unit}` : `${count(large)} ${unit} ${small} ${smallUnit}`;

/** "take_profit_final" is "take profit final" @param {string} reason */
export const words = (reason) => reason.replaceAll("_", " ");

/** "1 position", "2 positions" @param {number} number @param {string} noun */
export const counted = (number, noun) => `${count(number)} ${noun}${number === 1 ? "" : "s"}`;

/** Gain, loss or neither: how a number is colored; its sign says the same. @param {number | null} value */
export const tone = (value) => (value === null || !(Math.abs(value) > 0) ? "" : value > 0 ? "gain" : "loss");
