/** Puts the report together, from the answer to the details. */
import { answer } from "./answer.js";
import { element } from "./elements.js";
import { equitySection } from "./equity-chart.js";
import { excursionSection } from "./excursions.js";
import { reasonSection, rungSection } from "./exits.js";
import { heading } from "./heading.js";
import { keyFigures } from "./key-figures.js";
import { monthSection } from "./months.js";
import { moment } from "./numbers.js";
import { watchPaper } from "./paper.js";
import { positionSection } from "./positions.js";
import { histogramSection } from "./r-histogram.js";
import { refusedSection } from "./refused.js";
import { readReport } from "./report.js";
import { watchTheme } from "./theme.js";

function show() {
  const report = readReport();
  const main = document.getElementById("report");
  if (main === null) return;
  const positions = positionSection(report);
  main.append(
    heading(report),
    ...(report.comparison.length === 0 ? [] : [answer(report)]),
    keyFigures(report),
    equitySection(report),
    rungSection(report),
    reasonSection(report),
    histogramSection(report),
    excursionSection(report, (run, position) => {
      positions.choose(run, position);
      positions.part.scrollIntoView();
    }),
    monthSection(report),
    positions.part,
    ...(report.runs.some(({ refusedCount }) => refusedCount > 0) ? [refusedSection(report)] : []),
    footer(report.generatedAtMs),
  );
  watchTheme();
  watchPaper();
  main.dataset["ready"] = "";
}

/** @param {number} generatedAtMs */
const footer = (generatedAtMs) =>
  element(
    "footer",
    {},
    element(
      "p",
      {},
      `Made by Pawl at ${moment(generatedAtMs)} UTC. All times are UTC. This page is complete: it loads nothing.`,
    ),
    element(
      "p",
      {},
      "Charts: TradingView Lightweight Charts™, Copyright © 2026 ",
      element("a", { href: "https://www.tradingview.com/", rel: "noreferrer noopener" }, "TradingView, Inc."),
      " Licensed under the Apache License, Version 2.0.",
    ),
  );

show();
