/**
 * The script of the page: the modules of `browser/`, joined into one, without a build.
 *
 * Promises: each module is there once, after those it imports, in a scope of its own. It knows the two forms that those
 * modules use, `import { … } from "./….js";` and `export function | const`, and refuses others.
 */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

const IMPORT = /^import (\{[^}]*\}) from "\.\/([a-z-]+)\.js";$/gm;
const EXPORT = /^export (?=(?:function|const) ([A-Za-z]+))/gm;

export function pageScript(): string {
  const modules = new Map<string, string>();
  addModule("main", modules);
  return ['"use strict";', "{", ...modules.values(), "}", ""].join("\n");
}

function addModule(name: string, modules: Map<string, string>): void {
  if (modules.has(name)) return;
  const source = readFileSync(new URL(`./browser/${name}.js`, import.meta.url), "utf8");
  for (const [, , imported] of source.matchAll(IMPORT)) addModule(imported!, modules);
  const exported = [...source.matchAll(EXPORT)].map(([, what]) => what!);
  const body = source
    .replace(IMPORT, (_, names: string, from: string) => `const ${names} = ${variable(from)};`)
    .replace(EXPORT, "");
  if (/^(import|export)\b/m.test(body))
    throw new Error(`Invariant: ${name}.js imports or exports in a form that is not known`);
  modules.set(name, `const ${variable(name)} = (() => {\n${body.trim()}\nreturn { ${exported.join(", ")} };\n})();`);
}

const variable = (name: string): string => `$${name.replaceAll("-", "_")}`;

export const pageStyle = (): string => readFileSync(new URL("./page.css", import.meta.url), "utf8");

/** The chart library as a script that needs no module loader: it lies beside what the package exports. */
export function chartLibrary(): string {
  const manifest = createRequire(import.meta.url).resolve("lightweight-charts/package.json");
  return readFileSync(join(dirname(manifest), "dist", "lightweight-charts.standalone.production.js"), "utf8");
}
