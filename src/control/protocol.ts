/**
 * What is said over the control socket: one JSON object a line, a request and its answer (R13.2).
 *
 * Promises: every line is parsed by a schema, on either side; what cannot be understood is answered with a typed error
 * that says what can. The version stands in every line, so that an old command and a new engine notice each other.
 */
import * as z from "zod";
import { ENTRY_STATES, SWITCHED_BY, SWITCHED_BY_LIMIT } from "../domain/entry-switch.ts";

const PROTOCOL_VERSION = 1;

const version = z.literal(PROTOCOL_VERSION);
const id = z.string().min(1).max(200);
const by = z.string().regex(SWITCHED_BY, { error: SWITCHED_BY_LIMIT });
const atMs = z.number();

const health = z.strictObject({ version, command: z.literal("health") });
/** Of one position, or of all. */
const status = z.strictObject({ version, command: z.literal("status"), position: id.optional() });
/** A position by its id, all of a symbol, or everything. */
const close = z.strictObject({
  version,
  command: z.literal("close"),
  target: z.union([z.strictObject({ name: id }), z.strictObject({ all: z.literal(true) })], {
    error: '{"name": an id or a symbol} or {"all": true}',
  }),
});
const retry = z.strictObject({ version, command: z.literal("retry"), position: id });
const pause = z.strictObject({ version, command: z.literal("pause"), by });
const resume = z.strictObject({ version, command: z.literal("resume"), by });
const kill = z.strictObject({ version, command: z.literal("kill"), by });

export const REQUESTS = { health, status, close, retry, pause, resume, kill } as const;
export type CommandName = keyof typeof REQUESTS;
const COMMAND_NAMES = Object.keys(REQUESTS) as readonly CommandName[];
export type Request = z.output<(typeof REQUESTS)[CommandName]>;
export type RequestOf<Name extends CommandName> = Omit<z.output<(typeof REQUESTS)[Name]>, "version" | "command">;

const entrySwitch = z.object({ entries: z.enum(ENTRY_STATES), atMs, by: z.string() });

/** What an engine says of itself. Whatever a later version says besides is kept. */
const healthAnswer = z.object({
  journal: z.string(),
  journalId: z.string(),
  account: z.string(),
  pid: z.int(),
  startedAtMs: atMs,
  health: z.looseObject({
    mode: z.enum(["running", "protect-only"]),
    entries: z.enum(ENTRY_STATES),
    openPositions: z.int(),
    unsettledOrders: z.int(),
    unresolvedOrders: z.int(),
    waitingCommits: z.int(),
    droppedPrices: z.int(),
    lastPriceAtMs: atMs.nullable(),
    priceAgeMs: z.number().nullable(),
    lastCommitAtMs: atMs.nullable(),
    commitAgeMs: z.number().nullable(),
  }),
});

const positionAnswer = z.object({
  /** Status query of R2.6, as the library gives it. */
  status: z.looseObject({ id: z.string(), symbol: z.string(), side: z.enum(["long", "short"]), state: z.string() }),
  supervision: z.enum(["running", "suspended"]),
  /** The last price of its market, if a decision may be made on it now. */
  price: z.object({ price: z.string().regex(/^\d+(\.\d+)?$/), atMs }).nullable(),
});

const closedAnswer = z.object({
  closing: z.array(id).describe("What is being closed, for this or for an earlier reason"),
  suspended: z.array(id).describe("What decides nothing any more and was not closed"),
});

const ANSWERS = {
  health: healthAnswer,
  status: z.object({ positions: z.array(positionAnswer) }),
  close: closedAnswer,
  retry: z.object({ position: id }),
  pause: entrySwitch,
  resume: entrySwitch,
  kill: entrySwitch.extend(closedAnswer.shape),
} as const satisfies Readonly<Record<CommandName, z.ZodType>>;

export type AnswerTo<Name extends CommandName> = z.output<(typeof ANSWERS)[Name]>;

