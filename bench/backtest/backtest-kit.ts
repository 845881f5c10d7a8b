/**
 * backtest-kit 19.5.0 by the nearest rule that it can express: `node backtest-kit.ts FOLDER CANDLES ROUNDS`.
 *
 * Partial exits, the stop's moves and the mark are its own commits, made from its listener once a minute. That price, and
 * the one of entry and target, is the average of five candles, not the candle's own. A position has a lifetime, for which it
 * fetches all candles ahead: four days. Candles come from memory; nothing is written or reported.
 */
import { answer, rivalArguments } from "./rival.ts";
import { backtestSeries, MINUTE_MS } from "./series.ts";
import { RULE } from "./subject.ts";

interface Kit {
  setConfig(config: Readonly<Record<string, unknown>>, unsafe: boolean): void;
  addExchangeSchema(schema: object): void;
  addFrameSchema(schema: object): void;
  addStrategySchema(schema: object): void;
  listenActivePing(listener: (ping: Ping) => Promise<void>): void;
  listenError(listener: (error: unknown) => void): void;
  commitPartialProfit(symbol: string, percent: number): Promise<boolean>;
  commitTrailingStopCost(symbol: string, stop: number): Promise<boolean>;
  readonly Backtest: { run(symbol: string, names: object): AsyncIterable<Tick> };
}

interface Ping {
  readonly symbol: string;
  readonly currentPrice: number;
  readonly data: { readonly id: string; readonly priceOpen: number };
}

interface Tick {
  readonly action: string;
  readonly closeReason?: string;
}

/** An adapter that can be told to keep nothing. */
interface Adapter {
  useDummy?: () => void;
  disable?: () => void;
}

const SYMBOL = "BTCUSDT";
const LIFETIME_MINUTES = 4 * 24 * 60;
/** Its average of candles looks back from the first minute of a run. */
const LEAD_MINUTES = 10;
const WARM_UP_CANDLES = 3_000;
const NAMES = { strategyName: "ladder", exchangeName: "memory" };
const PARTIAL = RULE.rungs.slice(0, -1);

const { requireFrom, candles, rounds } = rivalArguments();
const kit = requireFrom("backtest-kit") as Kit;
const series = backtestSeries(candles + LIFETIME_MINUTES + 1_000);
const startMs = series.at[0]!;

let partialExits = 0;
let held = { id: "", passed: 0, mark: 0, stop: 0 };

for (const adapter of Object.values(kit) as readonly (Adapter | null)[]) {
  if (typeof adapter !== "object" || adapter === null) continue;
  adapter.useDummy?.();
}
for (const name of ["Markdown", "Report", "Dump", "Memory", "Notification", "Recent", "State", "Storage"])
  (kit as unknown as Readonly<Record<string, Adapter>>)[name]?.disable?.();

kit.setConfig(
  {
    CC_PERCENT_FEE: RULE.feePercent,
    CC_PERCENT_SLIPPAGE: 0,
    CC_MAX_SIGNAL_LIFETIME_MINUTES: LIFETIME_MINUTES,
    CC_MAX_CANDLES_PER_REQUEST: 2 * LIFETIME_MINUTES,
    CC_ENABLE_CANDLE_FETCH_MUTEX: false,
    CC_ENABLE_BACKTEST_PARALLEL_SPIN: false,
  },
  true,
);
kit.addExchangeSchema({ exchangeName: NAMES.exchangeName, getCandles });
kit.addStrategySchema({
  strategyName: NAMES.strategyName,
  interval: "1m",
  getSignal: (_symbol: string, _when: Date, price: number) =>
    Promise.resolve({
      position: "long",
      priceTakeProfit: price * (1 + RULE.rungs.at(-1)!.targetPercent / 100),
      priceStopLoss: price * (1 - RULE.stopPercent / 100),
      minuteEstimatedTime: LIFETIME_MINUTES,
    }),
});
kit.listenActivePing(manage);
kit.listenError((error) => {
  throw new Error("backtest-kit has failed", { cause: error });
});

await runOver(WARM_UP_CANDLES, "warm-up");
const times: number[] = [];
let ended: readonly string[] = [];
for (let round = 0; round < rounds; round += 1) {
  partialExits = 0;
  const before = process.threadCpuUsage();
  ended = await runOver(candles, `round-${round}`);
  const { user, system } = process.threadCpuUsage(before);
  times.push((user + system) / 1_000);
}
answer({
  candles,
  busyMs: times,
  positions: ended.length,
  partialExits,
  stops: ended.filter((reason) => reason === "stop_loss").length,
});

/** Why each position of a run has ended. */
async function runOver(count: number, frameName: string): Promise<readonly string[]> {
  kit.addFrameSchema({
    frameName,
    interval: "1m",
    startDate: new Date(startMs + LEAD_MINUTES * MINUTE_MS),
    endDate: new Date(startMs + (count - 1) * MINUTE_MS),
  });
  const reasons: string[] = [];
  for await (const { action, closeReason } of kit.Backtest.run(SYMBOL, { ...NAMES, frameName })) {
    if (action === "closed") reasons.push(closeReason ?? "unknown");
  }
  return reasons;
}

/** Rungs, the stop that follows them, and the mark in steps. */
async function manage({ symbol, currentPrice, data: { id, priceOpen: entry } }: Ping): Promise<void> {
  if (held.id !== id) held = { id, passed: 0, mark: entry, stop: entry * (1 - RULE.stopPercent / 100) };
  const position = held;
  let { stop } = position;
  for (const { targetPercent, exitPercent } of PARTIAL.slice(position.passed)) {
    if (currentPrice < entry * (1 + targetPercent / 100)) break;
    if (!(await kit.commitPartialProfit(symbol, exitPercent))) break;
    partialExits += 1;
    position.passed += 1;
    stop = Math.max(stop, position.passed === 1 ? entry : entry * (1 + RULE.rungs[0].targetPercent / 100));
  }
  if (currentPrice >= position.mark + (entry * RULE.markStepPerMille) / 1_000) {
    position.mark = currentPrice;
    stop = Math.max(stop, currentPrice * (1 - RULE.trailingPercent / 100));
  }
  if (stop > position.stop && (await kit.commitTrailingStopCost(symbol, stop))) position.stop = stop;
}

function getCandles(_symbol: string, _interval: string, since: Date, limit: number): Promise<readonly object[]> {
  const first = Math.round((since.getTime() - startMs) / MINUTE_MS);
  const { at, open, high, low, close } = series;
  return Promise.resolve(
    Array.from({ length: limit }, (_, offset) => {
      const index = first + offset;
      return {
        timestamp: at[index]!,
        open: open[index]!,
        high: high[index]!,
        low: low[index]!,
        close: close[index]!,
        volume: 1,
      };
    }),
  );
}
