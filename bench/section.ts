/**
 * One part of the benchmarks in a process of its own: `node bench/section.ts NAME quick|full`. Parts do not warm each
 * other's code, nor fill each other's heap. Prints its figures as JSON.
 */
import { backtest } from "./backtest/backtest.ts";
import { durable } from "./durable.ts";
import type { Figure } from "./figure.ts";
import type { Effort } from "./measuring.ts";
import { gap } from "./gap.ts";
import { live } from "./live.ts";
import { paper } from "./paper.ts";
import { allocation, quiet } from "./quiet.ts";
import { replaying } from "./replaying.ts";
import { restoring } from "./restoring.ts";
import { routing } from "./routing.ts";
import { ruled } from "./ruled.ts";

const SECTIONS: Readonly<Record<string, (effort: Effort) => readonly Figure[] | Promise<readonly Figure[]>>> = {
  routing,
  ruled,
  paper,
  quiet,
  allocation,
  durable,
  gap,
  live,
  replaying,
  backtest,
  restoring,
};

const [name = "", effort] = process.argv.slice(2);
const section = SECTIONS[name];
if (section === undefined) {
  throw new RangeError(`The section is ${JSON.stringify(name)}; allowed: ${Object.keys(SECTIONS).join(", ")}`);
}
console.log(JSON.stringify(await section(effort === "quick" ? "quick" : "full")));
