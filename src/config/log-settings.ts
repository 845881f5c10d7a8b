/** The section `log`: how an engine tells what it does (R13.5). Left out, it says alerts and failures on the console. */
import * as z from "zod";

export const logSchema = z.strictObject({
  level: z
    .enum(["debug", "info", "warning", "error"])
    .default("info")
    .describe("The least that is written; debug: every order and every update of a position"),
  format: z.enum(["text", "json"]).default("text").describe("Lines for people, or one JSON object a line"),
  file: z
    .string()
    .min(1)
    .max(4_096)
    .optional()
    .describe("Lines are added at its end; relative to this file; by default standard error"),
});

export type LogSpecInput = z.input<typeof logSchema>;

export interface LogConfig {
  readonly level: "debug" | "info" | "warning" | "error";
  readonly format: "text" | "json";
  /** Null: standard error. */
  readonly file: string | null;
}

/** `pathOf` makes a path absolute, where paths are relative to something else than the working directory. */
export function logConfig(
  log: z.output<typeof logSchema> | undefined,
  pathOf: (file: string) => string = (file) => file,
): LogConfig | null {
  if (log === undefined) return null;
  const { level, format, file } = log;
  return { level, format, file: file === undefined ? null : pathOf(file) };
}
