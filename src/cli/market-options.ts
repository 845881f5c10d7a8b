/** The options that say where market limits come from. */
import { Option } from "commander";

export const marketsOption = (): Option =>
  new Option("--markets <file>", "market limits, JSON in ccxt's structure; without it named defaults");

export const precisionModeOption = (): Option =>
  new Option("--precision-mode <mode>", "how the markets file writes steps, where it does not say").choices([
    "TICK_SIZE",
    "DECIMAL_PLACES",
  ]);
