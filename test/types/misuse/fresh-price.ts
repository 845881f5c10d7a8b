/** A decision is made on a price that passed the gate, and on nothing else (P14, R9.1). */
import { decide } from "../../../src/domain/exit-rules.ts";
import { sizeRungExit } from "../../../src/domain/exit-size.ts";
import type { Position } from "../../../src/domain/position.ts";
import { freshQuote, type FreshPrice, type PriceGate, type PriceLimits } from "../../../src/domain/price-gate.ts";
import { epochMs, price } from "../../../src/domain/units.ts";

declare const position: Position;
declare const gate: PriceGate;
declare const limits: PriceLimits;
const nowMs = epochMs(2);
const quote = freshQuote(gate, nowMs, limits);

export const decided = quote === null ? null : decide(position, quote, nowMs);

// must not compile: a raw tick is not a FreshPrice
export const onRawTick = decide(position, { value: price(1), atMs: nowMs }, nowMs);

// must not compile: neither is a price alone
export const onPrice = decide(position, price(1), nowMs);

// must not compile: the gate may have said no
export const onStale = decide(position, freshQuote(gate, nowMs, limits), nowMs);

// must not compile: an exit is not judged by a raw tick either
export const sizedOnRawTick = sizeRungExit(position, [1], { value: price(1), atMs: nowMs });

// must not compile: the ticket cannot be written by hand
export const forged: FreshPrice = { value: price(1), atMs: nowMs };
