/** What `pawl status` says to somebody who has to act: nobody watches, an entry may be open, no price comes (R13.0, R13.2). */
import { describe, expect, it, onTestFinished } from "vitest";
import type { Intent } from "../../src/domain/intent.ts";
import type { Row } from "../../src/domain/row.ts";
import { decimalText, epochMs, lots } from "../../src/domain/units.ts";
import { createEngine, isRefused, type Engine } from "../../src/index.ts";
import { openSqliteJournal } from "../../src/journal/sqlite.ts";
import { syntheticMarkets } from "../../src/prices/synthetic.ts";
import { anEngine } from "../control/place.ts";
import { aPosition, aRow, referenceTrade } from "../support/rows.ts";
import { folder, held, pawl } from "./command.ts";

const ETH = "ETH/USDT:USDT";

function journalOf(...rows: readonly Row[]): string {
  const path = folder().at("some.journal");
  const journal = openSqliteJournal({ path });
  journal.append(rows, null);
  journal.close();
  return path;
}

/** A position whose entry order of 1 was sent, and nothing is known of it. */
function anOpening(progress: Intent["progress"]): Row {
  const { intents } = aPosition();
  const entry: Intent = { ...intents[0]!, lots: lots(1_000), amount: decimalText("1"), filledLots: lots(0), progress };
  const untraded = { enteredLots: lots(0), entryCost: decimalText("0"), entryFees: decimalText("0"), grid: null };
  const position = aPosition({
    ...untraded,
    requestedLots: lots(1_000),
    stop: null,
    initialStopLevel: null,
    emergency: [],
    additions: [],
    openedAtMs: null,
    bestPrice: null,
    worstPrice: null,
    intents: [{ ...entry, tradeIds: [] }],
  });
  return aRow({ snapshot: { schema: 1, state: "opening", position } });
}

const UNRESOLVED: Intent["progress"] = { kind: "unresolved", sinceMs: epochMs(1_760_000_000_000) };
const IN_DOUBT = "p1: entry order: outcome unknown; up to 1.0 may be open at the exchange, no stop is active yet";

describe("a journal with open positions that nobody works with", () => {
  it("R13.0 is said before anything else, and ends with 0", async () => {
    const two = journalOf(aRow({ position: "p1" }), aRow({ position: "p2" }));
    const [text, json] = await Promise.all([
      pawl("status", "--journal", two),
      pawl("status", "--journal", two, "--json"),
    ]);
    expect([text.code, json.code]).toEqual([0, 0]);
    expect(text.out.split("\n")[0]).toBe(
      "NO ENGINE RUNS: 2 positions are watched by nobody; start pawl live (or your bot) with this journal",
    );
    expect(JSON.parse(json.out)).toMatchObject({ engine: null, isWatched: false, unpriced: [] });
    const one = await pawl("status", "--journal", journalOf(aRow()));
    expect(one.out).toContain("NO ENGINE RUNS: 1 position is watched by nobody");
  });

  it("R13.0 nothing of it where nothing is open, or an engine without a socket holds the journal", async () => {
    const closed = await pawl("status", "--journal", journalOf(...referenceTrade()));
    expect(closed.out).toContain("No position is open.");
    expect(closed.out).not.toContain("NO ENGINE");
    const path = journalOf(aRow());
    held(path);
    const [text, json] = await Promise.all([
      pawl("status", "--journal", path),
      pawl("status", "--journal", path, "--json"),
    ]);
    expect(text.out).not.toContain("NO ENGINE");
    expect(JSON.parse(json.out)).toMatchObject({ engine: null, isWatched: true });
  });
});

describe("an entry order of which nobody knows what became of it", () => {
  it("R10.2 R13.0 may be open at the exchange, without a stop", async () => {
    const path = journalOf(anOpening(UNRESOLVED));
    held(path);
    const { code, out } = await pawl("status", "--journal", path);
    expect(code).toBe(0);
    expect(out).toContain(IN_DOUBT);
    expect(out).toContain("0 to 1");
  });

  it("R10.2 R13.0 one that was under way is in doubt when no engine is there to hear the answer", async () => {
    const path = journalOf(anOpening({ kind: "recorded" }));
    expect((await pawl("status", "--journal", path)).out).toContain(IN_DOUBT);
    held(path);
    const { out } = await pawl("status", "--journal", path);
    expect(out).toContain("p1: entry order of 1.0 under way, filled 0.0");
    expect(out).not.toContain("outcome unknown");
  });
});

describe("a running engine without a price", () => {
  const withPosition = async (): Promise<string> => {
    const journal = folder().at("live.journal");
    const first = anEngine(journal);
    await first.hear();
    await first.opened("p1", ETH);
    const fresh = await pawl("status", "--journal", journal);
    expect(fresh.out).not.toMatch(/NO PRICE|NO ENGINE/);
    expect(await first.stopped()).toBe(0);
    return journal;
  };
  const again = async (journal: string): Promise<Engine> => {
    const engine = await createEngine({
      journal,
      account: "desk",
      exchange: { kind: "paper", markets: syntheticMarkets().map(({ market }) => market) },
      control: true,
      onAlert: () => undefined,
    });
    if (isRefused(engine)) throw new Error(JSON.stringify(engine));
    onTestFinished(() => void engine.stop());
    return engine;
  };

  it("R9.1 R13.2 says for how long, and that no stop is watched", async () => {
    const journal = await withPosition();
    const engine = await again(journal);
    const none = await pawl("status", "--journal", journal);
    expect(none.out.split("\n")[0]).toMatch(
      /^NO PRICE of ETH\/USDT:USDT (for \d s|that is fresh enough): its stops are not watched$/,
    );
    engine.price(ETH, 2_000, Date.now() - 60_000);
    const [text, json] = await Promise.all([
      pawl("status", "--journal", journal),
      pawl("status", "--journal", journal, "--json"),
    ]);
    expect(text.code).toBe(0);
    expect(text.out.split("\n")[0]).toMatch(/^NO PRICE of ETH\/USDT:USDT for 6\d s: its stops are not watched$/);
    const { unpriced } = JSON.parse(json.out) as { readonly unpriced: readonly { readonly symbol: string }[] };
    expect(unpriced).toMatchObject([{ symbol: ETH }]);
    engine.price(ETH, 2_000);
    expect((await pawl("status", "--journal", journal)).out).not.toContain("NO PRICE");
  });
});
