/** What the report is about, and what has to be known before its figures: where they come from and what was assumed. */
import { element } from "./elements.js";
import { count, counted, day, duration, moment } from "./numbers.js";
import { isDark, onColors, toggleTheme } from "./theme.js";

const ORDERS = {
  pessimistic: "Pessimistic: the price that hurts comes first",
  path: "Path: the likelier way through each candle",
  optimistic: "Optimistic: the price that helps comes first",
};

/** @param {import("./report.js").Report} report */
export function heading(report) {
  return element(
    "header",
    { class: "report-head" },
    element(
      "div",
      { class: "title-row" },
      element(
        "div",
        {},
        element("p", { class: "eyebrow" }, "Backtest report"),
        element("h1", {}, report.title),
        element("p", { class: "subtitle" }, subtitle(report)),
      ),
      element("div", { class: "tools" }, themeButton(), printButton()),
    ),
    ...(report.isPartial ? [partialBanner()] : []),
    ...(report.notes.length === 0 ? [] : [notesBanner(report.notes)]),
    facts(report),
  );
}

/** @param {import("./report.js").Report} report */
function subtitle({ runs, series }) {
  const positions = runs.reduce((sum, run) => sum + run.positions.length, 0);
  const plans = runs.map(({ plan }) => plan).join(" against ");
  return [plans, period(series), counted(positions, "position"), "all times UTC"]
    .filter((part) => part !== "")
    .join(" · ");
}

/** @param {import("./report.js").Report["series"]} series */
function period(series) {
  if (series.length === 0) return "";
  const from = Math.min(...series.map(({ fromMs }) => fromMs));
  const to = Math.max(...series.map(({ toMs }) => toMs));
  return day(from) === day(to) ? `${moment(from)} to ${moment(to).slice(11)}` : `${day(from)} to ${day(to)}`;
}

function themeButton() {
  const button = element("button", { type: "button", class: "tool", id: "theme" });
  button.addEventListener("click", toggleTheme);
  onColors(() => {
    button.textContent = isDark() ? "Light" : "Dark";
    button.setAttribute("aria-label", isDark() ? "Show in light colors" : "Show in dark colors");
  });
  return button;
}

function printButton() {
  const button = element("button", { type: "button", class: "tool", id: "print" }, "Print");
  button.addEventListener("click", () => window.print());
  return button;
}

const partialBanner = () =>
  element(
    "p",
    { class: "banner", role: "note", id: "partial" },
    element("strong", {}, "Partial result. "),
    "The backtest was interrupted: what is here is right, and it is not all.",
  );

/** @param {readonly string[]} notes */
const notesBanner = (notes) =>
  element(
    "div",
    { class: "banner", role: "note", id: "notes" },
    element("strong", {}, "Before the figures"),
    element("ul", {}, ...notes.map((note) => element("li", {}, note))),
  );

/** @param {import("./report.js").Report} report */
function facts(report) {
  const { assumptions, series } = report;
  /** @type {readonly (readonly [string, string])[]} */
  const pairs = [
    ["Order inside a candle", ORDERS[assumptions.candleOrder]],
    ["Fees", `taker ${assumptions.takerFee} · maker ${assumptions.makerFee}`],
    ["Slippage", assumptions.slippage],
    ["Funding", assumptions.funding ? "from the rates given" : "not counted: no rates given"],
    ["Liquidation", assumptions.liquidation ? "by the brackets given" : "not judged: no brackets given"],
    ["Balance at the start", `${report.money(assumptions.balance)} ${report.quote}`],
  ];
  return element(
    "div",
    { class: "facts" },
    element(
      "dl",
      {},
      ...pairs.map(([name, value]) => element("div", {}, element("dt", {}, name), element("dd", {}, value))),
    ),
    element(
      "details",
      series.some(({ notes }) => notes.length > 0) ? { open: "" } : {},
      element("summary", {}, `Prices: ${counted(series.length, "source")}`),
      element("ul", { class: "sources" }, ...series.map(sourceItem)),
    ),
  );
}

/** @param {import("./report.js").Report["series"][number]} series */
function sourceItem({ symbol, kind, source, rows, fromMs, toMs, timeframeMs, notes }) {
  const what = timeframeMs === null ? kind : `${kind} of ${duration(timeframeMs)}`;
  return element(
    "li",
    {},
    element("strong", {}, symbol),
    ` ${source}: ${count(rows)} ${what}, ${moment(fromMs)} to ${moment(toMs)}`,
    ...(notes.length === 0 ? [] : [element("ul", {}, ...notes.map((note) => element("li", {}, note)))]),
  );
}
