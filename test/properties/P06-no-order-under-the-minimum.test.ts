/** P6: no order under the exchange's known minimum is sent, unless it closes everything that is left. */
import { describe, it } from "vitest";
import { holds, leftLots, scaled, TIMEOUT_MS } from "../support/holds.ts";
import type { Setting } from "../support/sequences.ts";
import { must, type Moment, type Observer, type World } from "../support/world.ts";

/** The larger of minimum amount and minimum cost at a price, in lots, rounded up; 1 where none is known. */
function minimumAt(setting: Setting, price: number): number {
  const lot = (scaled(setting.step) * scaled(setting.contractSize) * scaled(price.toFixed(18))) / 10n ** 60n;
  const byCost = setting.minimumCost === null ? 1n : (scaled(setting.minimumCost) + lot - 1n) / lot;
  return Math.max(setting.minimum ?? 1, Number(byCost));
}

/** What is left to close; on spot, less what other orders hold. */
function closable(moment: Moment, world: World, clientOrderId: string): number {
  const held = world.sequence.setting.kind === "derivative" ? [] : (moment.position?.intents ?? []);
  return held.reduce((left: number, intent) => {
    if (intent.purpose === "entry" || intent.clientOrderId === clientOrderId) return left;
    const { progress } = intent;
    const works = ["recorded", "working", "unresolved"].includes(progress.kind);
    // Of an order that has ended, fills may still be on their way: the venue has sold those lots already.
    const willFill = progress.kind === "ended" ? progress.filledLots : works ? intent.lots : intent.filledLots;
    return left - (willFill - intent.filledLots);
  }, leftLots(world));
}

function observer(): Observer {
  return {
    step(moment, world) {
      for (const command of moment.step.commands) {
        if (command.kind !== "placeOrder" || command.order.purpose === "entry") continue;
        const { lots, clientOrderId, purpose } = command.order;
        const left = closable(moment, world, clientOrderId);
        must(lots > 0 && lots <= left, () => `P6 R3.7 ${purpose} of ${lots} lots where ${left} are left`);
        if (lots === left) continue;
        must(purpose === "exit" && moment.price !== null, () => `P6 ${purpose} of ${lots} lots leaves some of ${left}`);
        const minimum = minimumAt(world.sequence.setting, moment.price.value);
        must(
          lots >= minimum,
          () => `P6 ${purpose} of ${lots} lots, the minimum at ${moment.price?.value} is ${minimum}`,
        );
      }
    },
  };
}

describe("orders", () => {
  it(
    "P6 none is under the known minimum, unless it closes everything that is left",
    () => holds(1_400, observer),
    TIMEOUT_MS,
  );
});
