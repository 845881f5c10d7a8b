/**
 * From a chart's own graph to runs that take every transition of it (R13.8).
 *
 * The base is `getAdjacencyMap` of xstate/graph, with cases computed from each snapshot and an abstraction key. The
 * shortest ways that it found are then walked by real actors, and what they took is counted from `@xstate.microstep`.
 */
import {
  createActor,
  type AnyActorLogic,
  type AnyStateMachine,
  type AnyStateNode,
  type AnyTransitionDefinition,
  type EventObject,
} from "xstate";
import { getAdjacencyMap } from "xstate/graph";

/** One definition in the chart that can be taken: a branch of `on` or `always`, or where a state begins. */
export interface Definition {
  readonly name: string;
  readonly of: object;
}

export interface Edge<Snapshot, Event> {
  readonly fromKey: string;
  readonly from: Snapshot;
  readonly event: Event;
  readonly to: Snapshot;
  readonly taken: ReadonlySet<object>;
}

export interface Exploration<Snapshot, Event> {
  readonly start: Snapshot;
  readonly taken: ReadonlySet<object>;
  readonly states: ReadonlyMap<string, Snapshot>;
  readonly edges: readonly Edge<Snapshot, Event>[];
}

/** Every definition of a chart, in the order in which it is written. */
export function definitionsOf(machine: AnyStateMachine): readonly Definition[] {
  return allNodes(machine.root).flatMap((node) => [
    ...(node.type === "compound"
      ? [{ name: `${nameOf(node)} begins in ${node.initial.target[0]!.key}`, of: node.initial }]
      : []),
    ...transitionsOf(node).map((transition) => ({ name: transitionName(node, transition), of: transition })),
  ]);
}

const allNodes = (node: AnyStateNode): readonly AnyStateNode[] => [
  node,
  ...Object.values(node.states).flatMap(allNodes),
];

const transitionsOf = (node: AnyStateNode): readonly AnyTransitionDefinition[] => [
  ...node.transitions.values().flatMap((each) => each),
  ...(node.always ?? []),
];

const nameOf = (node: AnyStateNode): string => node.path.join(".") || node.key;

const namesOf = (references: readonly unknown[]): string =>
  references
    .map((each) =>
      typeof each === "string" ? each : typeof each === "function" ? each.name : (each as { type: string }).type,
    )
    .join(", ");

function transitionName(node: AnyStateNode, { eventType, guard, target, actions }: AnyTransitionDefinition): string {
  const params = (guard as { params?: object } | undefined)?.params;
  const asked =
    guard === undefined ? "" : ` [${namesOf([guard])}${params === undefined ? "" : JSON.stringify(params)}]`;
  return `${nameOf(node)}: ${eventType || "always"}${asked} → ${target?.map(nameOf).join() ?? "(stays)"} / ${namesOf(actions)}`;
}

/** Explores what a chart can reach; a state is looked at once for each key. */
export function explore<Snapshot, Event extends EventObject>(input: {
  readonly logic: AnyActorLogic;
  readonly input?: unknown;
  readonly cases: (snapshot: Snapshot) => readonly Event[];
  readonly key: (snapshot: Snapshot) => string;
  readonly stopWhen?: (snapshot: Snapshot) => boolean;
  readonly eventKey?: (event: Event) => string;
  readonly limit: number;
}): Exploration<Snapshot, Event> {
  const { logic, cases, key } = input;
  const edges: Edge<Snapshot, Event>[] = [];
  const first = new Set<object>();
  const watching = Object.assign(Object.create(logic) as AnyActorLogic, {
    transition(from: Snapshot, event: Event, scope: { system: object }) {
      const taken = new Set<object>();
      const to = logic.transition(from as never, event, noting(scope, taken) as never) as Snapshot;
      edges.push({ fromKey: key(from), from, event, to, taken });
      return to;
    },
    getInitialSnapshot(scope: { system: object }, given: unknown) {
      return logic.getInitialSnapshot(noting(scope, first) as never, given as never);
    },
  });
  const map = getAdjacencyMap(watching, {
    input: input.input as never,
    events: cases as never,
    serializeState: key as never,
    serializeEvent: (input.eventKey ?? JSON.stringify) as never,
    limit: input.limit,
    ...(input.stopWhen === undefined ? {} : { stopWhen: input.stopWhen as never }),
  }) as unknown as Record<string, { readonly state: Snapshot }>;
  const states = new Map(Object.entries(map).map(([name, { state }]) => [name, state]));
  const start = states.values().next().value!;
  noteBeginning((start as unknown as { machine: AnyStateMachine }).machine.root, first);
  return { start, taken: first, states, edges };
}

