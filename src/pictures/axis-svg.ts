/**
 * The price axis of a position as an SVG picture: zones to scale, every level with its price, and what happens there.
 *
 * Promises: it is self-contained (no script, no font, nothing loaded), and everything that comes from outside is escaped.
 */
import { exact } from "../domain/decimal.ts";
import type { AxisZone, Explanation, Happening } from "../domain/explain/explain.ts";
import type { DecimalText } from "../domain/units.ts";
import { amountText } from "../domain/wording.ts";
import { axisRows, type AxisRow } from "./axis-rows.ts";
import { bandText, headText, moveText } from "./axis-words.ts";

const WIDTH = 1240;
const TOP = 104;
const BOTTOM = 56;
const ROW_HEIGHT = 22;
const LEAST_HEIGHT = 360;
const AXIS = { left: 40, width: 26 };
/** Where the columns begin, and where numbers end. */
const COLUMN = { leader: 78, labels: 110, price: 230, move: 315, roi: 405, text: 425, happens: 680 };

const COLORS = { nothing: "#e8ecef", profit: "#3c9d5d", loss: "#d9534f", adjust: "#e0a030" } as const;

export function axisSvg(explanation: Explanation): string {
  const rows = axisRows(explanation);
  const height = Math.max(LEAST_HEIGHT, rows.length * ROW_HEIGHT);
  const yOf = scaleOf(rows, height);
  const labels = spread(
    rows.map(({ price }) => yOf(price)),
    height,
  );
  const title = headText(explanation);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${TOP + height + BOTTOM}" role="img" aria-label="${escaped(title)}">`,
    STYLE,
    `<rect class="paper" width="100%" height="100%"/>`,
    text({ x: AXIS.left, y: 28, className: "title" }, title),
    text(
      { x: AXIS.left, y: 50, className: "note" },
      `At ${amountText(explanation.price)}: ${explanation.happens.text}. ${bandText(explanation)}`,
    ),
    ...HEADS.map(([x, head]) => text({ x, y: TOP - 18, className: x < COLUMN.text ? "number head" : "head" }, head)),
    ...explanation.zones.map((zone) => zoneBar({ zone, color: colorOfZone(explanation, zone), yOf, height })),
    ...rows.flatMap((row, index) => rowParts(row, yOf(row.price), labels[index]!)),
    text({ x: AXIS.left, y: TOP + height + 24, className: "note" }, LEGEND),
    "</svg>",
    "",
  ].join("\n");
}

const HEADS: readonly (readonly [number, string])[] = [
  [COLUMN.price, "price"],
  [COLUMN.move, "move"],
  [COLUMN.roi, "ROI"],
  [COLUMN.text, "what stands here"],
  [COLUMN.happens + 12, "what happens from here on"],
];

const LEGEND =
  "Gray: nothing happens. Green: closed with a profit, red: with a loss, before fees. Orange: nothing is closed, but what it watches changes.";

/** In profit or not is judged where one comes into the zone. */
const colorOf = ({ kind }: Happening, isProfit: boolean): string =>
  kind === "nothing" || kind === "adjust" ? COLORS[kind] : isProfit ? COLORS.profit : COLORS.loss;

function colorOfZone({ side, entryPrice, price }: Explanation, { from, to, happens }: AxisZone): string {
  const edge = to !== null && exact(to).lt(exact(price)) ? to : (from ?? to ?? price);
  const ahead = exact(edge).comparedTo(exact(entryPrice)) ?? 0;
  return colorOf(happens, side === "long" ? ahead > 0 : ahead < 0);
}

const STYLE = `<style>
  text { font: 13px ui-sans-serif, system-ui, sans-serif; fill: #1f2933; }
  .paper { fill: #ffffff; }
  .title { font-size: 16px; font-weight: 600; }
  .note { fill: #52606d; }
  .head { fill: #7b8794; font-size: 12px; }
  .number { font-family: ui-monospace, monospace; text-anchor: end; }
  .now { font-weight: 700; }
  .rule { fill: #7b8794; }
  .leader { fill: none; stroke: #9aa5b1; }
  .tick { stroke: #1f2933; }
</style>`;

