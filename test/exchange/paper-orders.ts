/** Markets, orders and a driver for tests of the paper exchange: small round numbers that can be checked by hand. */
import type { OrderRequest } from "../../src/domain/intent.ts";
import { lotsToAmount, type Market } from "../../src/domain/market.ts";
import type { OrderReport } from "../../src/domain/report.ts";
import { decimalText, epochMs, lots } from "../../src/domain/units.ts";
import { createMatching, type Matching } from "../../src/exchange/paper/matching.ts";
import type { PaperRecord } from "../../src/exchange/paper/record.ts";
import { parsePaperSettings, type PaperSettings, type PaperSettingsInput } from "../../src/exchange/paper/settings.ts";

export const PERP = "BTC/USDT:USDT";
export const SPOT = "BTC/USDT";
export const START_MS = 1_760_000_000_000;

/** Step 0.001, tick 0.1; at least 0.01 and 5 USDT, at most 100. */
export const perp: Market = {
  symbol: PERP,
  kind: "derivative",
  linear: true,
  active: true,
  base: "BTC",
  quote: "USDT",
  contractSize: decimalText("1"),
  amountStep: decimalText("0.001"),
  priceTick: decimalText("0.1"),
  minimumLots: lots(10),
  minimumCost: decimalText("5"),
  maximumLots: lots(100_000),
  maximumLeverage: 125,
};

export const spot: Market = { ...perp, symbol: SPOT, kind: "spot", maximumLeverage: null };

export const MARKETS: readonly Market[] = [perp, spot];

export const settingsOf = (changes: Partial<PaperSettingsInput> = {}): PaperSettings =>
  parsePaperSettings({ seed: "test", ...changes });

export const orderOf = (
  changes: Partial<Omit<OrderRequest, "lots">> & { readonly lots?: number } = {},
): OrderRequest => {
  const quantity = lots(changes.lots ?? 100);
  return {
    clientOrderId: "a",
    account: "main",
    symbol: PERP,
    orderSide: "buy",
    amount: lotsToAmount(perp, quantity),
    reduceOnly: false,
    purpose: "entry",
    decidedAtMs: epochMs(START_MS),
    sizedBy: "position",
    ...changes,
    lots: quantity,
  };
};

/** A matching core with a current price of 100 for both markets, and a clock that is moved by hand. */
export interface Desk {
  readonly matching: Matching;
  readonly records: PaperRecord[];
  readonly reports: OrderReport[];
  nowMs(): number;
  price(value: number, symbol?: string): void;
  place(changes: Parameters<typeof orderOf>[0]): readonly OrderReport[];
  cancel(clientOrderId: string): readonly OrderReport[];
  /** Moves on, carrying out everything due at its own time; returns what was told on the way. */
  wait(durationMs: number): readonly OrderReport[];
  /** Everything told of one order, briefly: "accepted", "fill 40@100", "canceled 40", "rejected reduce_only". */
  story(clientOrderId: string): readonly string[];
}

export function deskOf(changes: Partial<PaperSettingsInput> = {}, markets: readonly Market[] = MARKETS): Desk {
  const matching = createMatching({ markets, settings: settingsOf(changes) });
  const records: PaperRecord[] = [];
  const reports: OrderReport[] = [];
  let nowMs = START_MS;
  const keep = (carried: ReturnType<Matching["due"]>): readonly OrderReport[] => {
    records.push(...carried.records);
    reports.push(...carried.reports);
    return carried.reports;
  };
  const wait = (durationMs: number): readonly OrderReport[] => {
    const untilMs = nowMs + durationMs;
    const told: OrderReport[] = [];
    for (let dueMs = matching.dueMs(); dueMs !== null && dueMs <= untilMs; dueMs = matching.dueMs()) {
      nowMs = Math.max(nowMs, dueMs);
      told.push(...keep(matching.due(epochMs(nowMs))));
    }
    nowMs = untilMs;
    return told;
  };
  for (const market of markets) matching.price(market.symbol, 100, epochMs(nowMs));
  return {
    matching,
    records,
    reports,
    nowMs: () => nowMs,
    price(value, symbol = PERP) {
      matching.price(symbol, value, epochMs(nowMs));
    },
    place(order) {
      keep(matching.place(orderOf(order), epochMs(nowMs)));
      return wait(0);
    },
    cancel(clientOrderId) {
      const answered = keep(matching.cancel(clientOrderId, epochMs(nowMs)));
      return [...answered, ...wait(0)];
    },
    wait,
    story: (clientOrderId) => matching.lookUp(clientOrderId, epochMs(nowMs)).map(tell),
  };
}

export function tell(report: OrderReport): string {
  switch (report.kind) {
    case "accepted":
    case "absent":
    case "unknown":
      return report.kind;
    case "fill":
      return `fill ${report.lots}@${report.price}`;
    case "ended":
      return `${report.end} ${report.filledLots}`;
    case "rejected":
      return `rejected ${report.reason}`;
  }
}
