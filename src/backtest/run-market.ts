/**
 * All positions of one market through its prices, one after the other: each is judged as in a session when its time has come,
 * and then rides by itself. Positions of different accounts do not know of each other.
 *
 * Promises: per account and market one position at a time (R8.1); whoever stops asking in the middle has what was done by
 * then. Long work is cut into positions, so that its driver can show how far it is.
 */
import { contextWith, NO_CONTEXT } from "../domain/market-context.ts";
import { classesUsed } from "../domain/context-change.ts";
import type { Opening } from "../domain/opening.ts";
import { askedPrice } from "../domain/price-gate.ts";
import { epochMs } from "../domain/units.ts";
import { judgeEntry } from "../engine/judge-entry.ts";
import type { EntryFlow, TimedEntry } from "./entry-flow.ts";
import { InstantPosition, type InstantTerms } from "./instant-position.ts";
import type { RefusedTest } from "./result.ts";
import { ride, type Ride, type Track } from "./ride.ts";

export interface RiddenPosition {
  readonly position: InstantPosition;
  readonly ride: Ride;
}

export type Tested =
  | { readonly kind: "ridden"; readonly ridden: RiddenPosition; readonly row: number }
  | { readonly kind: "refused"; readonly refused: RefusedTest; readonly row: number };

/** The last position of an account: it holds the market up to there. */
interface Holder {
  readonly id: string;
  readonly ride: Ride;
}

export function* runMarket(track: Track, flow: EntryFlow, terms: InstantTerms): Generator<Tested, void, undefined> {
  const { columns } = track;
  const holders = new Map<string, Holder>();
  const usedIds = new Set<string>();
  let row = 0;

  const isHeldAt = ({ ride: { exitRow, endsAtJump } }: Holder): boolean =>
    row < exitRow || (row === exitRow && !endsAtJump);
  const judgeAt = {
    heldBy({ account }: { readonly account: string }): string | null {
      const holder = holders.get(account);
      return holder !== undefined && isHeldAt(holder) ? holder.id : null;
    },
    isUsed: (id: string) => usedIds.has(id),
    quote: () => askedPrice(columns.open[row]!, epochMs(columns.at[row]!)),
  };
  const context = { atrRatio: () => track.context?.atrRatioAt(knownRow(track, row)) ?? null };

  for (const { entry, row: entryRow } of entriesOf(flow, columns.at.length, () => row)) {
    row = entryRow;
    const atMs = epochMs(columns.at[row]!);
    const judged = judgeEntry(entry, { kernel: judgeAt, journalId: "backtest", nowMs: atMs, context });
    const { id, symbol, account } = entry.request;
    usedIds.add(id);
    if (judged.kind === "refused") {
      yield {
        kind: "refused",
        row,
        refused: { id, symbol, atMs, message: `Entry ${id} for ${symbol} refused: ${judged.refusal.message}` },
      };
      // A rule that is refused would ask again at the same price, for ever.
      row += 1;
      continue;
    }
    const position = new InstantPosition(withContext(judged.opening, track, row), columns.open[row]!, atMs, terms);
    const ridden = position.isClosed ? atOnce(track, row) : ride(position, track, row);
    holders.set(account, { id, ride: ridden });
    yield { kind: "ridden", ridden: { position, ride: ridden }, row };
    // A rule looks at candles that are over: it may speak again at the one after.
    if (flow.kind === "rule") row = ridden.exitRow + 1;
  }
}

function* entriesOf(flow: EntryFlow, rows: number, rowNow: () => number): Generator<TimedEntry, void, undefined> {
  if (flow.kind === "list") return yield* flow.entries;
  for (let next = flow.next(rowNow()); next !== null && next.row < rows; next = flow.next(rowNow())) yield next;
}

/** A candle is known when it is over; a trade at once. */
const knownRow = ({ columns }: Track, row: number): number => (columns.kind === "candles" ? row - 1 : row);

function withContext(opening: Opening, track: Track, row: number): Opening {
  if (track.context === null) return opening;
  const classes = track.context.classesAt(knownRow(track, row))[opening.side];
  return { ...opening, context: contextWith(NO_CONTEXT, classes, classesUsed(opening.plan)) };
}

/** Closed by the very price that it entered at. */
const atOnce = ({ columns }: Track, row: number): Ride => ({
  entryRow: row,
  exitRow: row,
  endsAtJump: true,
  high: columns.open[row]!,
  low: columns.open[row]!,
  ambiguousCandles: 0,
});
