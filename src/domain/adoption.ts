/** A late fill's exposure as a position of its own, which begins in `closing` (R1.10). */
import { exact, toText, ZERO_TEXT } from "./decimal.ts";
import { startClosing } from "./closing.ts";
import { coinFees, entryPriceText, quoteFee } from "./fills.ts";
import { lotsToAmount, priceGrid } from "./market.ts";
import { UNTRADED } from "./opening.ts";
import type { Position } from "./position.ts";
import type { FillReport } from "./report.ts";
import { openingOrderSide, type Side } from "./side.ts";
import { beginTurn, become, tell, warn, type Turn } from "./turn.ts";
import type { EpochMs } from "./units.ts";

/** The exposure of a fill that arrived for an order of a closed position. */
export function adoptLateFill(input: {
  readonly late: Position;
  readonly report: FillReport;
  readonly id: string;
  readonly nowMs: EpochMs;
}): Turn {
  const { late, report, id, nowMs } = input;
  const intent = late.intents.find((each) => each.clientOrderId === report.clientOrderId);
  const side: Side =
    intent === undefined || intent.orderSide === openingOrderSide(late.side) ? late.side : opposite(late.side);
  const adopted: Position = {
    ...late,
    ...UNTRADED,
    id,
    side,
    version: 1,
    requestedLots: report.lots,
    grid: priceGrid(late.market, report.price),
    openedAtMs: report.atMs,
    enteredLots: report.lots,
    entryCost: toText(exact(report.price).times(report.lots)),
    entryFees: quoteFee(report),
    coinFeeLots: coinFees({ ...late, coinFeeLots: ZERO_TEXT }, report),
    excursionsApproximate: late.excursionsApproximate,
  };
  const record = {
    amount: lotsToAmount(late.market, report.lots),
    price: report.price,
    fee: adopted.entryFees,
    leverage: late.leverage,
    entryPrice: entryPriceText(adopted),
    stop: null,
  };
  const opened = tell(become(beginTurn(adopted), { additions: [record] }), {
    type: "opened",
    part: 1,
    orderId: report.clientOrderId,
    ...record,
  });
  const told = warn(opened, "error", `Late fill of ${late.id} for ${late.symbol} adopted as ${id} and closed`);
  return startClosing(told, { reason: "unprotected", rungs: [], nowMs });
}

const opposite = (side: Side): Side => (side === "long" ? "short" : "long");
