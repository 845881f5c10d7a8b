/** The last good price of each symbol while no decision can be journalled: taken up again when one can. */
import { admitPrice, openGate, type PriceGate, type PriceLimits } from "../domain/price-gate.ts";

export interface PricesOnHold {
  /** Whether it was let through. */
  add(symbol: string, value: number, atMs: number, nowMs: number): boolean;
  /** What was held, which is forgotten here. */
  release(): readonly (readonly [symbol: string, value: number, atMs: number])[];
  dropped(): number;
}

export function createPricesOnHold(limits: PriceLimits): PricesOnHold {
  const gates = new Map<string, PriceGate>();
  let droppedBefore = 0;
  const dropped = (): number => Array.from(gates.values()).reduce((sum, gate) => sum + gate.dropped, droppedBefore);
  return {
    add(symbol, value, atMs, nowMs) {
      const gate = gates.get(symbol) ?? openGate();
      gates.set(symbol, gate);
      return admitPrice(gate, value, atMs, nowMs, limits) === null;
    },
    release() {
      droppedBefore = dropped();
      const held = Array.from(gates, ([symbol, gate]) => [symbol, gate.lastPrice, gate.lastAtMs] as const);
      gates.clear();
      return held.filter(([, value]) => value > 0);
    },
    dropped,
  };
}
