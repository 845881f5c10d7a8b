/** `pawl config`: check a configuration file, and show what is in force with every default written out (R13.7). */
import type { Command } from "commander";
import { defaultConfig, readConfig } from "../config/config-file.ts";
import { readMarketFile } from "../prices/market-file.ts";
import { configText } from "./config-text.ts";
import { DONE, type ExitCode } from "./exit-codes.ts";
import type { Terminal } from "./terminal.ts";

export function addConfig(program: Command, terminal: Terminal, end: (code: ExitCode) => void): void {
  const config = program.command("config").description("check a configuration, or show it");
  config
    .command("check <file>")
    .description("check a configuration file, and the markets file that it names")
    .addHelpText("after", "\nExamples:\n  $ pawl config check pawl.json")
    .action((file: string) => {
      const { markets, warnings } = readConfig(file);
      const marketFile =
        markets === null
          ? null
          : readMarketFile({ path: markets.path, precisionMode: markets.precisionMode ?? undefined });
      for (const text of [...warnings, ...(marketFile?.warnings ?? [])]) terminal.out(`warning: ${text}`);
      for (const { symbol, text } of marketFile?.unusable ?? [])
        terminal.out(`warning: ${symbol} cannot be used: ${text}`);
      terminal.out(`${file}: sound${marketFile === null ? "" : `, ${marketFile.markets.length} markets`}`);
      end(DONE);
    });
  config
    .command("show")
    .description("show the configuration in force, every default written out, as a file that means the same")
    .option("--config <file>", "configuration file (default: the defaults)")
    .addHelpText("after", "\nExamples:\n  $ pawl config show > pawl.json\n  $ pawl config show --config pawl.json")
    .action((options: { readonly config?: string }) => {
      const shown = options.config === undefined ? defaultConfig() : readConfig(options.config);
      for (const text of shown.warnings) terminal.err(`warning: ${text}`);
      terminal.out(configText(shown));
      end(DONE);
    });
}
