/**
 * The control socket of an engine: a Unix domain socket that only its owner can open (R13.2).
 *
 * Promises: no line, no number of connections and no slowness of whoever connects costs more than a bounded amount of
 * memory and time; requests of one connection are answered in order, one at a time. It does not keep the process alive.
 */
import { createServer, type Server, type Socket } from "node:net";
import { carryOut, type ControlledEngine } from "./commands.ts";
import { ControlError } from "./control-error.ts";
import { createLines } from "./lines.ts";
import { answerText, faultText, isFault, readRequest } from "./protocol.ts";
import { clearPlace, moveIntoPlace, placeOfSocket, type SocketPlace } from "./socket-place.ts";

export interface ControlLimits {
  readonly requestBytes: number;
  readonly connections: number;
  /** How long a connection may take to say a whole line, and to take an answer. */
  readonly lineMs: number;
}

export const DEFAULT_LIMITS: ControlLimits = { requestBytes: 16_384, connections: 16, lineMs: 10_000 };

export interface ControlServer {
  readonly place: SocketPlace;
  close(): Promise<void>;
}

/** Listens. Throws ControlError where there is no place for a socket, or somebody else has it. */
export async function openControl(input: {
  /** Null for a journal in memory. */
  readonly journal: string | null;
  /** Where the host wants the socket; null for beside the journal. */
  readonly path: string | null;
  readonly engine: ControlledEngine;
  readonly limits?: ControlLimits;
}): Promise<ControlServer> {
  const { engine, limits = DEFAULT_LIMITS } = input;
  const place = placed(input);
  const connections = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    // Its errors are its own: whoever connects may go at any moment.
    socket.on("error", () => socket.destroy());
    if (connections.size >= limits.connections) {
      const message = `more than ${limits.connections} connections`;
      return part(socket, faultText({ kind: "too_many", message }), limits);
    }
    connections.add(socket);
    socket.once("close", () => connections.delete(socket));
    void serve(socket, engine, limits);
  });
  try {
    await clearPlace(place);
    const takeAway = await moveIntoPlace(place, (draft) => listening(server, draft));
    // What goes wrong with accepting a connection is the affair of whoever connects.
    server.on("error", () => undefined);
    server.unref();
    return {
      place,
      async close() {
        takeAway();
        const closed = new Promise<void>((resolve) => server.close(() => resolve()));
        for (const socket of connections) socket.destroy();
        await closed;
      },
    };
  } catch (error) {
    server.close();
    throw unavailable(error, place.socket);
  }
}

function placed({ journal, path }: { readonly journal: string | null; readonly path: string | null }): SocketPlace {
  if (process.platform === "win32") {
    const cause = "there are no Unix domain sockets on this system";
    throw new ControlError(path ?? journal ?? "memory", { kind: "unavailable", cause }, cause);
  }
  return placeOfSocket(journal, path);
}

const listening = (server: Server, path: string): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(path, () => {
      server.off("error", reject);
      resolve();
    });
  });

function unavailable(error: unknown, path: string): unknown {
  if (error instanceof ControlError || !(error instanceof Error) || !("code" in error)) return error;
  return new ControlError(
    path,
    { kind: "unavailable", cause: error.message },
    `no control socket can be made (${error.message}); name another place for it, or do without`,
  );
}

/** One connection, until its end: a line, its answer, the next line. Reading waits meanwhile. */
async function serve(socket: Socket, engine: ControlledEngine, limits: ControlLimits): Promise<void> {
  const lines = createLines(limits.requestBytes);
  const patience = createPatience(limits.lineMs, () =>
    part(socket, faultText({ kind: "too_late", message: `no whole line within ${limits.lineMs} ms` }), limits),
  );
  try {
    patience.begin();
    for await (const chunk of socket.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      const taken = lines.take(chunk);
      if (taken === "too long") {
        const message = `a request may have ${limits.requestBytes} bytes`;
        return part(socket, faultText({ kind: "too_long", message }), limits);
      }
      for (const line of taken) {
        patience.end();
        const text = await answerTo(line, engine);
        patience.begin();
        if (!socket.write(text)) await drained(socket);
      }
    }
    if (lines.waiting() > 0) {
      const message = "the last line has no end: a request ends with a line feed";
      return part(socket, faultText({ kind: "bad_request", message }), limits);
    }
    socket.end();
  } catch {
    // It has gone, or was sent away.
    socket.destroy();
  } finally {
    patience.end();
  }
}

async function answerTo(line: string, engine: ControlledEngine): Promise<string> {
  const request = readRequest(line);
  if (isFault(request)) return faultText(request);
  const carried = await carryOut(request, engine);
  return "answer" in carried ? answerText(carried.answer) : faultText(carried);
}

const drained = (socket: Socket): Promise<void> =>
  new Promise((resolve) => {
    socket.once("drain", resolve);
    socket.once("close", resolve);
  });

/** The last words of a connection; whoever does not take them is not waited for any longer than for a line. */
function part(socket: Socket, text: string, { lineMs }: ControlLimits): void {
  const timer = setTimeout(() => socket.destroy(), lineMs);
  timer.unref();
  socket.once("close", () => clearTimeout(timer));
  socket.end(text, () => socket.destroySoon());
}

function createPatience(ms: number, onEnd: () => void): { readonly begin: () => void; readonly end: () => void } {
  let timer: NodeJS.Timeout | null = null;
  const end = (): void => {
    if (timer !== null) clearTimeout(timer);
    timer = null;
  };
  return {
    begin() {
      end();
      timer = setTimeout(onEnd, ms);
      timer.unref();
    },
    end,
  };
}
