/** A position's whole life through the real client, over real HTTP, against the venue's own ledger. */
import * as Effect from "effect/Effect";
import { describe, expect, it } from "vitest";
import { disagreements, exitsAddUp } from "./ledgers-agree.ts";
import { onTradingBench, type TradingBench } from "./trading-bench.ts";

/** Up through three rungs of the default ladder. */
const climb = (bench: TradingBench) =>
  Effect.gen(function* () {
    expect(yield* bench.open()).toBe("opened");
    yield* bench.until(
      "open",
      () => bench.state() === "open" && bench.position()!.intents.every((i) => i.progress.kind === "ended"),
    );
    bench.price("61800");
    yield* bench.until("TP1_hit", () => bench.state() === "TP1_hit");
    bench.price("63000");
    yield* bench.until("TP2_hit", () => bench.state() === "TP2_hit");
    bench.price("64800");
    yield* bench.until("closed", () => bench.state() === "closed");
  });

describe("a life on the local venue", () => {
  it.each(["futures", "spot"] as const)(
    "R12.1 three rungs on %s: as in every other mode, and the ledgers agree",
    (market) =>
      onTradingBench({ market }, (bench) =>
        Effect.gen(function* () {
          yield* climb(bench);
          expect(disagreements(bench)).toEqual([]);
          expect(exitsAddUp(bench)).toBe(true);
          expect(bench.facts().filter((fact) => fact.type === "exit")).toHaveLength(3);
        }),
      ),
  );

  it("R10.10 in hedge mode exits name the side they reduce, and nothing is turned round", () =>
    onTradingBench({ venue: { hedgeMode: true } }, (bench) =>
      Effect.gen(function* () {
        yield* climb(bench);
        expect(disagreements(bench)).toEqual([]);
        expect(bench.venue.ledger.orders.map(({ positionSide }) => positionSide)).toEqual([
          "LONG",
          "LONG",
          "LONG",
          "LONG",
        ]);
      }),
    ));
});
