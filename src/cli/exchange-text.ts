/** The facts of a venue as tables for people, with what is to be done about them. */
import type { KeyState, Told } from "../exchange/ccxt/check-questions.ts";
import type { SymbolFacts } from "../exchange/ccxt/check-symbols.ts";
import type { ClockFacts, VenueFacts } from "../exchange/ccxt/check.ts";
import type { Judgement } from "../exchange/ccxt/check-findings.ts";
import type { ProfileLine } from "../exchange/ccxt/profile-lines.ts";
import { plainTable } from "./outcome-table.ts";
import type { Style, Terminal } from "./terminal.ts";

/** One text after the other, each of a few lines. */
export function* checkText(facts: VenueFacts, judgement: Judgement, terminal: Terminal): Generator<string> {
  const { venue, mode, profile, symbols } = facts;
  yield `${venue}, ${mode}`;
  if (profile.isCareful)
    yield terminal.styled(
      "yellow",
      `CAREFUL DEFAULT: nobody has written a profile of ${venue}, nothing of this was seen`,
    );
  yield standingTable(facts);
  if (symbols.length > 0) yield symbolsTable(symbols);
  yield "What Pawl can and cannot do there, and how far each line can be trusted:";
  yield profileTable(profile.lines);
  for (const { level, text, advice } of judgement.findings)
    yield `${terminal.styled(LEVEL_STYLES[level], `${level}:`)} ${text}\n  -> ${advice}`;
  yield terminal.styled(
    judgement.verdict === "not fit for live" ? "red" : "bold",
    `${venue}: ${verdictText(facts, judgement)}`,
  );
}

const LEVEL_STYLES: Readonly<Record<"problem" | "warning", Style>> = { problem: "red", warning: "yellow" };

const verdictText = ({ access }: VenueFacts, { verdict }: Judgement): string =>
  verdict === "not everything was checked" && access.kind === "not asked"
    ? `nothing speaks against it so far, but ${verdict}: ${access.why}`
    : verdict;

function standingTable(facts: VenueFacts): string {
  const { profile, clock, markets, permissions, access } = facts;
  const { withdraw, trade, boundToAddresses, why } = permissions;
  const assumed = profile.lines.filter(({ trust }) => trust === "assumed").length;
  const table = plainTable(["what", "how it stands"]);
  // Said once, in the line of the key.
  const left = access.kind === "not asked" ? access.why : null;
  const may = (answer: string): string =>
    answer === "unknown" && why !== null ? (why === left ? "not asked" : `unknown: ${why}`) : answer;
  const shown = <T>(told: Told<T>, text: (value: T) => string): string =>
    told.kind === "not asked" && told.why === left ? "not asked" : toldText(told, text);
  table.push(
    [
      "profile",
      `${profile.isCareful ? "the careful default" : "its own"}, ${profile.markets} markets; ${assumed} of ${profile.lines.length} lines below are assumed`,
    ],
    ["clock", toldText(clock, clockText)],
    ["markets", toldText(markets, ({ loaded, usable }) => `${loaded} loaded, ${usable} of them usable here`)],
    ["key", keyText(access)],
    ["key may trade", may(trade)],
    ["key may withdraw", may(withdraw)],
    ["key bound to addresses", may(boundToAddresses)],
    [
      "position mode",
      shown(
        facts.positionMode,
        (mode) => `${mode}${mode === "hedge" && !profile.canHedge ? " (this profile needs one-way)" : ""}`,
      ),
    ],
    [
      "balances",
      shown(
        facts.balances,
        (all) =>
          all.map(({ coin, free, total }) => `${coin} ${total}${free === null ? "" : ` (free ${free})`}`).join(", ") ||
          "none",
      ),
    ],
    ["positions", shown(facts.positions, String)],
    ["open orders", shown(facts.openOrders, String)],
    ["conditional orders", shown(facts.conditionalOrders, String)],
  );
  return table.toString();
}

function toldText<T>(told: Told<T>, text: (value: T) => string): string {
  switch (told.kind) {
    case "told":
      return text(told.value);
    case "not asked":
      return `not asked (${told.why})`;
    case "failed":
      return `could not be asked: ${shortened(told.why)}`;
  }
}

/** The whole of it stands among the findings. */
const shortened = (text: string): string => (text.length > 60 ? `${text.slice(0, 59)}…` : text);

function keyText(key: KeyState): string {
  if (key.kind === "accepted") return "accepted";
  return key.kind === "refused" ? `refused: ${shortened(key.why)}` : toldText(key, String);
}

function clockText({ differenceMs, roundTripMs, deadlineMs }: ClockFacts): string {
  const off = `${Math.abs(differenceMs)} ms ${differenceMs >= 0 ? "behind" : "ahead of"} the venue's, give or take ${Math.ceil(roundTripMs / 2)}`;
  const deadline = deadlineMs === null ? "no deadline of requests" : `a request has ${deadlineMs} ms to arrive`;
  return `${off}; ${roundTripMs} ms there and back; ${deadline}`;
}

function symbolsTable(symbols: readonly SymbolFacts[]): string {
  const table = plainTable([
    "symbol",
    "amount step",
    "price step",
    "contract",
    "minimum",
    "minimum value",
    "maximum",
    "leverage",
    "taker / maker fee",
  ]);
  const known = (value: string | number | null | undefined): string =>
    value === null || value === undefined ? "unknown" : String(value);
  for (const { symbol, limits, fees, unusable } of symbols) {
    table.push([
      unusable === null ? symbol : `${symbol} (not usable)`,
      known(limits?.amountStep),
      known(limits?.priceTick),
      known(limits?.contractSize),
      known(limits?.minimumAmount),
      known(limits?.minimumCost),
      known(limits?.maximumAmount),
      known(limits?.maximumLeverage),
      fees.kind === "not asked" ? "not asked" : toldText(fees, ({ taker, maker }) => `${taker} / ${maker}`),
    ]);
  }
  return table.toString();
}

function profileTable(lines: readonly ProfileLine[]): string {
  const table = plainTable(["what", "how", "trust"]);
  for (const { line, says, trust } of lines) table.push([line, says, trust]);
  return table.toString();
}
