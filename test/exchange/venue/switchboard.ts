/**
 * Fault switchboard: which fault strikes which call or event, once, a number of times, for a time or until cleared.
 * What is armed for the next calls goes before what is armed for always; otherwise first armed, first served.
 */
import type { CallTarget, RequestRecord, RestFault, StreamFault, StreamTarget } from "./fault-kinds.ts";

interface Armed<Target, Fault> {
  readonly target: Target;
  readonly fault: Fault;
  left: number;
  readonly untilMs: number;
}

export interface Switchboard {
  /** Strikes the next `count` calls (default 1) that the target means. */
  next(target: CallTarget, fault: RestFault, count?: number): void;
  next(target: StreamTarget, fault: StreamFault, count?: number): void;
  /** Strikes every call that the target means, until `clear` or for a time. */
  always(target: CallTarget, fault: RestFault, forMs?: number): void;
  always(target: StreamTarget, fault: StreamFault, forMs?: number): void;
  /** Disarms everything. What already struck (hidden orders, late orders) goes on. */
  clear(): void;
  /** Faults armed for the next calls and not yet used up. */
  readonly pending: number;
  /** Every fault that has struck, in order. `clear` leaves it as it is. */
  readonly struck: readonly Struck[];
}

export interface Struck {
  readonly target: CallTarget | StreamTarget;
  readonly kind: RestFault["kind"] | StreamFault["kind"];
}

export interface FaultSource {
  readonly board: Switchboard;
  readonly takeRest: (request: RequestRecord) => RestFault | undefined;
  readonly takeStream: (targets: readonly StreamTarget[]) => StreamFault | undefined;
}

const STREAM_TARGETS: readonly string[] = ["userEvents", "orderEvents", "fillEvents", "accountEvents", "marketEvents"];

export function createSwitchboard(): FaultSource {
  const rest: Armed<CallTarget, RestFault>[] = [];
  const stream: Armed<StreamTarget, StreamFault>[] = [];
  const struck: Struck[] = [];
  const arm = (target: CallTarget | StreamTarget, fault: RestFault | StreamFault, left: number, untilMs: number) => {
    if (isStreamTarget(target) && isStreamFault(fault)) stream.push({ target, fault, left, untilMs });
    else if (!isStreamTarget(target) && !isStreamFault(fault)) rest.push({ target, fault, left, untilMs });
    else throw new Error(`${fault.kind} does not strike ${String(target)}`);
  };
  return {
    board: {
      next: (target: CallTarget | StreamTarget, fault: RestFault | StreamFault, count = 1) =>
        arm(target, fault, count, Number.POSITIVE_INFINITY),
      always: (target: CallTarget | StreamTarget, fault: RestFault | StreamFault, forMs = Number.POSITIVE_INFINITY) =>
        arm(target, fault, Number.POSITIVE_INFINITY, Date.now() + forMs),
      clear: () => {
        rest.length = 0;
        stream.length = 0;
      },
      get pending() {
        const counted = [...rest, ...stream].filter(({ left }) => left !== Number.POSITIVE_INFINITY);
        return counted.reduce((sum, { left }) => sum + left, 0);
      },
      struck,
    },
    takeRest: (request) => take(rest, struck, (target) => means(target, request)),
    takeStream: (targets) => take(stream, struck, (target) => targets.includes(target)),
  };
}

function isStreamTarget(target: CallTarget | StreamTarget): target is StreamTarget {
  return typeof target === "string" && STREAM_TARGETS.includes(target);
}

function isStreamFault(fault: RestFault | StreamFault): fault is StreamFault {
  const kinds: readonly string[] = ["dropEvent", "duplicateEvent", "reorderEvents", "delayEvent"];
  return kinds.includes(fault.kind);
}

function means(target: CallTarget, request: RequestRecord): boolean {
  return typeof target === "function" ? target(request) : target === "any" || target === request.call;
}

function take<Target extends CallTarget | StreamTarget, Fault extends RestFault | StreamFault>(
  armed: Armed<Target, Fault>[],
  struck: Struck[],
  hits: (target: Target) => boolean,
): Fault | undefined {
  const now = Date.now();
  const ready = armed.filter(({ target, untilMs }) => now < untilMs && hits(target));
  const found = ready.find(({ left }) => left !== Number.POSITIVE_INFINITY) ?? ready[0];
  if (found === undefined) return undefined;
  found.left -= 1;
  if (found.left <= 0) armed.splice(armed.indexOf(found), 1);
  struck.push({ target: found.target, kind: found.fault.kind });
  return found.fault;
}
