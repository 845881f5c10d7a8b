/**
 * `pawl live`: positions looked after at a venue: on its demo environment, or as a dry run with everything but the sending (R12.1).
 *
 * Promises: real money is refused in this version, and it says so; keys come from the environment alone; every line of what happened
 * is journalled; Ctrl-C says what is left behind, a second one ends at once, and the same command goes on.
 */
import type { Command } from "commander";
import type { Config } from "../config/config-file.ts";
import { PROFILE_NAMES } from "../exchange/ccxt/profiles/profiles.ts";
import type { ExchangeOptions } from "../embedding/opened-exchange.ts";
import { startEngine, type StartedEngine } from "../embedding/start-engine.ts";
import { DONE, INTERRUPTED, UsageError, type ExitCode } from "./exit-codes.ts";
import { listenForInterrupt, type Interrupt } from "./interrupt.ts";
import { liveEntries, type LiveEntries } from "./live-entries.ts";
import { liveReport, type LiveReport } from "./live-report.ts";
import { configFrom } from "./paper-options.ts";
import type { Terminal } from "./terminal.ts";
import { KEYS_HELP, keysPrefixOption, venueKeys } from "./venue-keys.ts";
import { contextOf } from "./reckoned-context.ts";

interface Options {
  readonly venue: string;
  readonly demo?: true;
  readonly dryRun?: true;
  readonly symbol: readonly string[];
  readonly journal: string;
  readonly entries?: string;
  readonly config?: string;
  readonly plan?: string;
  readonly marginMode?: "cross" | "isolated";
  readonly keysPrefix: string;
  readonly json?: true;
  readonly quiet?: true;
  readonly verbose?: true;
  readonly color: boolean;
}

const EXAMPLES = `
Real accounts are refused in this version: no stop rests at the venue yet, nobody owns the account, and what is held there is not
compared with the journal. Choose --dry-run (everything but the sending, no keys needed) or --demo.
${KEYS_HELP}

Examples:
  $ pawl live --venue binanceusdm --dry-run --symbol BTC/USDT:USDT --journal try.journal
  $ PAWL_API_KEY=… PAWL_API_SECRET=… pawl live --venue binanceusdm --demo --symbol BTC/USDT:USDT --journal demo.journal
  $ my-bot | pawl live --venue bybit --demo --symbol BTC/USDT:USDT --journal demo.journal --entries -
  $ pawl status --journal demo.journal        in another terminal: close, pause, resume, retry and kill as well

Entries are JSON lines (docs/guide/live.md); on standard input ("-") each is carried out as it comes, and needs no "at".`;

export function addLive(program: Command, terminal: Terminal, end: (code: ExitCode) => void): void {
  program
    .command("live")
    .description("look after positions at a venue: on its demo environment, or as a dry run")
    .requiredOption("--venue <name>", `${PROFILE_NAMES.join(", ")}, or another of the client library's`)
    .option("--demo", "send orders to the venue's demo or test environment; its keys are its own")
    .option("--dry-run", "everything but sending: the real venue's prices and limits, orders filled on paper")
    .requiredOption("--symbol <symbol...>", "markets that are traded: BTC/USDT:USDT")
    .requiredOption("--journal <file>", "journal to begin or to continue; one for each account")
    .option(
      "--entries <file>",
      'entries to carry out, or "-" for standard input; without it positions are looked after only',
    )
    .option("--config <file>", "configuration: plan, caps, prices, log, alerts")
    .option("--plan <preset|file>", "plan of entries that have none of their own")
    .option("--margin-mode <mode>", "cross or isolated, where the venue's orders say it")
    .addOption(keysPrefixOption())
    .option("--json", "JSON lines in place of text")
    .option("--quiet", "errors only")
    .option("--verbose", "every order, too")
    .option("--no-color", "no colors")
    .addHelpText("after", EXAMPLES)
    .action(async (options: Options) => end(await live(options, options.color ? terminal : terminal.withoutColor())));
}

