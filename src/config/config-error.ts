/**
 * What is wrong with a configuration or an entries file, in words for the person who has to mend it (R13.7, R14.1).
 *
 * Promises: every problem names file, line (in files of lines), path, value and what is allowed; all problems of a
 * file are told at once; a value that may be a secret is never shown.
 */

export interface ConfigProblem {
  readonly file: string;
  /** 1 for the first; null in a file that is one piece of JSON. */
  readonly line: number | null;
  /** Inside the JSON: "plan.ladder[1].fraction"; empty for the whole. */
  readonly path: string;
  readonly value: string;
  readonly allowed: string;
  /** What is wrong, where "path is value" does not say it. */
  readonly wrong?: string;
}

/** At least one. */
export type ConfigProblems = readonly [ConfigProblem, ...ConfigProblem[]];

/** A file that cannot be used; its own fields are those of the first problem. */
export class ConfigError extends Error {
  readonly file: string;
  readonly path: string;
  readonly value: string;
  readonly allowed: string;
  readonly problems: ConfigProblems;
  constructor(problems: ConfigProblems) {
    super(problems.map(problemText).join("\n"));
    const [first] = problems;
    this.name = "ConfigError";
    this.file = first.file;
    this.path = first.path;
    this.value = first.value;
    this.allowed = first.allowed;
    this.problems = problems;
  }
}

/** Throws what was found, if anything was. */
export function throwIfAny(problems: readonly ConfigProblem[]): void {
  const [first, ...rest] = problems;
  if (first !== undefined) throw new ConfigError([first, ...rest]);
}

function problemText(problem: ConfigProblem): string {
  const place = problem.line === null ? problem.file : `${problem.file}, line ${problem.line}`;
  const what = problem.wrong ?? `${problem.path === "" ? "it" : problem.path} is ${problem.value}`;
  return `${place}: ${what}; allowed: ${problem.allowed}`;
}
