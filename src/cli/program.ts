/** The command `pawl` as a whole: its sub-commands, and what becomes of one as an exit code (R14.4). */
import { readFileSync } from "node:fs";
import { Command, CommanderError } from "commander";
import { DONE, failureOf, USAGE, type ExitCode } from "./exit-codes.ts";
import { openTerminal, type Terminal } from "./terminal.ts";

/** Carries out a command line. Never throws: what went wrong is said on standard error. */
export async function runProgram(host: NodeJS.Process): Promise<ExitCode> {
  const terminal = openTerminal(host);
  let exitCode: ExitCode = DONE;
  const end = (code: ExitCode): void => {
    exitCode = code;
  };
  const program = new Command("pawl")
    .description(DESCRIPTION)
    .version(packageVersion())
    .showSuggestionAfterError()
    .exitOverride()
    .addHelpText("after", "\nExamples:\n  $ pawl paper\n  $ pawl help paper");
  for (const load of commandsFor(host.argv[2])) (await load())(program, terminal, end);
  try {
    await program.parseAsync(host.argv);
    return exitCode;
  } catch (error) {
    // It has said already what it is about.
    if (error instanceof CommanderError) return error.exitCode === 0 ? DONE : USAGE;
    const failure = failureOf(error, host.env["PAWL_DEBUG"] === "1");
    terminal.err(failure.message);
    return failure.exitCode;
  }
}

type Add = (program: Command, terminal: Terminal, end: (code: ExitCode) => void) => void;

/** Each is loaded when it is asked for: half of what another one needs would be read in vain. */
const COMMANDS: Readonly<Record<string, () => Promise<Add>>> = {
  live: async () => (await import("./live.ts")).addLive,
  paper: async () => (await import("./paper.ts")).addPaper,
  backtest: async () => (await import("./backtest.ts")).addBacktest,
  compare: async () => (await import("./compare.ts")).addCompare,
  sweep: async () => (await import("./sweep.ts")).addSweep,
  status: async () => (await import("./status.ts")).addStatus,
  close: async () => (await import("./close.ts")).addClose,
  retry: async () => (await import("./retry.ts")).addRetry,
  pause: async () => (await import("./switches.ts")).addPause,
  resume: async () => (await import("./switches.ts")).addResume,
  kill: async () => (await import("./switches.ts")).addKill,
  explain: async () => (await import("./explain.ts")).addExplain,
  journal: async () => (await import("./journal.ts")).addJournal,
  config: async () => (await import("./config.ts")).addConfig,
  entries: async () => (await import("./entries.ts")).addEntries,
  exchange: async () => (await import("./exchange.ts")).addExchange,
  data: async () => (await import("./data.ts")).addData,
  machines: async () => (await import("./machines.ts")).addMachines,
};

/** The one that is named; all of them where help is asked for, or nothing that is known. */
const commandsFor = (named: string | undefined): readonly (() => Promise<Add>)[] =>
  named !== undefined && Object.hasOwn(COMMANDS, named) ? [COMMANDS[named]!] : Object.values(COMMANDS);

const DESCRIPTION =
  "Looks after open crypto positions: scaled take profits, stops that only tighten, orders never carried out twice.";

function packageVersion(): string {
  const text = readFileSync(new URL("../../package.json", import.meta.url), "utf8");
  return (JSON.parse(text) as { readonly version: string }).version;
}
