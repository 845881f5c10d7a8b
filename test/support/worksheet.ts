/**
 * Worksheets: a series of prices on the left of the bar, everything that a backtest did in it on the right. What is not written
 * down must not happen.
 *
 *     10:00  100  100  100  100 | in 100 @ 100, stop 95
 *     10:01  100  104  100  103 | 10:01:35 TP1 40 @ 103 = 120, stop 100
 *     end                       | end_of_data 60 @ 102 = 120, net 240
 *
 * On the left: the time and open, high, low, close of a candle of one minute, or the time and price of a trade; the last
 * line is the end of the data. On the right: `WHAT AMOUNT @ PRICE = PROFIT BEFORE FEES`, with `fee` where there is one; where the
 * stop stands from then on; and in the end `net`, with what it is made of where fees or funding were paid. A line without a left side
 * continues the one above. Times to the millisecond are written where they are not whole seconds.
 */
import { expect, test } from "vitest";
import { listFlow } from "../../src/backtest/entry-flow.ts";
import type { FundingRates } from "../../src/prices/funding.ts";
import type { Liquidation } from "../../src/backtest/instant-terms.ts";
import { indexOf, type PriceColumns } from "../../src/backtest/price-columns.ts";
import type { CandleOrder, TestedPosition } from "../../src/backtest/result.ts";
import { runMarket } from "../../src/backtest/run-market.ts";
import { testedPosition } from "../../src/backtest/tested-position.ts";
import type { Side } from "../../src/domain/side.ts";
import { decimalText, epochMs } from "../../src/domain/units.ts";
import type { EntryToJudge } from "../../src/engine/judge-entry.ts";
import { parsePaperSettings } from "../../src/exchange/paper/settings.ts";
import { aMarket, aPlan, type MarketWords, type PlanWords } from "./house.ts";

interface EntryWords {
  /** "10:02"; the first price unless told. */
  readonly at?: string;
  readonly id?: string;
  readonly side?: Side;
  readonly amount?: string;
}

/** Long 100, market with step 1 and tick 0.01, no fees, pessimistic, unless told. */
export interface Trade extends EntryWords {
  readonly plan?: PlanWords;
  readonly market?: MarketWords;
  readonly leverage?: number;
  /** Shares: "0.001". */
  readonly fee?: string;
  readonly slippage?: string;
  readonly order?: CandleOrder;
  /** "10:02 0.0001, 10:04 -0.0002": when each is paid, and its rate. */
  readonly funding?: string;
  readonly liquidation?: Liquidation;
  /** Several of one account, in place of the one that the rest describes. */
  readonly entries?: readonly EntryWords[];
}

export function worksheet(title: string, trade: Trade, text: string): void {
  test(title, () => {
    const sheet = parseSheet(text);
    const found = rightSides(trade, sheet);
    const shown = sheet.map(({ left }, row) => `${left.padEnd(38)} | ${found[row]!.join(", ")}`).join("\n");
    expect(
      found.map((right, row) => `${sheet[row]!.left} | ${right.join(", ")}`),
      `what really happened:\n${shown}\n`,
    ).toEqual(sheet.map(({ left, right }) => `${left} | ${right}`));
  });
}

interface Line {
  readonly left: string;
  readonly right: string;
}

const flat = (text: string): string => text.trim().replaceAll(/\s+/g, " ");

function parseSheet(text: string): readonly Line[] {
  const lines: { left: string; right: string }[] = [];
  for (const raw of text.split("\n").filter((each) => each.trim() !== "")) {
    const [left = "", right = ""] = raw.split("|").map(flat);
    const above = lines.at(-1);
    if (left === "" && above !== undefined) above.right = `${above.right} ${right}`;
    else lines.push({ left, right });
  }
  return lines;
}

const DAY_MS = Date.UTC(2025, 0, 1);
const MINUTE_MS = 60_000;

/** "10:02" or "10:02:30.500". */
const momentOf = (clock: string): number => {
  const [hours = "0", minutes = "0", seconds = "0"] = clock.split(":");
  return DAY_MS + Math.round((Number(hours) * 3_600 + Number(minutes) * 60 + Number(seconds)) * 1_000);
};

function clockOf(atMs: number): string {
  const [, clock = ""] = new Date(atMs).toISOString().split("T");
  return clock
    .replace("Z", "")
    .replace(/\.000$/, "")
    .replace(/^(\d\d:\d\d):00$/, "$1");
}

function columnsOf(sheet: readonly Line[]): PriceColumns {
  const rows = sheet.filter(({ left }) => left !== "end").map(({ left }) => left.split(" "));
  const isTrades = rows.every((row) => row.length === 2);
  const column = (index: number) => Float64Array.from(rows, (row) => Number(row[isTrades ? 1 : index]));
  return {
    kind: isTrades ? "trades" : "candles",
    at: Float64Array.from(rows, ([clock = ""]) => momentOf(clock)),
    open: column(1),
    high: column(2),
    low: column(3),
    close: column(4),
    timeframeMs: isTrades ? 0 : MINUTE_MS,
  };
}

