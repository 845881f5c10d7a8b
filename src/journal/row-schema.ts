/**
 * The shape of a stored row, version 2, as zod schemas: how text that comes back from a disk becomes a typed row.
 *
 * Promises: strict about every field, and equal to the domain's types; a field that is added to one of them and not to
 * the other does not compile. Nothing is transformed, so a row that passes is the row that was written.
 */
import * as z from "zod";
import { EXIT_REASONS, type NotDoneReason } from "../domain/fact.ts";
import { MOMENTA, OBSTACLES, REGIMES, STRETCHES, VOLATILITIES } from "../domain/market-context.ts";
import type { ChartState, JournalRow } from "../domain/row.ts";
import { storedRules } from "./rule-schema.ts";

/** The version of the row format that this code writes; older ones are upgraded when they are read (R11.8). */
export const ROW_SCHEMA_VERSION = 2;

/** A row without its unit brands: what JSON can hold. */
export type Plain<T> = T extends string
  ? string extends T
    ? string
    : PlainText<T>
  : T extends number
    ? number extends T
      ? number
      : PlainNumber<T>
    : T extends readonly (infer Item)[]
      ? readonly Plain<Item>[]
      : T extends object
        ? { readonly [Key in keyof T]: Plain<T[Key]> }
        : T;
// A brand is an object type in an intersection; a literal ("long") is not.
type PlainText<T extends string> = T extends object ? string : T;
type PlainNumber<T extends number> = T extends object ? number : T;

const decimal = z.string().regex(/^-?\d+(\.\d+)?$/, "expected decimal text");
const whole = z.int();
const momentMs = z.number();
const id = z.string().min(1);
const side = z.enum(["long", "short"]);
const exitReason = z.enum(EXIT_REASONS);
const NOT_DONE_REASONS = [
  "entry_refused",
  "entry_rejected",
  "entry_absent",
  "rung_skipped",
  "rung_held_back",
  "exit_failed",
  "price_dropped",
  "stop_not_loosened",
  "report_impossible",
  "suspended",
] as const satisfies readonly NotDoneReason[];

const exitFields = {
  rung: whole.nullable(),
  reason: exitReason,
  amount: decimal,
  price: decimal,
  fee: decimal,
  profit: decimal,
  priceMove: decimal,
  orderId: z.string(),
  filledAtMs: momentMs,
  remaining: decimal,
  stop: decimal.nullable(),
};
const additionFields = {
  amount: decimal,
  price: decimal,
  fee: decimal,
  leverage: z.number(),
  entryPrice: decimal,
  stop: decimal.nullable(),
};
const exitRecord = z.strictObject(exitFields);
const additionRecord = z.strictObject(additionFields);

const outcome = z.strictObject({
  reason: exitReason,
  entryPrice: decimal.nullable(),
  averageExitPrice: decimal.nullable(),
  amount: decimal,
  grossProfit: decimal,
  fees: decimal,
  netProfit: decimal,
  priceMove: decimal.nullable(),
  roi: decimal.nullable(),
  rMultiple: decimal.nullable(),
  mfe: decimal,
  mae: decimal,
  excursionsApproximate: z.boolean(),
  openedAtMs: momentMs.nullable(),
  closedAtMs: momentMs,
  durationMs: z.number(),
  exits: z.array(exitRecord),
  additions: z.array(additionRecord),
});

const fact = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("opened"), part: whole, orderId: z.string(), ...additionFields }),
  z.strictObject({ type: z.literal("exit"), message: z.string(), ...exitFields }),
  z.strictObject({
    type: z.literal("external"),
    reason: z.enum(["fee_in_coin", "outside"]),
    amount: decimal,
    remaining: decimal,
  }),
  z.strictObject({
    type: z.literal("stopMoved"),
    from: decimal.nullable(),
    to: decimal,
    source: z.enum(["initial", "ladder", "trailing"]),
  }),
  z.strictObject({
    type: z.literal("notDone"),
    reason: z.enum(NOT_DONE_REASONS),
    rung: whole.nullable(),
    message: z.string(),
    field: z.string().exactOptional(),
    value: z.string().exactOptional(),
    limit: z.string().exactOptional(),
  }),
  z.strictObject({
    type: z.literal("warning"),
    severity: z.enum(["info", "warning", "error"]),
    message: z.string(),
  }),
  z.strictObject({ type: z.literal("unresolved"), orderId: z.string(), message: z.string() }),
  z.strictObject({ type: z.literal("closed"), outcome }),
]);

