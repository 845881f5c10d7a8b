import { parse } from "csv-parse/sync";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { JournalRow, Row } from "../../src/domain/row.ts";
import { decimalText, epochMs } from "../../src/domain/units.ts";
import { CSV_COLUMNS, exportCsv } from "../../src/journal/export-csv.ts";
import { exportLineJsonSchema, exportLineSchema, type ExportLine } from "../../src/journal/export-line.ts";
import { addsUp, exportJsonLines, exportLines } from "../../src/journal/export.ts";
import { openMemoryJournal } from "../../src/journal/memory.ts";
import {
  aPosition,
  anOutcome,
  aRow,
  exitFact,
  openedFact,
  pricedCause,
  referenceTrade,
  refusedRow,
  START_MS,
} from "../support/rows.ts";

function journalled(rows: readonly Row[]): readonly JournalRow[] {
  const journal = openMemoryJournal({ journalId: "journal" });
  journal.append(rows, null);
  return [...journal.rows()];
}

const linesOf = (rows: readonly Row[]): readonly ExportLine[] => [...exportLines(journalled(rows))];
const tableOf = (rows: readonly Row[]): readonly Readonly<Record<string, string>>[] =>
  parse([...exportCsv(journalled(rows))].join(""), { columns: true }) as Record<string, string>[];

const EVERY_FACT: readonly Row[] = [
  ...referenceTrade(),
  aRow({
    position: "p2",
    facts: [
      { type: "external", reason: "outside", amount: decimalText("0.01"), remaining: decimalText("0.09") },
      { type: "warning", severity: "warning", message: "raised" },
      { type: "unresolved", orderId: "0a", message: "no answer" },
      { type: "notDone", reason: "rung_skipped", rung: 2, message: "TP2 skipped" },
      { type: "stopMoved", from: null, to: decimalText("49000"), source: "initial" },
    ],
  }),
  refusedRow("p3"),
];

describe("JSON Lines", () => {
  it("R14.2 one line per fact, in order, numbered from 1", () => {
    const lines = linesOf(EVERY_FACT);
    expect(lines.map(({ seq, position, type }) => `${seq} ${position} ${type}`)).toEqual([
      "1 p1 opened",
      "2 p1 stopMoved",
      "3 p1 exit",
      "4 p1 stopMoved",
      "5 p1 exit",
      "6 p1 exit",
      "7 p1 closed",
      "8 p2 external",
      "9 p2 warning",
      "10 p2 unresolved",
      "11 p2 notDone",
      "12 p2 stopMoved",
      "13 p3 notDone",
    ]);
  });

  it("R14.2 every line fits its schema, also after JSON", () => {
    for (const text of exportJsonLines(journalled(EVERY_FACT)))
      expect(exportLineSchema.parse(JSON.parse(text))).toEqual(JSON.parse(text));
  });

  it("R14.2 an exit says what the requirement lists, with rule and cause", () => {
    expect(linesOf(EVERY_FACT)[2]).toEqual({
      seq: 3,
      at: START_MS + 2,
      position: "p1",
      symbol: "BTC/USDT:USDT",
      side: "long",
      type: "exit",
      rule: "take_profit",
      cause: { price: "51500", at: START_MS + 2 },
      rung: 1,
      reason: "take_profit",
      amount: "0.04",
      price: "51500",
      fee: "1.03",
      profit: "60",
      priceMove: "0.03",
      orderId: "exit",
      filledAt: START_MS + 2,
      remaining: "0.06",
      stop: "50000",
      message: "",
    });
  });

  it("R14.2 an opening says what the requirement lists; no price brought it about", () => {
    expect(linesOf(EVERY_FACT)[0]).toEqual({
      seq: 1,
      at: START_MS + 1,
      position: "p1",
      symbol: "BTC/USDT:USDT",
      side: "long",
      type: "opened",
      part: 1,
      orderId: "entry",
      amount: "0.1",
      price: "50000",
      fee: "2.5",
      leverage: 10,
      entryPrice: "50000",
      stop: "49000",
    });
  });

  it("R14.2 closed says the outcome, its times named as in the other lines", () => {
    const closed = linesOf(EVERY_FACT)[6];
    expect(closed).toMatchObject({
      type: "closed",
      reason: "take_profit_final",
      netProfit: "249.8725",
      openedAt: START_MS,
      closedAt: START_MS + 4,
      durationMs: 4,
    });
    expect(closed).toHaveProperty("exits.2.filledAt", START_MS + 2);
    expect(JSON.stringify(closed)).not.toContain("AtMs");
  });

  it("R14.2 rule and cause stand on every line of a row that a price caused, and on no other; a rule of time has no cause", () => {
    const byTime = aRow({
      position: "p9",
      cause: { event: "WAKE", rule: "exit_at_time", price: null, priceAtMs: null },
      facts: [openedFact("1")],
    });
    const marked = linesOf([...EVERY_FACT, byTime]).map(
      (line) => `${line.seq} ${line.rule ?? "-"} ${line.cause?.price ?? "-"}`,
    );
    expect(marked.filter((mark) => !mark.endsWith("- -"))).toEqual([
      "3 take_profit 51500",
      "4 take_profit 51500",
      "5 take_profit 52500",
      "6 take_profit_final 54000",
      "7 take_profit_final 54000",
      "14 exit_at_time -",
    ]);
  });

  it("R14.2 has a JSON Schema that names every type and allows nothing else", () => {
    const schema = JSON.stringify(exportLineJsonSchema());
    for (const type of [
      "opened",
      "addition",
      "exit",
      "external",
      "stopMoved",
      "notDone",
      "warning",
      "unresolved",
      "closed",
    ]) {
      expect(schema).toContain(`"const":"${type}"`);
    }
    const [line] = linesOf(EVERY_FACT);
    expect(exportLineSchema.safeParse({ ...line, more: 1 }).success).toBe(false);
    expect(exportLineSchema.safeParse({ ...line, amount: "1e-7" }).success).toBe(false);
  });
});

