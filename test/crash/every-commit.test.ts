/** Killed after every single commit, of the engine's journal and of the exchange's ledger, and started again. */
import { describe, expect, it } from "vitest";
import { openMemoryJournal } from "../../src/journal/memory.ts";
import { carriedOut, doubles, history } from "./same-history.ts";
import { ALL_RULES, copyOf, LADDERS, live, newRemains, type Remains, type SmallSession } from "./small-session.ts";

const rowsOf = ({ store }: Remains) => openMemoryJournal({ store }).rows();

const bytesOf = ({ store }: Remains): readonly string[] => store.records.map(({ text, hash }) => `${text} ${hash}`);

/** The session that nobody killed, and what a kill after each commit would have left of it. */
function undisturbed(session: SmallSession) {
  const leftBehind: Remains[] = [];
  const remains = newRemains();
  live(
    remains,
    () => {
      leftBehind.push(copyOf(remains));
      return true;
    },
    session,
  );
  return {
    leftBehind,
    rows: Array.from(rowsOf(remains)),
    history: history(rowsOf(remains)),
    fills: carriedOut(remains.ledger.records()),
  };
}

const REASONS = {
  ladders: [
    "take_profit_final",
    "stop_ladder",
    "entry_refused",
    "stop_initial",
    "scaled_tp_full_close_fallback",
    "emergency_stop_excessive_loss",
    "end_of_data",
  ],
  "all rules": [
    "smart_profit",
    "momentum_loss",
    "stop_trailing",
    "max_holding_time",
    "exit_at_time",
    "scaled_tp_full_close_fallback",
    "take_profit_final",
  ],
} as const;

describe.each([
  ["ladders", LADDERS],
  ["all rules", ALL_RULES],
] as const)("a session of %s killed after a commit", (name, session) => {
  const { leftBehind, rows, history: expectedHistory, fills: expectedFills } = undisturbed(session);

  /** Everything that a killed session has to have in common with the one that was not. */
  function expectSameHistory(remains: Remains, where: string): void {
    expect(history(rowsOf(remains)), where).toEqual(expectedHistory);
    expect(carriedOut(remains.ledger.records()), where).toEqual(expectedFills);
    expect(doubles(remains.ledger.records()), where).toEqual([]);
  }

  it("R11.2 the session holds every kind of end that it is about", () => {
    const reasons = Object.values(expectedHistory).map((lines) =>
      lines.flatMap((line) => ("reason" in line ? [line.reason] : [])).at(-1),
    );
    expect(new Set(reasons)).toEqual(new Set(REASONS[name]));
    expect(leftBehind.length).toBeGreaterThan(150);
    if (name === "all rules") {
      const causes = new Set(rows.map(({ cause }) => cause.rule));
      for (const cause of ["mark", "movingTargets", "context"]) expect(causes).toContain(cause);
    }
  });

  it("R11.2 P11 P16 whichever it is, the restarted session has the same history", { timeout: 240_000 }, () => {
    for (const [index, remains] of leftBehind.entries()) {
      const where = `killed after commit ${index + 1}`;
      const before = bytesOf(remains);
      expect(
        live(remains, () => true, session),
        where,
      ).toBe(true);
      expect(bytesOf(remains).slice(0, before.length), where).toEqual(before);
      expectSameHistory(remains, where);
    }
  });

  it.each([3, 7])("R11.2 P16 again and again, every %i commits", { timeout: 240_000 }, (each) => {
    const remains = newRemains();
    let lives = 1;
    while (!live(remains, (commit) => commit < each, session)) lives += 1;
    expect(lives).toBeGreaterThan(leftBehind.length / each / 2);
    expectSameHistory(remains, `killed every ${each} commits`);
  });
});