/** @internal */
export const marketSchema = z.strictObject({
  symbol: z.string(),
  kind: z.enum(["spot", "derivative"]),
  linear: z.boolean(),
  active: z.boolean(),
  base: z.string(),
  quote: z.string(),
  contractSize: decimal,
  amountStep: decimal,
  priceTick: decimal.nullable(),
  minimumLots: whole.nullable(),
  minimumCost: decimal.nullable(),
  maximumLots: whole.nullable(),
  maximumLeverage: z.number().nullable(),
});

const emergencyReason = z.enum([
  "emergency_stop_excessive_loss",
  "emergency_stop_severe_loss",
  "emergency_stop_liquidation_risk",
]);

/** @internal Of version 1 too, without what is new. */
export const planSchema = z.strictObject({
  preset: z.string(),
  takeProfit: z.enum(["scaled", "single"]),
  ladder: z.array(z.strictObject({ targetMove: z.number(), exitFraction: whole })),
  singleTargetMove: z.number(),
  initialStop: z.discriminatedUnion("kind", [
    z.strictObject({ kind: z.literal("fraction"), fraction: whole }),
    z.strictObject({ kind: z.literal("price"), price: decimal }),
  ]),
  breakeven: z.enum(["entry", "entryPlusFees"]),
  emergencyLevels: z.array(z.strictObject({ roi: z.number(), reason: emergencyReason })),
  undersizedExit: z.enum(["raise", "skip", "close"]),
  residualBelowMinimum: z.enum(["keep", "close"]),
  minimumExitValue: decimal,
  minimumExitValueByRegime: z.strictObject({ ranging: decimal, trending: decimal }).nullable(),
  minimumAmount: decimal.nullable(),
  fallbackToSingle: z.boolean(),
  rules: storedRules,
  markStep: whole.nullable(),
  timing: z.strictObject({
    rungCooldownMs: z.number(),
    settleMs: z.number(),
    lookUpAfterMs: z.number(),
    closeRetryMs: z.number(),
    failuresBeforeBlocked: whole,
    blockedRetryMs: z.number(),
    entryFreshMs: z.number(),
  }),
});

const tally = z.strictObject({
  lots: whole,
  value: decimal,
  fee: decimal,
  orderId: z.string(),
  lastFillAtMs: momentMs,
});

const ruleCause = z.strictObject({ rule: z.string(), price: decimal.nullable(), atMs: momentMs });

const intent = z.strictObject({
  number: whole,
  clientOrderId: id,
  purpose: z.enum(["entry", "exit", "close"]),
  orderSide: z.enum(["buy", "sell"]),
  lots: whole,
  amount: decimal,
  reduceOnly: z.boolean(),
  rungs: z.array(whole),
  decidedAtMs: momentMs,
  cause: ruleCause.nullable(),
  sends: whole,
  lookUpAtMs: momentMs,
  progress: z.discriminatedUnion("kind", [
    z.strictObject({ kind: z.literal("recorded") }),
    z.strictObject({ kind: z.literal("working"), exchangeOrderId: z.string() }),
    z.strictObject({ kind: z.literal("unresolved"), sinceMs: momentMs }),
    z.strictObject({ kind: z.literal("ended"), end: z.enum(["filled", "canceled", "expired"]), filledLots: whole }),
    z.strictObject({ kind: z.literal("rejected"), reason: z.string() }),
    z.strictObject({ kind: z.literal("absent") }),
  ]),
  filledLots: whole,
  tradeIds: z.array(z.string()),
});

/** @internal */
export const rungSchema = z.strictObject({
  number: whole,
  target: whole,
  exitFraction: z.number(),
  shareLots: whole.nullable(),
  status: z.enum(["armed", "hit", "skipped"]),
  factor: whole,
  isFrozen: z.boolean(),
  fills: tally.nullable(),
});

