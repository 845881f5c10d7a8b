/** The report in a real browser (R12.3): what a reader can do with it, at a desk, on a phone, in the dark and on paper. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Page } from "playwright-core";
import { reportPage } from "../../src/backtest/page/report-page.ts";
import { exampleReport } from "../support/example-report.ts";
import { CHROMIUM_PATH, LEFT_OUT, PHONE, reportBrowser, type OpenedPage, type ReportBrowser } from "./chromium.ts";

const EVIL = `</script><script>document.title="owned"</script><img src=x onerror='document.title="owned"'>`;

const attribute = (page: Page, selector: string, name: string): Promise<string | null> =>
  page.locator(selector).getAttribute(name);
const textsOf = (page: Page, column: number): Promise<readonly string[]> =>
  page.locator(`#positions-table tbody tr > :nth-child(${column})`).allTextContents();

/** Picks of the canvas in the middle of a chart: that something is drawn, and that it changes. */
const inkOf = (page: Page, selector: string): Promise<number> =>
  page.evaluate(`(() => {
    let sum = 0;
    for (const canvas of document.querySelectorAll("${selector} canvas")) {
      if (canvas.width === 0 || canvas.height === 0) continue;
      const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
      for (let at = 0; at < data.length; at += 64) sum = (sum * 31 + data[at] + 7 * data[at + 1]) % 1000003;
    }
    return sum;
  })()`);

const overflow = (page: Page): Promise<number> =>
  page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth");

