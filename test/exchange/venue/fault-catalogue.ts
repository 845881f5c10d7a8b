/**
 * Every fault of the local venue by name, for campaigns that draw from it: how to arm it, what it strikes, and whether an
 * order struck by it is executed. A fault with a span (late, hidden, delayed) takes its length from the seed.
 */
import type { CallName } from "./calls.ts";
import { draws } from "./draws.ts";
import { ANSWERS, answer, BACKEND_TIMEOUT, OVERLOADED, UNAVAILABLE_503, type AnswerName } from "./false-answers.ts";
import type { Garbage, RestFault, StreamFault, StreamTarget } from "./fault-kinds.ts";
import type { LocalVenue } from "./local-venue.ts";
import { ALL_LISTINGS } from "./records.ts";

export interface Draw {
  readonly seed: number;
  /** Longest span of a late, hidden or delayed effect; default 300 ms. */
  readonly longestMs?: number;
  /** How many calls or events it strikes; default 1. */
  readonly count?: number;
}

export interface CatalogueFault {
  readonly name: string;
  readonly strikes: CallName | StreamTarget | "connections" | "clock";
  /**
   * Is an order that it strikes executed? "either" when that depends on the order (a refusal, a fill) or on the seed.
   * For look-ups, streams and the clock it says "either": they execute nothing.
   */
  readonly executed: "yes" | "no" | "either";
  readonly arm: (venue: LocalVenue, draw: Draw) => void;
}

/** What an answer to a placement may be made of. */
export const GARBAGE: readonly Garbage[] = [
  "html",
  "emptyObject",
  "emptyList",
  "null",
  "emptyBody",
  "halfJson",
  "wrongSymbol",
  "wrongClientOrderId",
  "missingFields",
  "notNumbers",
  "hugeBody",
];

const LOOK_UPS: readonly CallName[] = ["getOrder", "openOrders", "allOrders", "trades", "positions"];
const LOOK_UP_ANSWERS: readonly AnswerName[] = [
  "disconnected",
  "hanging",
  "stalled",
  "unavailable503",
  "tooManyRequests429",
  "firewall403",
];
const LOOK_UP_GARBAGE: readonly Garbage[] = ["html", "halfJson", "emptyObject", "wrongSymbol", "missingFields"];

type Arm = CatalogueFault["arm"];

function next(call: CallName, fault: RestFault | ((draw: Draw) => RestFault)): Arm {
  return (venue, draw) => venue.faults.next(call, typeof fault === "function" ? fault(draw) : fault, draw.count ?? 1);
}

function nextEvent(target: StreamTarget, fault: StreamFault | ((draw: Draw) => StreamFault)): Arm {
  return (venue, draw) => venue.faults.next(target, typeof fault === "function" ? fault(draw) : fault, draw.count ?? 1);
}

/** Between a tenth of the longest span and all of it. */
function spanMs({ seed, longestMs = 300 }: Draw): number {
  return Math.ceil(longestMs * (0.1 + 0.9 * share(seed)));
}

const share = (seed: number): number => draws(seed)();

