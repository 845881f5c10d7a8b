/**
 * The house rules that no compiler holds: who may import whom, and why; names; sizes; links; what text may not say.
 * The import directions are those of .oxlintrc.json, on purpose said twice: the lint rule speaks while one types, this
 * test resolves every path and gives the reason. It reads source text; it does not run the engine.
 */
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { basename, dirname, join, posix, resolve } from "node:path";
import { describe, expect, it } from "vitest";

/**
 * Who may import whom, and why; the first row whose place holds a file decides. Paths are from the root; `ports`,
 * `adapters`, `doors` and `node` are spelled out below; "!" takes back.
 */
const DIRECTIONS = directions(`
  src/domain/decimal.ts  | src/domain bignumber.js                               | law 5: exact arithmetic has one owner, and it knows nothing else
  src/domain/hash.ts     | src/domain @noble/hashes                              | law 9: identity and seeded choice have one owner, and it knows nothing else
  src/domain             | src/domain                                            | law 1: rules are pure, the same in live, paper and backtest: nothing but their neighbours
  machines               | machines src/domain xstate                            | law 1, P16: a chart is data; it does no I/O and starts nothing
  src/kernel             | src/kernel machines src/domain xstate                 | law 1, P20: step() never waits, never reads a clock, never talks to anything
  ports                  | ports src/domain effect                               | R12.1: implementations are exchangeable, so a port knows none of them
  src/journal            | src/journal !src/journal/sqlite.ts !src/journal/memory.ts src/domain effect zod node node:sqlite | R11.1: a journal knows rows, not who writes them, and no other journal
  src/prices             | src/prices src/domain effect zod csv-parse hyparquet apache-arrow lz4js node | R12.1: the same prices give the same decisions: a feed knows nothing of positions or orders
  src/exchange/paper     | src/exchange/paper ports src/domain effect zod node node:sqlite | P12: if the paper exchange saw the engine's view, the two could agree by accident
  src/exchange/ccxt      | src/exchange/ccxt ports src/clock src/domain effect zod ccxt node | R12.1: venues differ behind the port; only this folder knows ccxt
  src/clock              | effect                                               | F63: whoever waits may use it, so it knows nobody
  src/market-context     | src/market-context ports src/domain trading-signals   | R6.4: classes come from candles alone and reach a position as an event
  src/pictures           | src/pictures src/domain                               | R13.0: a picture draws what the rules explain, and asks nobody else
  src/engine             | src/engine src/orders src/kernel ports src/clock src/domain effect | R12.1: the same engine runs live, on paper and in a backtest: it never knows an adapter
  src/orders             | src/engine src/orders src/kernel ports src/clock src/domain effect | R10.2: an order is settled by evidence, whoever the exchange is: by port only
  src/config             | src/config src/domain effect zod node                 | R13.7, law 7: parsed once at the border, plain values inside
  src/control            | src/control src/journal/journal.ts src/domain zod node | R13.2: it reaches an engine by a few questions, and knows none; who composes says which
  src/observability      | src/observability ports src/domain effect node        | R11.9: it tells what was journalled and decides nothing
  src/cli                | src/cli src/index.ts src/embedding doors adapters src/pictures src/engine src/kernel machines src/domain effect zod xstate cli-table3 commander node | R12.1: a command composes; other composers by their one door, libraries by their owner
  src/server             | src/server doors adapters src/pictures src/engine src/kernel machines src/domain effect zod xstate hono @hono node | R13.6: the server composes; it has no rules of its own
  src/backtest/page      | src/backtest/page src/backtest/result.ts src/backtest/run-statistics.ts src/domain lightweight-charts node | R12.3: the page draws plain data, and asks nobody else
  src/backtest           | src/backtest adapters src/engine src/kernel machines src/domain effect zod simple-statistics node | R12.1: a backtest is the replay driver with its adapters chosen
  src/simulation         | src/simulation adapters src/engine src/kernel machines src/domain effect zod node | P19, P20: a simulation is the engine with faults, nothing more
  src/embedding          | src/embedding adapters src/engine src/orders src/kernel src/control src/observability src/config machines src/domain effect zod node | R13.1, R12.1: it puts an engine together for a host, and chooses the adapters
  src/index.ts           | doors adapters src/pictures src/embedding src/engine src/kernel machines src/domain effect | R13.1: one public door that shows what folders offer
`);

const PURE = ["src/domain", "machines", "src/kernel"];
/** What the pure folders may not even name; comments and strings are not read. */
const IMPURE =
  /\b(Date|Promise|performance|setTimeout|setInterval|setImmediate|queueMicrotask|console|process|crypto|fetch|async|await)\b|\bMath\.random\b/;
/** In a chart, time and side effects come back as events: XState's own timers and actors stay unused. */
const CHART_TIMERS = /\b(after|invoke)\s*:/;

