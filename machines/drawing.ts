/**
 * Charts as text: JSON (lossless, because guards and actions are named), the source of a standalone `createMachine`
 * that Stately's tools open, and Mermaid diagrams that are small enough to read.
 *
 * Promises: pure; the diagrams show states and causes, and the table under each has every transition with its actions.
 * It does not lay anything out: that is done by whoever renders Mermaid.
 */
import type { AnyStateMachine, AnyStateNode, AnyTransitionDefinition } from "xstate";
import { actionsText, isForbidden, nameOf, pathOf, statesOf, transitionsOf, transitionText } from "./chart-walk.ts";

/** The chart's configuration as JSON. Its context is made by code and stays out. */
export const toJson = (machine: AnyStateMachine): string => `${JSON.stringify(machine.config, null, 2)}\n`;

/** A module that makes the same chart, without implementations: for Stately's editor and visualizer. */
export const toSource = (machine: AnyStateMachine, name: string): string =>
  `import { createMachine } from "xstate";\n\nexport const ${name} = createMachine(${JSON.stringify(machine.config, null, 2)});\n`;

/** The top level alone: which state leads to which, and for what causes. */
export function toOverview(machine: AnyStateMachine): string {
  const { root } = machine;
  if (root.type !== "compound") return lines([...BEGINNING, ...describe(root, "  ")]);
  const edges = statesOf(root).flatMap((node) =>
    transitionsOf(node).flatMap((transition) => {
      const [from, to] = [node.path[0], transition.target?.[0]?.path[0]];
      return from === undefined || to === undefined || from === to ? [] : [{ from, to, ...causeOf(transition) }];
    }),
  );
  return lines([...BEGINNING, `  [*] --> ${root.initial.target[0]!.key}`, ...drawEdges(edges)]);
}

/** One compound state from inside; what it leads to stands outside by name. */
export function toDetail(node: AnyStateNode): string {
  const own = transitionsOf(node).filter((transition) => !isForbidden(transition));
  const inner = statesOf(node).slice(1);
  const outer = own.length === 0 ? [] : [`  state "anywhere in ${pathOf(node)}" as ${idOf(node)}`];
  return lines([
    ...BEGINNING,
    ...outer,
    ...inner.map((each) => `  state "${each.key}" as ${idOf(each)}`),
    ...outsideOf(node).map((each) => `  state "${pathOf(each)}" as ${idOf(each)}`),
    `  [*] --> ${idOf(node.initial.target[0]!)}`,
    ...[node, ...inner].flatMap((each) => describe(each, "  ")),
    ...drawEdges([node, ...inner].flatMap(edgesOf)),
  ]);
}

/** The whole chart as a page: overview, what holds in every state, and each compound state. */
export function toPage(machine: AnyStateMachine, heading: { readonly title: string; readonly text: string }): string {
  const { root } = machine;
  return lines([
    `# ${heading.title}`,
    "",
    heading.text,
    "",
    ...(root.type === "compound" ? ["## Overview", "", ...fenced(toOverview(machine)), ""] : []),
    "## In every state",
    "",
    ...(root.type === "compound" ? ["Unless a state below says otherwise for the same event.", ""] : []),
    ...table(["event", "guard", "actions"], transitionsOf(root).map(cellsOf)),
    ...Object.values(root.states).flatMap((node) =>
      section(node, node.type === "compound" ? drawn(node) : listed(node)),
    ),
  ]);
}

/** Room for the labels: with Mermaid's own spacing they cover one another. */
const BEGINNING = [`%%{init: {"state": {"nodeSpacing": 90, "rankSpacing": 90}}}%%`, "stateDiagram-v2"];

const lines = (all: readonly string[]): string => `${all.join("\n").trimEnd()}\n`;
const fenced = (diagram: string): readonly string[] => ["```mermaid", diagram.trimEnd(), "```"];

const section = (node: AnyStateNode, body: readonly string[]): readonly string[] => [
  "",
  `## ${pathOf(node)}`,
  "",
  ...(node.description === undefined ? [] : [node.description, ""]),
  ...body,
];