const PLACING: readonly CatalogueFault[] = [
  ...Object.entries(ANSWERS).flatMap(([name, given]): CatalogueFault[] => [
    {
      name: `placeOrder ${name}, not executed`,
      strikes: "placeOrder",
      executed: "no",
      arm: next("placeOrder", given),
    },
    {
      name: `placeOrder ${name}, executed`,
      strikes: "placeOrder",
      executed: "yes",
      arm: next("placeOrder", { ...given, executed: true }),
    },
  ]),
  {
    name: "placeOrder overloaded1008, not executed",
    strikes: "placeOrder",
    executed: "no",
    arm: next("placeOrder", OVERLOADED),
  },
  ...GARBAGE.flatMap((content): CatalogueFault[] => [
    {
      name: `placeOrder garbage ${content}, not executed`,
      strikes: "placeOrder",
      executed: "no",
      arm: next("placeOrder", { kind: "garbage", content }),
    },
    {
      name: `placeOrder garbage ${content}, executed`,
      strikes: "placeOrder",
      executed: "yes",
      arm: next("placeOrder", { kind: "garbage", content, executed: true }),
    },
  ]),
  {
    name: "placeOrder slow, executed at once",
    strikes: "placeOrder",
    executed: "yes",
    arm: next("placeOrder", (draw) => ({ kind: "delay", ms: spanMs(draw), executed: true })),
  },
  {
    name: "placeOrder slow, executed at the end",
    strikes: "placeOrder",
    executed: "yes",
    arm: next("placeOrder", (draw) => ({ kind: "delay", ms: spanMs(draw) })),
  },
  ...(["backendTimeout1007", "unknown503", "hanging", "disconnected"] as const).map((name): CatalogueFault => ({
    name: `placeOrder late after ${name}`,
    strikes: "placeOrder",
    executed: "yes",
    arm: next("placeOrder", (draw) => ({ kind: "late", afterMs: spanMs(draw), answer: answer(name) })),
  })),
  {
    name: "placeOrder past its deadline",
    strikes: "placeOrder",
    executed: "no",
    arm: next("placeOrder", { kind: "late", afterMs: 61_000 }),
  },
  ...(["once answered", "hanging", "unknown503", "backendTimeout1007"] as const).map((name): CatalogueFault => ({
    name: `placeOrder delivered twice, ${name}`,
    strikes: "placeOrder",
    executed: "yes",
    arm: next("placeOrder", {
      kind: "executeTwice",
      ...(name === "once answered" ? {} : { answer: answer(name) }),
    }),
  })),
  {
    name: "placeOrder delivered again later",
    strikes: "placeOrder",
    executed: "yes",
    arm: next("placeOrder", (draw) => ({ kind: "executeTwice", afterMs: spanMs(draw) })),
  },
  {
    name: "placeOrder fills in part, rest expires",
    strikes: "placeOrder",
    executed: "either",
    arm: next("placeOrder", ({ seed }) => ({ kind: "partialThenExpire", share: share(seed).toFixed(2) })),
  },
  {
    name: "placeOrder fills in part, rest expires, hanging",
    strikes: "placeOrder",
    executed: "either",
    arm: next("placeOrder", ({ seed }) => ({
      kind: "partialThenExpire",
      share: share(seed).toFixed(2),
      answer: { kind: "hang" },
    })),
  },
  {
    name: "placeOrder fills in slices",
    strikes: "placeOrder",
    executed: "yes",
    arm: (venue, draw) =>
      venue.nextFillPlan({
        slices: [{ share: "0.3" }, { share: "0.3", afterMs: spanMs(draw) }, { share: "0.4", afterMs: spanMs(draw) }],
      }),
  },
  ...(["getOrder", "openOrders", "allOrders", "trades", "positions", "stream"] as const).map(
    (listing): CatalogueFault => ({
      name: `placeOrder hidden from ${listing}`,
      strikes: "placeOrder",
      executed: "yes",
      arm: next("placeOrder", (draw) => ({ kind: "hidden", from: [listing], forMs: spanMs(draw) })),
    }),
  ),
  {
    name: "placeOrder hidden everywhere after backendTimeout1007",
    strikes: "placeOrder",
    executed: "yes",
    arm: next("placeOrder", (draw) => ({
      kind: "hidden",
      from: ALL_LISTINGS,
      forMs: spanMs(draw),
      answer: BACKEND_TIMEOUT,
    })),
  },
];

const CANCELING: readonly CatalogueFault[] = [
  ...(
    ["disconnected", "hanging", "stalled", "unknown503", "backendTimeout1007", "tooManyRequests429"] as const
  ).flatMap((name): CatalogueFault[] => [
    {
      name: `cancelOrder ${name}, not executed`,
      strikes: "cancelOrder",
      executed: "no",
      arm: next("cancelOrder", answer(name)),
    },
    {
      name: `cancelOrder ${name}, executed`,
      strikes: "cancelOrder",
      executed: "yes",
      arm: next("cancelOrder", { ...answer(name), executed: true }),
    },
  ]),
  {
    name: "cancelOrder too late: filled before",
    strikes: "cancelOrder",
    executed: "no",
    arm: next("cancelOrder", { kind: "fillBeforeCancel" }),
  },
  {
    name: "cancelOrder too late: filled before, hanging",
    strikes: "cancelOrder",
    executed: "no",
    arm: next("cancelOrder", { kind: "fillBeforeCancel", answer: { kind: "hang" } }),
  },
  {
    name: "cancelOrder garbage emptyObject, executed",
    strikes: "cancelOrder",
    executed: "yes",
    arm: next("cancelOrder", { kind: "garbage", content: "emptyObject", executed: true }),
  },
];

