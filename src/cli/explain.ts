/**
 * `pawl explain`: why nothing happens at a price, and what happens where: the price axis of a position with its levels, its
 * band, and which rule fires where, as text, as JSON, or as an SVG picture (R13.0).
 */
import { writeFileSync } from "node:fs";
import { Option, type Command } from "commander";
import { defaultConfig, readConfig, type Config } from "../config/config-file.ts";
import { DURATION_LIMIT, durationMsOf } from "../config/duration.ts";
import { entryTime, TIME_LIMIT } from "../config/entry-time.ts";
import { explain, type Explanation } from "../domain/explain/explain.ts";
import { decimalText, epochMs, price as asPrice, type EpochMs } from "../domain/units.ts";
import { axisSvg } from "../pictures/axis-svg.ts";
import type { PrecisionMode } from "../prices/market-file.ts";
import { DONE, UsageError, type ExitCode } from "./exit-codes.ts";
import { journalledPosition, paperPosition, type ExplainedPosition } from "./explain-source.ts";
import { explanationText } from "./explain-text.ts";
import { marketsOption, precisionModeOption } from "./market-options.ts";
import { PLAN_LIMIT, planFrom } from "./plan-option.ts";
import { marketFileOf, marketFor } from "./session-source.ts";
import type { EventLine } from "../observability/event-lines.ts";
import type { Terminal } from "./terminal.ts";

interface Options {
  readonly plan?: string;
  readonly price?: string;
  readonly config?: string;
  readonly symbol?: string;
  readonly side?: "long" | "short";
  readonly amount?: string;
  readonly leverage?: string;
  readonly entry?: string;
  readonly through?: readonly string[];
  readonly at?: string;
  readonly held?: string;
  readonly markets?: string;
  readonly precisionMode?: PrecisionMode;
  readonly journal?: string;
  readonly position?: string;
  readonly svg?: string;
  readonly json?: true;
}

const EXAMPLES = `
Examples:
  $ pawl explain --plan scaled --price 100000
  $ pawl explain --plan guarded --entry 100000 --through 103000 --price 102500 --leverage 10
  $ pawl explain --plan my-plan.json --side short --price 2500 --symbol ETH/USDT:USDT --held 5h
  $ pawl explain --journal btc.journal --position entry-3 --svg entry-3.svg`;

export function addExplain(program: Command, terminal: Terminal, end: (code: ExitCode) => void): void {
  program
    .command("explain")
    .description("show what happens to a position at which price, and by which rule: of a plan, or of a journal")
    .option("--plan <preset|file>", `plan to explain: ${PLAN_LIMIT} (default: the configuration's)`)
    .option("--price <price>", "price to look from (with --journal: default the last one that is journalled)")
    .option("--entry <price>", "entry price (default: --price)")
    .option("--through <price...>", "prices that it has been through since, in order; they are carried out on paper")
    .addOption(new Option("--side <side>", "long or short (default: long)").choices(["long", "short"]))
    .option("--amount <amount>", "in the exchange's unit (default: 1)")
    .option("--leverage <number>", "leverage (default: 1)")
    .option("--symbol <symbol>", "symbol (default: BTC/USDT:USDT)")
    .option("--at <time>", "when it was opened, for plans with an exit at a moment (default: now)")
    .option("--held <length>", "how long it has been open: 90s, 5h, 2d (default: 1m)")
    .addOption(marketsOption())
    .addOption(precisionModeOption())
    .option("--config <file>", "configuration")
    .option("--journal <file>", "explain a position of this journal instead; an engine may be working with it")
    .option("--position <id>", "which position of the journal (default: the only open one)")
    .option("--svg <file>", "write the picture to a file, too")
    .option("--json", "one JSON object in place of text")
    .addHelpText("after", EXAMPLES)
    .action((options: Options) => {
      const { explained, notices } = explainedOf(options);
      for (const text of notices) terminal.err(`warning: ${text}`);
      const explanation = explanationOf(explained, options);
      if (options.svg !== undefined) writeFileSync(options.svg, axisSvg(explanation), { mode: 0o600 });
      terminal.out(options.json === true ? JSON.stringify(explanation) : explanationText(explanation, terminal));
      end(DONE);
    });
}

