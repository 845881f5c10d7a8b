/**
 * Tapes: what happens on the left of the bar, everything that can be observed on the right. Unexpected output fails.
 *
 *     price 106     | exit 70 TP1+TP2
 *     fill 40@106   | TP1_hit  TP1 40@106 +240 left 60  stop 100
 *
 * A line without a left side continues the one above. The words of the left are STIMULI below, those of the right
 * stand in `tape-words.ts`. This file alone touches the kernel's API: prices, reports and time go in; rows and commands come out.
 */
import { expect, it } from "vitest";
import type { ExitReason } from "../../src/domain/fact.ts";
import type { Command, Intent } from "../../src/domain/intent.ts";
import { isSettled } from "../../src/domain/intent.ts";
import type { Position } from "../../src/domain/position.ts";
import type { PriceLimits } from "../../src/domain/price-gate.ts";
import type { Fee, FillReport, OrderReport, RejectReason } from "../../src/domain/report.ts";
import type { PositionSnapshot, Row } from "../../src/domain/row.ts";
import type { Side } from "../../src/domain/side.ts";
import { decimalText, epochMs, type EpochMs } from "../../src/domain/units.ts";
import { createKernel, type Kernel, type Step } from "../../src/kernel/kernel.ts";
import { aMarket, anOpening, aPlan, lotsOf, START_MS, type MarketWords, type PlanWords } from "./house.ts";
import { createTeller, FIRST_POSITION, type Teller } from "./tape-words.ts";

/** What a tape begins with: by default a position whose entry has been filled at `entry`. */
export interface TapeStart {
  readonly side: Side;
  readonly entry: number;
  readonly amount: string;
  readonly leverage?: number;
  readonly market?: MarketWords;
  readonly plan?: PlanWords;
  /** The entry has been sent; its fills are on the tape. */
  readonly pending?: boolean;
  /** Prices may be this old, as in live mode; by default any age, as in a replay. */
  readonly maximumAgeMs?: number;
}

type StartWords = Omit<TapeStart, "side">;
export const long = (words: StartWords): TapeStart => ({ side: "long", ...words });
export const short = (words: StartWords): TapeStart => ({ side: "short", ...words });

/** A test that plays the tape and compares every line of it. */
export function tape(title: string, start: TapeStart, text: string): void {
  it(title, () => {
    const lines = parseTape(text);
    const player = createPlayer(start);
    const played = lines.map(({ left }) => ({ left, right: player.play(left) }));
    const written = lines.map(({ left, right }) => `${left} | ${right}`.trimEnd());
    expect(
      played.map(({ left, right }) => `${left} | ${flat(right.join(" "))}`.trimEnd()),
      `what really happened:\n${layOut(played)}\n`,
    ).toEqual(written);
  });
}

export interface TapeEnd {
  readonly position: Position;
  readonly rows: readonly Row[];
  readonly commands: readonly Command[];
}

/** Plays the left side of a tape (one stimulus per line) and returns what came of it, for a closer look. */
export function playTape(start: TapeStart, text: string): TapeEnd {
  const player = createPlayer(start);
  for (const { left } of parseTape(text)) player.play(left);
  return player.end();
}

interface Line {
  readonly left: string;
  readonly right: string;
}

const flat = (text: string): string => text.trim().replace(/\s+/g, " ");

function parseTape(text: string): readonly Line[] {
  const lines: { left: string; right: string }[] = [];
  for (const raw of text.split("\n").filter((line) => line.trim() !== "")) {
    const [left = "", ...rest] = raw.split("|");
    const right = flat(rest.join("|"));
    const last = lines.at(-1);
    if (flat(left) !== "") lines.push({ left: flat(left), right });
    else if (last !== undefined) last.right = flat(`${last.right} ${right}`);
    else throw new Error("a tape begins with something that happens");
  }
  return lines;
}

/** The tape as it would have to be written. */
function layOut(played: readonly { readonly left: string; readonly right: readonly string[] }[]): string {
  const width = Math.max(...played.map(({ left }) => left.length));
  return played
    .flatMap(({ left, right }) => {
      const short = right.filter((phrase) => phrase.length <= 50).join("  ");
      const rows = [short, ...right.filter((phrase) => phrase.length > 50)].filter((row, at) => at === 0 || row !== "");
      return rows.map((row, at) => `  ${(at === 0 ? left : "").padEnd(width)} | ${row}`.trimEnd());
    })
    .join("\n");
}

