/** Pawl: the one public door. Charts are at `pawl/machines`. */
export { createEngine, type EngineOptions } from "./embedding/create-engine.ts";
export {
  EngineStoppedError,
  UnknownPositionError,
  type Engine,
  type EngineEvent,
  type LeftBehind,
  type Opened,
} from "./embedding/embedded-engine.ts";
export { ControlError, type ControlFailure } from "./control/control-error.ts";
export type { CapsInput } from "./config/caps-settings.ts";
export type { ExchangeOptions, PaperOptions, VenueOptions } from "./embedding/opened-exchange.ts";
export { ExchangeSetupError } from "./exchange/ccxt/ccxt-client.ts";
export { ConfigError } from "./config/config-error.ts";
export type { EntryInput } from "./config/entry-input.ts";
export type { MarketKnowledge } from "./config/market-knowledge.ts";
export type { PlanSpecInput } from "./config/plan-settings.ts";
export type { AdditionRecord, ExitReason, ExitRecord, Fact, NotDoneReason } from "./domain/fact.ts";
export type { Explanation } from "./domain/explain/explain.ts";
export type { Market } from "./domain/market.ts";
export type { Outcome } from "./domain/outcome.ts";
export { isRefused, type Refused } from "./domain/refused.ts";
export type { PositionStatus } from "./domain/status.ts";
export { decimalText, lots, type DecimalText, type Lots } from "./domain/units.ts";
export type { EntryState, EntrySwitch } from "./domain/entry-switch.ts";
export type { EngineMode, Health } from "./engine/live.ts";
export type { Killed } from "./engine/switching.ts";
export { PaperLedgerError } from "./exchange/paper/ledger.ts";
export { PaperSettingsError, type PaperSettingsInput } from "./exchange/paper/settings.ts";
export { JournalError, type JournalFailure } from "./journal/journal.ts";
export { axisSvg } from "./pictures/axis-svg.ts";
export type { Candle } from "./prices/price-feed.ts";
export { defaultMarket } from "./prices/default-market.ts";
export { readMarketFile, MarketFileError } from "./prices/market-file.ts";
