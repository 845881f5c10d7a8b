/**
 * Libraries that people would take instead, each by the nearest rule that it can express, in a process of its own. They
 * are installed by the bench into a folder that goes away; where that fails, it is said and the others go on.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { figure, type Figure } from "../figure.ts";
import { spreadOf, type Effort, type Spread } from "../measuring.ts";
import { install, type Wanted } from "./install.ts";
import { parseAnswer, type RivalAnswer } from "./rival.ts";
import { YEAR_OF_MINUTES } from "./series.ts";

interface Rival extends Wanted {
  readonly name: string;
  readonly script: string;
  readonly candles: Readonly<Record<Effort, number>>;
}

export interface RivalResults {
  readonly figures: readonly Figure[];
  /** Candles a second of the fastest that ran; null where none did. */
  readonly fastest: Spread | null;
}

/** backtest-kit takes only as many candles as are done in a few seconds; its rate does not depend on how many. */
const RIVALS: readonly Rival[] = [
  {
    name: "grademark 0.3.0 (one exit)",
    script: "grademark.ts",
    candles: { quick: YEAR_OF_MINUTES, full: YEAR_OF_MINUTES },
    // It imports chai without asking for it.
    dependencies: { grademark: "0.3.0", "data-forge": "1.10.5", chai: "6.3.0" },
  },
  {
    name: "backtest-kit 19.5.0 (rungs and trailing)",
    script: "backtest-kit.ts",
    candles: { quick: 10_000, full: 50_000 },
    dependencies: { "backtest-kit": "19.5.0" },
    fallback: {
      overrides: { "di-kit": "1.0.18", "di-scoped": "1.0.20", "functools-kit": "1.0.95", "get-moment-stamp": "1.1.1" },
      own: {
        "di-singleton": `exports.singleton = (Type) => {
          let only;
          return function () { return (only ??= new Type()); };
        };`,
      },
    },
  },
];

const ROUNDS = { quick: 2, full: 3 } as const;

export function rivals(effort: Effort): RivalResults {
  const folder = mkdtempSync(join(tmpdir(), "pawl-rivals-"));
  try {
    const answers = RIVALS.flatMap((rival) => {
      const given = answerOf(rival, join(folder, rival.script), effort);
      return given === null ? [] : [{ rival, given, rate: rateOf(given) }];
    });
    const fastest = answers.map(({ rate }) => rate).toSorted((a, b) => b.median - a.median)[0] ?? null;
    return {
      fastest,
      figures: [
        figure(`rivals that ran, of ${RIVALS.length}`, "count", answers.length),
        ...answers.flatMap(({ rival: { name }, given, rate }) => [
          figure(`${name}: ${toldOf(given)}`, "candles/s", rate),
          figure(`${name}: peak memory`, "MB", given.peakKilobytes / 1_024),
        ]),
      ],
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const rateOf = ({ candles, busyMs }: RivalAnswer): Spread =>
  spreadOf(busyMs.map((milliseconds) => (candles / milliseconds) * 1_000));

const toldOf = ({ candles, positions, partialExits, stops }: RivalAnswer): string =>
  `${candles.toLocaleString("en-US")} candles, ${positions} positions, ${partialExits ?? "no"} partial exits, ${stops} stops`;

function answerOf(rival: Rival, folder: string, effort: Effort): RivalAnswer | null {
  const failure = install(folder, rival);
  if (failure !== null) {
    console.error(`${rival.name} could not be installed, so it is not compared: ${failure}`);
    return null;
  }
  const script = join(import.meta.dirname, rival.script);
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [script, folder, String(rival.candles[effort]), String(ROUNDS[effort])],
    // Whatever it writes after all stays in its folder.
    { cwd: folder, encoding: "utf8" },
  );
  if (status === 0) return parseAnswer(stdout);
  console.error(`${rival.name} has failed, so it is not compared: ${stderr.slice(0, 500)}`);
  return null;
}
