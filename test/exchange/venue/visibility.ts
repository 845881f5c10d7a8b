/**
 * Which orders a listing shows: an order may be veiled in one listing and seen in the next.
 */
import type { Listing, VenueOrder } from "./records.ts";
import type { World } from "./world.ts";

export interface VeilSpan {
  readonly forMs?: number;
  readonly forCalls?: number;
}

export function veil(order: VenueOrder, listings: readonly Listing[], span: VeilSpan): void {
  for (const listing of listings) {
    order.veils.set(listing, {
      untilMs: Date.now() + (span.forMs ?? 0),
      callsLeft: span.forCalls ?? 0,
    });
  }
}

export function isHidden(order: VenueOrder, listing: Listing): boolean {
  const found = order.veils.get(listing);
  if (found === undefined) return false;
  return Date.now() < found.untilMs || found.callsLeft > 0;
}

/** After a listing was answered: one call less until the veiled orders show. */
export function countLook(world: World, listing: Listing): void {
  for (const order of world.orders) {
    const found = order.veils.get(listing);
    if (found !== undefined && found.callsLeft > 0) found.callsLeft -= 1;
  }
}
