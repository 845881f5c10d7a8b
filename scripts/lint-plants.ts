/**
 * The violations that scripts/lint-proof.ts plants, beside lines that must stay allowed: one for every rule of
 * .oxlintrc.json and for every import direction. They are source text; nothing here runs.
 */

/** One line of source at a place in the house, and the rule that must (or must not) object to it. */
export interface Plant {
  readonly file: string;
  readonly code: string;
  readonly rule: string | null;
}

const IMPORTS = "eslint(no-restricted-imports)";
const GLOBALS = "eslint(no-restricted-globals)";
const PROPERTIES = "eslint(no-restricted-properties)";

const refusedImport = (file: string, from: string): Plant => ({
  file,
  code: `export * from "${from}";`,
  rule: IMPORTS,
});
const allowedImport = (file: string, from: string): Plant => ({ file, code: `export * from "${from}";`, rule: null });
const refused = (file: string, rule: string, code: string): Plant => ({ file, code, rule });
const allowed = (file: string, code: string): Plant => ({ file, code, rule: null });

export const DIRECTIONS: readonly Plant[] = [
  ...["effect", "effect/Effect", "xstate", "zod", "ccxt", "node:fs", "bignumber.js", "@noble/hashes/sha2.js"].map(
    (name) => refusedImport("src/domain/stop.ts", name),
  ),
  refusedImport("src/domain/stop.ts", "../kernel/kernel.ts"),
  refusedImport("src/domain/stop.ts", "../../machines/position.ts"),
  refusedImport("src/domain/decimal.ts", "@noble/hashes/sha2.js"),
  refusedImport("src/domain/hash.ts", "bignumber.js"),
  allowedImport("src/domain/stop.ts", "./units.ts"),
  allowedImport("src/domain/decimal.ts", "bignumber.js"),
  allowedImport("src/domain/hash.ts", "@noble/hashes/sha2.js"),
  refused("src/domain/stop.ts", IMPORTS, 'export const later = () => import("zod");'),
  ...["effect/Effect", "zod", "node:fs", "../../kernel/kernel.ts", "../../journal/journal.ts"].map((name) =>
    refusedImport("src/domain/rules/rungs.ts", name),
  ),
  ...["./rule.ts", "../units.ts"].map((name) => allowedImport("src/domain/rules/rungs.ts", name)),
  refusedImport("src/domain/explain/explain.ts", "../../kernel/kernel.ts"),
  allowedImport("src/domain/explain/explain.ts", "../rules/table.ts"),

  ...["effect/Effect", "node:fs", "zod", "../src/kernel/kernel.ts", "../src/journal/journal.ts"].map((name) =>
    refusedImport("machines/position.ts", name),
  ),
  refused("machines/position.ts", IMPORTS, 'import { fromPromise } from "xstate"; export const logic = fromPromise;'),
  allowed("machines/position.ts", 'import { setup } from "xstate"; export const make = setup;'),
  allowedImport("machines/position.ts", "../src/domain/units.ts"),

  ...[
    "effect/Effect",
    "node:fs",
    "zod",
    "../journal/journal.ts",
    "../engine/replay.ts",
    "../exchange/paper/paper.ts",
  ].map((name) => refusedImport("src/kernel/kernel.ts", name)),
  ...["xstate", "../domain/units.ts", "../../machines/position.ts", "./triggers.ts"].map((name) =>
    allowedImport("src/kernel/kernel.ts", name),
  ),

  ...[
    "effect/persistence",
    "../kernel/kernel.ts",
    "../../machines/position.ts",
    "./paper/paper.ts",
    "ccxt",
    "node:fs",
  ].map((name) => refusedImport("src/exchange/exchange.ts", name)),
  ...["effect/Effect", "../domain/units.ts", "../journal/journal.ts"].map((name) =>
    allowedImport("src/exchange/exchange.ts", name),
  ),
  refusedImport("src/journal/journal.ts", "./sqlite.ts"),
  refusedImport("src/prices/price-feed.ts", "./replay.ts"),

  ...["./memory.ts", "../exchange/paper/ledger.ts", "../kernel/kernel.ts", "../engine/live.ts", "xstate"].map((name) =>
    refusedImport("src/journal/sqlite.ts", name),
  ),
  ...["node:sqlite", "zod", "./journal.ts", "./record.ts", "../domain/row.ts"].map((name) =>
    allowedImport("src/journal/sqlite.ts", name),
  ),
  ...["../exchange/exchange.ts", "../kernel/triggers.ts", "node:sqlite"].map((name) =>
    refusedImport("src/prices/replay.ts", name),
  ),
  ...["csv-parse/sync", "node:fs", "./price-feed.ts"].map((name) => allowedImport("src/prices/replay.ts", name)),
  ...[
    "../ccxt/ccxt.ts",
    "../../prices/replay.ts",
    "../../kernel/kernel.ts",
    "../../../machines/position.ts",
    "ccxt",
    "xstate",
  ].map((name) => refusedImport("src/exchange/paper/paper.ts", name)),
  ...["../exchange.ts", "../../domain/units.ts", "./ledger.ts", "node:sqlite"].map((name) =>
    allowedImport("src/exchange/paper/paper.ts", name),
  ),
  refusedImport("src/exchange/ccxt/ccxt.ts", "../paper/paper.ts"),
  allowedImport("src/exchange/ccxt/ccxt.ts", "ccxt"),
  ...["../engine/live.ts", "../kernel/kernel.ts", "../prices/candles.ts", "zod", "node:fs"].map((name) =>
    refusedImport("src/market-context/market-context.ts", name),
  ),
  ...["trading-signals", "./indicators.ts", "../prices/price-feed.ts", "../domain/market-context.ts"].map((name) =>
    allowedImport("src/market-context/market-context.ts", name),
  ),
  ...["trading-signals", "./market-context.ts", "../kernel/kernel.ts"].map((name) =>
    refusedImport("src/market-context/context-source.ts", name),
  ),
  ...["../domain/market-context.ts", "../prices/price-feed.ts"].map((name) =>
    allowedImport("src/market-context/context-source.ts", name),
  ),
  ...["../engine/live.ts", "../cli/explain-text.ts", "../kernel/kernel.ts", "zod", "node:fs"].map((name) =>
    refusedImport("src/pictures/axis-svg.ts", name),
  ),
  ...["./axis-rows.ts", "../domain/decimal.ts", "../domain/explain/explain.ts"].map((name) =>
    allowedImport("src/pictures/axis-svg.ts", name),
  ),

  ...[
    "../exchange/paper/paper.ts",
    "../journal/sqlite.ts",
    "../prices/replay.ts",
    "../cli/pawl.js",
    "ccxt",
    "node:sqlite",
  ].map((name) => refusedImport("src/engine/replay.ts", name)),
  ...[
    "../kernel/kernel.ts",
    "../exchange/exchange.ts",
    "../journal/journal.ts",
    "effect/Effect",
    "../orders/desk.ts",
  ].map((name) => allowedImport("src/engine/replay.ts", name)),
  refusedImport("src/engine/replay.ts", "../market-context/market-context.ts"),
  allowedImport("src/engine/replay.ts", "../market-context/context-source.ts"),
  refusedImport("src/orders/desk.ts", "../exchange/ccxt/ccxt.ts"),
  allowedImport("src/orders/desk.ts", "../clock/steady-clock.ts"),
  refusedImport("src/clock/steady-clock.ts", "../domain/units.ts"),
  refusedImport("src/kernel/kernel.ts", "../clock/steady-clock.ts"),
  refusedImport("src/config/schema.ts", "../engine/live.ts"),
  ...["zod", "../domain/rules/table.ts"].map((name) => allowedImport("src/config/schema.ts", name)),
  allowedImport("src/journal/row-schema.ts", "../domain/rules/table.ts"),
  refusedImport("src/observability/metrics.ts", "../engine/live.ts"),
  ...["../engine/live.ts", "../embedding/create-engine.ts", "../journal/sqlite.ts", "effect/Effect", "node:sqlite"].map(
    (name) => refusedImport("src/control/server.ts", name),
  ),
  ...["node:net", "zod", "./protocol.ts", "../domain/status.ts", "../journal/journal.ts"].map((name) =>
    allowedImport("src/control/server.ts", name),
  ),
  refusedImport("src/embedding/start-engine.ts", "../cli/run.ts"),
  allowedImport("src/embedded-engine.ts", "./engine/live.ts"),

  ...["../backtest/statistics.ts", "../server/routes.ts", "ccxt", "csv-parse", "../../test/support/builders.ts"].map(
    (name) => refusedImport("src/cli/run.ts", name),
  ),
  ...[
    "../backtest/backtest.ts",
    "../engine/live.ts",
    "../exchange/paper/paper.ts",
    "../journal/sqlite.ts",
    "cli-table3",
  ].map((name) => allowedImport("src/cli/run.ts", name)),
  refusedImport("src/backtest/backtest.ts", "../cli/run.ts"),
  ...["../backtest.ts", "../../prices/candles.ts", "../../kernel/kernel.ts", "node:sqlite", "zod"].map((name) =>
    refusedImport("src/backtest/page/report-page.ts", name),
  ),
  ...["./pack.ts", "../result.ts", "../../domain/side.ts", "node:crypto", "lightweight-charts"].map((name) =>
    allowedImport("src/backtest/page/report-page.ts", name),
  ),
  refusedImport("src/index.ts", "./cli/run.ts"),
  refusedImport("src/index.ts", "bignumber.js"),
  allowedImport("src/index.ts", "./engine/live.ts"),
];

