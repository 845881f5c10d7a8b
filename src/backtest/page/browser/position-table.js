/** The table of positions: of one run, of one reason, in any order; a row shows its position above. */
import { element } from "./elements.js";
import { inOrderOf, positionColumns } from "./position-columns.js";

/**
 * @import { Column } from "./position-columns.js"
 * @import { Report, Run } from "./report.js"
 * @import { TestedPosition } from "../../result.ts"
 */

/** Rows that are made at once; more come when they are asked for. */
const ROWS = 250;

/**
 * @param {Report} report
 * @param {(position: TestedPosition) => void} choose
 */
export function positionTable(report, choose) {
  const columns = positionColumns(report);
  /** @type {{ positions: readonly TestedPosition[], column: Column | undefined, isDescending: boolean, rows: number, chosen: TestedPosition | null }} */
  const state = { positions: [], column: undefined, isDescending: false, rows: ROWS, chosen: null };
  const body = element("tbody");
  const heads = columns.map((column) => sortHead(column, () => sortBy(column)));
  const table = element(
    "table",
    { class: "positions", id: "positions-table" },
    element("thead", {}, element("tr", {}, ...heads)),
    body,
  );
  const more = element("button", { type: "button", class: "more" });
  more.addEventListener("click", () => {
    state.rows = Infinity;
    fill();
  });

  /** @param {Column} column */
  function sortBy(column) {
    // A number is first asked for from its top: the best, the longest.
    state.isDescending = state.column === column ? !state.isDescending : column.isNumber;
    state.column = column;
    for (const [index, head] of heads.entries()) {
      if (columns[index] !== column) head.removeAttribute("aria-sort");
      else head.setAttribute("aria-sort", state.isDescending ? "descending" : "ascending");
    }
    fill();
  }

  function fill() {
    const { column, isDescending, positions } = state;
    const sorted = column === undefined ? positions : positions.toSorted(inOrderOf(column, isDescending));
    body.replaceChildren(...sorted.slice(0, state.rows).map((position) => row(columns, position, choose)));
    more.hidden = sorted.length <= state.rows;
    more.textContent = `Show all ${sorted.length} rows`;
    mark();
  }

  function mark() {
    for (const line of body.rows) {
      if (line.dataset["id"] === state.chosen?.id) line.setAttribute("aria-current", "true");
      else line.removeAttribute("aria-current");
    }
  }

  return {
    table,
    more,
    /** @param {readonly TestedPosition[]} positions */
    list(positions) {
      state.positions = positions;
      state.rows = ROWS;
      fill();
    },
    /** @param {TestedPosition} position */
    mark(position) {
      state.chosen = position;
      mark();
    },
  };
}

/**
 * @param {Column} column
 * @param {() => void} sort
 */
function sortHead({ key, name, isNumber }, sort) {
  const button = element("button", { type: "button" }, name);
  button.addEventListener("click", sort);
  return element("th", { scope: "col", "data-column": key, class: isNumber ? "number" : "" }, button);
}

/**
 * @param {readonly Column[]} columns
 * @param {TestedPosition} position
 * @param {(position: TestedPosition) => void} choose
 */
function row(columns, position, choose) {
  const [first, ...others] = columns;
  const button = element("button", { type: "button", class: "row-button" }, first?.text(position) ?? "");
  const line = element(
    "tr",
    { "data-id": position.id },
    element("th", { scope: "row" }, button),
    ...others.map((column) =>
      element(
        "td",
        { class: `${column.isNumber ? "number" : ""} ${column.tone?.(position) ?? ""}` },
        column.text(position),
      ),
    ),
  );
  line.addEventListener("click", () => choose(position));
  line.addEventListener("keydown", (event) => {
    const next =
      event.key === "ArrowDown"
        ? line.nextElementSibling
        : event.key === "ArrowUp"
          ? line.previousElementSibling
          : null;
    const target = next?.querySelector("button");
    if (!(target instanceof HTMLButtonElement)) return;
    event.preventDefault();
    target.focus();
    target.click();
  });
  return line;
}
