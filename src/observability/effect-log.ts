/**
 * What the engine logs through Effect, in the same log: `Effect.logError("[ORDER] …", cause)` is an entry with that tag.
 *
 * Promises: a message without a tag is the supervisor's; the cause, further arguments and annotations are fields, and
 * go through the redactor like everything else.
 */
import * as Cause from "effect/Cause";
import * as Layer from "effect/Layer";
import * as Logger from "effect/Logger";
import type { LogLevel } from "effect/LogLevel";
import * as References from "effect/References";
import type { Level, Tag } from "./event-lines.ts";
import type { Log } from "./log.ts";

/** In place of Effect's own loggers. */
export const effectLogLayer = (log: Log): Layer.Layer<never> =>
  Layer.mergeAll(
    Logger.layer([effectLogger(log)]),
    Layer.succeed(References.MinimumLogLevel, log.takes("debug") ? "Trace" : "Info"),
  );

const effectLogger = (log: Log): Logger.Logger<unknown, void> =>
  Logger.make(({ message, logLevel, cause, fiber, date }) => {
    const [first, ...rest] = Array.isArray(message) ? (message as readonly unknown[]) : [message];
    const { tag, text } = tagged(typeof first === "string" ? first : "");
    const details = typeof first === "string" ? rest : [first, ...rest];
    const annotations = fiber.getRef(References.CurrentLogAnnotations);
    log.write({
      atMs: date.getTime(),
      level: LEVELS[logLevel],
      tag,
      message: text,
      fields: {
        ...annotations,
        ...(details.length === 0 ? {} : { details }),
        ...(cause.reasons.length === 0 ? {} : { cause: Cause.pretty(cause) }),
      },
    });
  });

const LEVELS: Readonly<Record<LogLevel, Level>> = {
  All: "debug",
  Trace: "debug",
  Debug: "debug",
  Info: "info",
  Warn: "warning",
  Error: "error",
  Fatal: "error",
  None: "debug",
};

const TAGS: readonly Tag[] = ["POSITION", "ORDER", "PRICE", "JOURNAL", "SUPERVISOR"];

function tagged(message: string): { readonly tag: Tag; readonly text: string } {
  const match = /^\[([A-Z]+)\] ?/.exec(message);
  const tag = TAGS.find((each) => each === match?.[1]);
  if (match === null || tag === undefined) return { tag: "SUPERVISOR", text: message };
  return { tag, text: message.slice(match[0].length) };
}
