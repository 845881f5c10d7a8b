/**
 * All positions of one market through its prices: each is judged as in a session when its time has come, and then rides by
 * itself. Positions of different accounts do not know of each other. Prices come at once, or in chunks.
 *
 * Promises: per account and market one position at a time (R8.1); whoever stops asking in the middle has what was done by
 * then. Long work is cut into positions, so that its driver can show how far it is.
 */
import { classesUsed } from "../domain/context-change.ts";
import { contextWith, NO_CONTEXT } from "../domain/market-context.ts";
import type { Opening } from "../domain/opening.ts";
import { askedPrice } from "../domain/price-gate.ts";
import { notional } from "../domain/market.ts";
import { epochMs, price } from "../domain/units.ts";
import { judgeEntry, type EntryToJudge } from "../engine/judge-entry.ts";
import type { EntryFlow, TimedEntry } from "./entry-flow.ts";
import { InstantPosition } from "./instant-position.ts";
import type { InstantTerms } from "./instant-terms.ts";
import { leverageFault } from "./liquidation.ts";
import { indexAtOrAfter } from "./price-columns.ts";
import type { RefusedTest } from "./result.ts";
import { carryOver, rideOn, rowsOf, startRide, type Ride, type Track } from "./ride.ts";

export type Tested =
  | { readonly kind: "ridden"; readonly ride: Ride; readonly row: number }
  | { readonly kind: "refused"; readonly refused: RefusedTest; readonly row: number };

export interface MarketRun {
  /** Through the next prices; rows are those of this track. */
  through(track: Track): Generator<Tested, void, undefined>;
  /** Entries whose time comes after the last price so far. */
  late(): readonly EntryToJudge[];
  /** Positions that have not ended yet. */
  openCount(): number;
  /** What was said when positions opened: the first of each kind, and how many there were. */
  warnings(): readonly (readonly [text: string, count: number])[];
}

/** Prices that come at once. */
export const runMarket = (track: Track, flow: EntryFlow, terms: InstantTerms): Generator<Tested, void, undefined> =>
  createMarketRun(flow, terms).through(track);

export function createMarketRun(flow: EntryFlow, terms: InstantTerms): MarketRun {
  /** The last position of each account: it holds the market until its end. */
  const holders = new Map<string, Ride>();
  const usedIds = new Set<string>();
  const said = new Map<string, { readonly text: string; count: number }>();
  let open: Ride[] = [];
  let taken = 0;

  const isHeldAt = ({ position, row: until, endsAtJump }: Ride, row: number): boolean =>
    !position.isClosed || row < until || (row === until && !endsAtJump);

  function* through(track: Track): Generator<Tested, void, undefined> {
    const { columns } = track;
    let row = 0;
    for (const ride of open) {
      carryOver(ride);
      rideOn(ride, track);
      if (!ride.position.isClosed) continue;
      yield { kind: "ridden", ride, row: ride.row };
      if (flow.kind === "rule") row = Math.max(row, ride.row + 1);
    }
    open = open.filter(({ position }) => !position.isClosed);
    const judgeAt = {
      heldBy({ account }: { readonly account: string }): string | null {
        const holder = holders.get(account);
        return holder !== undefined && isHeldAt(holder, row) ? holder.position.position.id : null;
      },
      isUsed: (id: string) => usedIds.has(id),
      quote: () => askedPrice(columns.open[row]!, epochMs(columns.at[row]!)),
    };
    const context = { atrRatio: () => track.context?.atrRatioAt(knownRow(track, row)) ?? null };

    for (let next = nextEntry(track, row); next !== null; next = nextEntry(track, row)) {
      row = next.row;
      const atMs = epochMs(columns.at[row]!);
      const { id, symbol, account } = next.entry.request;
      const judged = judgeEntry(next.entry, { kernel: judgeAt, journalId: "backtest", nowMs: atMs, context });
      usedIds.add(id);
      if (judged.kind === "refused") {
        const message = `Entry ${id} for ${symbol} refused: ${judged.refusal.message}`;
        yield { kind: "refused", row, refused: { id, symbol, atMs, message } };
        // A rule that is refused would ask again at the same price, for ever.
        if (flow.kind === "rule") row += 1;
        continue;
      }
      const fault = bracketFault(judged.opening, columns.open[row]!, terms);
      if (fault !== null) {
        yield {
          kind: "refused",
          row,
          refused: { id, symbol, atMs, message: `Entry ${id} for ${symbol} refused: ${fault}` },
        };
        if (flow.kind === "rule") row += 1;
        continue;
      }
      for (const text of judged.opening.warnings) note(text);
      const opening = withContext(judged.opening, track, row);
      const ride = startRide(new InstantPosition(opening, columns.open[row]!, atMs, terms), track, row);
      rideOn(ride, track);
      holders.set(account, ride);
      if (ride.position.isClosed) yield { kind: "ridden", ride, row };
      else open.push(ride);
      // A rule looks at candles that are over: it may speak again at the one after.
      if (flow.kind === "rule") row = ride.row + 1;
    }
    // Where rows begin anew with the next chunk, whoever is over holds nothing there.
    for (const [account, ride] of holders) if (ride.position.isClosed) holders.delete(account);
  }

  function nextEntry(track: Track, row: number): TimedEntry | null {
    const rows = rowsOf(track);
    if (flow.kind === "rule") {
      const next = open.length > 0 ? null : flow.next(row, track.columns);
      return next === null || next.row >= rows ? null : next;
    }
    const entry = flow.entries[taken];
    if (entry === undefined) return null;
    const at = indexAtOrAfter(track.columns.at, entry.request.atMs);
    if (at >= rows) return null;
    taken += 1;
    return { row: at, entry };
  }

  /** Of one kind are those that differ in their figures alone. */
  function note(text: string): void {
    const kind = text.replace(/[-+]?\d[\d.]*/g, "#");
    const before = said.get(kind);
    if (before === undefined) said.set(kind, { text, count: 1 });
    else before.count += 1;
  }

  return {
    warnings: () => [...said.values()].map(({ text, count }) => [text, count] as const),
    through,
    late: () => (flow.kind === "list" ? flow.entries.slice(taken) : []),
    openCount: () => open.length,
  };
}

const bracketFault = ({ lots, leverage, market }: Opening, at: number, { brackets }: InstantTerms): string | null =>
  brackets === null || brackets === undefined
    ? null
    : leverageFault(brackets, leverage, notional(market, lots, price(at)).toNumber());

/** A candle is known when it is over; a trade at once. */
const knownRow = ({ columns }: Track, row: number): number => (columns.kind === "candles" ? row - 1 : row);

function withContext(opening: Opening, track: Track, row: number): Opening {
  if (track.context === null) return opening;
  const classes = track.context.classesAt(knownRow(track, row))[opening.side];
  return { ...opening, context: contextWith(NO_CONTEXT, classes, classesUsed(opening.plan)) };
}
