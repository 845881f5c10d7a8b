/**
 * Carries out a call as the fault that strikes it demands: once, twice, later, not at all; and says what to answer.
 */
import { fillRest } from "./matching.ts";
import { BACKEND_TIMEOUT } from "./false-answers.ts";
import type { FalseAnswer, RestFault } from "./fault-kinds.ts";
import { openOrderToCancel } from "./order-search.ts";
import { VenueRefusal } from "./records.ts";
import { veil } from "./visibility.ts";
import type { World } from "./world.ts";
import { carryOut, kindOfPath, type Incoming } from "./incoming.ts";
import { jsonReply, type RawReply } from "./false-bodies.ts";

/** What to do on the wire: a reply, perhaps later, or a false answer beside the usual one (undefined: never carried out). */
export interface Verdict {
  readonly usual: RawReply | undefined;
  readonly answer: FalseAnswer | undefined;
  readonly afterMs: number;
}

/** `later` is called with the verdict when a call is to be carried out only after a time. */
export function strike(world: World, incoming: Incoming, fault: RestFault, later: (verdict: Verdict) => void): void {
  const at = (usual: RawReply | undefined, answer?: FalseAnswer, afterMs = 0): void =>
    later({ usual, answer, afterMs });
  switch (fault.kind) {
    case "delay":
      if (fault.executed === true) return at(carryOut(world, incoming), undefined, fault.ms);
      return world.timers.after(fault.ms, () => at(carryOut(world, incoming)));
    case "late": {
      const options = { ignoreDeadline: fault.deadline === "ignored" };
      world.timers.after(fault.afterMs, () => carryOut(world, incoming, options));
      return at(undefined, fault.answer ?? BACKEND_TIMEOUT);
    }
    case "hidden":
      world.onNewOrder = (order) => veil(order, fault.from, fault);
      return at(carryOut(world, incoming), fault.answer);
    case "executeTwice": {
      const first = carryOut(world, incoming);
      if (fault.afterMs === undefined) carryOut(world, incoming);
      else world.timers.after(fault.afterMs, () => carryOut(world, incoming, { ignoreDeadline: true }));
      return at(first, fault.answer);
    }
    case "blind":
      return at(blindReply(incoming));
    case "partialThenExpire": {
      const plan = { slices: [{ share: fault.share }], rest: "expire" } as const;
      world.nextFillPlans.unshift(plan);
      const usual = carryOut(world, incoming);
      if (world.nextFillPlans[0] === plan) world.nextFillPlans.shift();
      return at(usual, fault.answer);
    }
    case "fillBeforeCancel":
      fillForCancel(world, incoming);
      return at(carryOut(world, incoming), fault.answer);
    case "blankTradeIds":
      return at(withoutTradeIds(carryOut(world, incoming)));
    default:
      return at(fault.executed === true ? carryOut(world, incoming) : undefined, fault);
  }
}

function blindReply(incoming: Incoming): RawReply {
  const call = incoming.record.call;
  if (call === "getOrder") return jsonReply(400, { code: -2013, msg: "Order does not exist." });
  if (call === "cancelOrder") return jsonReply(400, { code: -2011, msg: "Unknown order sent." });
  return jsonReply(200, []);
}

function fillForCancel(world: World, incoming: Incoming): void {
  const kind = kindOfPath(incoming.record.path);
  try {
    fillRest(world, openOrderToCancel(world, kind, incoming.record.params));
  } catch (refusal) {
    if (!(refusal instanceof VenueRefusal)) throw refusal;
  }
}

function withoutTradeIds(reply: RawReply): RawReply {
  const rows: unknown = JSON.parse(reply.text);
  if (!Array.isArray(rows)) return reply;
  return jsonReply(
    reply.status,
    rows.map((row: Record<string, unknown>) => ({ ...row, id: "" })),
  );
}
