/**
 * One record of the paper exchange's ledger. What the exchange tells of an order is recorded as it is told, so that
 * the exchange's state, its reports included, is the fold of its records (`book.ts`).
 */
import { z } from "zod";
import { isDecimalText } from "../../domain/decimal.ts";
import type { OrderRequest } from "../../domain/intent.ts";
import type { AcceptedReport, EndedReport, FillReport, RejectedReport } from "../../domain/report.ts";
import { epochMs, lots, type EpochMs } from "../../domain/units.ts";
import { paperSettingsSchema, type PaperSettings } from "./settings.ts";

export type ExecutionReport = AcceptedReport | FillReport | EndedReport | RejectedReport;

export type PaperRecord =
  /** The first record of a ledger: a run that goes on under other settings would not be the same run. */
  | { readonly kind: "settings"; readonly settings: PaperSettings }
  | {
      readonly kind: "received";
      /** 1 for the first order that this exchange received. */
      readonly sequence: number;
      readonly order: OrderRequest;
      readonly atMs: EpochMs;
      readonly arrivesAtMs: EpochMs;
    }
  /** An order under an id that was received before. It is not carried out. */
  | { readonly kind: "duplicate"; readonly order: OrderRequest; readonly atMs: EpochMs }
  | {
      readonly kind: "cancelReceived";
      readonly clientOrderId: string;
      readonly atMs: EpochMs;
      readonly arrivesAtMs: EpochMs;
    }
  | { readonly kind: "told"; readonly report: ExecutionReport };

/** The client order id that a record is about; null for the settings. */
export function recordOrderId(record: PaperRecord): string | null {
  switch (record.kind) {
    case "settings":
      return null;
    case "received":
    case "duplicate":
      return record.order.clientOrderId;
    case "cancelReceived":
      return record.clientOrderId;
    case "told":
      return record.report.clientOrderId;
  }
}

/** A record from what a ledger file holds. Throws a ZodError. */
export const parseRecord = (input: unknown): PaperRecord => recordSchema.parse(input);

const decimal = z.string().refine(isDecimalText, { error: "decimal text" });
const wholeLots = z.number().int().min(0).transform(lots);
const moment = z.number().int().transform(epochMs);
const name = z.string().min(1);

/** The amount is as it was sent: the exchange may have refused it for not being decimal text. */
const orderSchema = z.strictObject({
  clientOrderId: name,
  account: z.string(),
  symbol: z.string(),
  orderSide: z.enum(["buy", "sell"]),
  lots: z.number().int().transform(lots),
  amount: z.custom<OrderRequest["amount"]>((value) => typeof value === "string", { error: "text" }),
  reduceOnly: z.boolean(),
  purpose: z.enum(["entry", "exit", "close"]),
  // Ledgers of the first version say neither; here both are for the record alone.
  decidedAtMs: moment.default(epochMs(0)),
  sizedBy: z.enum(["position", "exchange"]).default("position"),
});

const reportSchema = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("accepted"), clientOrderId: name, atMs: moment, exchangeOrderId: name }),
  z.strictObject({
    kind: z.literal("fill"),
    clientOrderId: name,
    atMs: moment,
    exchangeOrderId: name,
    tradeId: name,
    lots: wholeLots,
    price: decimal,
    fee: z.strictObject({ cost: decimal, currency: z.enum(["quote", "base", "other"]) }),
  }),
  z.strictObject({
    kind: z.literal("ended"),
    clientOrderId: name,
    atMs: moment,
    end: z.enum(["filled", "canceled", "expired"]),
    filledLots: wholeLots,
  }),
  z.strictObject({
    kind: z.literal("rejected"),
    clientOrderId: name,
    atMs: moment,
    reason: z.enum([
      "below_minimum",
      "above_maximum",
      "insufficient_funds",
      "reduce_only",
      "precision",
      "market_closed",
      "unknown_symbol",
      "other",
    ]),
    message: z.string(),
  }),
]);

const recordSchema = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("settings"), settings: paperSettingsSchema }),
  z.strictObject({
    kind: z.literal("received"),
    sequence: z.number().int().min(1),
    order: orderSchema,
    atMs: moment,
    arrivesAtMs: moment,
  }),
  z.strictObject({ kind: z.literal("duplicate"), order: orderSchema, atMs: moment }),
  z.strictObject({ kind: z.literal("cancelReceived"), clientOrderId: name, atMs: moment, arrivesAtMs: moment }),
  z.strictObject({ kind: z.literal("told"), report: reportSchema }),
]);
