/**
 * One life on the local venue with faults drawn from a seed; then the faults end, and everything has to come to rest. What the engine
 * says is compared with the venue's ledger.
 */
import * as Effect from "effect/Effect";
import { levelPrice } from "../../src/domain/market.ts";
import { disagreements, exitsAddUp } from "./ledgers-agree.ts";
import { tradingRun, LAG_MS, type TradingBench, type TradingSettings } from "./trading-bench.ts";
import { draws } from "./venue/draws.ts";
import { FAULTS } from "./venue/fault-catalogue.ts";

export interface FaultRunResult {
  readonly seed: number;
  /** "futures long, three rungs". */
  readonly scenario: string;
  readonly faults: readonly string[];
  /** Nothing where all is well. */
  readonly wrong: readonly string[];
  /** Transport has delivered an order twice: it is said, and nothing more is decided. */
  readonly isSuspended: boolean;
}

interface Scenario {
  readonly name: string;
  readonly settings: TradingSettings;
  readonly side: "long" | "short";
  readonly course: keyof typeof COURSES;
}

/** Prices of a long that is opened at 60,000; a short sees them mirrored. */
const COURSES = {
  "three rungs": [61_800, 63_000, 64_800],
  "one rung, then the stop": [61_800, 59_900],
  stop: [56_900],
  "rungs in one gap": [63_500, 64_900],
} as const;

const SETTINGS: readonly (readonly [string, TradingSettings])[] = [
  ["futures", { market: "futures" }],
  ["hedge mode", { market: "futures", venue: { hedgeMode: true } }],
  ["spot", { market: "spot" }],
  ["futures that refuse too much", { market: "futures", venue: { reduceOnlyExcess: "reject" } }],
];

const pick = <T>(from: readonly T[], draw: () => number): T => from[Math.floor(draw() * from.length)]!;

function scenarioOf(draw: () => number): Scenario {
  const [place, settings] = pick(SETTINGS, draw);
  const side = settings.market === "spot" || draw() < 0.5 ? "long" : "short";
  const course = pick(Object.keys(COURSES) as (keyof typeof COURSES)[], draw);
  return { name: `${place} ${side}, ${course}`, settings, side, course };
}

/**
 * It was not over in time, and nothing was done that must not be done. Time is real here: a machine that stands still for as long as
 * the venue takes requests makes every look too late. Whether it was that is seen by living it again, alone.
 */
export const isUnfinished = (wrong: readonly string[]): boolean =>
  wrong.some((each) => /did not come to its end|did not happen|TimeoutError|ExchangeSetupError/.test(each)) &&
  !wrong.some((each) => /was executed|no row knows|could open|written down were/.test(each));

/** What fails or takes more than a minute is wrong. */
export const judgedRun = (seed: number): Effect.Effect<FaultRunResult> =>
  faultRun(seed).pipe(
    Effect.timeout("60 seconds"),
    Effect.catchCause((cause) =>
      Effect.succeed({ seed, scenario: "?", faults: [], isSuspended: false, wrong: [String(cause)] }),
    ),
  );

const faultRun = (seed: number): Effect.Effect<FaultRunResult, unknown> =>
  Effect.suspend(() => {
    const draw = draws(seed);
    const scenario = scenarioOf(draw);
    const armed: string[] = [];
    let result: FaultRunResult | null = null;
    return Effect.as(
      tradingRun(scenario.settings, (bench) =>
        Effect.gen(function* () {
          const arm = () => {
            // Most calls are struck once, some of them more often.
            for (let count = Math.floor(draw() * 4); count > 0; count -= 1) {
              const fault = pick(FAULTS, draw);
              armed.push(fault.name);
              fault.arm(bench.venue, {
                seed: Math.floor(draw() * 1e9),
                longestMs: LAG_MS * 0.6,
                count: draw() < 0.8 ? 1 : 3,
              });
            }
          };
          const stages = COURSES[scenario.course].map((price) => (scenario.side === "long" ? price : 120_000 - price));
          arm();
          yield* bench.open({ side: scenario.side });
          yield* drive(bench, START, hasEntered(bench), 1_500);
          for (const price of stages) {
            arm();
            yield* drive(bench, price, () => isAtRest(bench, price, scenario.side), 1_500);
          }
          heal(bench);
          // What was missed on the way is made up for, and where the course does not end by itself the stop ends it.
          yield* drive(bench, stages.at(-1)!, () => isAtRest(bench, stages.at(-1)!, scenario.side), 10_000);
          yield* drive(bench, scenario.side === "long" ? 40_000 : 80_000, () => isOver(bench), 10_000);
          // What was delivered twice is found by the last look at each order.
          yield* drive(bench, stages.at(-1)!, () => bench.isSuspended(), wasDoubled(bench) ? 4_000 : 0);
          result = {
            seed,
            scenario: scenario.name,
            faults: armed,
            isSuspended: bench.isSuspended(),
            wrong: faultsFound(bench),
          };
        }),
      ),
      null,
    ).pipe(Effect.map(() => result!));
  });

