/** Figures in words: three significant digits are all that a shared machine can tell. */
import type { Figure, FigureUnit } from "./figure.ts";

export function figureText(value: number, unit: FigureUnit): string {
  if (unit === "share") return `${number(value * 100)} %`;
  if (unit === "times") return `${number(value)} ×`;
  if (unit === "count") return number(value);
  return `${number(value)} ${unit}`;
}

export const spreadText = ({ lowest, highest, unit }: Figure): string =>
  lowest === highest ? "" : `${figureText(lowest, unit)} – ${figureText(highest, unit)}`;

export const requirementText = ({ requirement, unit }: Figure): string =>
  requirement === null ? "" : `${requirement.bound} ${figureText(requirement.value, unit)}`;

const number = (value: number): string => new Intl.NumberFormat("en-US", { maximumSignificantDigits: 3 }).format(value);
