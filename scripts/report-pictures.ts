/**
 * Writes the report of a made-up backtest into out/, and pictures of it as people see it: at a desk, on a phone, in the
 * dark, on paper. For looking at a change of the page; needs a Chromium (CHROMIUM_PATH says where).
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { reportPage } from "../src/backtest/page/report-page.ts";
import { CHROMIUM_PATH, DESK, PHONE, reportBrowser } from "../test/browser/chromium.ts";
import { exampleReport } from "../test/support/example-report.ts";

const FOLDER = resolve(import.meta.dirname, "..", "out");

async function main(): Promise<number> {
  mkdirSync(FOLDER, { recursive: true });
  const html = reportPage(exampleReport({ entries: 220 }));
  writeFileSync(join(FOLDER, "report.html"), html);
  console.log(`out/report.html (${(html.length / 1e6).toFixed(2)} MB)`);
  if (CHROMIUM_PATH === null) {
    console.error("No pictures: no Chromium here. CHROMIUM_PATH says where one is.");
    return 1;
  }
  const browser = await reportBrowser();
  try {
    for (const [name, viewport] of Object.entries({ desk: DESK, phone: PHONE }))
      for (const colorScheme of ["light", "dark"] as const) {
        const { page } = await browser.open(html, { viewport, colorScheme });
        await page.locator('tr[data-id="entry-13"] button').click();
        await page.evaluate("scrollTo(0, 0)");
        await page.screenshot({ path: join(FOLDER, `report-${name}-${colorScheme}.png`), fullPage: true });
        if (name === "desk" && colorScheme === "dark")
          await page.pdf({ path: join(FOLDER, "report.pdf"), format: "A4" });
      }
  } finally {
    await browser.close();
  }
  return 0;
}

process.exitCode = await main();