const START = 60_000;

/** The price again and again, as a market does, until something holds or the time is up. */
export const drive = (bench: TradingBench, price: number, holds: () => boolean, limitMs: number): Effect.Effect<void> =>
  Effect.gen(function* () {
    const untilMs = performance.now() + limitMs;
    let nextMs = 0;
    while (!holds() && performance.now() < untilMs) {
      if (performance.now() >= nextMs) {
        bench.price(String(price));
        nextMs = performance.now() + 60;
      }
      yield* Effect.sleep(4);
    }
  });

export const hasEntered = (bench: TradingBench) => (): boolean => bench.state() !== "opening";
export const isOver = (bench: TradingBench): boolean =>
  bench.isSuspended() ||
  (bench.state() === "closed" && bench.position()!.intents.every((intent) => intent.progress.kind !== "unresolved"));
/** Nothing is under way. */
export const isAtRest = (bench: TradingBench, price: number, side: "long" | "short"): boolean => {
  const position = bench.position();
  if (position === null || isOver(bench)) return true;
  const isUnderWay = position.intents.some(
    ({ progress }) => progress.kind === "recorded" || progress.kind === "working" || progress.kind === "unresolved",
  );
  const due =
    position.grid !== null &&
    position.rungs.some(({ status, target }) => {
      const level = levelPrice(position.grid!, target);
      return status === "armed" && (side === "long" ? level <= price : level >= price);
    });
  return !isUnderWay && !due;
};

export function heal({ venue }: TradingBench): void {
  venue.faults.clear();
  venue.clockSkew(0);
  venue.streams.unmute();
  venue.streams.acceptNew();
  void venue.comeBack().catch(() => undefined);
}

function faultsFound(bench: TradingBench): readonly string[] {
  if (bench.isSuspended()) {
    const isSaid = bench.alerts.some((alert) => alert.includes("cannot be true"));
    return wasDoubled(bench) && isSaid
      ? []
      : [`suspended${isSaid ? "" : " without a word"}, and nothing was delivered twice`];
  }
  // An order that is delivered once more after its end was known is found by the comparison of sizes; until then it is said.
  if (wasDoubled(bench) && isBlocked(bench)) return [];
  const wrong = disagreements(bench).filter((each) => !(wasDoubled(bench) && each.includes("was executed 2 times")));
  if (bench.state() !== "closed")
    wrong.push(`it did not come to its end: ${JSON.stringify(bench.live.position("p1")?.state)}, ${stuckOn(bench)}`);
  else if (!exitsAddUp(bench)) wrong.push("what was opened and what was exited do not add up");
  return wrong;
}

const isBlocked = (bench: TradingBench): boolean =>
  JSON.stringify(bench.live.position("p1")?.state) === '{"closing":"blocked"}' &&
  bench.alerts.some((alert) => alert.startsWith("Close"));

/** Also where the first delivery was refused for its time, and the second one came after the same order was sent again (seed 21697). */
export const wasDoubled = ({ venue }: TradingBench): boolean =>
  venue.requests.some(
    ({ fault, clientOrderId }) =>
      fault === "executeTwice" &&
      clientOrderId !== undefined &&
      venue.ledger.executionsOf(clientOrderId).orders.length > 1,
  );

const stuckOn = ({ position }: TradingBench): string =>
  JSON.stringify(
    position()?.intents.map(({ purpose, progress, lots, filledLots }) => [purpose, progress.kind, lots, filledLots]),
  );
