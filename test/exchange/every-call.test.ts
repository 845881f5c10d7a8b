/**
 * A position goes through three rungs while every call is struck: each placement and look-up of an order, and after each new order
 * each listing, fails in a random way the first time, and gets through after that. It has to come to its end.
 */
import * as Effect from "effect/Effect";
import { describe, expect, it } from "vitest";
import { drive, hasEntered, heal, isAtRest, isOver } from "./fault-run.ts";
import { expectAllWell, intentsOf, placements } from "./fault-story.ts";
import { onTradingBench, type TradingBench, type TradingSettings } from "./trading-bench.ts";
import { draws } from "./venue/draws.ts";
import { FAULTS } from "./venue/fault-catalogue.ts";
import type { RequestRecord, RestFault } from "./venue/fault-kinds.ts";
import type { LocalVenue } from "./venue/local-venue.ts";

/** Calls of orders, with what can strike them; delivering twice and banning for seconds are tests of their own. */
const BY_CALL = Map.groupBy(
  FAULTS.filter(
    ({ name, strikes }) =>
      strikes !== "connections" &&
      strikes !== "clock" &&
      !strikes.endsWith("Events") &&
      !/delivered|slices|banned418|filled before/.test(name),
  ).flatMap(({ strikes, executed, arm }) => {
    const fault = faultOf(arm);
    return fault === null ? [] : [{ strikes, executed, fault }];
  }),
  ({ strikes }) => strikes as string,
);

/** What a fault of the catalogue would arm. */
function faultOf(arm: (typeof FAULTS)[number]["arm"]): RestFault | null {
  let armed: RestFault | null = null;
  const faults = { next: (_target: unknown, fault: RestFault) => void (armed = fault) };
  arm({ faults } as unknown as LocalVenue, { seed: 3, longestMs: 150 });
  return armed;
}

/** Arms a fault for the first call of each kind and order, and says how many were struck. */
function strikeEveryCall({ venue }: TradingBench, draw: () => number): ReadonlySet<string> {
  const struck = new Set<string>();
  const judged = new WeakMap<RequestRecord, boolean>();
  const orders = new Set<string>();
  const isNext = (request: RequestRecord): boolean => {
    const known = judged.get(request);
    if (known !== undefined) return known;
    const { call, clientOrderId } = request;
    if (call === "placeOrder") orders.add(clientOrderId!);
    const key = `${call} ${clientOrderId ?? orders.size}`;
    const isFirst = !struck.has(key);
    judged.set(request, isFirst);
    if (isFirst) {
      struck.add(key);
      queueMicrotask(armNext);
    }
    return isFirst;
  };
  // One for each kind of call is always ready; which one is drawn anew each time.
  const armed = new Map<string, () => void>();
  for (const [call, faults] of BY_CALL) {
    const any = (): RestFault => faults[Math.floor(draw() * faults.length)]!.fault;
    armed.set(call, () =>
      venue.faults.next((request) => request.call === call && !isEntry(request) && isNext(request), any()),
    );
  }
  // An entry that never arrives is not sent again once its decision is old (R10.3): then there would be nothing to see.
  const carriedOut = BY_CALL.get("placeOrder")!.filter(({ executed }) => executed === "yes");
  armed.set("entry", () => {
    const { fault } = carriedOut[Math.floor(draw() * carriedOut.length)]!;
    venue.faults.next((request) => isEntry(request) && isNext(request), fault);
  });
  const armNext = (): void => {
    venue.faults.clear();
    for (const arm of armed.values()) arm();
  };
  armNext();
  return struck;
}

const isEntry = ({ call, params }: RequestRecord): boolean => call === "placeOrder" && params["side"] === "BUY";

const RUNGS = [61_800, 63_000, 64_800];

const PLACES: readonly (readonly [string, TradingSettings])[] = [
  ["futures", { market: "futures" }],
  ["hedge mode", { venue: { hedgeMode: true } }],
  ["spot", { market: "spot" }],
];

describe.concurrent("every call is struck", () => {
  it.each(PLACES.flatMap(([name, settings]) => [1, 2, 3].map((seed) => [name, seed, settings] as const)))(
    "R10.2 R10.5 P11 three rungs on %s while every call fails at first (seed %i): flat, exits add up, nothing twice",
    { timeout: 90_000 },
    (_name, seed, settings) =>
      onTradingBench(settings, (bench) =>
        Effect.gen(function* () {
          const struck = strikeEveryCall(bench, draws(seed));
          expect(yield* bench.open()).toBe("opened");
          yield* drive(bench, 60_000, hasEntered(bench), 10_000);
          for (const price of RUNGS) yield* drive(bench, price, () => isAtRest(bench, price, "long"), 10_000);
          const last = RUNGS.at(-1)!;
          yield* drive(bench, last, () => isOver(bench), 20_000);
          expect(bench.state(), bench.alerts.join("\n")).toBe("closed");
          heal(bench);
          expectAllWell(bench);
          for (const { clientOrderId } of intentsOf(bench)) expect(struck).toContain(`placeOrder ${clientOrderId}`);
          expect(bench.venue.requests.filter(({ fault }) => fault !== undefined)).toHaveLength(struck.size);
          expect(placements(bench).length).toBeGreaterThanOrEqual(4);
        }),
      ),
  );
});
