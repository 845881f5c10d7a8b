/**
 * Where the socket of an engine is: beside its journal, so that a command finds it by the journal's name (R13.2).
 *
 * Promises: nobody but the owner can connect, from the first moment on (it is made in a folder that only the owner may
 * enter, and moved into its place); the socket of a dead engine is replaced, a live one and every other file is left
 * alone. Where the path is longer than the system allows, the socket is in the runtime folder and a link stands beside
 * the journal.
 */
import { hash } from "node:crypto";
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readlinkSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  unlinkSync,
} from "node:fs";
import { createConnection } from "node:net";
import { tmpdir } from "node:os";
import { dirname, isAbsolute, join, resolve } from "node:path";
import { ControlError } from "./control-error.ts";

export interface SocketPlace {
  readonly socket: string;
  /** A link to it beside the journal, where the socket itself is somewhere else. */
  readonly link: string | null;
}

/** sun_path of unix(7) has 108 bytes with the zero at its end, on macOS and the BSDs 104. */
const LONGEST_PATH = process.platform === "linux" ? 107 : 103;

/** In the folder of the socket: where it is made before it is moved. */
const DRAFT = join(".pawl-XXXXXX", "s");

/** Where commands look for the engine of a journal. */
const besideJournal = (journal: string): string => `${realpathSync(resolve(journal))}.sock`;

/** Where the socket goes: beside the journal (null for one in memory), or where the host wants it. Throws ControlError. */
export function placeOfSocket(journal: string | null, wanted: string | null): SocketPlace {
  const beside = journal === null ? null : besideJournal(journal);
  if (wanted !== null) {
    const socket = resolve(wanted);
    assertShort(socket);
    return { socket, link: beside === socket ? null : beside };
  }
  if (beside === null) {
    throw new ControlError(
      "memory",
      { kind: "no_place" },
      'a journal in memory has no place for a control socket beside it; name one: control: "PATH"',
    );
  }
  if (isShort(beside)) return { socket: beside, link: null };
  const socket = join(runtimeFolder(), `${hash("sha256", beside).slice(0, 16)}.sock`);
  assertShort(socket);
  return { socket, link: beside };
}

/** Where to connect for the engine of a journal: the socket, or what the link beside it leads to. */
export function findSocket(journal: string): string {
  const beside = besideJournal(journal);
  return lstatSync(beside, { throwIfNoEntry: false })?.isSymbolicLink() === true ? leadsTo(beside) : beside;
}

const leadsTo = (link: string): string => resolve(dirname(link), readlinkSync(link));

const bytesOf = (path: string): number => Buffer.byteLength(path);
const bytesNeeded = (socket: string): number => Math.max(bytesOf(socket), bytesOf(join(dirname(socket), DRAFT)));
const isShort = (socket: string): boolean => bytesNeeded(socket) <= LONGEST_PATH;

function assertShort(socket: string): void {
  if (isShort(socket)) return;
  const bytes = bytesNeeded(socket);
  throw new ControlError(
    socket,
    { kind: "path_too_long", bytes, longest: LONGEST_PATH },
    `the path of a socket may have ${LONGEST_PATH} bytes, this one needs ${bytes}; choose a shorter one`,
  );
}

/** A folder of this user that nobody else may enter. */
function runtimeFolder(): string {
  const given = process.env["XDG_RUNTIME_DIR"];
  const uid = process.getuid?.() ?? 0;
  const folder = given !== undefined && isAbsolute(given) ? join(given, "pawl") : join(tmpdir(), `pawl-${uid}`);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const found = lstatSync(folder);
  if (!found.isDirectory() || found.uid !== uid || (found.mode & 0o077) !== 0) {
    const cause = "it is not a folder that only this user may enter";
    throw new ControlError(folder, { kind: "unavailable", cause }, `${cause}, so no socket is made in it`);
  }
  return folder;
}

/** Makes room: takes away what a dead engine has left. Throws ControlError for anything else. */
export async function clearPlace({ socket, link }: SocketPlace): Promise<void> {
  for (const path of link === null ? [socket] : [socket, link]) {
    const found = lstatSync(path, { throwIfNoEntry: false });
    if (found === undefined) continue;
    if (!found.isSocket() && !found.isSymbolicLink()) {
      const message = "something else lies where the control socket would be; move it away";
      throw new ControlError(path, { kind: "not_a_socket" }, message);
    }
    if (await isAnswered(found.isSymbolicLink() ? leadsTo(path) : path))
      throw new ControlError(path, { kind: "in_use" }, "another engine listens on this control socket");
    rmSync(path, { force: true });
  }
}

/** A refused connection, or no socket at all: nobody listens. Anything else says nothing. */
export const isNobodyThere = ({ code }: NodeJS.ErrnoException): boolean =>
  code === "ENOENT" || code === "ECONNREFUSED" || code === "ENOTSOCK";

const PROBE_MS = 1_000;

/** Whether somebody listens. */
function isAnswered(socket: string): Promise<boolean> {
  return new Promise((resolve) => {
    const connection = createConnection(socket);
    const end = (isThere: boolean): void => {
      connection.destroy();
      resolve(isThere);
    };
    connection.setTimeout(PROBE_MS, () => end(true));
    connection.once("connect", () => end(true));
    connection.once("error", (error: NodeJS.ErrnoException) => end(!isNobodyThere(error)));
  });
}

/** Listens in a folder of its own, and moves the socket into its place. Returns what takes it away again. */
export async function moveIntoPlace(
  { socket, link }: SocketPlace,
  listen: (draft: string) => Promise<void>,
): Promise<() => void> {
  const folder = mkdtempSync(join(dirname(socket), ".pawl-"));
  try {
    const draft = join(folder, "s");
    await listen(draft);
    chmodSync(draft, 0o600);
    renameSync(draft, socket);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  const { ino, dev } = lstatSync(socket);
  if (link !== null) {
    rmSync(`${link}.new`, { force: true });
    symlinkSync(socket, `${link}.new`);
    renameSync(`${link}.new`, link);
  }
  return () => {
    const found = lstatSync(socket, { throwIfNoEntry: false });
    // Another engine may have taken the place over by now.
    if (found === undefined || found.ino !== ino || found.dev !== dev) return;
    unlinkSync(socket);
    if (link !== null && isLinkTo(link, socket)) unlinkSync(link);
  };
}

const isLinkTo = (link: string, socket: string): boolean =>
  lstatSync(link, { throwIfNoEntry: false })?.isSymbolicLink() === true && readlinkSync(link) === socket;
