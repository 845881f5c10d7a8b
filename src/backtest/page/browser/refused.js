/** Entries that were not opened, and why. */
import { element, runPanel, scrolling, section } from "./elements.js";
import { count, moment } from "./numbers.js";

/** @param {import("./report.js").Report} report */
export function refusedSection({ runs }) {
  return section(
    { id: "refused", title: "Refused entries" },
    element("div", { class: "stack" }, ...runs.filter(({ refusedCount }) => refusedCount > 0).map(panel)),
  );
}

/** @param {import("./report.js").Run} run */
function panel(run) {
  const all = run.refused.length === run.refusedCount;
  const table = element(
    "table",
    { class: "refused" },
    element(
      "thead",
      {},
      element("tr", {}, ...["Position", "Symbol", "When", "Why"].map((name) => element("th", { scope: "col" }, name))),
    ),
    element(
      "tbody",
      {},
      ...run.refused.map(({ id, symbol, atMs, message }) =>
        element(
          "tr",
          {},
          element("th", { scope: "row" }, id),
          element("td", {}, symbol),
          element("td", {}, moment(atMs)),
          element("td", { class: "wide" }, message),
        ),
      ),
    ),
  );
  return runPanel(
    run,
    element(
      "p",
      { class: "note" },
      all
        ? `${count(run.refusedCount)} in all`
        : `The first ${count(run.refused.length)} of ${count(run.refusedCount)}`,
    ),
    scrolling(`Refused entries, ${run.plan}`, table),
  );
}
