/** A plan in one line: its rungs, its stops, and what else is on. */
import { rulesOn } from "../domain/rules/table.ts";
import { percentText } from "../domain/wording.ts";
import type { NamedPlan } from "./backtest-entries.ts";

export function planNote({ name, settings }: NamedPlan): string {
  const { scaledTakeProfit, ladder, singleTarget, stop, emergencyLevels, rules } = settings;
  const move = (millionths: number): string => percentText(millionths, { sign: true });
  const target = scaledTakeProfit.enabled
    ? ladder.map((rung) => `${move(rung.target)} closes ${percentText(rung.fraction)}`).join(", ")
    : `one target, ${move(singleTarget ?? ladder.at(-1)?.target ?? 0)}`;
  const stopText = stop.kind === "fraction" ? `${percentText(stop.fraction)} away` : `at ${stop.price}`;
  const emergency = emergencyLevels.map(({ roi }) => percentText(roi)).join(", ");
  const others = rulesOn(rules).map((rule) => rule.name);
  return [
    `Plan ${name}: ${target}; stop ${stopText}`,
    emergency === "" ? "no emergency stops" : `emergency stops at a return on margin of ${emergency}`,
    others.length === 0 ? "no other rule" : `with ${others.join(", ")}`,
  ].join("; ");
}
