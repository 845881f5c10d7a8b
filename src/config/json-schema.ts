/**
 * The JSON Schemas of the files that people write, for editors and for other programs (R13.7, section 14).
 *
 * Promises: they are made from the very schemas that parse the files, so they cannot say something else. What JSON
 * Schema cannot say (sums, order, exactness) is checked when the file is read.
 */
import * as z from "zod";
import { configSchema } from "./config-file.ts";
import { entrySchema } from "./entries.ts";

/** By file name in `docs/schema`. */
export const SCHEMA_FILES = {
  "config.schema.json": { title: "Pawl configuration", schema: configSchema },
  "entry.schema.json": { title: "One line of a Pawl entries file", schema: entrySchema },
} as const satisfies Readonly<Record<string, { readonly title: string; readonly schema: z.ZodType }>>;

export type SchemaFile = keyof typeof SCHEMA_FILES;

export const schemaText = (file: SchemaFile): string => jsonSchemaText(SCHEMA_FILES[file]);

/** The text of a schema file: stable, two spaces, one line feed at the end. */
export function jsonSchemaText({ title, schema }: { readonly title: string; readonly schema: z.ZodType }): string {
  const { $schema, ...rest } = z.toJSONSchema(schema, { io: "input" });
  return `${JSON.stringify({ $schema, title, ...rest }, null, 2)}\n`;
}
