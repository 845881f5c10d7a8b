/** Who sets the switch of entries, as a host says it (R8.5). Throws ConfigError for what no journal could keep. */
import * as z from "zod";
import { SWITCHED_BY, SWITCHED_BY_LIMIT } from "../domain/entry-switch.ts";
import { parsedOrThrow } from "./schema-problems.ts";

const schema = z.strictObject({
  by: z.string({ error: SWITCHED_BY_LIMIT }).regex(SWITCHED_BY, { error: SWITCHED_BY_LIMIT }),
});

export const parseSwitchedBy = (by: unknown): string =>
  parsedOrThrow(schema, { by }, { file: "switch of entries", line: null }).by;
