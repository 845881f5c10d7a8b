/**
 * What the requests of the control socket do to an engine (R13.2).
 *
 * Promises: each is answered, with a typed fault where it was not carried out; what is answered is durable. It knows an
 * engine only by the few things that it asks of one.
 */
import type { EntrySwitch } from "../domain/entry-switch.ts";
import type { PositionStatus } from "../domain/status.ts";
import { JournalError } from "../journal/journal.ts";
import type { AnswerTo, Fault, RequestOf, Request } from "./protocol.ts";

/** An engine, as far as the socket reaches it. */
export interface ControlledEngine {
  readonly health: () => AnswerTo<"health">;
  readonly positions: () => readonly ControlledPosition[];
  readonly close: (id: string) => Promise<void>;
  readonly retry: (id: string) => Promise<void>;
  readonly pause: (by: string) => Promise<EntrySwitch>;
  readonly resume: (by: string) => Promise<EntrySwitch>;
  readonly kill: (by: string) => Promise<KilledEngine>;
}

interface KilledEngine extends EntrySwitch {
  readonly closing: readonly string[];
  readonly suspended: readonly string[];
}

export interface ControlledPosition {
  readonly status: PositionStatus;
  readonly supervision: "running" | "suspended";
  readonly price: { readonly price: string; readonly atMs: number } | null;
}

export type Carried = { readonly answer: object } | Fault;

/** The answer to a request; a fault where it could not be carried out. */
export async function carryOut(request: Request, engine: ControlledEngine): Promise<Carried> {
  try {
    switch (request.command) {
      case "health":
        return { answer: engine.health() };
      case "status":
        return statusOf(request, engine);
      case "close":
        return await close(request, engine);
      case "retry":
        return await retry(request, engine);
      case "pause":
        return { answer: await engine.pause(request.by) };
      case "resume":
        return { answer: await engine.resume(request.by) };
      case "kill":
        return { answer: await engine.kill(request.by) };
    }
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { kind: error instanceof JournalError ? "journal" : "failed", message };
  }
}

const isOpen = ({ status }: ControlledPosition): boolean => status.state !== "closed";

function statusOf({ position }: RequestOf<"status">, engine: ControlledEngine): Carried {
  const positions = engine.positions().filter(({ status }) => position === undefined || status.id === position);
  return position !== undefined && positions.length === 0 ? unknownPosition(position) : { answer: { positions } };
}

async function close({ target }: RequestOf<"close">, engine: ControlledEngine): Promise<Carried> {
  const meant = "all" in target ? { positions: engine.positions().filter(isOpen) } : named(target.name, engine);
  if (!("positions" in meant)) return meant;
  const { positions } = meant;
  const idsOf = (supervision: ControlledPosition["supervision"]): readonly string[] =>
    positions.filter((each) => each.supervision === supervision).map(({ status }) => status.id);
  const answer = { closing: idsOf("running"), suspended: idsOf("suspended") };
  // A suspended one is asked as well: its journal then says that it did not take it.
  await Promise.all(positions.map(({ status }) => engine.close(status.id)));
  return { answer };
}

/** By its id, or all open ones of a symbol. */
function named(name: string, engine: ControlledEngine): { readonly positions: readonly ControlledPosition[] } | Fault {
  const all = engine.positions();
  const one = all.find(({ status }) => status.id === name);
  if (one !== undefined) return isOpen(one) ? { positions: [one] } : notOpen(name);
  const positions = all.filter((each) => each.status.symbol === name && isOpen(each));
  return positions.length > 0 ? { positions } : unknownPosition(name);
}

async function retry({ position }: RequestOf<"retry">, engine: ControlledEngine): Promise<Carried> {
  const found = engine.positions().find(({ status }) => status.id === position);
  if (found === undefined) return unknownPosition(position);
  if (!isOpen(found)) return notOpen(position);
  await engine.retry(position);
  return { answer: { position } };
}

const notOpen = (name: string): Fault => ({ kind: "not_open", message: `Position ${name} is closed already` });

const unknownPosition = (name: string): Fault => ({
  kind: "unknown_position",
  message: `No position found for ${name} to scale out of`,
});