/** The shortest run (as events from the start) that takes each definition, fewest first left out: an edge cover. */
export function edgeCover<Snapshot, Event>(
  exploration: Exploration<Snapshot, Event>,
  key: (snapshot: Snapshot) => string,
  wanted: ReadonlySet<object>,
): readonly (readonly Event[])[] {
  const ways = shortestWays(exploration, key);
  const cheapest = new Map<object, readonly Edge<Snapshot, Event>[]>();
  for (const edge of exploration.edges) {
    const length = ways.get(edge.fromKey)!.length + 1;
    for (const definition of edge.taken) {
      if (!wanted.has(definition) || (cheapest.get(definition)?.length ?? Infinity) <= length) continue;
      cheapest.set(definition, [...ways.get(edge.fromKey)!, edge]);
    }
  }
  const covered = new Set<object>();
  const longestFirst = [...cheapest].toSorted(([, a], [, b]) => b.length - a.length);
  return longestFirst.flatMap(([definition, way]) => {
    if (covered.has(definition)) return [];
    for (const edge of way) for (const taken of edge.taken) covered.add(taken);
    return [way.map((edge) => edge.event)];
  });
}

/** Walks a run with a real actor and says what it took, from the inspection events of its microsteps. */
export function walk<Event extends EventObject>(
  logic: AnyActorLogic,
  given: unknown,
  events: readonly Event[],
): { readonly taken: ReadonlySet<object>; readonly snapshot: unknown } {
  const taken = new Set<object>();
  const actor = createActor(logic, {
    input: given,
    inspect: (inspected) => {
      if (inspected.type === "@xstate.microstep") noteTaken(inspected._transitions, taken);
    },
  });
  noteBeginning((actor.getSnapshot() as { machine: AnyStateMachine }).machine.root, taken);
  actor.start();
  for (const event of events) actor.send(event);
  return { taken, snapshot: actor.getSnapshot() };
}

function shortestWays<Snapshot, Event>(
  { start, edges }: Exploration<Snapshot, Event>,
  key: (snapshot: Snapshot) => string,
): ReadonlyMap<string, readonly Edge<Snapshot, Event>[]> {
  const ways = new Map<string, readonly Edge<Snapshot, Event>[]>([[key(start), []]]);
  // Edges stand in the order of a breadth-first search: the first that leads to a state is on a shortest way.
  for (const edge of edges) {
    const to = key(edge.to);
    if (!ways.has(to)) ways.set(to, [...ways.get(edge.fromKey)!, edge]);
  }
  return ways;
}

const noting = (scope: { system: object }, taken: Set<object>) => ({
  ...scope,
  system: Object.assign(Object.create(scope.system) as object, {
    _sendInspectionEvent: (inspected: { type: string; _transitions?: readonly AnyTransitionDefinition[] }) => {
      if (inspected.type === "@xstate.microstep") noteTaken(inspected._transitions ?? [], taken);
    },
  }),
});

function noteTaken(transitions: readonly AnyTransitionDefinition[], taken: Set<object>): void {
  for (const transition of transitions) {
    taken.add(transition);
    for (const target of transition.target ?? []) noteBeginning(target, taken);
  }
}

/** A compound state that is entered as such begins where it says. */
function noteBeginning(node: AnyStateNode, taken: Set<object>): void {
  if (node.type !== "compound") return;
  taken.add(node.initial);
  for (const target of node.initial.target) noteBeginning(target, taken);
}
