/**
 * The part of the configuration that caps new positions (R8.6): every field may be left out, and is no cap then.
 *
 * Promises: what comes out is what the domain takes, with exact decimal text. It judges no entry.
 */
import * as z from "zod";
import type { Caps } from "../domain/caps.ts";
import { positive } from "./number-text.ts";

const MOST_SYMBOLS = 1_000;
const MOST_ORDERS = 100_000;

const CURRENCY = "text of 1 to 20 letters or digits";

const notional = positive.nullable().default(null);

export const capsSchema = z.strictObject({
  quote: z
    .string({ error: CURRENCY })
    .regex(/^[A-Za-z0-9]{1,20}$/, { error: CURRENCY })
    .default("USDT")
    .describe("Currency of both notionals: while one is set, markets of another quote currency are refused"),
  maximumOrderNotional: notional.describe("Largest notional of one entry, quote currency; null: no cap"),
  maximumTotalNotional: notional.describe(
    "Largest notional of all open positions, the new one and entries under way included; null: no cap",
  ),
  symbols: z
    .array(z.string().min(1).max(100))
    .max(MOST_SYMBOLS)
    .nullable()
    .default(null)
    .describe("The only symbols in which positions are opened; null: any"),
  ordersPerMinute: z
    .int()
    .min(1)
    .max(MOST_ORDERS)
    .nullable()
    .default(null)
    .describe("Most entries in any 60 seconds; exits and stops are exempt; null: no cap"),
});

export type CapsInput = z.input<typeof capsSchema>;

/** Checked here, so that schema and domain cannot drift apart. */
export const capsOf = (parsed: z.output<typeof capsSchema>): Caps => parsed;