export const PURITY: readonly Plant[] = ["src/domain/stop.ts", "machines/position.ts", "src/kernel/kernel.ts"].flatMap(
  (file) => [
    refused(file, GLOBALS, "export const at = new Date(0).getTime();"),
    refused(file, GLOBALS, "export const at = globalThis.Date.UTC(2026, 1);"),
    refused(file, GLOBALS, "export const at = performance.timeOrigin;"),
    refused(file, GLOBALS, "export const later = (go: () => void): unknown => setTimeout(go, 1);"),
    refused(file, GLOBALS, "export const later = (go: () => void): unknown => setInterval(go, 1);"),
    refused(file, GLOBALS, "export const later = (go: () => void): unknown => setImmediate(go);"),
    refused(file, GLOBALS, "export const later = (go: () => void): void => queueMicrotask(go);"),
    refused(file, GLOBALS, "export const none: unknown = Promise.resolve(1);"),
    refused(file, GLOBALS, "export const say = (): void => process.exit(1);"),
    refused(file, GLOBALS, "export const id = (): string => crypto.randomUUID();"),
    refused(file, GLOBALS, 'export const ask = (): unknown => fetch("x");'),
    refused(file, GLOBALS, 'export const say = (): void => console.log("x");'),
    refused(file, PROPERTIES, "export const chance = (): number => Math.random();"),
    refused(file, PROPERTIES, "const { random } = Math; export const chance = random;"),
    refused(file, "oxc(no-async-await)", "export const wait = async () => 1;"),
    refused(file, "typescript(no-restricted-types)", "export type Later = Promise<number>;"),
    allowed(file, "export const half = (value: number): number => Math.floor(value / 2);"),
  ],
);

