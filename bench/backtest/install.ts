/** Libraries from the npm registry into a folder of their own: none of them is a dependency of ours. */
import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

export interface Wanted {
  readonly dependencies: Readonly<Record<string, string>>;
  /** For a registry that lacks what they ask for. */
  readonly fallback?: Fallback;
}

interface Fallback {
  readonly overrides: Readonly<Record<string, string>>;
  /** Packages written here, by name: the text of their one CommonJS file. */
  readonly own: Readonly<Record<string, string>>;
}

const LONGEST_MS = 180_000;

/** Null where it has worked, with the fallback where it must; otherwise what npm said. */
export function install(folder: string, { dependencies, fallback }: Wanted): string | null {
  mkdirSync(folder, { recursive: true });
  const failure = npmInstall(folder, { dependencies });
  if (failure === null || fallback === undefined) return failure;
  const own = Object.entries(fallback.own).map(([name, text]) => {
    mkdirSync(join(folder, "own", name), { recursive: true });
    writeFileSync(join(folder, "own", name, "index.js"), text);
    writeFileSync(join(folder, "own", name, "package.json"), JSON.stringify({ name, version: "99.0.0" }));
    return [name, `file:./own/${name}`];
  });
  const overrides = { ...fallback.overrides, ...Object.fromEntries(own) };
  // Overrides of packages that are files are only taken from direct dependencies.
  return npmInstall(folder, { dependencies: { ...dependencies, ...Object.fromEntries(own) }, overrides });
}

function npmInstall(folder: string, manifest: object): string | null {
  writeFileSync(join(folder, "package.json"), JSON.stringify({ private: true, ...manifest }));
  const flags = ["--ignore-scripts", "--omit=peer", "--no-audit", "--no-fund", "--no-package-lock"];
  const { status, stderr, error } = spawnSync(
    "npm",
    ["install", "--prefix", folder, "--fetch-retries=1", "--loglevel=error", ...flags],
    {
      cwd: folder,
      encoding: "utf8",
      timeout: LONGEST_MS,
    },
  );
  if (status === 0) return null;
  return error?.message ?? stderr.trim().split("\n").slice(0, 3).join(" ");
}
