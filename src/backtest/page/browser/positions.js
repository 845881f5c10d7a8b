/** The positions: a table, and the chosen one in its prices with what became of it. */
import { element, scrolling, section } from "./elements.js";
import { counted, words } from "./numbers.js";
import { positionChart } from "./position-chart.js";
import { positionDetails } from "./position-details.js";
import { positionTable } from "./position-table.js";

/**
 * @import { Report, Run } from "./report.js"
 * @import { TestedPosition } from "../../result.ts"
 */

/** @param {Report} report */
export function positionSection(report) {
  const filled = report.runs.filter(({ positions }) => positions.length > 0);
  const head = { id: "positions", title: "Positions" };
  const first = filled[0];
  if (first === undefined)
    return {
      part: section(head, element("p", { class: "empty" }, "No position was opened.")),
      choose: () => {},
    };
  let run = first;
  const chart = positionChart(report);
  const details = element("div", { class: "position-details", "aria-live": "polite" });
  const table = positionTable(report, (position) => choose(run, position));
  const runs = select(
    "run",
    "Run",
    filled.map((one) => [String(one.index), one.plan]),
  );
  const reasons = select("reason", "Ended by", []);
  const tally = element("span", { class: "note", id: "position-count", role: "status" });
  runs.field.addEventListener("change", () => {
    const chosen = filled.find(({ index }) => String(index) === runs.field.value) ?? first;
    changeRun(chosen);
    const position = chosen.positions[0];
    if (position !== undefined) choose(chosen, position);
  });
  reasons.field.addEventListener("change", filter);

  /** @param {Run} chosen */
  function changeRun(chosen) {
    run = chosen;
    runs.field.value = String(chosen.index);
    const names = [...new Set(chosen.positions.map(({ reason }) => reason))].toSorted();
    reasons.field.replaceChildren(
      ...[["", "any reason"], ...names.map((name) => [name, words(name)])].map(([value = "", name = ""]) =>
        element("option", { value }, name),
      ),
    );
    filter();
  }

  function filter() {
    const { value } = reasons.field;
    const listed = run.positions.filter(({ reason }) => value === "" || reason === value);
    table.list(listed);
    tally.textContent = `${counted(listed.length, "position")}`;
  }

  /**
   * @param {Run} chosen
   * @param {TestedPosition} position
   */
  function choose(chosen, position) {
    if (chosen !== run) changeRun(chosen);
    const place = chosen.positions.indexOf(position);
    const packed = report.charts.find((one) => one.run === chosen.index && one.position === place) ?? null;
    chart.show(position, packed);
    details.replaceChildren(...positionDetails(report, chosen, position));
    table.mark(position);
  }

  changeRun(first);
  const opening = first.positions[0];
  if (opening !== undefined) choose(first, opening);
  const part = section(
    { ...head, note: "Choose a row (or walk through them with the arrow keys) to see it in its prices." },
    element(
      "div",
      { class: "position-view" },
      details,
      element("div", { class: "position-prices" }, chart.box, chart.picture, chart.empty, ...limitNote(report)),
    ),
    element("div", { class: "filters" }, runs.label, reasons.label, tally),
    scrolling("Positions", table.table),
    table.more,
  );
  return { part, choose };
}

/** @param {Report} report */
function limitNote({ charts, runs }) {
  const positions = runs.reduce((sum, run) => sum + run.positions.length, 0);
  if (charts.length === 0 || charts.length >= positions) return [];
  return [
    element(
      "p",
      { class: "note", id: "chart-limit" },
      `Only ${charts.length} of ${positions} positions have a price chart in this page, the first ones of each run.`,
    ),
  ];
}

/**
 * @param {string} id
 * @param {string} name
 * @param {readonly (readonly [string, string])[]} options
 */
function select(id, name, options) {
  const field = element(
    "select",
    { id: `filter-${id}` },
    ...options.map(([value, text]) => element("option", { value }, text)),
  );
  return { field, label: element("label", {}, `${name} `, field) };
}