const FORBIDDEN_NAMES = /^(utils?|helpers?|common|core|managers?|types?)$/i;
const LONGEST_FILE = 400;
/** Longer files that may stay so: the reason stands beside the name. */
const LONG_FILES: ReadonlyMap<string, string> = new Map([]);
/** Tests of the house itself carry no requirement number. */
const WITHOUT_NUMBERS = /^test\/(architecture\.test\.ts$|types\/)/;
/** Places on one person's machine, and where packages came from: neither is part of the project. */
const MACHINE_PATH = new RegExp(`(^|[\\s"'\`(=:])/(${["work", "home", "root", "Users", "mnt"].join("|")})/`, "m");
const REGISTRY = new RegExp(
  ["registry\\.", "npmjs\\.", "artifactory", "jfrog\\.", "verdaccio"].map((part) => `${part}[a-z]*`).join("|"),
  "i",
);

const ROOT = resolve(import.meta.dirname, "..");
const FILES = listFiles();
const SOURCES = FILES.filter((file) => /^(src|machines)\/.*\.ts$/.test(file));
const CODE = FILES.filter((file) => /^(src|machines|test|scripts|bench)\/.*\.ts$/.test(file));

describe("architecture", () => {
  it("finds the source files that it is about", () => {
    expect(SOURCES.length).toBeGreaterThan(10);
  });

  it("every folder imports only what it may, and says why", () => {
    const broken = SOURCES.flatMap((file) => {
      const direction = DIRECTIONS.find(({ place }) => inside(place, file));
      if (direction === undefined) return [`${file}: no import direction is written down for this folder`];
      return importsOf(file)
        .filter((target) => !mayImport(direction, target))
        .map((target) => `${file} imports ${target}: ${direction.why}`);
    });
    expect(broken).toEqual([]);
  });

  it("machines, domain and kernel name no clock, timer, promise or console (law 1)", () => {
    const pure = SOURCES.filter((file) => PURE.some((place) => inside(place, file)));
    const broken = pure.flatMap((file) =>
      numbered(codeOnly(read(file)))
        .filter(([, line]) => IMPURE.test(line))
        .map(([at, line]) => `${file}:${at}: ${line.trim()}: the same event must always give the same answer`),
    );
    expect(broken).toEqual([]);
  });

  it("no chart uses XState's timers or invoked actors (law 1: a deadline that must survive a restart is state)", () => {
    expect(SOURCES.filter((file) => inside("machines", file) && CHART_TIMERS.test(codeOnly(read(file))))).toEqual([]);
  });

  it("no module-level state in the product (R13.1: two engines in one process)", () => {
    const broken = SOURCES.flatMap((file) =>
      numbered(read(file))
        .filter(([, line]) => /^(export )?(let|var)\s/.test(line))
        .map(([at, line]) => `${file}:${at}: ${line.trim()}`),
    );
    expect(broken).toEqual([]);
  });

  it("no file or folder is called utils, helpers, common, core, manager or types (each is where the next 5,000 lines begin)", () => {
    const broken = CODE.filter((file) =>
      file
        .split("/")
        .some(
          (part, at) =>
            FORBIDDEN_NAMES.test(part.replace(/(\.test)?\.ts$/, "")) && !(at === 1 && file.startsWith("test/types/")),
        ),
    );
    expect(broken).toEqual([]);
  });

  it("no file is over 400 lines, unless its reason is written down (look for the second noun in it)", () => {
    const long = CODE.map((file) => ({ file, lines: read(file).split("\n").length - 1 })).filter(
      ({ lines }) => lines > LONGEST_FILE,
    );
    expect(
      long.filter(({ file }) => !LONG_FILES.has(file)).map(({ file, lines }) => `${file}: ${lines} lines`),
    ).toEqual([]);
    expect(
      [...LONG_FILES.keys()].filter((file) => !long.some((found) => found.file === file)),
      "reasons for files that are short again",
    ).toEqual([]);
  });

  it("every test file names a requirement (R…) or a property (P…) in a title", () => {
    const tests = CODE.filter((file) => file.endsWith(".test.ts") && !WITHOUT_NUMBERS.test(file));
    expect(tests.filter((file) => !/["'`][^"'`\n]*\b(R\d+\.\d+|P\d+)\b/.test(read(file)))).toEqual([]);
  });

  it("every relative link in the documents leads somewhere", () => {
    const documents = FILES.filter((file) => /^(docs\/.*|[A-Z]+|[^/]+\/README)\.md$/.test(file));
    expect(documents.length).toBeGreaterThan(0);
    expect(documents.flatMap(brokenLinks)).toEqual([]);
  });

  it("no text names a place on somebody's machine or a package registry", () => {
    const broken = FILES.filter(isText).flatMap((file) =>
      numbered(read(file)).flatMap(([at, line]) => {
        const found = MACHINE_PATH.exec(line) ?? (file === ".npmrc" ? null : REGISTRY.exec(line));
        return found === null || isOwnPattern(file) ? [] : [`${file}:${at}: ${found[0].trim()}`];
      }),
    );
    expect(broken).toEqual([]);
  });
});

/** Tracked files and those that would be: everything that .gitignore does not hide. */
function listFiles(): readonly string[] {
  const listed = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard", "-z"], {
    cwd: ROOT,
    encoding: "utf8",
  });
  return [...new Set(listed.split("\0"))].filter((file) => file !== "" && existsSync(join(ROOT, file))).toSorted();
}

function read(file: string): string {
  return readFileSync(join(ROOT, file), "utf8");
}

interface Direction {
  readonly place: string;
  readonly may: readonly string[];
  readonly why: string;
}

function directions(table: string): readonly Direction[] {
  const rows = table.split("\n").filter((line) => line.trim() !== "");
  return rows.map((line) => {
    const [place = "", may = "", why = ""] = line.split("|").map((cell) => cell.trim());
    return { place, may: may.split(/\s+/), why };
  });
}

function mayImport({ may, place }: Direction, target: string): boolean {
  if (may.some((name) => name.startsWith("!") && inside(name.slice(1), target))) return false;
  // Effect's stable part is what lies directly under it; a port outlives a minor version (decision: deep imports).
  if (place === "ports" && /^effect\/[^A-Z]/.test(target)) return false;
  return may.some((name) => inside(name, target));
}

/** Is this file (or package) the place itself, or inside it? */
function inside(place: string, file: string): boolean {
  switch (place) {
    case "ports":
      return /^src\/(journal\/journal|exchange\/exchange|exchange\/immediate-exchange|market-context\/context-source|prices\/price-feed)\.ts$/.test(
        file,
      );
    case "adapters":
      return /^src\/(journal|exchange|prices|market-context|config|control|observability)\//.test(file);
    case "doors":
      return /^src\/(server\/server|backtest\/backtest|simulation\/simulation)\.ts$/.test(file);
    case "node":
      return file.startsWith("node:") && file !== "node:sqlite";
    default:
      return file === place || file.startsWith(`${place}/`);
  }
}

/** What a file imports or re-exports, types included: packages by name, our own files by their path from the root. */
function importsOf(file: string): readonly string[] {
  const statement =
    /^\s*(?:import|export)\b[^"';]*?\bfrom\s+["']([^"']+)["']|^\s*import\s+["']([^"']+)["']|\bimport\(\s*["']([^"']+)["']/gm;
  return [...withoutComments(read(file)).matchAll(statement)].map(([, named, bare, dynamic]) => {
    const target = named ?? bare ?? dynamic ?? "";
    return target.startsWith(".") ? posix.join(posix.dirname(file), target) : target;
  });
}

