/**
 * One POST over HTTPS to one address that was judged before (R13.6).
 *
 * Promises: connects to that address and no other, whatever a name resolves to meanwhile; the certificate is checked against the
 * name; follows no redirect, keeps no connection, uses no proxy; reads a bounded part of the answer and throws it away. The caller
 * sets the time limit: interrupting it ends the connection.
 */
import * as Effect from "effect/Effect";
import { request } from "node:https";
import type { LookupFunction } from "node:net";

export interface Address {
  readonly address: string;
  readonly family: 4 | 6;
}

export interface Post {
  readonly url: URL;
  readonly address: Address;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Certificates to trust in place of the usual ones; for tests. */
  readonly ca: string | null;
}

const LONGEST_ANSWER = 16_384;
/** What a receiver still sends after its status is waited for, so that it sees no broken connection. */
const REST_MS = 500;

/** The status of the answer. */
export const httpsPost = ({ url, address, headers, body, ca }: Post): Effect.Effect<number, Error> =>
  Effect.callback<number, Error>((resume) => {
    const lookup: LookupFunction = (_host, options, answer) => {
      if (options.all === true) answer(null, [{ address: address.address, family: address.family }]);
      else answer(null, address.address, address.family);
    };
    const sent = request(url, {
      method: "POST",
      headers: { ...headers, "content-length": String(Buffer.byteLength(body)) },
      lookup,
      agent: false,
      // Said, because NODE_TLS_REJECT_UNAUTHORIZED would turn it off.
      rejectUnauthorized: true,
      minVersion: "TLSv1.2",
      ...(ca === null ? {} : { ca }),
    });
    let rest: NodeJS.Timeout | undefined;
    const end = (): void => {
      clearTimeout(rest);
      sent.destroy();
    };
    sent.on("error", (error) => {
      resume(Effect.fail(error));
      end();
    });
    sent.on("response", (answer) => {
      const done = (): void => {
        resume(Effect.succeed(answer.statusCode ?? 0));
        end();
      };
      let length = 0;
      rest = setTimeout(done, REST_MS);
      answer.on("data", (piece: Uint8Array) => {
        length += piece.length;
        if (length > LONGEST_ANSWER) done();
      });
      answer.on("end", done);
      answer.on("error", done);
    });
    sent.end(body);
    return Effect.sync(end);
  });
