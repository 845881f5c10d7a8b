/**
 * The engine for plain TypeScript: what a Node service embeds (R13.1). Its options are parsed here; `start-engine.ts` makes it.
 *
 * Promises: no global state, so two engines in one process do not see each other; what a caller is told is durable;
 * wrong input comes back as a refusal with field, value and limit.
 */
import type { AlertsSpecInput } from "../config/alert-settings.ts";
import type { CapsInput } from "../config/caps-settings.ts";
import type { ContextSpecInput } from "../config/context-settings.ts";
import { parseEngineOptions } from "../config/engine-options.ts";
import type { LogSpecInput } from "../config/log-settings.ts";
import type { PlanSpecInput } from "../config/plan-settings.ts";
import type { Engine } from "./embedded-engine.ts";
import type { ExchangeOptions } from "./opened-exchange.ts";
import { startEngine } from "./start-engine.ts";

export interface EngineOptions {
  /** A file (created if it is not there), or `"memory"` for tests: nothing survives the process. */
  readonly journal: string;
  readonly exchange: ExchangeOptions;
  /** One owner per account; part of every client order id. Default "default". */
  readonly account?: string;
  /** What entries without a plan of their own get: a preset's name or overrides. Default the preset `scaled`. */
  readonly plan?: PlanSpecInput;
  /**
   * Market context: regime, volatility, momentum (R6.4), reckoned from candles that are built from prices. By default from the
   * first plan on that looks at it; an object turns it on, `false` off. What the host knows itself is always taken.
   */
  readonly context?: ContextSpecInput;
  readonly prices?: {
    /** How far ahead of the clock a price may be stamped. Default 5,000. */
    readonly maximumFutureMs?: number;
    /** How old a price may be when a decision is made on it; null for any age. Default 5,000. */
    readonly maximumAgeMs?: number | null;
  };
  /** Caps on new positions (R8.6). By default there are none. */
  readonly caps?: CapsInput;
  /**
   * Whether commands reach the engine over a socket that only its owner can open (R13.2): beside the journal (`FILE.sock`), or at
   * a path. By default they do not.
   */
  readonly control?: boolean | string;
  /** What the engine does, as lines. Default: failures alone, on the console. */
  readonly log?: LogSpecInput;
  /** Where alerts go besides the log and `onAlert`: a webhook, signed with a secret from the environment. */
  readonly alerts?: AlertsSpecInput;
  /**
   * What a person has to know at once; the same again within a minute is counted and told when it is over, and no more than thirty
   * in a minute. Default: the console, where there is no `log`.
   */
  readonly onAlert?: (message: string) => void;
}

/** Starts an engine. Throws JournalError, PaperLedgerError, PaperSettingsError, ExchangeSetupError, ControlError or ConfigError. */
export const createEngine = async (options: EngineOptions): Promise<Engine> =>
  startEngine(parseEngineOptions(options), options);
