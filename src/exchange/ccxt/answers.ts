/**
 * The answers of the client, parsed: nothing of them is believed before (law 7). Amounts and prices are the venue's own digits.
 * A 200 with `{}` is an order without an id to the client; here it is an answer that cannot be read.
 */
import * as z from "zod";
import { exact, toText } from "../../domain/decimal.ts";
import { decimalText, type DecimalText } from "../../domain/units.ts";

const decimal = z
  .union([z.string(), z.number().transform(String)])
  .refine((value) => /^-?\d+(\.\d+)?([eE][+-]?\d+)?$/.test(value), { error: "decimal text" })
  // Without trailing zeros, as everywhere in the house.
  .transform((value): DecimalText => toText(exact(decimalText(value))));
const maybe = decimal.nullish().transform((value) => value ?? null);
const id = z.union([z.string().min(1), z.number().transform(String)]);
const momentMs = z.number().int().positive();

const order = z.object({
  id,
  clientOrderId: z.string().min(1).nullish(),
  symbol: z.string(),
  side: z.enum(["buy", "sell"]).nullish(),
  status: z.enum(["open", "closed", "canceled", "canceling", "expired", "expired_in_match", "rejected"]).nullish(),
  filled: maybe,
  timestamp: momentMs.nullish(),
  lastTradeTimestamp: momentMs.nullish(),
});

/** What a placement answers: on some venues no more than the exchange's id. */
const placedOrder = z.object({
  id,
  clientOrderId: z.string().min(1).nullish(),
  symbol: z.string().nullish(),
  timestamp: momentMs.nullish(),
});

const fee = z
  .object({ cost: maybe, currency: z.string().nullish() })
  .nullish()
  .transform((value) => value ?? null);

const trade = z.object({
  id: id.nullish(),
  order: id.nullish(),
  symbol: z.string(),
  side: z.enum(["buy", "sell"]).nullish(),
  price: decimal,
  amount: decimal,
  timestamp: momentMs,
  fee,
  /** The venue's own row, for our id in it. */
  info: z.unknown(),
});

const publicTrade = z.object({ symbol: z.string(), price: decimal, timestamp: momentMs });

const position = z.object({
  symbol: z.string(),
  contracts: maybe,
  side: z.enum(["long", "short", "both"]).nullish(),
  hedged: z.boolean().nullish(),
});

export type VenueOrder = z.output<typeof order>;
export type PlacedOrder = z.output<typeof placedOrder>;
export type VenueTrade = z.output<typeof trade>;

/** An answer that is not what the call promises; the message names the field, never the answer. */
export class AnswerError extends Error {
  constructor(what: string, detail: string) {
    super(`the exchange's ${what} cannot be read: ${detail}`);
    this.name = "AnswerError";
  }
}

const parser =
  <T>(what: string, schema: z.ZodType<T>) =>
  (answer: unknown): T => {
    const parsed = schema.safeParse(answer);
    if (parsed.success) return parsed.data;
    const [issue] = parsed.error.issues;
    throw new AnswerError(what, `${issue?.path.join(".") || "all of it"}: ${issue?.message ?? "wrong"}`);
  };

export const parseOrder = parser("order", order);
export const parsePlacedOrder = parser("answer to the order", placedOrder);
export const parseOrders = parser("list of orders", z.array(order));
export const parseTrades = parser("list of fills", z.array(trade));
export const parsePublicTrades = parser("list of trades", z.array(publicTrade));
export const parsePositions = parser("list of positions", z.array(position));
export const parsePositionMode = parser("position mode", z.object({ hedged: z.boolean() }));
export const parseTicker = parser("ticker", z.object({ last: decimal, timestamp: momentMs.nullish() }));
export const parseTime = parser("time", momentMs);
/** Free and total of each coin. */
export const parseBalance = parser(
  "balance",
  z.object({ total: z.record(z.string(), maybe), free: z.record(z.string(), maybe) }),
);
export const parseCandles = parser(
  "list of candles",
  z.array(z.tuple([momentMs, decimal, decimal, decimal, decimal, decimal])),
);