export const EVERYWHERE: readonly Plant[] = [
  refused(
    "src/engine/live.ts",
    "typescript(no-floating-promises)",
    "const later = async () => 1; export const go = (): void => { later(); };",
  ),
  refused(
    "src/engine/live.ts",
    "typescript(no-misused-promises)",
    "export const go = (all: number[]): void => { all.forEach(async () => { await go2(); }); }; const go2 = async () => 1;",
  ),
  refused("src/engine/live.ts", "import(no-default-export)", "export default 1;"),
  refused("src/engine/live.ts", "typescript(no-explicit-any)", "export const loose = (value: any): unknown => value;"),
  refused(
    "src/engine/live.ts",
    "typescript(no-unsafe-assignment)",
    'export const loose: { readonly a: number } = JSON.parse("{}");',
  ),
  refused(
    "src/engine/live.ts",
    "typescript(no-unsafe-member-access)",
    'export const loose: unknown = JSON.parse("{}").a;',
  ),
  refused("src/engine/live.ts", "typescript(no-unsafe-call)", 'export const loose: unknown = JSON.parse("{}")();'),
  refused("src/engine/live.ts", "typescript(no-unsafe-return)", 'export const loose = (): number => JSON.parse("1");'),
  refused(
    "src/engine/live.ts",
    "typescript(no-unsafe-argument)",
    'export const loose = (): string => String.fromCharCode(JSON.parse("1"));',
  ),
  refused("src/engine/live.ts", "eslint(eqeqeq)", "export const same = (a: number, b: number): boolean => a == b;"),
  refused("src/engine/live.ts", "eslint(no-unused-vars)", "const left = 1; export const right = 2;"),
  refused("src/engine/live.ts", "eslint(no-var)", "export var loose = 1;"),
  refused(
    "src/engine/live.ts",
    "eslint(prefer-const)",
    "export const one = (): number => { let value = 1; return value; };",
  ),
  refused("src/engine/live.ts", "eslint(no-console)", 'export const say = (): void => console.log("x");'),
  refused("src/engine/live.ts", "eslint(no-warning-comments)", `export const half = 1; // ${"FIX"}ME`),
  refused(
    "src/engine/live.ts",
    "typescript(no-namespace)",
    "declare namespace Old { const a: number; } export type O = typeof Old.a;",
  ),
  refused("src/engine/live.ts", "typescript(only-throw-error)", 'export const fail = (): never => { throw "x"; };'),
  refused(
    "src/engine/live.ts",
    "typescript(switch-exhaustiveness-check)",
    'export const name = (side: "long" | "short"): void => { switch (side) { case "long": return; } };',
  ),
  refused("src/engine/live.ts", PROPERTIES, "export const now = (): number => Date.now();"),
  refused("src/engine/live.ts", PROPERTIES, "export const now = (): number => performance.now();"),
  refused("src/engine/live.ts", PROPERTIES, "export const chance = (): number => Math.random();"),
  ...["runPromise", "runPromiseExit", "runSync", "runSyncExit", "runFork", "runCallback"].map((name) =>
    refused(
      "src/engine/live.ts",
      PROPERTIES,
      `import * as Effect from "effect/Effect"; export const run = Effect.${name};`,
    ),
  ),
  allowed(
    "src/cli/run.ts",
    'import * as Effect from "effect/Effect"; export const run = Effect.runPromise; console.log(Date.now());',
  ),
  refused("src/engine/live.ts", "unicorn(prefer-node-protocol)", 'export const later = () => import("fs");'),
  refused(
    "test/domain/stop.test.ts",
    "vitest(no-focused-tests)",
    'import { it } from "vitest"; it.only("R4.3 x", () => {});',
  ),
  refused(
    "test/domain/stop.test.ts",
    "vitest(no-disabled-tests)",
    'import { it } from "vitest"; it.skip("R4.3 x", () => {});',
  ),
  ...["mock", "doMock"].map((name) =>
    refused(
      "test/domain/stop.test.ts",
      "vitest(no-restricted-vi-methods)",
      `import { vi } from "vitest"; vi.${name}("./x.ts");`,
    ),
  ),
  refused(
    "test/domain/stop.test.ts",
    "vitest(no-restricted-vi-methods)",
    'import { vi } from "vitest"; vi.spyOn(Math, "abs");',
  ),
];

/** Two files that need each other: a cycle has no single line. */
export const CYCLE: readonly Plant[] = [
  refused(
    "src/engine/cycle-a.ts",
    "import(no-cycle)",
    'import { b } from "./cycle-b.ts"; export const a = (): number => b();',
  ),
  refused(
    "src/engine/cycle-b.ts",
    "import(no-cycle)",
    'import { a } from "./cycle-a.ts"; export const b = (): number => a();',
  ),
];
