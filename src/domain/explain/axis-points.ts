/** What stands on the price axis of a position: its levels, its entry, and the price. */
import { exact } from "../decimal.ts";
import { moveFromEntry, roiOf } from "../exit-record.ts";
import { entryPriceText } from "../fills.ts";
import { levelText, priceText } from "../market.ts";
import type { Position } from "../position.ts";
import { quotientOf, reported } from "../quotient.ts";
import type { DecimalText, Price, Ticks } from "../units.ts";
import { percentText } from "../wording.ts";

export interface AxisPoint {
  /** An edge is where one comes into a zone from the price now. */
  readonly kind: "entry" | "stop" | "emergency" | "target" | "mark" | "price" | "edge";
  readonly price: DecimalText;
  /** Ratios: "0.03" is 3 %, favorable positive. */
  readonly priceMove: DecimalText;
  readonly roi: DecimalText;
  readonly text: string;
}

/** The highest price first. */
export function pointsOf(position: Position, at: Price, edges: readonly DecimalText[]): readonly AxisPoint[] {
  const { grid, stop, emergency, plan, rungs, mark } = position;
  const priceOf = (level: Ticks): DecimalText => levelText(grid!, level);
  const points: readonly Pick<AxisPoint, "kind" | "price" | "text">[] = [
    ...rungs.map(({ number, target, status }) => ({
      kind: "target" as const,
      price: priceOf(target),
      text: targetWords(position, number, status),
    })),
    ...(mark === null ? [] : [{ kind: "mark" as const, price: priceOf(mark), text: "mark" }]),
    { kind: "price", price: priceText(at), text: "price" },
    { kind: "entry", price: entryPriceText(position), text: "entry, average" },
    ...(stop === null ? [] : [{ kind: "stop" as const, price: priceOf(stop.level), text: `stop (${stop.source})` }]),
    ...emergency.map(({ level, reason }) => {
      const roi = plan.emergencyLevels.find((each) => each.reason === reason)?.roi;
      const text = roi === undefined ? "emergency stop" : `emergency stop, ROI ${percentText(roi, { sign: true })}`;
      return { kind: "emergency" as const, price: priceOf(level), text };
    }),
    ...edges.map((price) => ({ kind: "edge" as const, price, text: "" })),
  ];
  return points
    .map((point) => ({ ...point, ...movesTo(position, point.price) }))
    .toSorted((a, b) => exact(b.price).comparedTo(exact(a.price)) ?? 0);
}

function targetWords(position: Position, number: number, status: string): string {
  const { rungs, plan } = position;
  if (status !== "armed") return `TP${number}, ${status}`;
  if (plan.takeProfit === "single") return "target";
  const share = percentText(rungs[number - 1]!.exitFraction);
  return number === rungs.length ? `TP${number}, the rest` : `TP${number}, ${share}`;
}

function movesTo(position: Position, at: DecimalText): Pick<AxisPoint, "priceMove" | "roi"> {
  const move = moveFromEntry(position, quotientOf(at));
  return { priceMove: reported(move), roi: reported(roiOf(position, move)) };
}
