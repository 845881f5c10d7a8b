/**
 * What can be wrong with the way to a running engine, on its side and on the side of whoever asks (R13.2).
 * The failure's kind is for the caller, the message for people: it names the socket and what to do.
 */
export type ControlFailure =
  /** Another engine listens there. */
  | { readonly kind: "in_use" }
  /** Something that is not ours lies where the socket would be. */
  | { readonly kind: "not_a_socket" }
  | { readonly kind: "path_too_long"; readonly bytes: number; readonly longest: number }
  /** A journal in memory has no place beside it. */
  | { readonly kind: "no_place" }
  | { readonly kind: "unavailable"; readonly cause: string }
  /** Nobody listens: no engine runs, or it runs without a socket. */
  | { readonly kind: "no_engine" }
  /** Somebody listens, and the answer did not come, or was none. */
  | { readonly kind: "no_answer"; readonly cause: string };

export class ControlError extends Error {
  readonly failure: ControlFailure;
  readonly path: string;
  constructor(path: string, failure: ControlFailure, message: string) {
    super(`${path}: ${message}`);
    this.name = "ControlError";
    this.path = path;
    this.failure = failure;
  }
}
