/**
 * The webhook: an alert as a small signed JSON document to one HTTPS address (R13.5, R13.6).
 *
 * Promises: https only; the host is resolved once per attempt, every address of it must be public (unless `allowPrivate`), and the
 * connection goes to the one that was checked; no redirects; three attempts, each with a time limit. Balances, positions and
 * secrets are not in it. A receiver knows it by its signature: HMAC-SHA256 over `TIMESTAMP.BODY`, hexadecimal.
 */
import * as Clock from "effect/Clock";
import * as Data from "effect/Data";
import * as Effect from "effect/Effect";
import * as Redacted from "effect/Redacted";
import * as Schedule from "effect/Schedule";
import { createHmac } from "node:crypto";
import { promises as dns } from "node:dns";
import { isIP } from "node:net";
import type { Alert } from "./alert-gate.ts";
import { httpsPost, type Address } from "./https-post.ts";
import { isPublicAddress } from "./public-address.ts";

export interface WebhookSettings {
  readonly url: string;
  readonly secret: Redacted.Redacted;
  readonly account: string;
  /** For a receiver in a network of one's own. */
  readonly allowPrivate: boolean;
  /** Every address of a name. Default: the system's. */
  readonly lookUp?: (host: string) => Promise<readonly Address[]>;
  /** Certificates to trust in place of the usual ones; for tests. */
  readonly ca?: string;
  readonly attemptMs?: number;
  /** Before the second attempt; four times as long before the third. */
  readonly pauseMs?: number;
}

/** What became of it: trying again would change nothing (`refused`), or might (`failed`). It names the host, never the whole address. */
export class WebhookError extends Data.TaggedError("WebhookError")<{
  readonly reason: "refused" | "failed";
  readonly message: string;
}> {}

export interface Webhook {
  readonly send: (alert: Alert) => Effect.Effect<void, WebhookError>;
}

const ATTEMPT_MS = 5_000;
const PAUSE_MS = 1_000;
const ATTEMPTS = 3;
const LONGEST_MESSAGE = 2_000;

const SIGNATURE_HEADER = "pawl-signature";
const TIMESTAMP_HEADER = "pawl-timestamp";

/** What is wrong with the address itself; null where a name has still to be resolved, or everything is well. */
export function webhookProblem(settings: Pick<WebhookSettings, "url" | "allowPrivate">): string | null {
  const url = URL.parse(settings.url);
  if (url === null) return "a whole address: https://host/path";
  if (url.protocol !== "https:") return "https only";
  if (url.username !== "" || url.password !== "") return "no name or password in the address";
  const host = hostOf(url);
  if (isIP(host) === 0 || settings.allowPrivate || isPublicAddress(host)) return null;
  return "a public address; in a network of your own set allowPrivate";
}

/** Throws WebhookError for an address that could never be used. */
export function createWebhook(settings: WebhookSettings): Webhook {
  const problem = webhookProblem(settings);
  if (problem !== null) throw new WebhookError({ reason: "refused", message: `the webhook's address: ${problem}` });
  const url = new URL(settings.url);
  const attempt = (body: string): Effect.Effect<void, WebhookError> =>
    Effect.gen(function* () {
      const address = yield* checkedAddress(url, settings);
      const atMs = yield* Clock.currentTimeMillis;
      const headers = {
        "content-type": "application/json",
        "user-agent": "pawl",
        [TIMESTAMP_HEADER]: String(atMs),
        [SIGNATURE_HEADER]: signatureOf(settings.secret, `${atMs}.${body}`),
      };
      const post = httpsPost({ url, address, headers, body, ca: settings.ca ?? null });
      const status = yield* Effect.mapError(post, (error) => failed(`${url.hostname}: ${error.message}`));
      yield* judged(status, url);
    }).pipe(
      Effect.timeoutOrElse({
        duration: settings.attemptMs ?? ATTEMPT_MS,
        orElse: () => Effect.fail(failed(`${url.hostname}: no answer in time`)),
      }),
    );
  return {
    send: (alert) =>
      Effect.retry(attempt(bodyOf(alert, settings.account)), {
        times: ATTEMPTS - 1,
        while: ({ reason }) => reason === "failed",
        schedule: Schedule.exponential(settings.pauseMs ?? PAUSE_MS, 4),
      }),
  };
}

const failed = (message: string): WebhookError => new WebhookError({ reason: "failed", message });
const refused = (message: string): WebhookError => new WebhookError({ reason: "refused", message });

/** The same for every attempt, so that a receiver sees that it has it already. */
const bodyOf = ({ atMs, level, message }: Alert, account: string): string =>
  JSON.stringify({
    version: 1,
    at: new Date(atMs).toISOString(),
    account,
    level,
    message: message.slice(0, LONGEST_MESSAGE),
  });

const signatureOf = (secret: Redacted.Redacted, text: string): string =>
  `sha256=${createHmac("sha256", Redacted.value(secret)).update(text).digest("hex")}`;

/** An IPv6 address without its brackets. */
const hostOf = ({ hostname }: URL): string => hostname.replace(/^\[(.*)\]$/, "$1");

/** One address of the host, all of which may be connected to: a name with a private one among them is not trusted. */
function checkedAddress(url: URL, settings: WebhookSettings): Effect.Effect<Address, WebhookError> {
  const host = hostOf(url);
  const lookUp = settings.lookUp ?? systemLookUp;
  const found = isIP(host) === 0 ? () => lookUp(host) : async () => [addressOf(host)];
  return Effect.tryPromise({ try: found, catch: () => failed(`${url.hostname}: its name could not be resolved`) }).pipe(
    Effect.flatMap((addresses) => {
      const [first] = addresses;
      if (first === undefined) return Effect.fail(failed(`${url.hostname}: its name has no address`));
      const isAllowed = settings.allowPrivate || addresses.every(({ address }) => isPublicAddress(address));
      if (isAllowed) return Effect.succeed(first);
      return Effect.fail(refused(`${url.hostname} leads to an address that is not public; not sent`));
    }),
  );
}

const addressOf = (address: string): Address => ({ address, family: isIP(address) === 6 ? 6 : 4 });

const systemLookUp = async (host: string): Promise<readonly Address[]> =>
  (await dns.lookup(host, { all: true })).map(({ address }) => addressOf(address));

/** A receiver that is busy or broken may take it later; one that redirects or refuses will not. */
function judged(status: number, url: URL): Effect.Effect<void, WebhookError> {
  if (status >= 200 && status < 300) return Effect.void;
  const what = `${url.hostname} answers ${status}`;
  if (status >= 300 && status < 400) return Effect.fail(refused(`${what}: redirects are not followed`));
  const mayHelp = status >= 500 || status === 408 || status === 425 || status === 429;
  return Effect.fail(mayHelp ? failed(what) : refused(what));
}