interface Player {
  play(stimulus: string): readonly string[];
  end(): TapeEnd;
}

function createPlayer(start: TapeStart): Player {
  const market = aMarket(start.market);
  const plan = aPlan(start.plan, market);
  const limits: PriceLimits = { maximumFutureMs: 5_000, maximumAgeMs: start.maximumAgeMs ?? null };
  const newKernel = (): Kernel => createKernel({ limits, visibilityLagMs: 60_000 });
  const teller: Teller = createTeller(market);
  const rows: Row[] = [];
  const commands: Command[] = [];
  let kernel = newKernel();
  let nowMs: EpochMs = START_MS;
  let lastPrice = 0;
  let trades = 0;
  let lastReport: OrderReport | null = null;

  /** Rows are kept as text, so that a crash restores what a journal would give back. */
  function carry(step: Step): readonly string[] {
    rows.push(...step.rows.map((row) => JSON.parse(JSON.stringify(row)) as Row));
    commands.push(...step.commands);
    return teller.tell(step);
  }

  const position = (): Position => {
    const last = rows.findLast((row) => row.position === FIRST_POSITION && row.snapshot !== null)?.snapshot ?? null;
    if (last === null) throw new Error("there is no position yet");
    return last.position;
  };

  const price = (value: number, atMs: number): readonly string[] => {
    lastPrice = value;
    return carry(kernel.price(kernel.market(market.symbol), value, atMs, nowMs));
  };

  const report = (what: OrderReport): readonly string[] => {
    lastReport = what;
    return carry(kernel.step({ type: "report", report: what, nowMs }));
  };

  /** The order that a report is about: the named kind, else the newest that is still open, else the newest. */
  function intentOf(words: readonly string[]): Intent {
    const purpose = words.includes("of") ? words[words.indexOf("of") + 1] : undefined;
    const named = position().intents.filter((intent) => purpose === undefined || intent.purpose === purpose);
    const found = named.findLast((intent) => !isSettled(intent)) ?? named.at(-1);
    if (found === undefined) throw new Error(`no ${purpose ?? "order"} was ever sent`);
    return found;
  }

  const about = (words: readonly string[]) => ({ clientOrderId: intentOf(words).clientOrderId, atMs: nowMs });

  /** A fill; where it completes the order, the exchange says that too. */
  function fill(words: readonly string[]): readonly string[] {
    const [amount = "", at = ""] = (words[1] ?? "").split("@");
    const intent = intentOf(words);
    trades += 1;
    const filled: FillReport = {
      kind: "fill",
      clientOrderId: intent.clientOrderId,
      exchangeOrderId: `x${intent.number}`,
      tradeId: `t${trades}`,
      atMs: nowMs,
      lots: lotsOf(market.amountStep, amount),
      price: decimalText(at),
      fee: feeOf(words),
    };
    const told = report(filled);
    const complete = intent.filledLots + filled.lots === intent.lots && !isSettled(intent);
    if (!complete || words.includes("only")) return told;
    const ended = carry(kernel.step({ type: "report", report: endedOf(intent, "filled", intent.lots), nowMs }));
    return [...told, ...ended];
  }

  const endedOf = (intent: Intent, end: "filled" | "canceled" | "expired", filledLots: number): OrderReport => ({
    kind: "ended",
    clientOrderId: intent.clientOrderId,
    atMs: nowMs,
    end,
    filledLots: lotsOf(decimalText("1"), String(filledLots)),
  });

  /** Time passes; whatever falls due on the way happens at its own moment. */
  function wait(durationMs: number): readonly string[] {
    const untilMs = nowMs + durationMs;
    const told: string[] = [];
    while (kernel.nextDeadlineMs() <= untilMs) {
      nowMs = epochMs(Math.max(nowMs, kernel.nextDeadlineMs()));
      told.push(...carry(kernel.step({ type: "deadlines", nowMs })));
    }
    nowMs = epochMs(untilMs);
    return told;
  }

  /** The process dies; a new one reads the rows, hears the price again, and looks its open orders up. */
  function crash(): readonly string[] {
    kernel = newKernel();
    const last = new Map(rows.map((row) => [row.position, row]));
    const restored = [...last.values()].flatMap(({ snapshot, supervision }) =>
      snapshot === null ? [] : [{ snapshot: structuredClone(snapshot) as PositionSnapshot, supervision }],
    );
    kernel.restore({ positions: restored }, nowMs);
    return [...price(lastPrice, nowMs), ...carry(kernel.step({ type: "recover", nowMs }))];
  }

  const STIMULI: Readonly<Record<string, (words: readonly string[]) => readonly string[]>> = {
    /** price 102 · price NaN · price 102 at -1 s */
    price: (words) => price(Number(words[1]), nowMs + (words[2] === "at" ? durationOf(words.slice(3)) : 0)),
    /** fill 40@106 · fill 40@106 fee 0.1 · fill 40@106 fee 0.1 coin · … of exit · … only (no end is reported) */
    fill,
    accepted: (words) => report({ kind: "accepted", ...about(words), exchangeOrderId: `x${intentOf(words).number}` }),
    /** end expired · end canceled · end filled 40 (with more than was reported) · … of exit */
    end: (words) => {
      const intent = intentOf(words);
      const given = /^\d/.test(words[2] ?? "") ? lotsOf(market.amountStep, words[2] ?? "") : intent.filledLots;
      return report(endedOf(intent, words[1] as "expired", given));
    },
    reject: (words) =>
      report({ kind: "rejected", ...about(words), reason: words[1] as RejectReason, message: "by the exchange" }),
    unknown: (words) => report({ kind: "unknown", ...about(words), message: "no answer" }),
    absent: (words) => report({ kind: "absent", ...about(words) }),
    /** The very last report once more. */
    again: () => (lastReport === null ? [] : report(lastReport)),
    /** wait 30 s · wait 500 ms */
    wait: (words) => wait(durationOf(words.slice(1))),
    /** close · close kill_switch */
    close: (words) =>
      carry(
        kernel.step({ type: "close", position: FIRST_POSITION, reason: (words[1] ?? "manual") as ExitReason, nowMs }),
      ),
    /** context volatility high · context regime none momentum weak: classes as the position's side sees them */
    context: (words) => {
      const known = Object.fromEntries(
        Array.from({ length: (words.length - 1) / 2 }, (_, at) => {
          const [key = "", value = ""] = words.slice(1 + 2 * at, 3 + 2 * at);
          return [key, value === "none" ? null : value];
        }),
      );
      return carry(
        kernel.step({ type: "context", symbol: market.symbol, classes: { long: known, short: known }, nowMs }),
      );
    },
    retry: () => carry(kernel.step({ type: "retry", position: FIRST_POSITION, nowMs })),
    /** The exchange no longer holds the position. */
    gone: () => carry(kernel.step({ type: "gone", position: FIRST_POSITION, nowMs })),
    crash: () => crash(),
  };

  function play(stimulus: string): readonly string[] {
    const words = stimulus.split(" ");
    const act = STIMULI[words[0] ?? ""];
    if (act === undefined)
      throw new Error(`a tape knows no "${stimulus}"; it knows ${Object.keys(STIMULI).join(", ")}`);
    return act(words);
  }

  price(start.entry, nowMs);
  const opening = anOpening({ side: start.side, amount: start.amount, market, plan, leverage: start.leverage ?? 1 });
  carry(kernel.step({ type: "open", opening, nowMs }));
  if (start.pending !== true) play(`fill ${start.amount}@${start.entry}`);
  return { play, end: () => ({ position: position(), rows, commands }) };
}

function feeOf(words: readonly string[]): Fee {
  if (!words.includes("fee")) return { cost: decimalText("0"), currency: "quote" };
  const at = words.indexOf("fee");
  const currency = words[at + 2] === "coin" ? "base" : words[at + 2] === "other" ? "other" : "quote";
  return { cost: decimalText(words[at + 1] ?? ""), currency };
}

/** "30 s", "500 ms", "-1 s" in milliseconds. */
function durationOf(words: readonly string[]): number {
  const factor = words[1] === "s" ? 1_000 : words[1] === "ms" ? 1 : Number.NaN;
  const duration = Number(words[0]) * factor;
  if (Number.isNaN(duration)) throw new Error(`"${words.join(" ")}" is not a duration: 30 s, 500 ms`);
  return duration;
}
