/**
 * Numbers as people write them in files: ratios and quantities, as decimal text or as a JSON number.
 *
 * Promises: what comes out is exact. A ratio that is finer than a millionth is refused, not rounded.
 */
import * as z from "zod";
import { exact, toText } from "../domain/decimal.ts";
import { decimalText, ONE, type DecimalText } from "../domain/units.ts";

/** Plain decimal text of sensible length. */
export const DECIMAL = /^(?=.{1,60}$)-?\d+(\.\d+)?$/;

const written = (allowed: string) =>
  z.union([z.string().regex(DECIMAL, { error: allowed }), z.number()], { error: allowed });

const RATIO = 'a ratio exact to a millionth, as decimal text or number: "0.03" is 3 %';

/** A ratio in whole millionths: "0.03" is 30_000. Its range is judged by the rule that it is for. */
export const ratio = written(RATIO).transform((value, context): number => {
  const text = plainText(value);
  const millionths = text === null ? Number.NaN : exact(text).times(ONE).toNumber();
  if (Number.isSafeInteger(millionths)) return millionths;
  context.addIssue({ code: "custom", message: RATIO });
  return z.NEVER;
});

/** An amount, a price or money, as decimal text; bounds are for the schema that uses it. */
const decimalFrom = (least: "zero" | "positive") => {
  const allowed =
    least === "zero"
      ? "a number of 0 or more, as decimal text or number"
      : "a number greater than 0, as decimal text or number";
  return written(allowed).transform((value, context): DecimalText => {
    const text = plainText(value);
    if (text !== null && (least === "zero" ? exact(text).gte(0) : exact(text).gt(0))) return toText(exact(text));
    context.addIssue({ code: "custom", message: allowed });
    return z.NEVER;
  });
};

export const zeroOrMore = decimalFrom("zero");
export const positive = decimalFrom("positive");

/** Null for a number that is not finite, or too long to be meant. */
function plainText(value: string | number): DecimalText | null {
  const text = typeof value === "number" ? exact(value).toFixed() : value;
  return DECIMAL.test(text) ? decimalText(text) : null;
}
