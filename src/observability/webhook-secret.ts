/** The webhook as it is configured, with its secret from the environment; or what is wrong with it, without showing any of it (R13.7). */
import * as Redacted from "effect/Redacted";
import { webhookProblem, type WebhookSettings } from "./webhook.ts";

export interface ConfiguredWebhook {
  readonly url: string;
  readonly secretEnv: string;
  readonly allowPrivate: boolean;
}

export interface WebhookProblem {
  readonly field: "url" | "secretEnv";
  readonly value: string;
  readonly allowed: string;
}

/** One that can be guessed signs nothing. */
const SHORTEST_SECRET = 16;

export function webhookFrom(
  { url, secretEnv, allowPrivate }: ConfiguredWebhook,
  { account, env }: { readonly account: string; readonly env: Readonly<Record<string, string | undefined>> },
): WebhookSettings | WebhookProblem {
  const wrong = webhookProblem({ url, allowPrivate });
  if (wrong !== null) return { field: "url", value: URL.parse(url)?.host ?? "no address", allowed: wrong };
  const secret = env[secretEnv] ?? "";
  const allowed = `an environment variable with ${SHORTEST_SECRET} characters or more`;
  if (secret === "") return { field: "secretEnv", value: `${secretEnv}, which is not set`, allowed };
  if (secret.length < SHORTEST_SECRET)
    return { field: "secretEnv", value: `${secretEnv}, which is too short`, allowed };
  return { url, allowPrivate, account, secret: Redacted.make(secret) };
}