async function live(options: Options, terminal: Terminal): Promise<ExitCode> {
  const exchange = exchangeFrom(options);
  const config = configFrom(options);
  const entries = liveEntries(options.entries, config);
  const report = liveReport(terminal, options);
  const interrupt = listenForInterrupt(() => terminal.err("pawl: stopping; once more ends at once"));
  try {
    report.begins({ venue: options.venue, mode: exchange.mode, account: config.account, journal: options.journal });
    const engine = await startEngine(settingsOf(config), {
      journal: options.journal,
      exchange,
      onAlert: report.alert,
      onRows: report.rows,
    });
    const onEntriesEnd = (): void => {
      if (options.entries === "-") terminal.err(INPUT_ENDED);
    };
    return await run({ engine, entries, report, interrupt, onEntriesEnd, hasCaps: hasCaps(config) });
  } finally {
    interrupt.release();
  }
}

const INPUT_ENDED =
  "pawl: standard input has ended: no more entries come; positions are still looked after, Ctrl-C stops";

/** Everything but real money. */
function exchangeFrom(options: Options): Extract<ExchangeOptions, { kind: "venue" }> {
  const { venue, symbol, marginMode, keysPrefix } = options;
  if (options.demo === true && options.dryRun === true)
    throw new UsageError("--demo sends orders, --dry-run sends none: choose one of them, not both");
  if (options.demo !== true && options.dryRun !== true) {
    throw new UsageError(
      "pawl live needs --dry-run or --demo: real accounts are refused until stops rest at the venue, the account has one owner, and what is held there is compared",
    );
  }
  if (marginMode !== undefined && marginMode !== "cross" && marginMode !== "isolated")
    throw new UsageError(`--margin-mode is ${JSON.stringify(marginMode)}; allowed: cross, isolated`);
  venueKeys(process.env, keysPrefix);
  return {
    kind: "venue",
    venue,
    mode: options.demo === true ? "demo" : "dry-run",
    symbols: [...new Set(symbol)],
    keysPrefix,
    ...(marginMode === undefined ? {} : { marginMode }),
  };
}

const settingsOf = (config: Config): Parameters<typeof startEngine>[0] => ({
  account: config.account,
  plan: config.plan,
  prices: config.prices,
  caps: config.caps,
  control: true,
  context: contextOf(config),
  log: config.log,
  alerts: config.alerts,
});

const hasCaps = ({ caps }: Config): boolean =>
  caps.maximumOrderNotional !== null || caps.maximumTotalNotional !== null || caps.ordersPerMinute !== null;

interface Run {
  readonly engine: StartedEngine;
  readonly entries: LiveEntries;
  readonly report: LiveReport;
  readonly interrupt: Interrupt;
  /** No more entries come, and nobody has asked to stop. */
  readonly onEntriesEnd: () => void;
  readonly hasCaps: boolean;
}

/** How often it looks whether somebody wants it to end. */
const LOOK_EVERY_MS = 100;

async function run({ engine, entries, report, interrupt, onEntriesEnd, hasCaps: isCapped }: Run): Promise<ExitCode> {
  for (const notice of engine.notices) report.notice(notice);
  if (!isCapped)
    report.notice("no caps are set: any size that the venue takes is sent (section caps of the configuration)");
  report.ready(engine);
  // A refusal is journalled, and told with the rows. An entry that cannot be carried out does not end the session that looks
  // after others.
  const openings = entries.carriedOut(async (entry) => {
    try {
      await engine.openParsed(entry);
    } catch (error) {
      report.alert(
        `entry ${entry.request.id} was not carried out: ${error instanceof Error ? error.message : String(error)}`,
      );
    }
  }, report.notice);
  openings.then(
    () => {
      if (!interrupt.asked()) onEntriesEnd();
    },
    (error: unknown) => report.alert(`no more entries are read: ${String(error)}`),
  );
  while (!interrupt.asked()) await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  entries.end();
  const left = await engine.stop();
  report.ends(left);
  return left.length === 0 ? DONE : INTERRUPTED;
}
