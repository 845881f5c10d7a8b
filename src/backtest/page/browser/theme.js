/** Light, dark or paper: what the page looks like now, and word of it for what is drawn on a canvas. */

/** @type {Set<() => void>} */
const listeners = new Set();
const dark = matchMedia("(prefers-color-scheme: dark)");

/** Called now and whenever colors change. @param {() => void} draw */
export function onColors(draw) {
  listeners.add(draw);
  draw();
}

export function watchTheme() {
  dark.addEventListener("change", tell);
}

/** Colors for paper, or for the screen again. @param {boolean} isPaper */
export function setPaper(isPaper) {
  document.documentElement.toggleAttribute("data-paper", isPaper);
  tell();
}

export function isDark() {
  const chosen = document.documentElement.dataset["theme"];
  return chosen === undefined ? dark.matches : chosen === "dark";
}

export function toggleTheme() {
  document.documentElement.dataset["theme"] = isDark() ? "light" : "dark";
  tell();
}

function tell() {
  for (const listener of listeners) listener();
}

/**
 * A color of the style sheet as the canvas takes it.
 * @param {string} name "--ink"
 */
export function colorOf(name) {
  const probe = document.createElement("span");
  probe.style.color = `var(${name})`;
  document.body.append(probe);
  const color = getComputedStyle(probe).color;
  probe.remove();
  return color;
}
