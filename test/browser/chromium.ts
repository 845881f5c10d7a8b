/** A Chromium that is on this machine, and pages of reports opened in it from a disk. */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { chromium, type Browser, type BrowserContextOptions, type Page } from "playwright-core";

const PLACES = [
  process.env["CHROMIUM_PATH"],
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];

/** Null where there is none; `CHROMIUM_PATH` says where another one is. */
export const CHROMIUM_PATH = PLACES.find((path) => path !== undefined && path !== "" && existsSync(path)) ?? null;

export const LEFT_OUT = CHROMIUM_PATH === null ? " (left out: no Chromium here; CHROMIUM_PATH says where one is)" : "";

export const DESK = { width: 1280, height: 900 };
export const PHONE = { width: 390, height: 844 };

export interface OpenedPage {
  readonly page: Page;
  /** Errors and warnings of the console, and whatever was thrown. */
  readonly complaints: readonly string[];
  /** Every address that was asked for, the page itself left out. */
  readonly requests: readonly string[];
}

export interface ReportBrowser {
  open(html: string, options?: BrowserContextOptions): Promise<OpenedPage>;
  close(): Promise<void>;
}

export async function reportBrowser(): Promise<ReportBrowser> {
  // A container has no user namespaces to sandbox in; the pages are ours.
  const browser: Browser = await chromium.launch({
    executablePath: CHROMIUM_PATH!,
    args: ["--no-sandbox", "--disable-gpu"],
  });
  const folder = mkdtempSync(join(tmpdir(), "pawl-page-"));
  let pages = 0;
  return {
    async open(html, options = {}) {
      const path = join(folder, `report-${(pages += 1)}.html`);
      writeFileSync(path, html);
      const context = await browser.newContext({ viewport: DESK, ...options });
      const page = await context.newPage();
      const complaints: string[] = [];
      const requests: string[] = [];
      page.on("console", (message) => complaints.push(`${message.type()}: ${message.text()}`));
      page.on("pageerror", (error) => complaints.push(error.message));
      const url = pathToFileURL(path).href;
      page.on("request", (request) => {
        if (request.url() !== url) requests.push(request.url());
      });
      await page.goto(url);
      await page.locator("main[data-ready]").waitFor();
      return { page, complaints, requests };
    },
    async close() {
      await browser.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
