/** The captures of all venues with a profile. */
import { binanceCaptures } from "./binance.ts";
import { binanceusdmCaptures } from "./binanceusdm.ts";
import { bitgetCaptures } from "./bitget.ts";
import { bybitCaptures } from "./bybit.ts";
import type { VenueCaptures } from "./capture.ts";
import { hyperliquidCaptures } from "./hyperliquid.ts";
import { krakenfuturesCaptures } from "./krakenfutures.ts";
import { okxCaptures } from "./okx.ts";

export const VENUES: readonly VenueCaptures[] = [
  binanceCaptures,
  binanceusdmCaptures,
  bitgetCaptures,
  bybitCaptures,
  hyperliquidCaptures,
  krakenfuturesCaptures,
  okxCaptures,
];
