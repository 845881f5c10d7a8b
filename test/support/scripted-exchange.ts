/**
 * A small venue of its own, with a fault switch for each kind of call: what a test needs to see the order desk in every
 * trouble. It executes whatever arrives, the same id twice included, so that a second execution cannot hide.
 */
import * as Clock from "effect/Clock";
import * as Effect from "effect/Effect";
import * as PubSub from "effect/PubSub";
import * as Stream from "effect/Stream";
import type { OrderRequest } from "../../src/domain/intent.ts";
import type { OrderReport } from "../../src/domain/report.ts";
import { decimalText, epochMs, lots } from "../../src/domain/units.ts";
import {
  ExchangeError,
  type ExchangeErrorReason,
  type ExchangeService,
  type OrderQuery,
  type Sighting,
} from "../../src/exchange/exchange.ts";

export type Fault =
  /** Certainly not sent. */
  | "transient"
  | "rateLimited"
  | "unauthorized"
  /** Arrives and is executed, but neither the answer nor the stream says so. */
  | "unknownExecuted"
  /** Is lost on the way there. */
  | "unknownLost"
  /** Never answers; what was asked is not done. */
  | "silent"
  /** Is done; neither an answer nor the stream says so. */
  | "silentDone"
  /** Is done, and answered with something that cannot be read. */
  | "invalidAnswer"
  /** The adapter has a defect; what was asked is not done. */
  | "throws"
  /** Look-ups: the exchange has no news of the order yet. */
  | "noNews";

export type Call = "place" | "cancel" | "lookUp";

export interface MadeCall {
  readonly call: Call;
  readonly clientOrderId: string;
  readonly atMs: number;
}

export interface ScriptedExchange {
  readonly service: ExchangeService;
  /** The next calls of this kind fail so, one after the other; null for one that works. */
  next(call: Call, ...faults: readonly (Fault | null)[]): void;
  /** All further calls of this kind, once the next ones are over; null for calls that work. */
  always(call: Call, fault: Fault | null): void;
  setPrice(price: number): void;
  /** Orders arrive and stay open until `fill`; or are executed as they arrive (from the beginning). */
  setResting(isResting: boolean): void;
  fill(clientOrderId: string): void;
  readonly retryAfterMs: number;
  readonly calls: readonly MadeCall[];
  /** Orders as they arrived, in order; the same id as often as it did. */
  readonly arrived: readonly OrderRequest[];
  /** How often an id was executed. */
  executions(): ReadonlyMap<string, number>;
  netLots(): number;
  /** Tells the engine something by itself. */
  tell(report: OrderReport): void;
  /** What the exchange knows of an order. */
  known(clientOrderId: string): readonly OrderReport[];
}

