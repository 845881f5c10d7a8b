/**
 * `pawl exchange check`: is this account at this venue fit for live trading, and if not, what to do about it (R13.2, R13.6).
 *
 * Promises: nothing at the venue is changed; keys come from the environment and appear in no output; 0 where nothing speaks against
 * live, 1 where something does.
 */
import * as Effect from "effect/Effect";
import type { Command } from "commander";
import { revealed, secretsOf } from "../config/credentials.ts";
import { checkVenue } from "../exchange/ccxt/check.ts";
import { judge } from "../exchange/ccxt/check-findings.ts";
import { ExchangeSetupError } from "../exchange/ccxt/ccxt-client.ts";
import { profileOf } from "../exchange/ccxt/profiles/profiles.ts";
import { createRedactor } from "../observability/redact.ts";
import { marketsOf } from "../prices/market-structures.ts";
import { checkText } from "./exchange-text.ts";
import { DONE, FAILED, UsageError, type ExitCode } from "./exit-codes.ts";
import type { Terminal } from "./terminal.ts";
import { KEYS_HELP, keysPrefixOption, venueKeys, whyWithoutKeys } from "./venue-keys.ts";

interface Options {
  readonly venue: string;
  readonly demo?: true;
  readonly symbol?: readonly string[];
  readonly keysPrefix: string;
  readonly json?: true;
  readonly color: boolean;
}

const EXAMPLES = `${KEYS_HELP}

Examples:
  $ pawl exchange check --venue binanceusdm                     without keys: what needs none
  $ PAWL_API_KEY=… PAWL_API_SECRET=… pawl exchange check --venue binanceusdm --demo
  $ pawl exchange check --venue bybit --symbol BTC/USDT:USDT ETH/USDT:USDT --keys-prefix BYBIT
  $ pawl exchange check --venue okx --json | jq '.verdict, .findings'

Ends with 0 where nothing speaks against live trading, with 1 where something does, with 2 where the question is wrong.`;

export function addExchange(program: Command, terminal: Terminal, end: (code: ExitCode) => void): void {
  program
    .command("exchange")
    .description("look at a venue and at an account there")
    .command("check")
    .description("is this account at this venue fit for live trading? Changes nothing there")
    .requiredOption("--venue <name>", "binance (spot), binanceusdm, bitget, bybit, hyperliquid, krakenfutures, okx, …")
    .option("--demo", "the venue's demo or test environment, with keys of its own")
    .option("--symbol <symbol...>", "markets whose limits and fees are shown: BTC/USDT:USDT")
    .addOption(keysPrefixOption())
    .option("--json", "one JSON object in place of text")
    .option("--no-color", "no colors")
    .addHelpText("after", EXAMPLES)
    .action(async (options: Options) => end(await check(options, options.color ? terminal : terminal.withoutColor())));
}

/** Until the headers of an answer are there. */
const TIMEOUT_MS = 10_000;

async function check(options: Options, terminal: Terminal): Promise<ExitCode> {
  const keys = venueKeys(process.env, options.keysPrefix);
  const redactor = createRedactor(secretsOf(keys));
  const { profile, isCareful } = profileOf(options.venue);
  const facts = await Effect.runPromise(
    checkVenue({
      profile,
      isCareful,
      credentials: revealed(keys),
      mode: options.demo === true ? "demo" : "production",
      timeoutMs: TIMEOUT_MS,
      symbols: [...new Set(options.symbol)],
      withoutKeys: (needed) => whyWithoutKeys(keys, options.venue, needed),
      readMarkets: marketsOf,
    }),
  ).catch((error: unknown) => {
    throw error instanceof ExchangeSetupError ? new UsageError(redactor.text(error.message)) : error;
  });
  const judgement = judge(facts);
  if (options.json === true) terminal.out(redactor.json({ ...judgement, ...facts }));
  else for (const text of checkText(facts, judgement, terminal)) terminal.out(redactor.text(text));
  return judgement.verdict === "not fit for live" ? FAILED : DONE;
}