describe("amounts", () => {
  it("R14.2 the reference trade adds up", () => {
    expect(addsUp(linesOf(EVERY_FACT))).toEqual([]);
  });

  it("R14.2 a closed position that does not add up is named, with both sums; an open one is not judged", () => {
    const short = [
      aRow({
        position: "bad",
        facts: [
          openedFact("0.3"),
          exitFact({ amount: decimalText("0.1") }),
          exitFact({ amount: decimalText("0.1999999999999999999") }),
          { type: "closed", outcome: anOutcome() },
        ],
      }),
      aRow({ position: "open", facts: [openedFact("0.3")] }),
    ];
    expect(addsUp(linesOf(short))).toEqual([
      {
        position: "bad",
        seq: 4,
        message:
          "position bad is closed, but opened 0.3 and left by 0.2999999999999999999 (opened and addition against exit and external)",
      },
    ]);
  });

  it("R14.2 exits and reductions outside together, exactly: 0.1 + 0.2 is 0.3", () => {
    const outside = {
      type: "external",
      reason: "fee_in_coin",
      amount: decimalText("0.2"),
      remaining: decimalText("0"),
    } as const;
    const facts = [
      openedFact("0.1"),
      openedFact("0.2", 2),
      exitFact({ amount: decimalText("0.1") }),
      outside,
      { type: "closed", outcome: anOutcome() },
    ] as const;
    expect(addsUp(linesOf([aRow({ facts })]))).toEqual([]);
  });

  it("R14.2 an addition counts as an opening does", () => {
    const [opened] = linesOf([aRow({ facts: [openedFact("0.1")] })]);
    const addition = { ...opened, type: "addition" } as ExportLine;
    const rest = linesOf([
      aRow({
        facts: [openedFact("0.1"), exitFact({ amount: decimalText("0.2") }), { type: "closed", outcome: anOutcome() }],
      }),
    ]);
    expect(addsUp([addition, ...rest])).toEqual([]);
    expect(addsUp(rest)).toHaveLength(1);
  });
});

describe("CSV", () => {
  it("R14.2 one row per position, in order; the closed one says its outcome", () => {
    const table = tableOf(EVERY_FACT);
    expect(table.map((row) => row["position"])).toEqual(["p1", "p2"]);
    expect(table[0]).toEqual({
      position: "p1",
      symbol: "BTC/USDT:USDT",
      side: "long",
      openedAt: String(START_MS),
      closedAt: String(START_MS + 4),
      reason: "take_profit_final",
      amount: "0.1",
      entryPrice: "50000",
      averageExitPrice: "52550",
      grossProfit: "255",
      fees: "5.1275",
      netProfit: "249.8725",
      priceMove: "0.051",
      roi: "0.51",
      rMultiple: "2.55",
      mfe: "0.08",
      mae: "0",
      durationMs: "4",
      exits: "3",
      additions: "1",
    });
  });

  it("R14.2 an open position has empty close columns", () => {
    const [first, second] = referenceTrade("p5");
    const [row] = tableOf([first!, second!, aRow({ position: "p5", version: 3, facts: [openedFact("0.02", 2)] })]);
    expect(row).toMatchObject({
      amount: "0.12",
      entryPrice: "50000",
      openedAt: String(START_MS + 1),
      exits: "1",
      additions: "2",
    });
    const empty = CSV_COLUMNS.filter((column) => row?.[column] === "");
    expect(empty).toEqual([
      "closedAt",
      "reason",
      "averageExitPrice",
      "grossProfit",
      "fees",
      "netProfit",
      "priceMove",
      "roi",
      "rMultiple",
      "mfe",
      "mae",
      "durationMs",
    ]);
  });

  it("R14.2 the header stands there also when there is no position", () => {
    expect([...exportCsv([])]).toEqual([`${CSV_COLUMNS.join(",")}\n`]);
  });

  it("R14.2 any text in a name comes back from a CSV reader as it was", () => {
    const name = fc.string({ minLength: 1, unit: fc.constantFrom("a", ",", '"', "\n", "\r", " ", ";", "ä", "=") });
    fc.assert(
      fc.property(fc.uniqueArray(name, { minLength: 1, maxLength: 4 }), (names) => {
        const rows = names.map((position) =>
          aRow({
            position,
            symbol: position,
            cause: pricedCause("x", "1", 1),
            atMs: epochMs(1),
            snapshot: { schema: 1, state: "open", position: aPosition() },
          }),
        );
        const table = tableOf(rows);
        expect(table.map((row) => [row["position"], row["symbol"]])).toEqual(names.map((text) => [text, text]));
      }),
    );
  });
});
