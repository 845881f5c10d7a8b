/** `pawl data fetch` and `list` over the local venue: the real command, the unmodified client, real HTTP (R14.3, R14.4). */
import { existsSync, readdirSync, readFileSync, statSync, truncateSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import type { Garbage } from "../exchange/venue/fault-kinds.ts";
import type { LocalVenue } from "../exchange/venue/local-venue.ts";
import { ended, folder, pawl } from "./command.ts";
import { aVenue, candleVenue, pawlAt, startAt, type Candle } from "./venue-command.ts";

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;
const START_MS = Date.parse("2025-03-01T00:00:00Z");
const HEADER = "timestamp_ms,open,high,low,close,volume";

/** Prices in digits that no number would keep. */
const candlesOf = (minutes: number, without: (minute: number) => boolean = () => false): readonly Candle[] =>
  Array.from({ length: minutes }, (_, minute) => minute)
    .filter((minute) => !without(minute))
    .map((minute) => [START_MS + minute * MINUTE_MS, "50000.10", "50001.00", "49999.90", "50000.20", "0.1230"]);

const lineOf = (candle: Candle): string => candle.join(",");

function fetchArgs(cache: string, span: readonly [from: string, to: string], ...more: readonly string[]) {
  const market = ["--venue", "binanceusdm", "--symbol", "BTC/USDT:USDT", "--timeframe", "1m"];
  return ["data", "fetch", ...market, "--from", span[0], "--to", span[1], "--cache", cache, ...more];
}

const daysIn = (cache: string): string => join(cache, "candles", "binanceusdm", "BTC%2FUSDT%3AUSDT", "1m");
const filesIn = (cache: string): readonly string[] => readdirSync(daysIn(cache)).toSorted();
const csvOf = (cache: string, name: string): string => gunzipSync(readFileSync(join(daysIn(cache), name))).toString();

describe("data fetch", () => {
  it("R14.3 fetches page by page, keeps whole days in the venue's digits, and the file is one that a backtest reads", async () => {
    const place = folder();
    const candles = candlesOf(2 * 1440);
    const venue = await candleVenue(await aVenue(), candles);
    const out = place.at("btc.csv.gz");
    const fetched = await pawlAt(
      venue,
      fetchArgs(place.at("cache"), ["2025-03-01T12:00:00Z", "2025-03-03"], "--quiet", "--out", out),
    );
    expect(fetched).toMatchObject({
      code: 0,
      err: "",
      out: `BTC/USDT:USDT 1m, 2025-03-01T12:00:00.000Z to 2025-03-03T00:00:00.000Z: 2160 candles, 0 missing\nwritten to ${out}\n`,
    });
    expect(venue.pages).toEqual([0, 500, 1000, 1500, 2000, 2500].map((minute) => START_MS + minute * MINUTE_MS));
    expect(filesIn(place.at("cache"))).toEqual(["2025-03-01.csv.gz", "2025-03-02.csv.gz"]);
    expect(csvOf(place.at("cache"), "2025-03-02.csv.gz")).toBe(
      [HEADER, ...candles.slice(1440).map(lineOf), ""].join("\n"),
    );
    expect(gunzipSync(readFileSync(out)).toString()).toBe([HEADER, ...candles.slice(720).map(lineOf), ""].join("\n"));
    const tested = await pawl("backtest", "--prices", `BTC/USDT:USDT=${out}`, "--enter", "always:long", "--json");
    expect(tested).toMatchObject({ code: 0 });
    expect(JSON.parse(tested.out)).toMatchObject({
      series: [{ symbol: "BTC/USDT:USDT", kind: "candles", rows: 2160, timeframeMs: MINUTE_MS }],
    });
  });

  it("R14.3 a cache that has every day asks the venue nothing, and needs no network", async () => {
    const place = folder();
    const venue = await candleVenue(await aVenue(), candlesOf(1440));
    const args = fetchArgs(place.at("cache"), ["2025-03-01", "2025-03-02"], "--json");
    const first = await pawlAt(venue, args);
    const again = await pawlAt({ port: 1 }, args);
    expect([first.code, again.code, again.err]).toEqual([0, 0, ""]);
    expect(again.out).toBe(first.out);
    expect(JSON.parse(again.out)).toMatchObject({ candles: 1440, missing: 0, gaps: [], out: null });
    expect(venue.pages).toHaveLength(3);
  });

  it("R14.3 gaps are told with their times and not filled: inside, at the beginning, at the end, over a day", async () => {
    const place = folder();
    const isMissing = (minute: number): boolean =>
      minute < 3 || minute === 700 || (minute >= 1430 && minute < 3000) || minute >= 4310;
    const venue = await candleVenue(await aVenue(), candlesOf(3 * 1440, isMissing));
    const out = place.at("btc.csv");
    const { code, out: said } = await pawlAt(
      venue,
      fetchArgs(place.at("cache"), ["2025-03-01", "2025-03-04"], "--out", out),
    );
    expect(code).toBe(0);
    expect(said.split("\n").slice(0, 5)).toEqual([
      `BTC/USDT:USDT 1m, 2025-03-01T00:00:00.000Z to 2025-03-04T00:00:00.000Z: 2736 candles, 1584 missing`,
      "  gap: 3 missing from 2025-03-01T00:00:00.000Z to 2025-03-01T00:03:00.000Z",
      "  gap: 1 missing from 2025-03-01T11:40:00.000Z to 2025-03-01T11:41:00.000Z",
      "  gap: 1570 missing from 2025-03-01T23:50:00.000Z to 2025-03-03T02:00:00.000Z",
      "  gap: 10 missing from 2025-03-03T23:50:00.000Z to 2025-03-04T00:00:00.000Z",
    ]);
    expect(readFileSync(out, "utf8").trimEnd().split("\n")).toHaveLength(2737);
    // A day without a candle may be the venue's trouble: it is asked for again.
    expect(filesIn(place.at("cache"))).toEqual(["2025-03-01.csv.gz", "2025-03-03.csv.gz"]);
  });

  it("R14.4 Ctrl-C keeps the days that are there, ends with 130, and the same command goes on", async () => {
    const place = folder();
    const cache = place.at("cache");
    const candles = candlesOf(4 * 1440);
    const venue = await candleVenue(await aVenue(), candles, { answerAfterMs: 150 });
    const args = fetchArgs(cache, ["2025-03-01", "2025-03-05"], "--out", place.at("btc.csv"));
    const child = startAt(venue, args);
    const end = ended(child);
    await until(() => existsSync(daysIn(cache)));
    child.kill("SIGINT");
    const interrupted = await end;
    expect(interrupted).toMatchObject({ code: 130, out: "" });
    expect(interrupted.err).toContain("the same command goes on");
    const kept = filesIn(cache);
    expect(kept.length).toBeLessThan(4);
    const before = venue.pages.length;
    const finished = await pawlAt(venue, args);
    expect(finished.code).toBe(0);
    expect(venue.pages[before]).toBe(START_MS + kept.length * DAY_MS);
    expect(readFileSync(place.at("btc.csv"), "utf8")).toBe([HEADER, ...candles.map(lineOf), ""].join("\n"));
  });

  it("R14.3 killed anywhere, no file is half written, and the same command goes on", async () => {
    const place = folder();
    const cache = place.at("cache");
    const candles = candlesOf(3 * 1440);
    const venue = await candleVenue(await aVenue(), candles, { answerAfterMs: 100 });
    const args = fetchArgs(cache, ["2025-03-01", "2025-03-04"], "--out", place.at("btc.csv"));
    const child = startAt(venue, args);
    const end = ended(child);
    await until(() => existsSync(daysIn(cache)));
    child.kill("SIGKILL");
    await end;
    expect(existsSync(place.at("btc.csv"))).toBe(false);
    const finished = await pawlAt(venue, args);
    expect(finished.code).toBe(0);
    expect(readFileSync(place.at("btc.csv"), "utf8")).toBe([HEADER, ...candles.map(lineOf), ""].join("\n"));
  });

  it("R14.3 a day that is cut short on disk is fetched again, and no other", async () => {
    const place = folder();
    const cache = place.at("cache");
    const venue = await candleVenue(await aVenue(), candlesOf(3 * 1440));
    const args = fetchArgs(cache, ["2025-03-01", "2025-03-04"]);
    await pawlAt(venue, args);
    const cut = join(daysIn(cache), "2025-03-02.csv.gz");
    truncateSync(cut, statSync(cut).size - 20);
    const before = venue.pages.length;
    const { code, out } = await pawlAt(venue, args);
    expect(code).toBe(0);
    expect(out).toContain("4320 candles, 0 missing");
    expect(venue.pages.slice(before).map((at) => new Date(at).toISOString().slice(0, 10))).toEqual(
      Array.from({ length: 3 }, () => "2025-03-02"),
    );
  });

  it("R14.3 the day that is running is fetched anew, and only candles that are over", async () => {
    const place = folder();
    const cache = place.at("cache");
    const venue = await aVenue();
    const midnightMs = Math.floor(Date.now() / DAY_MS) * DAY_MS;
    const from = new Date(midnightMs - DAY_MS).toISOString();
    const args = fetchArgs(cache, [from, new Date(midnightMs + 2 * DAY_MS).toISOString()], "--json");
    const first = await pawlAt(venue, args);
    const before = pagesOf(venue).length;
    const again = await pawlAt(venue, args);
    expect([first.code, again.code]).toEqual([0, 0]);
    const { candles, missing } = JSON.parse(again.out) as { readonly candles: number; readonly missing: number };
    expect(missing).toBe(0);
    expect(candles).toBeGreaterThanOrEqual(1440);
    expect(candles).toBeLessThanOrEqual((Date.now() - midnightMs + DAY_MS) / MINUTE_MS);
    expect(pagesOf(venue).length).toBeGreaterThan(before);
    const list = await pawl("data", "list", "--cache", cache, "--json");
    expect(JSON.parse(list.out)).toMatchObject({
      series: [{ venue: "binanceusdm", symbol: "BTC/USDT:USDT", timeframe: "1m" }],
    });
  });

  it("R10.6 a pause that the venue asks for is kept, and said", async () => {
    const place = folder();
    const venue = await aVenue();
    venue.faults.next("prices", { kind: "respond", status: 429, retryAfterSeconds: 2 });
    const { code, err } = await pawlAt(venue, fetchArgs(place.at("cache"), ["2025-03-01", "2025-03-02"]));
    expect(code).toBe(0);
    expect(err).toContain("waiting 2 s: HTTP 429");
    const times = pagesOf(venue).map(({ atMs }) => atMs);
    expect(times).toHaveLength(4);
    expect(times[1]! - times[0]!).toBeGreaterThanOrEqual(2_000);
  });

  it.each(["html", "emptyObject", "emptyList", "null", "emptyBody", "halfJson"] as const satisfies readonly Garbage[])(
    "R10.5 an answer that is %s is asked for again, and nothing of it is kept",
    async (content) => {
      const place = folder();
      const venue = await aVenue();
      venue.faults.next("prices", { kind: "garbage", content });
      const { code, out } = await pawlAt(venue, fetchArgs(place.at("cache"), ["2025-03-01", "2025-03-02"]));
      expect(out).toContain("1440 candles, 0 missing");
      expect(code).toBe(0);
      expect(pagesOf(venue)).toHaveLength(4);
    },
  );

  it("R10.5 candles out of order, or beside the grid, are no answer: the command fails, says what to do, and keeps the rest", async () => {
    const place = folder();
    const cache = place.at("cache");
    const candles = candlesOf(2 * 1440);
    const [good, late] = [candles.slice(0, 2000), candles.slice(2000)];
    const wrong = late.map(([atMs, ...rest], index): Candle => [index === 3 ? atMs + 1 : atMs, ...rest]);
    const venue = await candleVenue(await aVenue(), [...good, ...wrong]);
    const { code, out, err } = await pawlAt(venue, fetchArgs(cache, ["2025-03-01", "2025-03-03"]));
    expect(out).toBe("");
    expect(err).toContain("is no opening time");
    expect(err).toContain("kept: the same command goes on");
    expect(err).not.toContain("    at ");
    expect(code).toBe(1);
    expect(filesIn(cache)).toEqual(["2025-03-01.csv.gz"]);
  });

  it("R14.3 candles that a backtest would not take are kept as they are, and named", async () => {
    const place = folder();
    const candles = candlesOf(1440).map((candle, minute): Candle =>
      minute === 61 ? [candle[0], "50000.10", "49000.00", "49999.90", "50000.20", "1"] : candle,
    );
    const venue = await candleVenue(await aVenue(), candles);
    const { code, out } = await pawlAt(venue, fetchArgs(place.at("cache"), ["2025-03-01", "2025-03-02"]));
    expect(code).toBe(0);
    expect(out).toContain("odd: the candle at 2025-03-01T01:01:00.000Z");
  });

  it.each([
    [["--symbol", "BTC/USDT"], "binanceusdm has no market BTC/USDT; there is BTC/USDT:USDT"],
    [["--timeframe", "7m"], '--timeframe is "7m"; allowed: a length that goes into a day'],
    [["--timeframe", "10m"], "binanceusdm has no candles of 10m; allowed: 1s, 1m, 3m"],
    [["--from", "yesterday"], '--from is "yesterday"; allowed: ISO 8601'],
    [["--from", "2025-03-02", "--to", "2025-03-01"], "has no candle of 1m that is over"],
    [["--venue", "../../etc"], '--venue is "../../etc"; allowed: the name of a venue'],
    [["--venue", "krakn"], "There is no exchange krakn"],
    [["--out", "/nowhere/at/all.csv"], "--out /nowhere/at/all.csv: cannot be written"],
  ])("R14.4 %j is a usage error that says what is allowed", async (changed, message) => {
    const place = folder();
    const venue = await aVenue();
    const { code, out, err } = await pawlAt(venue, [
      ...fetchArgs(place.at("cache"), ["2025-03-01", "2025-03-02"]),
      ...changed,
    ]);
    expect(out).toBe("");
    expect(err).toContain(message);
    expect(code).toBe(2);
    expect(existsSync(place.at("cache"))).toBe(false);
  });

  it("R14.3 a span without a single candle fails, and asks the right questions", async () => {
    const place = folder();
    const venue = await candleVenue(await aVenue(), []);
    const { code, out } = await pawlAt(venue, fetchArgs(place.at("cache"), ["2025-03-01", "2025-03-02"]));
    expect(out).toContain("was it listed then");
    expect(code).toBe(1);
  });

  it("R14.4 the list of a cache that is not there is empty; the default cache follows XDG_CACHE_HOME", async () => {
    const place = folder();
    const none = await pawl("data", "list", "--cache", place.at("none"));
    expect(none).toMatchObject({ code: 0, out: `${place.at("none")}: no candles yet; pawl data fetch --help\n` });
    const venue = await candleVenue(await aVenue(), candlesOf(1440));
    const withoutCache = fetchArgs("", ["2025-03-01", "2025-03-02"]).filter((arg) => arg !== "--cache" && arg !== "");
    const env = { XDG_CACHE_HOME: place.path };
    expect((await pawlAt(venue, withoutCache, env)).code).toBe(0);
    const { out } = await pawlAt(venue, ["data", "list"], env);
    expect(out).toMatch(/binanceusdm +│ BTC\/USDT:USDT │ 1m +│ 1 +│ 2025-03-01 │ 2025-03-01/);
    expect(out.split("\n")[0]).toBe(join(place.path, "pawl"));
  });
});

const pagesOf = (venue: LocalVenue): LocalVenue["requests"] =>
  venue.requests.filter(({ path }) => path.endsWith("/klines"));

/** Waits for something that another process does. */
async function until(holds: () => boolean): Promise<void> {
  const untilMs = performance.now() + 20_000;
  while (!holds()) {
    if (performance.now() > untilMs) throw new Error("it did not happen within 20 s");
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
