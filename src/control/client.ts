/**
 * Asking a running engine over its control socket (R13.2): one connection, one request, one answer.
 *
 * Promises: it ends, with an answer, with what the engine has against the request, or with a ControlError that says
 * whether nobody listens or somebody does not answer. It starts no engine.
 */
import { createConnection } from "node:net";
import { ControlError } from "./control-error.ts";
import { createLines } from "./lines.ts";
import { readAnswer, requestText, type CommandName, type ReadAnswer, type RequestOf } from "./protocol.ts";
import { findSocket, isNobodyThere } from "./socket-place.ts";

export type Answered<Name extends CommandName> = Exclude<ReadAnswer<Name>, { readonly kind: "nonsense" }>;

/** An answer names every open position: thousands of them are some megabytes. */
const LONGEST_ANSWER_BYTES = 64 * 1_024 * 1_024;
/** A kill writes down the close of every position before it is answered. */
const PATIENCE_MS = 30_000;

/** Asks the engine that works with this journal. Throws ControlError. */
export async function askEngine<Name extends CommandName>(
  journal: string,
  command: Name,
  request: RequestOf<Name>,
  patienceMs = PATIENCE_MS,
): Promise<Answered<Name>> {
  const socket = findSocket(journal);
  const line = await exchanged(socket, requestText(command, request), patienceMs);
  const read = readAnswer(command, line);
  if (read.kind !== "nonsense") return read;
  const cause = `it answers something else (${read.why})`;
  throw new ControlError(socket, { kind: "no_answer", cause }, `${cause}; is it another version of pawl?`);
}

/** One line there, one line back. */
function exchanged(path: string, request: string, patienceMs: number): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const socket = createConnection(path);
  const lines = createLines(LONGEST_ANSWER_BYTES);
  let isConnected = false;
  const fail = (error: ControlError): void => {
    reject(error);
    socket.destroy();
  };
  const noAnswer = (cause: string): void =>
    fail(new ControlError(path, { kind: "no_answer", cause }, `the engine does not answer: ${cause}`));
  const timer = setTimeout(() => noAnswer(`nothing within ${patienceMs} ms`), patienceMs);
  socket.once("connect", () => {
    isConnected = true;
    socket.write(request);
  });
  socket.on("data", (chunk: Buffer) => {
    const taken = lines.take(chunk);
    if (taken === "too long") return noAnswer(`more than ${LONGEST_ANSWER_BYTES} bytes`);
    const [line] = taken;
    if (line === undefined) return;
    resolve(line);
    socket.destroy();
  });
  socket.once("error", (error: NodeJS.ErrnoException) => {
    if (!isConnected && isNobodyThere(error)) fail(new ControlError(path, { kind: "no_engine" }, "no engine listens"));
    else if (error.code === "EPIPE" || error.code === "ECONNRESET") noAnswer("it has closed the connection");
    else noAnswer(error.message);
  });
  socket.once("close", () => {
    clearTimeout(timer);
    noAnswer("it has closed the connection");
  });
  return promise;
}
