/** Killed after every single commit, of the engine's journal and of the exchange's ledger, and started again. */
import { describe, expect, it } from "vitest";
import { openMemoryJournal } from "../../src/journal/memory.ts";
import { carriedOut, doubles, history } from "./same-history.ts";
import { copyOf, live, newRemains, type Remains } from "./small-session.ts";

const rowsOf = ({ store }: Remains) => openMemoryJournal({ store }).rows();

/** What a kill after each commit would have left. */
const leftBehind: Remains[] = [];
const undisturbed = newRemains();
live(undisturbed, () => {
  leftBehind.push(copyOf(undisturbed));
  return true;
});
const expectedHistory = history(rowsOf(undisturbed));
const expectedFills = carriedOut(undisturbed.ledger.records());

const bytesOf = ({ store }: Remains): readonly string[] => store.records.map(({ text, hash }) => `${text} ${hash}`);

/** Everything that a killed session has to have in common with the one that was not. */
function expectSameHistory(remains: Remains, where: string): void {
  expect(history(rowsOf(remains)), where).toEqual(expectedHistory);
  expect(carriedOut(remains.ledger.records()), where).toEqual(expectedFills);
  expect(doubles(remains.ledger.records()), where).toEqual([]);
}

describe("killed after a commit", () => {
  it("R11.2 the session that is killed holds every kind of end", () => {
    const reasons = Object.values(expectedHistory).map((lines) =>
      lines.flatMap((line) => ("reason" in line ? [line.reason] : [])).at(-1),
    );
    expect(new Set(reasons)).toEqual(
      new Set([
        "take_profit_final",
        "stop_ladder",
        "entry_refused",
        "stop_initial",
        "scaled_tp_full_close_fallback",
        "emergency_stop_excessive_loss",
        "end_of_data",
      ]),
    );
    expect(leftBehind.length).toBeGreaterThan(150);
  });

  it("R11.2 P11 P16 whichever it is, the restarted session has the same history", { timeout: 120_000 }, () => {
    for (const [index, remains] of leftBehind.entries()) {
      const where = `killed after commit ${index + 1}`;
      const before = bytesOf(remains);
      expect(
        live(remains, () => true),
        where,
      ).toBe(true);
      expect(bytesOf(remains).slice(0, before.length), where).toEqual(before);
      expectSameHistory(remains, where);
    }
  });

  it.each([3, 7])("R11.2 P16 again and again, every %i commits", { timeout: 120_000 }, (each) => {
    const remains = newRemains();
    let lives = 1;
    while (!live(remains, (commit) => commit < each)) lives += 1;
    expect(lives).toBeGreaterThan(leftBehind.length / each / 2);
    expectSameHistory(remains, `killed every ${each} commits`);
  });
});
