/** Who sets the switch of entries, as a host says it (R8.5). Throws ConfigError for what no journal could keep. */
import * as z from "zod";
import { SWITCHED_BY, SWITCHED_BY_LIMIT } from "../domain/entry-switch.ts";
import { throwIfAny } from "./config-error.ts";
import { parseWith } from "./schema-problems.ts";

const schema = z.strictObject({
  by: z.string({ error: SWITCHED_BY_LIMIT }).regex(SWITCHED_BY, { error: SWITCHED_BY_LIMIT }),
});

export function parseSwitchedBy(by: unknown): string {
  const parsed = parseWith(schema, { by }, { file: "switch of entries", line: null });
  if ("value" in parsed) return parsed.value.by;
  throwIfAny(parsed.problems);
  throw new Error("Invariant: what could not be parsed has a problem to name");
}
