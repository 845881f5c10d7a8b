/** Writes the drawings of the charts into docs/machines: `npm run draw`. A test keeps them equal to the charts. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { drawings } from "../machines/drawings.ts";

const folder = resolve(import.meta.dirname, "..", "docs", "machines");
mkdirSync(folder, { recursive: true });
for (const { name, text } of drawings()) writeFileSync(join(folder, name), text);
console.log(`${drawings().length} files in docs/machines`);