export function scriptedExchange(input: { readonly price: number; readonly retryAfterMs?: number }): ScriptedExchange {
  const retryAfterMs = input.retryAfterMs ?? 3_000;
  const reports = Effect.runSync(PubSub.unbounded<OrderReport>());
  const queued: Record<Call, (Fault | null)[]> = { place: [], cancel: [], lookUp: [] };
  const lasting: Record<Call, Fault | null> = { place: null, cancel: null, lookUp: null };
  const calls: MadeCall[] = [];
  const arrived: OrderRequest[] = [];
  const told = new Map<string, OrderReport[]>();
  let price = input.price;
  let isResting = false;
  let isMute = false;
  let nowMs = 0;
  let trades = 0;
  let net = 0;

  const tell = (report: OrderReport): void => void PubSub.publishUnsafe(reports, report);
  const record = (...all: readonly OrderReport[]): void => {
    for (const report of all) {
      told.set(report.clientOrderId, [...(told.get(report.clientOrderId) ?? []), report]);
      if (!isMute) tell(report);
    }
  };
  const unheard = (act: () => unknown): void => {
    isMute = true;
    act();
    isMute = false;
  };
  const about = (clientOrderId: string) => ({ clientOrderId, atMs: epochMs(nowMs) });

  const execute = (order: OrderRequest): void => {
    const { clientOrderId } = order;
    const sign = order.orderSide === "buy" ? 1 : -1;
    const reducible = Math.max(0, -sign * net);
    const filled = order.reduceOnly ? Math.min(order.lots, reducible) : order.lots;
    if (filled === 0) {
      return record({ kind: "rejected", ...about(clientOrderId), reason: "reduce_only", message: "nothing to reduce" });
    }
    net += sign * filled;
    trades += 1;
    record(
      {
        kind: "fill",
        ...about(clientOrderId),
        exchangeOrderId: `x-${clientOrderId}`,
        tradeId: `t${trades}`,
        lots: lots(filled),
        price: decimalText(String(price)),
        fee: { cost: decimalText("0"), currency: "quote" },
      },
      {
        kind: "ended",
        ...about(clientOrderId),
        end: filled === order.lots ? "filled" : "canceled",
        filledLots: lots(filled),
      },
    );
  };
  const arrive = (order: OrderRequest): void => {
    arrived.push(order);
    record({ kind: "accepted", ...about(order.clientOrderId), exchangeOrderId: `x-${order.clientOrderId}` });
    if (!isResting) execute(order);
  };

  /** One call with its fault: what is done of it, and what the caller gets. */
  const carriedOut = <A>(
    call: Call,
    clientOrderId: string,
    act: () => A,
    noNews?: A,
  ): Effect.Effect<A, ExchangeError> =>
    Effect.gen(function* () {
      nowMs = yield* Clock.currentTimeMillis;
      calls.push({ call, clientOrderId, atMs: nowMs });
      const fault = queued[call].length > 0 ? queued[call].shift()! : lasting[call];
      switch (fault) {
        case null:
          return act();
        case "noNews":
          return noNews ?? act();
        case "throws":
          throw new Error("the adapter has a defect");
        case "silent":
          return yield* Effect.never;
        case "silentDone":
          unheard(act);
          return yield* Effect.never;
        case "unknownExecuted":
        case "invalidAnswer":
          unheard(act);
          return yield* Effect.fail(errorOf(fault, retryAfterMs));
        default:
          return yield* Effect.fail(errorOf(fault, retryAfterMs));
      }
    });

  return {
    service: {
      markets: Effect.succeed([]),
      place: (order) => carriedOut("place", order.clientOrderId, () => arrive(order)),
      cancel: (query) => carriedOut("cancel", query.clientOrderId, () => cancel(query)),
      lookUp: ({ clientOrderId }) =>
        carriedOut("lookUp", clientOrderId, (): Sighting => sightingOf(told.get(clientOrderId)), {
          kind: "seen",
          reports: [],
        }),
      absence: { afterMs: 0, apartMs: 0 },
      holdings: Effect.succeed([]),
      reports: Stream.fromPubSub(reports),
    },
    next: (call, ...faults) => void queued[call].push(...faults),
    always(call, fault) {
      lasting[call] = fault;
    },
    setPrice(value) {
      price = value;
    },
    setResting(value) {
      isResting = value;
    },
    fill: (clientOrderId) => execute(arrived.find((order) => order.clientOrderId === clientOrderId)!),
    retryAfterMs,
    calls,
    arrived,
    executions() {
      const counts = new Map<string, number>();
      for (const { clientOrderId } of arrived) counts.set(clientOrderId, (counts.get(clientOrderId) ?? 0) + 1);
      return counts;
    },
    netLots: () => net,
    tell,
    known: (clientOrderId) => told.get(clientOrderId) ?? [],
  };

  function cancel({ clientOrderId }: OrderQuery): void {
    const known = told.get(clientOrderId);
    if (known === undefined) return record({ kind: "absent", ...about(clientOrderId) });
    if (known.some((report) => report.kind === "ended" || report.kind === "rejected")) return;
    record({ kind: "ended", ...about(clientOrderId), end: "canceled", filledLots: lots(0) });
  }
}

const sightingOf = (reports: readonly OrderReport[] | undefined): Sighting =>
  reports === undefined ? { kind: "not seen", netLots: null } : { kind: "seen", reports };

function errorOf(fault: Fault, retryAfterMs: number): ExchangeError {
  const reasons: Partial<Record<Fault, ExchangeErrorReason>> = {
    transient: { _tag: "Transient", message: "connection refused" },
    rateLimited: { _tag: "RateLimited", retryAfterMs, message: "too many requests" },
    unauthorized: { _tag: "Unauthorized", message: "the key is not valid" },
    unknownExecuted: { _tag: "OutcomeUnknown", message: "connection reset" },
    unknownLost: { _tag: "OutcomeUnknown", message: "connection reset" },
    invalidAnswer: { _tag: "InvalidAnswer", message: "a field is missing" },
  };
  const reason = reasons[fault];
  if (reason === undefined) throw new Error(`${fault} is not an error`);
  return new ExchangeError({ reason });
}