/** @internal */
export const positionSchema = z.strictObject({
  id,
  journalId: id,
  account: z.string(),
  symbol: z.string(),
  side,
  leverage: z.number(),
  market: marketSchema,
  plan: planSchema,
  version: whole,
  requestedLots: whole,
  grid: z.strictObject({ units: z.number(), decimals: whole }).nullable(),
  openedAtMs: momentMs.nullable(),
  enteredLots: whole,
  entryCost: decimal,
  entryFees: decimal,
  coinFeeLots: decimal,
  exitedLots: whole,
  exitValue: decimal,
  exitFees: decimal,
  externalLots: whole,
  stop: z.strictObject({ level: whole, source: z.enum(["initial", "ladder", "trailing"]) }).nullable(),
  initialStopLevel: whole.nullable(),
  emergency: z.array(z.strictObject({ level: whole, reason: emergencyReason })),
  rungs: z.array(rungSchema),
  mark: whole.nullable(),
  isTrailing: z.boolean(),
  context: z.strictObject({
    regime: z.enum(REGIMES).nullable(),
    volatility: z.enum(VOLATILITIES).nullable(),
    momentum: z.enum(MOMENTA).nullable(),
    rsi: z.enum(STRETCHES).nullable(),
    obstacle: z.enum(OBSTACLES).nullable(),
  }),
  heldBackThrough: whole,
  skippedThrough: whole,
  rungCooldownUntilMs: momentMs.nullable(),
  intents: z.array(intent),
  additions: z.array(additionRecord),
  exits: z.array(exitRecord),
  closeFills: tally.nullable(),
  closing: z
    .strictObject({
      reason: exitReason,
      rungs: z.array(whole),
      cause: ruleCause.nullable(),
      sinceMs: momentMs,
      failures: whole,
      settleByMs: momentMs,
      retryAtMs: momentMs.nullable(),
      lastFailure: z.string().nullable(),
    })
    .nullable(),
  bestPrice: z.number().nullable(),
  worstPrice: z.number().nullable(),
  excursionsApproximate: z.boolean(),
  outcome: outcome.nullable(),
});

const chartState: z.ZodType<ChartState> = z.lazy(() => z.union([z.string(), z.record(z.string(), chartState)]));

/** @internal */
export const rowFields = {
  seq: whole.positive(),
  position: id,
  version: whole.positive(),
  symbol: z.string(),
  side,
  atMs: momentMs,
  feed: z.strictObject({ event: whole, symbol: z.string(), price: z.number(), atMs: momentMs }).nullable(),
  cause: z.strictObject({
    event: z.string(),
    rule: z.string().nullable(),
    price: decimal.nullable(),
    priceAtMs: momentMs.nullable(),
  }),
  facts: z.array(fact),
  supervision: z.enum(["running", "suspended", "refused"]),
};
/** @internal */
export const snapshotFields = { schema: z.literal(1), state: chartState };

/** A row's stored text, parsed as JSON. The hash stands beside the text, not in it. */
export const rowSchema = z.strictObject({
  schema: z.literal(ROW_SCHEMA_VERSION),
  ...rowFields,
  snapshot: z.strictObject({ ...snapshotFields, position: positionSchema }).nullable(),
});

/** The same where plan and market of the position have been checked already. */
export const rowSchemaWithoutParts = rowSchema.extend({
  snapshot: z
    .strictObject({ ...snapshotFields, position: positionSchema.extend({ plan: z.unknown(), market: z.unknown() }) })
    .nullable(),
});

/** What is stored of a row: the row with its number and the version of its form, without its hash. */
export type StoredRow = { readonly schema: typeof ROW_SCHEMA_VERSION } & Omit<JournalRow, "hash">;

// The schema and the domain's types hold each other: either line fails to compile when they drift apart.
type Assignable<From extends To, To> = From;
type Written = Plain<StoredRow>;
type Parsed = Plain<z.output<typeof rowSchema>>;
/** @public Never imported: it is here to be compiled. */
export type SchemaEqualsDomain = [Assignable<Written, Parsed>, Assignable<Parsed, Written>];
