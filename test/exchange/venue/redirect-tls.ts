/**
 * Sends every TLS connection of an unmodified program to the local venue: `tls.connect` dials 127.0.0.1 in plain text.
 * As `node --import ./redirect-tls.ts program` the port comes from PAWL_LOCAL_VENUE_PORT; in process call `redirectTls(port)`.
 * Works because https, undici and ws all call `tls.connect` as a property of the module at the moment of connecting.
 */
import { connect, type Socket } from "node:net";
import tls from "node:tls";

type Undo = () => void;

export function redirectTls(port: number): Undo {
  const original = tls.connect;
  const patched = (...sent: readonly unknown[]): Socket => {
    const socket = connect(port, "127.0.0.1");
    Object.assign(socket, { encrypted: true, authorized: true, alpnProtocol: false });
    const done = sent.findLast((argument) => typeof argument === "function") as (() => void) | undefined;
    if (done !== undefined) socket.once("secureConnect", done);
    socket.once("connect", () => socket.emit("secureConnect"));
    return socket;
  };
  tls.connect = patched as unknown as typeof tls.connect;
  return () => {
    tls.connect = original;
  };
}

const port = Number(process.env["PAWL_LOCAL_VENUE_PORT"]);
if (port > 0) redirectTls(port);
