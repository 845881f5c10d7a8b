/**
 * How a command ends: its exit code, and the one message that a failure gives (R14.4).
 *
 * Promises: 0 done, 1 failed, 2 usage or configuration, 130 interrupted with the state kept. A failure that somebody
 * can mend says what is wrong and what is allowed; only a defect asks for PAWL_DEBUG=1, which shows the stack.
 */
import { ConfigError } from "../config/config-error.ts";
import { ControlError } from "../control/control-error.ts";
import { ExchangeSetupError } from "../exchange/ccxt/ccxt-client.ts";
import { ResumeError } from "../engine/resume.ts";
import { PaperLedgerError } from "../exchange/paper/ledger.ts";
import { PaperSettingsError } from "../exchange/paper/settings.ts";
import { JournalError } from "../journal/journal.ts";
import { MarketFileError } from "../prices/market-file.ts";
import { PriceFileError } from "../prices/price-file-error.ts";

export const DONE = 0;
export const FAILED = 1;
export const USAGE = 2;
export const INTERRUPTED = 130;
export type ExitCode = typeof DONE | typeof FAILED | typeof USAGE | typeof INTERRUPTED;

/** What was asked for cannot be meant: a missing or contradictory option, a file that is not there. */
export class UsageError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "UsageError";
  }
}

/** What was asked for could not be done, for a reason that is no defect: no engine runs, or it has something against it. */
export class FailedError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "FailedError";
  }
}

export interface Failure {
  readonly exitCode: ExitCode;
  readonly message: string;
}

/** The exit code and the message of whatever was thrown. */
export function failureOf(error: unknown, debug: boolean): Failure {
  const exitCode = expectedExitCode(error);
  const text = error instanceof Error ? error.message : String(error);
  const stack = debug && error instanceof Error && error.stack !== undefined ? `\n${error.stack}` : "";
  if (exitCode !== null) return { exitCode, message: `pawl: ${text}${stack}` };
  const hint = debug ? "" : " (this is a defect of pawl; PAWL_DEBUG=1 shows where)";
  return { exitCode: FAILED, message: `pawl: ${text}${hint}${stack}` };
}

/** Null for what nobody has foreseen. */
function expectedExitCode(error: unknown): ExitCode | null {
  if (error instanceof UsageError || error instanceof ConfigError || error instanceof MarketFileError) return USAGE;
  if (error instanceof PaperSettingsError || error instanceof ResumeError) return USAGE;
  if (error instanceof PriceFileError || error instanceof FailedError || error instanceof ControlError) return FAILED;
  if (error instanceof ExchangeSetupError) return FAILED;
  if (error instanceof JournalError) return error.failure.kind === "not_a_journal" ? USAGE : FAILED;
  if (error instanceof PaperLedgerError) {
    return error.failure.kind === "other_settings" || error.failure.kind === "not_a_ledger" ? USAGE : FAILED;
  }
  return isFileFailure(error) ? FAILED : null;
}

/** The file system said no: its own words name the path. */
const isFileFailure = (error: unknown): boolean => error instanceof Error && "syscall" in error && "code" in error;
