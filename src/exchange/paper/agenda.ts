/**
 * What the paper exchange has to do next, in order: by time; at one moment orders before cancellations, and each by
 * the sequence in which it was received. Empty or short nearly always, so that looking at its head costs nothing.
 */
import type { EpochMs } from "../../domain/units.ts";

export interface Appointment {
  readonly atMs: EpochMs;
  readonly what: "step" | "cancel";
  /** The sequence of the order that it is about. */
  readonly sequence: number;
  readonly clientOrderId: string;
  readonly symbol: string;
}

export interface Agenda {
  add(appointment: Appointment): void;
  /** Takes out one appointment, or all of an order. Nothing happens when there is none. */
  remove(clientOrderId: string, what?: Appointment["what"]): void;
  /** The first that can be kept; one that cannot does not hold up those behind it. */
  first(canBeKept: (appointment: Appointment) => boolean): Appointment | null;
}

export function createAgenda(): Agenda {
  const appointments: Appointment[] = [];
  return {
    add(appointment) {
      let low = 0;
      let high = appointments.length;
      while (low < high) {
        const middle = (low + high) >>> 1;
        if (isBefore(appointments[middle]!, appointment)) low = middle + 1;
        else high = middle;
      }
      appointments.splice(low, 0, appointment);
    },
    remove(clientOrderId, what) {
      for (let index = 0; index < appointments.length;) {
        const each = appointments[index]!;
        const matches = each.clientOrderId === clientOrderId && (what === undefined || each.what === what);
        if (!matches) {
          index += 1;
          continue;
        }
        appointments.splice(index, 1);
        // Once an order has at most one appointment of a kind, there is nothing more to look for.
        if (what !== undefined) return;
      }
    },
    first(canBeKept) {
      for (let index = 0; index < appointments.length; index += 1) {
        const each = appointments[index]!;
        if (canBeKept(each)) return each;
      }
      return null;
    },
  };
}

function isBefore(a: Appointment, b: Appointment): boolean {
  if (a.atMs !== b.atMs) return a.atMs < b.atMs;
  if (a.what !== b.what) return a.what === "step";
  return a.sequence < b.sequence;
}
