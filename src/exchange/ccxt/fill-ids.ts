/**
 * The ids of fills, one for each fill, also where an answer leaves them out (F26): the same fill must not be counted twice because one
 * answer names it and another does not.
 *
 * Promises: a fill that was told keeps the id under which it was told; one without an id gets one that follows from its content. It
 * remembers fills of the orders that this process has seen; after a restart a blank id that was once named counts as another
 * fill, which more filled than ordered makes visible (R1.9).
 */
import { hashHex } from "../../domain/hash.ts";
import type { FillReport, OrderReport } from "../../domain/report.ts";

/** Stands in a report where the exchange gave no id. */
export const BLANK_ID = "";

export interface FillIds {
  /** The reports with each fill under its own id. */
  settled(reports: readonly OrderReport[]): readonly OrderReport[];
  /** Nothing more is expected of an order. */
  forget(clientOrderId: string): void;
}

const MADE_UP = "content:";

export function createFillIds(): FillIds {
  /** By order and content: the ids under which such fills were told, in the order of their telling. */
  const told = new Map<string, Map<string, string[]>>();

  const settle = (group: readonly FillReport[], key: string): readonly FillReport[] => {
    const ofOrder = told.get(group[0]!.clientOrderId) ?? new Map<string, string[]>();
    const known = ofOrder.get(key) ?? [];
    const named = new Set(group.map(({ tradeId }) => tradeId).filter((id) => id !== BLANK_ID));
    // What was told without a name stands for the first that have one now; what was told by name for the first that have none.
    const madeUp = known.filter((id) => id.startsWith(MADE_UP));
    const unnamed = known.filter((id) => !named.has(id) && !id.startsWith(MADE_UP));
    const settled = group.map((fill) => {
      if (known.includes(fill.tradeId)) return fill;
      const tradeId =
        fill.tradeId === BLANK_ID
          ? (madeUp.shift() ?? unnamed.shift() ?? madeUpId(key, known.length))
          : (madeUp.shift() ?? fill.tradeId);
      if (!known.includes(tradeId)) known.push(tradeId);
      return { ...fill, tradeId };
    });
    told.set(group[0]!.clientOrderId, ofOrder.set(key, known));
    return settled;
  };

  return {
    forget: (clientOrderId) => void told.delete(clientOrderId),
    settled(reports) {
      const groups = Map.groupBy(
        reports.filter((report) => report.kind === "fill"),
        contentOf,
      );
      const queues = new Map(Array.from(groups, ([key, group]) => [key, [...settle(group, key)]]));
      return reports.map((report) => (report.kind === "fill" ? queues.get(contentOf(report))!.shift()! : report));
    },
  };
}

const contentOf = ({ clientOrderId, exchangeOrderId, atMs, price, lots }: FillReport): string =>
  [clientOrderId, exchangeOrderId, atMs, price, lots].join(" ");

const madeUpId = (key: string, index: number): string => `${MADE_UP}${hashHex("fill", key, index)}`;