/** From a price to its place; all rows with a margin, and the axis goes on a little beyond them. */
function scaleOf(rows: readonly AxisRow[], height: number): (price: DecimalText) => number {
  const prices = rows.map(({ price }) => exact(price).toNumber());
  const [low, high] = [Math.min(...prices), Math.max(...prices)];
  const margin = (high - low) * 0.05 || high * 0.01;
  return (price) => {
    const share = (exact(price).toNumber() - (low - margin)) / (high - low + 2 * margin);
    return TOP + height * (1 - share);
  };
}

/** Places that are at least a row apart, in the same order, as near to where they belong as that allows. */
function spread(wanted: readonly number[], height: number): readonly number[] {
  const places: number[] = [];
  for (const [index, at] of wanted.entries())
    places.push(Math.max(at, (places[index - 1] ?? TOP - ROW_HEIGHT / 2) + ROW_HEIGHT));
  let below = TOP + height + ROW_HEIGHT / 2;
  for (let index = places.length - 1; index >= 0; index -= 1) {
    places[index] = Math.min(places[index]!, below - ROW_HEIGHT);
    below = places[index]!;
  }
  return places;
}

function zoneBar(bar: {
  readonly zone: AxisZone;
  readonly color: string;
  readonly yOf: (price: DecimalText) => number;
  readonly height: number;
}): string {
  const { zone, color, yOf, height } = bar;
  const upper = Math.max(TOP, zone.to === null ? TOP : yOf(zone.to));
  const lower = Math.min(TOP + height, zone.from === null ? TOP + height : yOf(zone.from));
  const size = Math.max(1, lower - upper).toFixed(1);
  return `<rect x="${AXIS.left}" y="${upper.toFixed(1)}" width="${AXIS.width}" height="${size}" fill="${color}"><title>${escaped(zone.happens.text)}</title></rect>`;
}

function rowParts(row: AxisRow, at: number, labelAt: number): readonly string[] {
  const { price, priceMove, roi, happens, isNow, isContinued } = row;
  const right = AXIS.left + AXIS.width;
  const base = labelAt + 4;
  const strong = isNow ? " now" : "";
  return [
    `<line class="tick" x1="${AXIS.left}" x2="${right}" y1="${at.toFixed(1)}" y2="${at.toFixed(1)}" stroke-width="${isNow ? 3 : 1}"/>`,
    `<polyline class="leader" points="${right},${at.toFixed(1)} ${COLUMN.leader},${at.toFixed(1)} ${COLUMN.labels - 6},${labelAt.toFixed(1)} ${COLUMN.labels},${labelAt.toFixed(1)}"/>`,
    text({ x: COLUMN.price, y: base, className: `number${strong}` }, amountText(price)),
    text({ x: COLUMN.move, y: base, className: "number" }, moveText(priceMove)),
    text({ x: COLUMN.roi, y: base, className: "number" }, moveText(roi)),
    text({ x: COLUMN.text, y: base, className: strong.trim() }, row.text),
    `<rect x="${COLUMN.happens}" y="${(labelAt - ROW_HEIGHT / 2).toFixed(1)}" width="4" height="${ROW_HEIGHT}" fill="${colorOf(happens, exact(priceMove).gt(0))}"/>`,
    ...(isContinued ? [] : [happensText(happens, base)]),
  ];
}

const happensText = ({ text: what, rule }: Happening, y: number): string =>
  `<text x="${COLUMN.happens + 12}" y="${y.toFixed(1)}">${escaped(what)}${rule === null ? "" : ` <tspan class="rule">by ${escaped(rule)}</tspan>`}</text>`;

const text = (at: { readonly x: number; readonly y: number; readonly className: string }, content: string): string =>
  `<text x="${at.x}" y="${at.y.toFixed(1)}" class="${at.className}">${escaped(content)}</text>`;

const ESCAPES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

const escaped = (content: string): string => content.replace(/[&<>"']/g, (character) => ESCAPES[character]!);
