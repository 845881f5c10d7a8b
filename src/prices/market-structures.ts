/** Markets of an exchange's client, structure by structure: one that cannot be read must not hide the others. */
import type { Market } from "../domain/market.ts";
import { MarketFileError, parseMarkets } from "./market-file.ts";

/** What can be traded here of what a client has loaded; its precision is given as steps. */
export const marketsOf = (structures: readonly unknown[]): readonly Market[] =>
  structures.flatMap((structure) => {
    try {
      return parseMarkets({ path: "exchange", json: [structure], precisionMode: "TICK_SIZE" }).markets;
    } catch (error) {
      if (error instanceof MarketFileError) return [];
      throw error;
    }
  });
