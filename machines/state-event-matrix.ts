/**
 * For every state and every kind of event of the position's chart: what it does, or why nothing (R1.9).
 *
 * Promises: the acting half is read off the chart; the ignoring half is the one table below, and a cell that neither
 * the chart nor the table answers is shown as unanswered. That each answer is true is a test's business.
 */
import type { AnyStateMachine, AnyStateNode, AnyTransitionDefinition } from "xstate";
import { actionsText, eventTypesOf, isForbidden, leavesOf, nameOf, pathOf } from "./chart-walk.ts";

export interface Cell {
  /** "TP1_hit.watching" */
  readonly state: string;
  readonly event: string;
  /** What the chart may do, in the order in which it is asked; empty when it does nothing. */
  readonly branches: readonly string[];
  /** Why the event changes nothing here; null where it acts. */
  readonly ignoredBecause: string | null;
}

interface Reason {
  /** States by their path; "*" stands for any one part of it. */
  readonly states: readonly string[];
  readonly events: readonly string[];
  readonly because: string;
}

const AT_REST = ["TP*.watching", "open.watching"];
const UNDER_WAY = ["opening", "open.*", "TP*.*"];

/** The first row that fits answers. */
const REASONS: readonly Reason[] = [
  { states: ["closed"], events: ["PRICE"], because: "it is over: no price concerns it any more" },
  { states: ["closed"], events: ["CLOSE", "GONE"], because: "it is over already" },
  { states: ["closed"], events: ["RETRY"], because: "there is no close left to try again" },
  { states: ["closed"], events: ["PRICE_DROPPED"], because: "no decision of it depended on that price" },
  { states: ["opening"], events: ["PRICE"], because: "nothing is held yet: there is no stop, no level and no target" },
  {
    states: ["opening"],
    events: ["GONE"],
    because: "nothing was held that could be gone; the entry's own report says what becomes of it",
  },
  { states: ["closed"], events: ["CONTEXT"], because: "it is over: no level of it depends on its market any more" },
  { states: ["closing.*"], events: ["CONTEXT"], because: "it is leaving: no level of it matters any more" },
  { states: ["closing.*"], events: ["PRICE"], because: "it is leaving at whatever price there is" },
  { states: ["closing.*"], events: ["CLOSE"], because: "it is closing already; the first reason stands" },
  {
    states: ["closing.awaitingEntry", "closing.settling"],
    events: ["RETRY"],
    because: "no close was sent that could be tried again",
  },
  {
    states: ["closing.requesting", "closing.working"],
    events: ["RETRY"],
    because: "the close is under way; a second one could sell twice",
  },
  { states: UNDER_WAY, events: ["RETRY"], because: "there is no close to try again" },
  {
    states: AT_REST,
    events: ["ACCEPTED", "REJECTED", "UNKNOWN", "ABSENT"],
    because: "every order of this position has come to its end",
  },
];

/** One cell for each state that has none inside it and each event that the chart knows. */
export function stateEventMatrix(machine: AnyStateMachine): readonly Cell[] {
  const events = eventTypesOf(machine);
  return leavesOf(machine).flatMap((leaf) => events.map((event) => cellOf(leaf, event)));
}

/** The matrix as a page: an overview with a dot for each cell that acts, then each state's answers. */
export function matrixPage(machine: AnyStateMachine): string {
  const cells = stateEventMatrix(machine);
  const states = leavesOf(machine).map(pathOf);
  const events = eventTypesOf(machine);
  const cellAt = (state: string, event: string): Cell =>
    cells.find((cell) => cell.state === state && cell.event === event)!;
  return `${[
    "# What every event does in every state",
    "",
    "Made from the position's chart for three rungs. ● acts, · ignored for the reason given below.",
    "",
    row(["", ...events]),
    row(["---", ...events.map(() => ":-:")]),
    ...states.map((state) =>
      row([
        `[${state}](#${anchor(state)})`,
        ...events.map((event) => (cellAt(state, event).ignoredBecause === null ? "●" : "·")),
      ]),
    ),
    ...states.flatMap((state) => [
      "",
      `## ${state}`,
      "",
      row(["event", "answer"]),
      row(["---", "---"]),
      ...events.map((event) => row([`\`${event}\``, answer(cellAt(state, event))])),
    ]),
  ].join("\n")}\n`;
}

export function answer({ branches, ignoredBecause }: Cell): string {
  if (ignoredBecause !== null) return `ignored because ${ignoredBecause}`;
  return branches.length === 0 ? "unanswered" : `acts: ${branches.join("; ")}`;
}

function cellOf(leaf: AnyStateNode, event: string): Cell {
  const state = pathOf(leaf);
  const reason = REASONS.find(
    ({ states, events }) => events.includes(event) && states.some((pattern) => fits(pattern, state)),
  );
  return { state, event, branches: branchesOf(leaf, event).map(branchText), ignoredBecause: reason?.because ?? null };
}

/** The branches that are asked for an event, innermost state first, up to the first that asks nothing. */
function branchesOf(leaf: AnyStateNode, event: string): readonly AnyTransitionDefinition[] {
  const branches: AnyTransitionDefinition[] = [];
  for (let node: AnyStateNode | undefined = leaf; node !== undefined; node = node.parent) {
    for (const transition of node.transitions.get(event) ?? []) {
      if (isForbidden(transition)) return branches;
      branches.push(transition);
      if (transition.guard === undefined) return branches;
    }
  }
  return branches;
}

function branchText({ guard, target, actions }: AnyTransitionDefinition): string {
  const asked = guard === undefined ? "" : `[${nameOf(guard)}] `;
  const goes = target === undefined ? "" : `→ ${target.map(pathOf).join(", ")}`;
  const does = actions.length === 0 ? "" : `${goes === "" ? "" : " / "}${actionsText(actions)}`;
  return `${asked}${goes}${does}`;
}

function fits(pattern: string, state: string): boolean {
  const [wanted, given] = [pattern.split("."), state.split(".")];
  return (
    wanted.length === given.length &&
    wanted.every((part, index) =>
      part.endsWith("*") ? given[index]!.startsWith(part.slice(0, -1)) : part === given[index],
    )
  );
}

const row = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
const anchor = (state: string): string => state.toLowerCase().replaceAll(".", "");
