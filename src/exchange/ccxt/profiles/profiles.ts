/** Which venues have a profile, and the careful default for the others. */
import type { VenueProfile } from "../profile.ts";
import { binance } from "./binance.ts";
import { binanceusdm } from "./binanceusdm.ts";
import { bitget } from "./bitget.ts";
import { bybit } from "./bybit.ts";
import { careful } from "./careful.ts";
import { hyperliquid } from "./hyperliquid.ts";
import { krakenfutures } from "./krakenfutures.ts";
import { okx } from "./okx.ts";

/** By the name that people write into the configuration. */
export const PROFILES: readonly VenueProfile[] = [binance, binanceusdm, bitget, bybit, hyperliquid, krakenfutures, okx];

export const PROFILE_NAMES: readonly string[] = PROFILES.map((profile) => profile.venue);

/** The profile of a venue, or the careful one under the venue's own name. */
export function profileOf(venue: string): { readonly profile: VenueProfile; readonly isCareful: boolean } {
  const profile = PROFILES.find((each) => each.venue === venue);
  return profile === undefined
    ? { profile: { ...careful, venue, client: venue }, isCareful: true }
    : { profile, isCareful: false };
}
