/** A chart read as data: its states and transitions in the order in which they are written, and words for them. */
import type { AnyStateMachine, AnyStateNode, AnyTransitionDefinition } from "xstate";

/** A state and everything in it, outermost first. */
export const statesOf = (node: AnyStateNode): readonly AnyStateNode[] => [
  node,
  ...Object.values(node.states).flatMap(statesOf),
];

/** The states that have none inside them: in one of these a chart always is. */
export const leavesOf = (machine: AnyStateMachine): readonly AnyStateNode[] =>
  statesOf(machine.root).filter((node) => node.type === "atomic");

/** What a state writes itself: the branches of `on`, then those of `always`. */
export const transitionsOf = (node: AnyStateNode): readonly AnyTransitionDefinition[] => [
  ...Array.from(node.transitions.values()).flat(),
  ...(node.always ?? []),
];

/** Every event that a chart names anywhere. */
export const eventTypesOf = (machine: AnyStateMachine): readonly string[] =>
  Array.from(new Set(statesOf(machine.root).flatMap((node) => Array.from(node.transitions.keys()))));

/** "closing.settling"; the root bears the chart's own name. */
export const pathOf = (node: AnyStateNode): string => (node.path.length === 0 ? node.key : node.path.join("."));

/** `{}`: an event that a state takes in order to do nothing. */
export const isForbidden = ({ target, actions }: AnyTransitionDefinition): boolean =>
  target === undefined && actions.length === 0;

/** "rungIsFilled(1)"; guards and actions are named everywhere, an inline function has no place in a chart. */
export function nameOf(reference: unknown): string {
  if (typeof reference === "string") return reference;
  const { type, params } = reference as {
    readonly type?: unknown;
    readonly params?: Readonly<Record<string, unknown>>;
  };
  if (typeof type !== "string") throw new Error("Invariant: guards and actions of a chart are named");
  return params === undefined ? type : `${type}(${Object.values(params).join(", ")})`;
}

export const actionsText = (actions: readonly unknown[]): string => actions.map(nameOf).join(", ");

/** "PRICE [exitIsSized] / exitRungs"; what has no event happens as soon as its guard holds. */
export function transitionText({ eventType, guard, actions, reenter }: AnyTransitionDefinition): string {
  return [
    eventType,
    guard === undefined ? "" : `[${nameOf(guard)}]`,
    actions.length === 0 ? "" : `/ ${actionsText(actions)}`,
    reenter ? "(enters anew)" : "",
  ]
    .filter((part) => part !== "")
    .join(" ");
}