export type FaultKind =
  | "not_json"
  | "too_long"
  | "too_late"
  | "too_many"
  | "unknown_version"
  | "unknown_command"
  | "bad_request"
  | "unknown_position"
  | "not_open"
  | "journal"
  | "failed";

/** Why a request was not carried out. */
export interface Fault {
  readonly kind: FaultKind;
  readonly message: string;
  /** What there is, where something was asked for that there is not. */
  readonly allowed?: readonly string[];
}

const faultSchema = z.object({ kind: z.string(), message: z.string(), allowed: z.array(z.string()).optional() });

export type ReadAnswer<Name extends CommandName> =
  | { readonly kind: "answer"; readonly answer: AnswerTo<Name> }
  | { readonly kind: "fault"; readonly fault: z.output<typeof faultSchema> }
  | { readonly kind: "nonsense"; readonly why: string };

export const requestText = <Name extends CommandName>(command: Name, request: RequestOf<Name>): string =>
  `${JSON.stringify({ version: PROTOCOL_VERSION, command, ...request })}\n`;

export const answerText = (answer: object): string =>
  `${JSON.stringify({ version: PROTOCOL_VERSION, ok: true, answer })}\n`;

export const faultText = (fault: Fault): string =>
  `${JSON.stringify({ version: PROTOCOL_VERSION, ok: false, fault })}\n`;

/** A request, or what is wrong with it. */
export function readRequest(line: string): Request | Fault {
  const value = jsonOf(line);
  if (value === undefined) return { kind: "not_json", message: "the line is not JSON" };
  const head = z.looseObject({ version: z.unknown().optional(), command: z.unknown().optional() }).safeParse(value);
  if (!head.success) return { kind: "bad_request", message: 'a request is an object: {"version": 1, "command": …}' };
  if (head.data.version !== PROTOCOL_VERSION) {
    const message = `version is ${shown(head.data.version)}; this engine speaks version ${PROTOCOL_VERSION}`;
    return { kind: "unknown_version", message, allowed: [String(PROTOCOL_VERSION)] };
  }
  const name = COMMAND_NAMES.find((each) => each === head.data.command);
  if (name === undefined) {
    const message = `command is ${shown(head.data.command)}; there is ${COMMAND_NAMES.join(", ")}`;
    return { kind: "unknown_command", message, allowed: COMMAND_NAMES };
  }
  const parsed = z.safeParse<z.ZodType<Request>>(REQUESTS[name], value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const where = issue === undefined || issue.path.length === 0 ? name : `${name}: ${issue.path.join(".")}`;
  return { kind: "bad_request", message: `${where}: ${issue?.message ?? "not understood"}` };
}

export const isFault = (read: Request | Fault): read is Fault => "kind" in read;

/** An answer to this command, what the engine has against it, or (nonsense) neither. */
export function readAnswer<Name extends CommandName>(command: Name, line: string): ReadAnswer<Name> {
  const value = jsonOf(line);
  const failed = z.object({ version, ok: z.literal(false), fault: faultSchema }).safeParse(value);
  if (failed.success) return { kind: "fault", fault: failed.data.fault };
  const schema: z.ZodType<AnswerTo<Name>> = ANSWERS[command] as never;
  const parsed = z.object({ version, ok: z.literal(true), answer: schema }).safeParse(value);
  if (parsed.success) return { kind: "answer", answer: parsed.data.answer };
  const issue = parsed.error.issues[0];
  return { kind: "nonsense", why: value === undefined ? "not JSON" : `${issue?.path.join(".")}: ${issue?.message}` };
}

const LONGEST_SHOWN = 40;

function shown(value: unknown): string {
  if (value === undefined) return "missing";
  const text = JSON.stringify(value) ?? typeof value;
  return text.length > LONGEST_SHOWN ? `${text.slice(0, LONGEST_SHOWN)}…` : text;
}

function jsonOf(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