/** Strings stay, comments become spaces; line numbers stay. */
function withoutComments(source: string): string {
  return source.replace(/("(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*')|\/\*[\s\S]*?\*\/|\/\/.*$/gm, (found, text) =>
    text === undefined ? found.replace(/[^\n]/g, " ") : found,
  );
}

/** Source without comments and without what is inside quotes. */
function codeOnly(source: string): string {
  return withoutComments(source).replace(/(["'])(?:\\.|(?!\1)[^\\\n])*\1/g, '""');
}

function numbered(text: string): readonly (readonly [number, string])[] {
  return text.split("\n").map((line, index) => [index + 1, line] as const);
}

function brokenLinks(file: string): readonly string[] {
  const prose = read(file)
    .replace(/^```[\s\S]*?^```/gm, "")
    .replace(/`[^`\n]*`/g, "");
  return [...prose.matchAll(/\]\(([^)\s]+)(?:\s+"[^"]*")?\)/g)]
    .map(([, target = ""]) => target)
    .filter((target) => !/^[a-z]+:/i.test(target))
    .filter((target) => !leadsSomewhere(file, target))
    .map((target) => `${file}: ${target}`);
}

function leadsSomewhere(file: string, target: string): boolean {
  const [path = "", anchor] = target.split("#");
  const found = path === "" ? join(ROOT, file) : join(ROOT, dirname(file), decodeURIComponent(path));
  if (!existsSync(found)) return false;
  if (anchor === undefined || !found.endsWith(".md")) return true;
  const headings = readFileSync(found, "utf8").matchAll(/^#+\s+(.*)$/gm);
  return [...headings].some(([, heading = ""]) => slug(heading) === anchor);
}

/** How the usual hosts turn a heading into an anchor. */
function slug(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, "")
    .trim()
    .replace(/\s/g, "-");
}

function isText(file: string): boolean {
  return /\.(ts|json|jsonl|md|ya?ml|html|css|txt|csv|sh)$|^\.[a-z]+(rc(\.json)?|ignore|config)?$|^\.ci\/|^LICENSE$/.test(
    file,
  );
}

/** This file has to write down what it looks for. */
function isOwnPattern(file: string): boolean {
  return basename(file) === "architecture.test.ts";
}
