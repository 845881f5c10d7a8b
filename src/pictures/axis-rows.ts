/** The rows of a picture of the price axis: everything that stands on it, and every price from which something else happens. */
import { exact } from "../domain/decimal.ts";
import type { AxisPoint, Explanation, Happening } from "../domain/explain/explain.ts";
import type { DecimalText } from "../domain/units.ts";

export interface AxisRow {
  readonly price: DecimalText;
  /** Ratios: "0.03" is 3 %, favorable positive. */
  readonly priceMove: DecimalText;
  readonly roi: DecimalText;
  /** What stands here; nothing where only a zone begins. */
  readonly text: string;
  readonly isNow: boolean;
  readonly happens: Happening;
  /** Seen from the price now, the same happens as in the row before. */
  readonly isContinued: boolean;
}

/** The highest price first. */
export function axisRows(explanation: Explanation): readonly AxisRow[] {
  const rows = byPrice(explanation.points).map((points) => {
    const { price, priceMove, roi } = points[0]!;
    return {
      price,
      priceMove,
      roi,
      text: points.flatMap(({ text }) => (text === "" ? [] : [text])).join(" · "),
      isNow: points.some(({ kind }) => kind === "price"),
      happens: happensAt(explanation, price),
    };
  });
  const now = rows.findIndex(({ isNow }) => isNow);
  return rows.map((row, index) => {
    const nearer = index < now ? rows[index + 1] : rows[index - 1];
    return { ...row, isContinued: index !== now && nearer?.happens === row.happens };
  });
}

function byPrice(points: readonly AxisPoint[]): readonly (readonly AxisPoint[])[] {
  const groups: AxisPoint[][] = [];
  for (const point of points) {
    const last = groups.at(-1);
    if (last !== undefined && exact(last[0]!.price).eq(exact(point.price))) last.push(point);
    else groups.push([point]);
  }
  return groups;
}

const NOTHING: Happening = { kind: "nothing", rule: null, text: "nothing" };

/** A price between two ticks is in no zone where one ends and the next begins there. */
const happensAt = ({ zones }: Explanation, at: DecimalText): Happening =>
  zones.find(
    ({ from, to }) => (from === null || exact(from).lte(exact(at))) && (to === null || exact(at).lte(exact(to))),
  )?.happens ?? NOTHING;
