/** The answer to the question for which plans are compared. */
import { element, section } from "./elements.js";

/** @param {import("./report.js").Report} report */
export function answer({ comparison }) {
  return section(
    { id: "answer", title: "The answer" },
    ...comparison.map(({ plan, against, headline, lines }) =>
      element(
        "article",
        { class: "answer" },
        element("p", { class: "eyebrow" }, `${plan} against ${against}`),
        element("p", { class: "headline" }, headline),
        ...(lines.length === 0 ? [] : [element("ul", {}, ...lines.map((line) => element("li", {}, line)))]),
      ),
    ),
  );
}
