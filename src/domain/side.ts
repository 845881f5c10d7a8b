/** Long and short: which direction is favorable, and which of two prices is better. */
export type Side = "long" | "short";
export type OrderSide = "buy" | "sell";

/** +1 where up is favorable (long), −1 where down is (short). */
export const direction = (side: Side): 1 | -1 => (side === "long" ? 1 : -1);

/** Is `a` at `b`, or further in the favorable direction? */
export const atOrBeyond = (side: Side, a: number, b: number): boolean => (side === "long" ? a >= b : a <= b);

/** Is `a` at `b`, or further in the unfavorable direction? */
export const atOrWorse = (side: Side, a: number, b: number): boolean => (side === "long" ? a <= b : a >= b);

/** Is `a` strictly more favorable than `b`? */
export const better = (side: Side, a: number, b: number): boolean => (side === "long" ? a > b : a < b);

export const openingOrderSide = (side: Side): OrderSide => (side === "long" ? "buy" : "sell");
export const closingOrderSide = (side: Side): OrderSide => (side === "long" ? "sell" : "buy");