const LOOKING: readonly CatalogueFault[] = [
  ...LOOK_UPS.flatMap((call): CatalogueFault[] => [
    { name: `${call} blind`, strikes: call, executed: "either", arm: next(call, { kind: "blind" }) },
    ...LOOK_UP_ANSWERS.map((name): CatalogueFault => ({
      name: `${call} ${name}`,
      strikes: call,
      executed: "either",
      arm: next(call, answer(name)),
    })),
    ...LOOK_UP_GARBAGE.map((content): CatalogueFault => ({
      name: `${call} garbage ${content}`,
      strikes: call,
      executed: "either",
      arm: next(call, { kind: "garbage", content, executed: true }),
    })),
  ]),
  { name: "trades without ids", strikes: "trades", executed: "either", arm: next("trades", { kind: "blankTradeIds" }) },
  ...(["balance", "algoOrders", "time", "exchangeInfo", "listenKey"] as const).map((call): CatalogueFault => ({
    name: `${call} unavailable503`,
    strikes: call,
    executed: "either",
    arm: next(call, UNAVAILABLE_503),
  })),
  {
    name: "listenKey refused",
    strikes: "listenKey",
    executed: "either",
    arm: next("listenKey", { kind: "respond", status: 400, code: -1125, message: "This listenKey does not exist." }),
  },
];

const STREAMING: readonly CatalogueFault[] = [
  ...(["orderEvents", "fillEvents", "accountEvents", "marketEvents"] as const).flatMap((target): CatalogueFault[] => [
    { name: `${target} dropped`, strikes: target, executed: "either", arm: nextEvent(target, { kind: "dropEvent" }) },
    {
      name: `${target} twice`,
      strikes: target,
      executed: "either",
      arm: nextEvent(target, { kind: "duplicateEvent" }),
    },
    {
      name: `${target} out of order`,
      strikes: target,
      executed: "either",
      arm: nextEvent(target, { kind: "reorderEvents" }),
    },
    {
      name: `${target} late`,
      strikes: target,
      executed: "either",
      arm: nextEvent(target, (draw) => ({ kind: "delayEvent", ms: spanMs(draw) })),
    },
  ]),
  ...(["user", "market", "all"] as const).flatMap((side): CatalogueFault[] => [
    {
      name: `${side} streams silent`,
      strikes: "connections",
      executed: "either",
      arm: (venue, draw) => venue.streams.mute(side, spanMs(draw)),
    },
    {
      name: `${side} streams cut`,
      strikes: "connections",
      executed: "either",
      arm: (venue) => venue.streams.closeAll(side),
    },
  ]),
  {
    name: "streams cut and refused",
    strikes: "connections",
    executed: "either",
    arm: (venue, draw) => {
      venue.streams.refuseNew(spanMs(draw));
      venue.streams.closeAll();
    },
  },
  {
    name: "venue down and back",
    strikes: "connections",
    executed: "no",
    arm: (venue, draw) => void venue.goDown(spanMs(draw)),
  },
  {
    name: "listen key expired, announced",
    strikes: "connections",
    executed: "either",
    arm: (venue) => venue.streams.expireListenKey({ announced: true }),
  },
  {
    name: "listen key expired in silence",
    strikes: "connections",
    executed: "either",
    arm: (venue) => venue.streams.expireListenKey({ announced: false }),
  },
];

const CLOCK: readonly CatalogueFault[] = [
  { name: "venue clock ahead", strikes: "clock", executed: "no", arm: (venue) => venue.clockSkew(30_000) },
  { name: "venue clock behind", strikes: "clock", executed: "no", arm: (venue) => venue.clockSkew(-5_000) },
];

export const FAULTS: readonly CatalogueFault[] = [...PLACING, ...CANCELING, ...LOOKING, ...STREAMING, ...CLOCK];
