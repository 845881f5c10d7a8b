/** Printing: colors for paper first, then a picture of every chart, for a canvas does not follow the width of paper. */
import { setPaper } from "./theme.js";

/** @type {Set<{ readonly before: () => void, readonly after: () => void }>} */
const printed = new Set();

/** @param {{ readonly before: () => void, readonly after: () => void }} part */
export function onPaper(part) {
  printed.add(part);
}

export function watchPaper() {
  const paper = matchMedia("print");
  addEventListener("beforeprint", () => turn(true));
  addEventListener("afterprint", () => turn(false));
  paper.addEventListener("change", () => turn(paper.matches));
}

/** @param {boolean} isPaper */
function turn(isPaper) {
  if (document.documentElement.hasAttribute("data-paper") === isPaper) return;
  setPaper(isPaper);
  for (const { before, after } of printed)
    if (isPaper) before();
    else after();
}
