/** The market that a request is about. */
import type { ListedMarket, MarketKind } from "./markets.ts";
import { required, type Params } from "./params.ts";
import { VenueRefusal } from "./records.ts";
import { findMarket, type World } from "./world.ts";

/** Refused with -1121 where the venue does not list it. */
export function requiredMarket(world: World, kind: MarketKind, params: Params): ListedMarket {
  const market = findMarket(world, kind, required(params, "symbol"));
  if (market === undefined) throw new VenueRefusal(-1121, "Invalid symbol.");
  return market;
}