const drawn = (node: AnyStateNode): readonly string[] => [
  ...fenced(toDetail(node)),
  "",
  ...descriptionsOf(node),
  "",
  ...table(
    ["in", "event", "guard", "actions", "to"],
    statesOf(node).flatMap((each) =>
      transitionsOf(each).map((transition) => [
        each === node ? "anywhere" : each.key,
        ...cellsOf(transition),
        transition.target?.map((target) => (target.parent === node ? target.key : pathOf(target))).join(", ") ??
          "(stays)",
      ]),
    ),
  ),
];

/** A state without states inside it needs no diagram: what it does is a list. */
const listed = (node: AnyStateNode): readonly string[] =>
  transitionsOf(node).map((transition) => `- \`${transitionText(transition)}\` ${consequenceOf(transition)}`);

const consequenceOf = (transition: AnyTransitionDefinition): string => {
  if (isForbidden(transition)) return "does nothing";
  return transition.target === undefined ? "and stays" : `→ ${transition.target.map(pathOf).join(", ")}`;
};

const descriptionsOf = (node: AnyStateNode): readonly string[] =>
  Object.values(node.states).flatMap((each) =>
    each.description === undefined ? [] : [`- **${each.key}**: ${each.description}`],
  );

const cellsOf = ({ eventType, guard, actions }: AnyTransitionDefinition): readonly string[] => [
  code(String(eventType)),
  code(guard === undefined ? "" : nameOf(guard)),
  code(actionsText(actions)),
];

const code = (text: string): string => (text === "" ? "" : `\`${text}\``);

const table = (head: readonly string[], rows: readonly (readonly string[])[]): readonly string[] =>
  [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`);

interface DrawnEdge {
  readonly from: string;
  readonly to: string;
  /** Empty for what happens as soon as its guard holds. */
  readonly event: string;
  readonly guard: string | null;
}

/** Edges between the same two states share one arrow, and guards of the same event one line. */
function drawEdges(edges: readonly DrawnEdge[]): readonly string[] {
  const arrows = new Map<string, Map<string, string[]>>();
  for (const { from, to, event, guard } of edges) {
    const arrow = `${from} --> ${to}`;
    const guardsOf = arrows.get(arrow) ?? new Map<string, string[]>();
    const guards = guardsOf.get(event) ?? [];
    if (guard !== null && !guards.includes(guard)) guards.push(guard);
    arrows.set(arrow, guardsOf.set(event, guards));
  }
  const causes = (guardsOf: ReadonlyMap<string, readonly string[]>): string =>
    Array.from(guardsOf, ([event, guards]) =>
      [event, guards.length === 0 ? "" : `[${guards.join("<br/>or ")}]`].filter((part) => part !== "").join(" "),
    ).join("<br/>or ");
  return Array.from(arrows, ([arrow, guardsOf]) => `  ${arrow} : ${causes(guardsOf)}`);
}

const edgesOf = (node: AnyStateNode): readonly DrawnEdge[] =>
  transitionsOf(node).flatMap((transition) =>
    (transition.target ?? []).map((target) => ({ from: idOf(node), to: idOf(target), ...causeOf(transition) })),
  );

const outsideOf = (node: AnyStateNode): readonly AnyStateNode[] => {
  const inside = new Set(statesOf(node));
  const targets = statesOf(node).flatMap((each) =>
    transitionsOf(each).flatMap((transition) => transition.target ?? []),
  );
  return Array.from(new Set(targets)).filter((target) => !inside.has(target));
};

/** What a state does without leaving: entry actions, and events that it answers by an action alone. */
function describe(node: AnyStateNode, indent: string): readonly string[] {
  const entry = node.entry.length === 0 ? [] : [`entry / ${actionsText(node.entry)}`];
  const stays = transitionsOf(node).filter(({ target, actions }) => target === undefined && actions.length > 0);
  const told = [...entry, ...stays.map(transitionText)];
  return told.map((text) => `${indent}${idOf(node)} : ${text}`);
}

/** The cause without what is done about it. */
const causeOf = ({ eventType, guard }: AnyTransitionDefinition) => ({
  event: String(eventType),
  guard: guard === undefined ? null : nameOf(guard),
});

const idOf = (node: AnyStateNode): string => pathOf(node).replaceAll(".", "_");
