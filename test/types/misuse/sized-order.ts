/** An intent is made of an order that was sized, and of nothing else (P6, R3.7, R10.7). */
import { sizeClose, type SizedOrder } from "../../../src/domain/exit-size.ts";
import { place } from "../../../src/domain/placing.ts";
import type { Position } from "../../../src/domain/position.ts";
import { beginTurn } from "../../../src/domain/turn.ts";
import { epochMs, lots } from "../../../src/domain/units.ts";

declare const position: Position;
const turn = beginTurn(position);
const what = { purpose: "exit", rungs: [1], cause: null, nowMs: epochMs(1) } as const;
const sized = sizeClose(position, lots(40));

export const placed = sized === null ? turn : place(turn, sized, what);

// must not compile: nobody sized these lots
export const unsized = place(turn, { lots: lots(40), orderSide: "sell", reduceOnly: true }, what);

// must not compile: lots alone are not an order
export const bareLots = place(turn, lots(40), what);

// must not compile: there may be nothing left to close
export const nothingLeft = place(turn, sizeClose(position, lots(40)), what);

// must not compile: the ticket cannot be written by hand
export const forged: SizedOrder = { lots: lots(40), orderSide: "sell", reduceOnly: true };
