/**
 * Every fault of the local venue's catalogue strikes once, each in a life of its own, twelve lives at a time: whatever it was, it
 * ends flat, with books that agree with the venue's ledger, and nobody was told anything of a key (I44). Where the venue can say so, it
 * is checked that the fault did strike.
 */
import * as Effect from "effect/Effect";
import { describe, expect, it } from "vitest";
import { CANARIES, leaks } from "./canary.ts";
import { drive, isUnfinished, wasDoubled } from "./fault-run.ts";
import { callOff, live, STOP_PRICE, struckEvents, type Moment } from "./fault-story.ts";
import { disagreements, exitsAddUp } from "./ledgers-agree.ts";
import { livedOut } from "./lived-out.ts";
import { scopedVenue } from "./scoped-venue.ts";
import { tradingRun, type TradingBench, type TradingSettings } from "./trading-bench.ts";
import { FAULTS, type CatalogueFault } from "./venue/fault-catalogue.ts";

const DRAW = { seed: 7, longestMs: 150 };
const MOMENTS: readonly Moment[] = ["entry", "rung", "stop"];

interface Strike {
  readonly fault: CatalogueFault;
  readonly place: "opening" | "cancellation" | "look-up" | Moment;
}

/** Where a fault is armed, so that it strikes: the calls that are only made at the opening, a cancellation, a look-up, an order. */
const STRIKES: readonly Strike[] = FAULTS.map((fault, index) => {
  switch (fault.strikes) {
    case "time":
    case "exchangeInfo":
    case "listenKey":
      return { fault, place: "opening" };
    case "cancelOrder":
      return { fault, place: "cancellation" };
    case "getOrder":
    case "openOrders":
    case "allOrders":
    case "trades":
    case "positions":
    case "algoOrders":
    case "balance":
      return { fault, place: "look-up" };
    default:
      return { fault, place: MOMENTS[index % MOMENTS.length]! };
  }
});

interface Result {
  readonly name: string;
  readonly hasStruck: boolean;
  readonly wrong: readonly string[];
}

const one = ({ fault, place }: Strike): Effect.Effect<Result> =>
  Effect.scoped(
    Effect.gen(function* () {
      const at = yield* scopedVenue(CANARIES);
      if (place === "opening") fault.arm(at, DRAW);
      const settings: TradingSettings = { at, ...(fault.strikes === "balance" ? { market: "spot" } : {}) };
      const result: { current: Result | null } = { current: null };
      yield* tradingRun(settings, (bench) =>
        Effect.gen(function* () {
          if (place === "cancellation") yield* callOff(bench, () => fault.arm(bench.venue, DRAW));
          else yield* live(bench, { arms: armsOf(fault, place) });
          if (wasDoubled(bench)) yield* drive(bench, STOP_PRICE, () => bench.isSuspended() || isSaid(bench), 3_000);
          result.current = {
            name: fault.name,
            hasStruck: hasStruck(bench, fault),
            wrong: [...wrongOf(bench), ...told(bench)],
          };
        }),
      );
      return result.current!;
    }),
  ).pipe(
    Effect.timeout("60 seconds"),
    Effect.catchCause((cause) => Effect.succeed({ name: fault.name, hasStruck: true, wrong: [String(cause)] })),
  );

function armsOf(fault: CatalogueFault, place: Exclude<Strike["place"], "cancellation">) {
  switch (place) {
    case "opening":
      return {};
    case "look-up":
      return {
        rung: (bench: TradingBench) => {
          // Not executed and not answered: everything that there is gets listed.
          bench.venue.faults.next("placeOrder", { kind: "disconnect" });
          fault.arm(bench.venue, DRAW);
          return fault.strikes === "balance" ? Effect.ignore(bench.exchange.holdings) : Effect.void;
        },
      };
    default:
      return { [place]: (bench: TradingBench) => fault.arm(bench.venue, DRAW) };
  }
}

function hasStruck(bench: TradingBench, { strikes, name }: CatalogueFault): boolean {
  const { venue } = bench;
  switch (strikes) {
    case "orderEvents":
    case "fillEvents":
    case "accountEvents":
    case "userEvents":
    case "marketEvents":
      return struckEvents(bench, strikes) > 0;
    case "connections":
      return true;
    case "clock":
      return venue.requests.some(({ answer }) => answer?.code === -1021);
    default:
      return name === "placeOrder fills in slices"
        ? venue.ledger.trades.length > venue.ledger.orders.length
        : venue.requests.some(({ call, fault }) => fault !== undefined && call === strikes);
  }
}

/** Not over in time, or over before the fault could strike. */
const isUncertain = ({ wrong, hasStruck: has }: Result): boolean => isUnfinished(wrong) || (wrong.length === 0 && !has);

/** What was written down or told of a key or a signature. */
const told = ({ rows, alerts, logs, reports, live, venue }: TradingBench): readonly string[] =>
  leaks(
    {
      rows: [JSON.stringify(rows)],
      alerts,
      logs,
      reports: [JSON.stringify(reports)],
      health: [JSON.stringify(live.health())],
    },
    venue.requests,
  );

const isSaid = ({ alerts }: TradingBench): boolean =>
  alerts.some((alert) => alert.includes("cannot be true") || alert.startsWith("Late fill"));

function wrongOf(bench: TradingBench): readonly string[] {
  // What a transport delivers twice is found and said; then a person has to decide.
  if (wasDoubled(bench)) return isSaid(bench) || disagreements(bench).length === 0 ? [] : ["twice, and not said"];
  const wrong = [...disagreements(bench)];
  if (bench.state() !== "closed")
    wrong.push(`it did not come to its end (${bench.state()}): ${bench.alerts.join("; ")}`);
  else if (!exitsAddUp(bench)) wrong.push("what was opened and what was exited do not add up");
  return wrong;
}

describe("every fault of the venue", () => {
  it(
    "R10.2 R10.5 P11 R13.6 ends flat with books that agree, and tells nothing of a key, whatever strikes",
    { timeout: 240_000 },
    async () => {
      const { results, again } = await Effect.runPromise(livedOut(STRIKES, one, isUncertain));
      // A few at most: more would not be the machine.
      expect(again).toBeLessThanOrEqual(STRIKES.length / 4);
      expect(
        results.filter(({ wrong }) => wrong.length > 0).map(({ name, wrong }) => `${name}: ${wrong.join("; ")}`),
      ).toEqual([]);
      expect(results.filter(({ hasStruck: has }) => !has).map(({ name }) => name)).toEqual([]);
      expect(new Set(results.map(({ name }) => name)).size).toBeGreaterThanOrEqual(180);
    },
  );
});
