/** R13.7, SPEC 14: the JSON Schemas in the package are those of the code. `npx vitest run -u` writes them anew. */
import { describe, expect, it } from "vitest";
import { schemaText, SCHEMA_FILES, type SchemaFile } from "../../src/config/json-schema.ts";

const FILES = Object.keys(SCHEMA_FILES) as readonly SchemaFile[];

describe("docs/schema", () => {
  it.each(FILES)("R13.7 R14.1 %s is what the code makes", async (file) => {
    await expect(schemaText(file)).toMatchFileSnapshot(`../../docs/schema/${file}`);
  });

  it.each(FILES)("R13.7 %s knows every key and allows no other", (file) => {
    const schema = JSON.parse(schemaText(file)) as {
      readonly properties: object;
      readonly additionalProperties: boolean;
    };
    expect(Object.keys(schema.properties)).toEqual(Object.keys(SCHEMA_FILES[file].schema.shape));
    expect(schema.additionalProperties).toBe(false);
  });
});
