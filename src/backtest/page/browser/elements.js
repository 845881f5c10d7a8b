/**
 * Elements of the page. Text is only ever text: children that are strings become text nodes, so nothing from the data
 * is read as HTML.
 */

/**
 * @template {keyof HTMLElementTagNameMap} Name
 * @param {Name} name
 * @param {Readonly<Record<string, string>>} attributes
 * @param {...(Node | string)} children
 * @returns {HTMLElementTagNameMap[Name]}
 */
export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

/**
 * @template {keyof SVGElementTagNameMap} Name
 * @param {Name} name
 * @param {Readonly<Record<string, string | number>>} attributes
 * @param {...(Node | string)} children
 * @returns {SVGElementTagNameMap[Name]}
 */
export function svg(name, attributes = {}, ...children) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, String(value));
  made.append(...children);
  return made;
}

/**
 * A part of the report with its heading.
 * @param {{ readonly id: string, readonly title: string, readonly note?: string }} head
 * @param {...(Node | string)} children
 */
export function section({ id, title, note }, ...children) {
  return element(
    "section",
    { id, "aria-labelledby": `${id}-title` },
    element(
      "div",
      { class: "section-head" },
      element("h2", { id: `${id}-title` }, title),
      ...(note === undefined ? [] : [element("p", { class: "note" }, note)]),
    ),
    ...children,
  );
}

/**
 * A table in a box that scrolls by itself, also by keyboard.
 * @param {string} label
 * @param {HTMLTableElement} table
 */
export const scrolling = (label, table) =>
  element("div", { class: "scroll", role: "region", tabindex: "0", "aria-label": label }, table);

/**
 * One of several things side by side, each under the name of its run.
 * @param {import("./report.js").Run} run
 * @param {...(Node | string)} children
 */
export const runPanel = (run, ...children) =>
  element("article", { class: `panel ${run.color}` }, element("h3", {}, runMark(run), run.plan), ...children);

/**
 * The color of a run, and for those who do not see it, how its line is dashed.
 * @param {import("./report.js").Run} run
 */
export function runMark({ color, index }) {
  const line = svg("line", { x1: 0, x2: 18, y1: 5, y2: 5, class: `dash-${index % 3}` });
  return svg("svg", { class: `mark ${color}`, viewBox: "0 0 18 10", "aria-hidden": "true" }, line);
}
