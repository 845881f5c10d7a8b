/** R14.3: a file of plain text is read in pieces of a megabyte; what comes of it is what the whole at once would give. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { loadPriceFile, readPriceFile } from "../../src/prices/price-file.ts";

const folder = mkdtempSync(join(tmpdir(), "pawl-pieces-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const ROWS = 50_000;
const lines = Array.from({ length: ROWS }, (_, row) => {
  const price = 100 + (row % 977) / 100;
  return `${1_700_000_000_000 + row * 60_000},${price},${price + 1},${price - 1},${price + 0.5},${row}.25`;
});

describe("a file in pieces", () => {
  test.each([
    ["line feeds", "\n", "\n"],
    ["carriage returns and line feeds", "\r\n", "\r\n"],
    ["no line feed at its end", "\n", ""],
  ])("R14.3 %s", async (name, lineBreak, end) => {
    const path = join(folder, `${name}.csv`);
    const text = `${["timestamp_ms,open,high,low,close,volume", ...lines].join(lineBreak)}${end}`;
    expect(text.length).toBeGreaterThan(2 << 20);
    writeFileSync(path, text);
    const reading = { path, symbol: "BTC/USDT", badRows: "stop" as const };
    const pieces = await loadPriceFile(reading);
    const whole = readPriceFile(reading);
    expect(pieces.file).toEqual(whole.file);
    expect(pieces.file.rowCount).toBe(ROWS);
  });

  test("R14.3 a bad row far into it is named by its number", async () => {
    const path = join(folder, "bad.csv");
    const bad = lines.with(41_234, lines[41_234]!.replace(/,[^,]*,/, ",oops,"));
    writeFileSync(path, `${["timestamp_ms,open,high,low,close,volume", ...bad].join("\n")}\n`);
    await expect(loadPriceFile({ path, symbol: "BTC/USDT", badRows: "stop" })).rejects.toThrow(/row 41236/);
  });
});
