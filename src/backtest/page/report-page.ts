/**
 * The report of a backtest as one HTML page (R12.3): it opens from a disk, without a server and without the network.
 *
 * Promises: nothing is loaded (`default-src 'none'`, and only the two scripts and the style that are written here run);
 * what comes from outside travels as JSON in which no "<" stands, and the page's script shows it as text, never as HTML (R13.6).
 */
import { createHash } from "node:crypto";
import { pageData, type ReportInput } from "./pack.ts";
import { chartLibrary, pageScript, pageStyle } from "./page-script.ts";

export { MOST_CHARTS, type ReportInput } from "./pack.ts";
export { barsAround, positionChart, type Bars } from "./position-chart.ts";

export function reportPage(input: ReportInput): string {
  const [library, script, style] = [chartLibrary(), pageScript(), pageStyle()].map(insideAnElement) as [
    string,
    string,
    string,
  ];
  const policy = [
    "default-src 'none'",
    `script-src ${hashOf(library)} ${hashOf(script)}`,
    `style-src ${hashOf(style)}`,
    "img-src data:",
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<meta name="generator" content="Pawl">
<title>${escaped(input.title)}</title>
<link rel="icon" href="data:,">
<style>${style}</style>
</head>
<body>
<noscript><p class="banner">This report draws its figures with the script that it carries: please allow scripts for it. It loads nothing from anywhere.</p></noscript>
<main id="report"></main>
<script type="application/json" id="report-data">${json(pageData(input))}</script>
<script>${library}</script>
<script>${script}</script>
</body>
</html>
`;
}

const hashOf = (text: string): string => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;

/** What is ours to inline never ends its own element; that it does not is checked, for it depends on a library. */
function insideAnElement(text: string): string {
  if (/<\/(script|style)|<!--/i.test(text))
    throw new Error("Invariant: an inlined script or style ends its own element");
  // A parser of HTML reads every line end as one line feed; the hash has to be of what it read.
  return text.replace(/\r\n?/g, "\n");
}

/** Numbers that are none become null; "<" would let text end the element that it stands in. */
const json = (data: unknown): string => JSON.stringify(data).replaceAll("<", "\\u003c");

const ESCAPES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;" };

const escaped = (text: string): string => text.replace(/[&<>]/g, (character) => ESCAPES[character]!);
