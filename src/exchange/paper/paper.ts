/**
 * The paper exchange for a synchronous driver: the matching core over a durable ledger (SPEC R12.1).
 *
 * Promises: every change is durable in the ledger before its report is handed out; after a restart orders that were
 * received and not carried out are still under way; an absence is answered at once and with authority (R10.2), because
 * nothing is ever between the caller and the exchange. It does not emit again what a ledger already holds: `lookUp` does.
 */
import type { Market } from "../../domain/market.ts";
import type { OrderReport } from "../../domain/report.ts";
import type { ImmediateExchange } from "../immediate-exchange.ts";
import type { PaperState } from "./book.ts";
import { PaperLedgerError, type PaperLedger } from "./ledger.ts";
import { createMatching, type Carried, type Matching } from "./matching.ts";
import { createPriceBoard, type PriceBoard } from "./price-board.ts";
import type { PaperRecord } from "./record.ts";
import { firstDifference, type PaperSettings } from "./settings.ts";

export interface PaperExchange extends ImmediateExchange {
  readonly markets: readonly Market[];
  /** @internal The whole state but for the prices. */
  state(): PaperState;
  close(): void;
}

/** Opens the exchange over what its ledger holds. Throws PaperLedgerError, as every call may that has to write. */
export function openPaperExchange(input: {
  readonly markets: readonly Market[];
  readonly settings: PaperSettings;
  readonly ledger: PaperLedger;
}): PaperExchange {
  const { markets, settings, ledger } = input;
  const board = createPriceBoard(markets);
  const restore = (): Matching => restored({ markets, settings, ledger, board });
  let matching = restore();
  /** Set when the core is ahead of the ledger, because a commit failed. */
  let failure: PaperLedgerError | null = null;

  const current = (): Matching => {
    if (failure === null) return matching;
    // Somebody else writes this ledger: there is no way on but a restart.
    if (failure.failure.kind === "conflict") throw failure;
    matching = restore();
    failure = null;
    return matching;
  };
  const written = ({ records, reports }: Carried): readonly OrderReport[] => {
    if (records.length === 0) return reports;
    try {
      ledger.append(records);
    } catch (error) {
      failure =
        error instanceof PaperLedgerError
          ? error
          : new PaperLedgerError(ledger.path, { kind: "unwritable", cause: String(error) });
      throw failure;
    }
    return reports;
  };

  return {
    markets,
    place(order, atMs) {
      written(current().place(order, atMs));
    },
    cancel: (query, atMs) => written(current().cancel(query.clientOrderId, atMs)),
    price: (symbol, price, atMs) => matching.price(symbol, price, atMs),
    dueMs: () => current().dueMs(),
    due: (atMs) => written(current().due(atMs)),
    lookUp: (query, atMs) => current().lookUp(query.clientOrderId, atMs),
    holdings: () => current().holdings(),
    state: () => current().state(),
    close: () => ledger.close(),
  };
}

function restored(input: {
  readonly markets: readonly Market[];
  readonly settings: PaperSettings;
  readonly ledger: PaperLedger;
  readonly board: PriceBoard;
}): Matching {
  const { ledger, settings } = input;
  const records = ledger.records();
  const [first] = records;
  if (first === undefined) ledger.append([{ kind: "settings", settings }]);
  else assertSameSettings(ledger, first, settings);
  let seq = 0;
  // Counts the records as the core takes them, so that the one it refuses can be named.
  const counted = function* (): Generator<PaperRecord> {
    for (const record of records) {
      seq += 1;
      yield record;
    }
  };
  try {
    return createMatching({ ...input, records: counted() });
  } catch (error) {
    const cause = error instanceof Error ? error.message : String(error);
    throw new PaperLedgerError(ledger.path, { kind: "damaged", seq, cause });
  }
}

function assertSameSettings(ledger: PaperLedger, first: PaperRecord, settings: PaperSettings): void {
  if (first.kind !== "settings") {
    throw new PaperLedgerError(ledger.path, {
      kind: "damaged",
      seq: 1,
      cause: `the first record is ${first.kind}, must be settings`,
    });
  }
  const difference = firstDifference(first.settings, settings);
  if (difference !== null) throw new PaperLedgerError(ledger.path, { kind: "other_settings", ...difference });
}