function fundingOf(text: string): FundingRates {
  const payments = text.split(",").map((each) => each.trim().split(" "));
  return {
    atMs: Float64Array.from(payments, ([clock = ""]) => momentOf(clock)),
    rate: Float64Array.from(payments, ([, rate]) => Number(rate)),
  };
}

/** What stands on the right of each line. */
function rightSides(trade: Trade, sheet: readonly Line[]): readonly (readonly string[])[] {
  const columns = columnsOf(sheet);
  const settings = parsePaperSettings({
    seed: "worksheet",
    takerFee: trade.fee ?? "0",
    slippage: trade.slippage ?? "0",
  });
  const endMs = columns.at.at(-1)! + Math.max(0, columns.timeframeMs - 1);
  const market = aMarket(trade.market);
  const track = { market, columns, index: indexOf(columns), order: trade.order ?? "pessimistic", context: null, endMs };
  const flow = listFlow(entriesOf(trade, columns));
  const funding = trade.funding === undefined ? null : { rates: fundingOf(trade.funding), columns };
  const said: Happening[][] = sheet.map(() => []);
  const rowAt = (atMs: number): number =>
    Math.max(
      0,
      columns.at.findLastIndex((opens) => opens <= atMs),
    );
  for (const tested of runMarket(track, flow, { settings, liquidation: trade.liquidation ?? null, keepsStops: true })) {
    if (tested.kind === "refused") {
      const { id, message } = tested.refused;
      said[tested.row]!.push({ atMs: tested.refused.atMs, words: `${id}: ${message.split(" refused: ")[1]!}` });
      continue;
    }
    const position = testedPosition(tested.ride, settings, funding);
    const name = trade.entries === undefined ? "" : `${position.id}: `;
    const isAtTheEnd = (atMs: number): boolean => position.reason === "end_of_data" && atMs === position.closedAtMs;
    for (const { atMs, words } of happenings(position))
      said[isAtTheEnd(atMs) ? sheet.length - 1 : rowAt(atMs)]!.push({ atMs, words: `${name}${words}` });
    said.at(-1)!.push({ atMs: Number.POSITIVE_INFINITY, words: `${name}${moneyOf(position)}` });
  }
  return said.map((row) => row.toSorted((a, b) => a.atMs - b.atMs).map(({ words }) => words));
}

function entriesOf(trade: Trade, columns: PriceColumns): readonly EntryToJudge[] {
  const market = aMarket(trade.market);
  const plan = { plan: aPlan({ emergencyLevels: [], minimumExitValue: "0", ...trade.plan }, market), warnings: [] };
  return (trade.entries ?? [trade]).map((words) => ({
    market,
    plan,
    request: {
      id: words.id ?? "p1",
      account: "main",
      symbol: market.symbol,
      side: words.side ?? "long",
      amount: decimalText(words.amount ?? "100"),
      leverage: trade.leverage ?? 1,
      atMs: epochMs(words.at === undefined ? columns.at[0]! : momentOf(words.at)),
    },
  }));
}

interface Happening {
  readonly atMs: number;
  readonly words: string;
}

/** Entry, exits and stops in order of time; at one moment first what was sold, then where the stop stands. */
function happenings(position: TestedPosition): readonly Happening[] {
  const { openedAtMs, amount, entryPrice, exits, stops } = position;
  const entered = { atMs: openedAtMs, words: `in ${amount} @ ${entryPrice}` };
  const sold = exits.map(({ rung, reason, amount: part, price, profit, fee, atMs }): Happening => {
    const partial = reason === "take_profit" ? "" : ` ${reason}`;
    const what = rung === null ? reason : `TP${rung}${partial}`;
    return { atMs, words: `${clockOf(atMs)} ${what} ${part} @ ${price} = ${profit}${fee === 0 ? "" : ` fee ${fee}`}` };
  });
  const moved = stops.map(({ atMs, price }): Happening => ({ atMs, words: `stop ${price}` }));
  return [entered, ...sold, ...moved].toSorted((a, b) => a.atMs - b.atMs);
}

function moneyOf({ netProfit, grossProfit, fees, funding, ambiguousCandles }: TestedPosition): string {
  const parts = [grossProfit];
  if (fees !== 0) parts.push(-fees);
  if (funding !== 0) parts.push(funding);
  const sum = parts.map((part, index) => (index === 0 ? `${part}` : `${part < 0 ? "-" : "+"} ${Math.abs(part)}`));
  const made = parts.length === 1 ? "" : ` = ${sum.join(" ")}`;
  return `net ${netProfit}${made}${ambiguousCandles === 0 ? "" : `, ambiguous ${ambiguousCandles}`}`;
}