interface Asked {
  readonly explained: ExplainedPosition;
  readonly notices: readonly string[];
}

function explainedOf(options: Options): Asked {
  if (options.journal === undefined) {
    if (options.position !== undefined) throw new UsageError("--position needs --journal FILE");
    return onPaper(options);
  }
  const alone = PAPER_ONLY.find((name) => options[name] !== undefined);
  if (alone !== undefined)
    throw new UsageError(`--${OPTION_NAMES[alone] ?? alone} cannot be given with --journal: the journal says it`);
  return { explained: journalledPosition(options.journal, options.position), notices: [] };
}

const PAPER_ONLY = [
  "plan",
  "config",
  "symbol",
  "side",
  "amount",
  "leverage",
  "entry",
  "through",
  "at",
  "held",
  "markets",
  "precisionMode",
] as const satisfies readonly (keyof Options)[];

const OPTION_NAMES: Readonly<Partial<Record<keyof Options, string>>> = { precisionMode: "precision-mode" };

function onPaper(options: Options): Asked {
  const { symbol = "BTC/USDT:USDT", side = "long" } = options;
  const entry = options.entry ?? options.price;
  if (entry === undefined)
    throw new UsageError("--price is missing; allowed: the price to look from, for example 100000");
  const given = options.config === undefined ? defaultConfig() : readConfig(options.config);
  const config: Config = options.plan === undefined ? given : { ...given, plan: planFrom(given.plan, options.plan) };
  const notices: EventLine[] = [];
  const market = marketFor(symbol, marketFileOf(options, config), notices);
  const explained = paperPosition(
    {
      symbol,
      side,
      amount: decimalText(positive("--amount", options.amount ?? "1")),
      leverage: Number(positive("--leverage", options.leverage ?? "1")),
      entryPrice: Number(positive(options.entry === undefined ? "--price" : "--entry", entry)),
      through: (options.through ?? []).map((each) => Number(positive("--through", each))),
      openedAtMs: openedAt(options.at),
      heldMs: heldMs(options.held),
    },
    market,
    config,
  );
  return { explained, notices: [...notices.map(({ text }) => text), ...explained.warnings] };
}

function explanationOf({ snapshot, nowMs, lastPrice }: ExplainedPosition, options: Options): Explanation {
  const { position } = snapshot;
  const at = options.price === undefined ? lastPrice : Number(positive("--price", options.price));
  if (at === null) throw new UsageError(`--price is missing: no price of ${position.symbol} is known`);
  const explanation = explain(position, asPrice(at), nowMs);
  if (explanation !== null) return explanation;
  const { outcome, closing } = position;
  const why =
    outcome !== null
      ? `it has been closed already (${outcome.reason} at ${outcome.averageExitPrice ?? "no price"})`
      : closing !== null
        ? `it is being closed (${closing.reason})`
        : "its entry has not been filled yet";
  const which = options.journal === undefined ? "The position" : position.id;
  throw new UsageError(`${which}: no price decides anything, ${why}`);
}

function positive(option: string, text: string): string {
  if (/^\d{1,15}(\.\d{1,15})?$/.test(text) && Number(text) > 0) return text;
  throw new UsageError(`${option} is ${JSON.stringify(text)}; allowed: a number more than 0, for example 100000.5`);
}

function openedAt(text: string | undefined): EpochMs {
  if (text === undefined) return epochMs(Date.now());
  const moment = entryTime(/^\d+$/.test(text) ? Number(text) : text);
  if (moment !== null) return moment.atMs;
  throw new UsageError(`--at is ${JSON.stringify(text)}; allowed: ${TIME_LIMIT}`);
}

function heldMs(text = "1m"): number {
  const value = durationMsOf(text);
  if (value !== null) return value;
  throw new UsageError(`--held is ${JSON.stringify(text)}; allowed: ${DURATION_LIMIT}`);
}
