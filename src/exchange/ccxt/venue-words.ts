/** Our orders in the words of a venue: its form of our id, and a profile's parameters filled in. */
import type { EpochMs } from "../../domain/units.ts";
import type { Params, VenueProfile } from "./profile.ts";

/** The id as the venue has it: our hex digits, cut and prefixed as its profile says. */
export const venueIdOf = (profile: Pick<VenueProfile, "clientOrderId">, clientOrderId: string): string => {
  const { prefix, digits } = profile.clientOrderId.value;
  return `${prefix}${clientOrderId.slice(0, digits)}`;
};

/** A profile's parameters for one call. Nothing is added to what the profile names (R10.11). */
export const filledIn = (
  params: Params,
  { id, sinceMs }: { readonly id: string; readonly sinceMs: EpochMs },
): Readonly<Record<string, unknown>> =>
  Object.fromEntries(Object.entries(params).map(([name, value]) => [name, filled(value, id, sinceMs)]));

function filled(value: Params[string], id: string, sinceMs: EpochMs): unknown {
  if (value === "$id") return id;
  if (value === "$sinceMs") return sinceMs;
  return Array.isArray(value) ? value.map((each: string) => (each === "$id" ? id : each)) : value;
}