describe.runIf(CHROMIUM_PATH !== null)(`R12.3 the report in a browser${LEFT_OUT}`, () => {
  let browser: ReportBrowser;
  const html = reportPage(exampleReport({ entries: 220 }));
  const short = reportPage(exampleReport({ entries: 16 }));

  beforeAll(async () => {
    browser = await reportBrowser();
  });
  afterAll(() => browser.close());

  describe("at a desk", () => {
    let opened: OpenedPage;
    beforeAll(async () => {
      opened = await browser.open(html);
    });

    it("shows every part, with nothing to complain about and nothing loaded", async () => {
      const { page, complaints, requests } = opened;
      expect(await page.locator("h2").allTextContents()).toEqual([
        "The answer",
        "Key figures",
        "Equity and drawdown",
        "Profit per rung",
        "How positions ended",
        "Outcomes in R",
        "Best and worst along the way",
        "Month by month",
        "Positions",
      ]);
      expect(complaints).toEqual([]);
      expect(requests.filter((url) => !url.startsWith("data:"))).toEqual([]);
      expect(await overflow(page)).toBeLessThanOrEqual(0);
    });

    it("refuses to run or load what is not its own", async () => {
      const refused = await opened.page.evaluate(`new Promise((done) => {
        document.addEventListener("securitypolicyviolation", (event) => done(event.effectiveDirective), { once: true });
        const script = document.createElement("script");
        script.textContent = "document.title = 'owned'";
        document.body.append(script);
      })`);
      expect(refused).toMatch(/^script-src/);
      expect(await opened.page.title()).not.toBe("owned");
      opened.page.removeAllListeners("console");
    });

    it("the legend tells the values under the crosshair", async () => {
      const { page } = opened;
      await page.locator("#equity-chart").scrollIntoViewIfNeeded();
      const box = (await page.locator("#equity-chart").boundingBox())!;
      const values: (string | null)[] = [];
      for (const part of [0.3, 0.7]) {
        await page.mouse.move(box.x + box.width * part, box.y + 80);
        await page.waitForTimeout(60);
        values.push(await page.locator(".legend").textContent());
      }
      expect(values[0]).toMatch(/\d{4}-\d\d-\d\d \d\d:\d\d UTC.*scaled.*\d\.\d\d.*single target/);
      expect(values[1]).not.toBe(values[0]);
    });

    it("the legend switches a run off and on again", async () => {
      const { page } = opened;
      const single = page.locator('.legend-item[data-run="1"]');
      await page.mouse.move(0, 0);
      const before = await inkOf(page, "#equity-chart");
      await single.click();
      await page.waitForTimeout(60);
      expect(await attribute(page, "#equity-chart", "data-runs")).toBe("0");
      expect(await single.getAttribute("aria-pressed")).toBe("false");
      expect(await inkOf(page, "#equity-chart")).not.toBe(before);
      await single.press("Enter");
      expect(await attribute(page, "#equity-chart", "data-runs")).toBe("0,1");
    });

    it("wheel and keys change what is seen, and 0 shows all", async () => {
      const { page } = opened;
      const range = async (): Promise<number> => {
        await page.waitForTimeout(60);
        const [from, to] = (await attribute(page, "#equity-chart", "data-range"))!.split(",").map(Number);
        return to! - from!;
      };
      const all = await range();
      const box = (await page.locator("#equity-chart").boundingBox())!;
      await page.mouse.move(box.x + box.width / 2, box.y + 100);
      await page.mouse.wheel(0, -400);
      const nearer = await range();
      expect(nearer).toBeLessThan(all * 0.95);
      await page.locator("#equity-chart").press("+");
      expect(await range()).toBeLessThan(nearer);
      await page.locator("#equity-chart").press("0");
      expect(await range()).toBeCloseTo(all, 0);
    });

    it("a chosen row is drawn in its prices, also by keyboard", async () => {
      const { page } = opened;
      const first = await inkOf(page, "#price-chart");
      await page.locator('tr[data-id="entry-13"]').click();
      await page.waitForTimeout(100);
      expect(await attribute(page, "#price-chart", "data-position")).toBe("entry-13");
      expect(Number(await attribute(page, "#price-chart", "data-bars"))).toBeGreaterThan(30);
      expect(await inkOf(page, "#price-chart")).not.toBe(first);
      expect(await page.locator("#position-title").textContent()).toContain("entry-13");
      await page.locator('tr[data-id="entry-13"] button').press("ArrowDown");
      expect(await attribute(page, "#price-chart", "data-position")).toBe("entry-14");
      expect(await attribute(page, 'tr[data-id="entry-14"]', "aria-current")).toBe("true");
    });

    it("a mark among the excursions leads to its position, whichever run it is of", async () => {
      const { page } = opened;
      await page.locator("#excursions article:nth-child(2) .point").nth(4).dispatchEvent("click");
      expect(await attribute(page, "#price-chart", "data-position")).toBe("entry-5");
      expect(await page.locator("#filter-run").inputValue()).toBe("1");
      await page.locator("#filter-run").selectOption("0");
    });

    it("the table sorts both ways and filters by reason", async () => {
      const { page } = opened;
      await page.locator('th[data-column="r"] button').click();
      const asNumbers = async (): Promise<readonly number[]> =>
        (await textsOf(page, 8)).map((text) => Number(text.replace("−", "-").replace("+", "")));
      const best = await asNumbers();
      expect(best).toEqual(best.toSorted((a, b) => b - a));
      await page.locator('th[data-column="r"] button').click();
      expect(await attribute(page, 'th[data-column="r"]', "aria-sort")).toBe("ascending");
      expect(await asNumbers()).toEqual(best.toReversed());
      await page.locator("#filter-reason").selectOption("take_profit_final");
      const reasons = await textsOf(page, 6);
      expect(new Set(reasons)).toEqual(new Set(["take profit final"]));
      expect(await page.locator("#position-count").textContent()).toBe(`${reasons.length} positions`);
    });

    it("says that not every position has a chart, and which position has none", async () => {
      const { page } = opened;
      expect(await page.locator("#chart-limit").textContent()).toContain("400 of 440 positions");
      await page.locator("#filter-run").selectOption("1");
      await page.locator('tr[data-id="entry-220"]').click();
      expect(await page.locator(".chart-empty").textContent()).toContain("no price chart of entry-220");
      expect(await page.locator("#price-chart").isHidden()).toBe(true);
    });

    it("turns dark by its button", async () => {
      const { page } = opened;
      const paper = "getComputedStyle(document.body).backgroundColor";
      const [light, ink] = [await page.evaluate(paper), await inkOf(page, "#equity-chart")];
      await page.locator("#theme").click();
      await page.waitForTimeout(100);
      expect(await page.evaluate(paper)).not.toBe(light);
      expect(await inkOf(page, "#equity-chart")).not.toBe(ink);
      await page.locator("#theme").click();
      expect(await page.evaluate(paper)).toBe(light);
    });

    it("every control is named and reached by keyboard", async () => {
      const unnamed = await opened.page.evaluate(`[...document.querySelectorAll("button, select, [tabindex]")]
        .filter((control) => !(control.getAttribute("aria-label") || control.textContent.trim() || control.labels?.length))
        .map((control) => control.outerHTML.slice(0, 80))`);
      expect(unnamed).toEqual([]);
    });
  });

  it("fits a phone, without scrolling sideways", async () => {
    const { page, complaints } = await browser.open(short, { viewport: PHONE, hasTouch: true, isMobile: true });
    expect(await overflow(page)).toBeLessThanOrEqual(0);
    await page.locator('tr[data-id="entry-3"] button').tap();
    expect(await attribute(page, "#price-chart", "data-position")).toBe("entry-3");
    expect(await overflow(page)).toBeLessThanOrEqual(0);
    const small = await page.evaluate(`[...document.querySelectorAll("p, td, dd, li")]
      .filter((text) => Number.parseFloat(getComputedStyle(text).fontSize) < 12).length`);
    expect(small).toBe(0);
    expect(complaints).toEqual([]);
  });

  it("follows the reader's dark mode, and prints light: charts as pictures, no buttons", async () => {
    const { page, complaints } = await browser.open(short, { colorScheme: "dark" });
    const background = "getComputedStyle(document.body).backgroundColor";
    expect(await page.evaluate(background)).toBe("rgb(14, 18, 23)");
    await page.emulateMedia({ media: "print" });
    await page.waitForTimeout(100);
    expect(await page.evaluate(background)).toBe("rgb(255, 255, 255)");
    expect(await page.locator("#print").isVisible()).toBe(false);
    expect(await page.locator(".chart-picture canvas").count()).toBe(2);
    const whiteShare = `(() => {
      const canvas = document.querySelector(".chart-picture canvas");
      const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
      let white = 0;
      for (let at = 0; at < data.length; at += 4) if (data[at] + data[at + 1] + data[at + 2] === 765) white += 1;
      return (4 * white) / data.length;
    })()`;
    expect(await page.evaluate(whiteShare)).toBeGreaterThan(0.5);
    await page.emulateMedia({ media: "screen" });
    await page.locator(".chart-picture canvas").first().waitFor({ state: "detached" });
    expect(await page.evaluate(background)).toBe("rgb(14, 18, 23)");
    expect((await page.pdf({ format: "A4" })).length).toBeGreaterThan(50_000);
    expect(complaints).toEqual([]);
  });

  it("R13.6 markup in names, plans and notes is shown as text and runs nothing", async () => {
    const input = exampleReport({ entries: 12, symbols: [EVIL, "X/Y"] });
    const { result } = input;
    const evil = {
      ...input,
      title: EVIL,
      comparison: [{ plan: EVIL, against: EVIL, headline: EVIL, lines: [EVIL] }],
      result: {
        ...result,
        notes: [EVIL],
        runs: result.runs.map((run) => ({
          ...run,
          plan: `${run.plan} ${EVIL}`,
          refused: [{ id: EVIL, symbol: EVIL, atMs: input.generatedAtMs, message: EVIL }],
        })),
      },
    };
    const { page, complaints, requests } = await browser.open(reportPage(evil));
    expect(await page.title()).toBe(EVIL);
    expect(await page.locator("h1").textContent()).toBe(EVIL);
    expect(await page.locator("#refused td.wide").first().textContent()).toBe(EVIL);
    expect(await page.locator("main img, main script").count()).toBe(0);
    expect(complaints).toEqual([]);
    expect(requests.filter((url) => !url.startsWith("data:"))).toEqual([]);
    expect(await overflow(page)).toBeLessThanOrEqual(0);
  });

  it("an interrupted backtest without a position says both", async () => {
    const input = exampleReport({ entries: 0 });
    const { page, complaints } = await browser.open(
      reportPage({ ...input, comparison: [], result: { ...input.result, isPartial: true } }),
    );
    expect(await page.locator("#partial").textContent()).toContain("interrupted");
    expect(await page.locator("#equity .empty").textContent()).toBe("There is no equity to draw.");
    expect(await page.locator("#positions .empty").textContent()).toBe("No position was opened.");
    expect(await page.locator("main").textContent()).not.toMatch(/NaN|undefined|Infinity/);
    expect(complaints).toEqual([]);
  });

  it("one position, without a chart, with figures that are none", async () => {
    const input = exampleReport({ entries: 1, withCharts: false });
    const statistics = input.statistics.map((figures) => ({ ...figures, averageR: Number.NaN, profitFactor: null }));
    const { page, complaints } = await browser.open(reportPage({ ...input, statistics }));
    expect(await page.locator(".chart-empty").textContent()).toContain("it was made without candles");
    expect(await page.locator("main").textContent()).not.toMatch(/NaN|undefined|Infinity/);
    expect(complaints).toEqual([]);
  });

  it("two thousand positions stay a small page, and rows come as they are asked for", async () => {
    const big = reportPage(exampleReport({ entries: 2_000 }));
    expect(big.length).toBeLessThan(6_000_000);
    const { page, complaints } = await browser.open(big, { viewport: PHONE });
    expect(await page.locator("#positions-table tbody tr").count()).toBe(250);
    await page.locator(".more").click();
    expect(await page.locator("#positions-table tbody tr").count()).toBe(2_000);
    expect(await overflow(page)).toBeLessThanOrEqual(0);
    expect(complaints).toEqual([]);
  });
});
