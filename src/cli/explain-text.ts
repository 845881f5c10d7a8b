/** An explanation as text: the price axis as a table, the highest price first, and below it every rule. */
import type { Explanation } from "../domain/explain/explain.ts";
import { axisRows, type AxisRow } from "../pictures/axis-rows.ts";
import { bandText, firesText, headText, moveText } from "../pictures/axis-words.ts";
import { plainText } from "../observability/number-texts.ts";
import { plainTable } from "./outcome-table.ts";
import type { Style, Terminal } from "./terminal.ts";

export function explanationText(explanation: Explanation, terminal: Terminal): string {
  return [
    headText(explanation),
    `At ${plainText(explanation.price)}: ${explanation.happens.text}. ${bandText(explanation)}`,
    axisTable(explanation, terminal),
    LEGEND,
    rulesTable(explanation),
  ].join("\n");
}

const LEGEND = `What a row says happens at its price and beyond it, seen from the price now, up to the next row that says something else.
┆ is the same as in the row above. Levels are as they stand now: where the mark moves or a rung is hit, others move with it.`;

const STYLES: Readonly<Record<AxisRow["happens"]["kind"], Style>> = {
  nothing: "dim",
  close: "red",
  exit: "green",
  adjust: "yellow",
};

function axisTable(explanation: Explanation, terminal: Terminal): string {
  const table = plainTable(["", "price", "move", "ROI", "what stands here", "what happens", "by rule"]);
  for (const { price, priceMove, roi, text, isNow, happens, isContinued } of axisRows(explanation)) {
    const styled = (part: string): string => terminal.styled(STYLES[happens.kind], part);
    table.push([
      isNow ? "▶" : "",
      plainText(price),
      moveText(priceMove),
      moveText(roi),
      text,
      styled(isContinued ? "┆" : happens.text),
      isContinued ? "" : (happens.rule ?? ""),
    ]);
  }
  return table.toString();
}

function rulesTable({ rules }: Explanation): string {
  const table = plainTable(["rule", "fires at, were it the only one", "now", "this rule …"]);
  for (const report of rules.filter(({ isOn }) => isOn)) {
    table.push([report.rule, firesText(report), report.standing ?? "", report.about]);
  }
  const off = rules.filter(({ isOn }) => !isOn).map(({ rule }) => rule);
  return off.length === 0 ? table.toString() : `${table.toString()}\nOff: ${off.join(", ")}`;
}
