/**
 * The section `alerts`: where an engine sends what a person has to know at once (R13.5, R13.6).
 *
 * Promises: the secret of a webhook is named, never written down; that its address is public is judged when it is known what
 * it resolves to (`src/observability/webhook.ts`).
 */
import * as z from "zod";

const HTTPS = "an address that begins with https://, without name and password";
const VARIABLE = "the name of an environment variable: letters, digits and _";

const webhookSchema = z.strictObject({
  url: z
    .url({ protocol: /^https$/, error: HTTPS })
    .max(2_048)
    .refine(hasNoPassword, { error: HTTPS })
    .describe("Gets a signed JSON document with a POST; redirects are not followed"),
  secretEnv: z
    .string({ error: VARIABLE })
    .regex(/^[A-Za-z_][A-Za-z0-9_]{0,99}$/, { error: VARIABLE })
    .describe(
      "Name of the environment variable that holds the secret (16 characters or more) which messages are signed with",
    ),
  allowPrivate: z
    .boolean()
    .default(false)
    .describe("Also addresses in private networks, for a receiver in a network of one's own"),
});

export const alertsSchema = z.strictObject({
  webhook: webhookSchema.optional(),
});

export type AlertsSpecInput = z.input<typeof alertsSchema>;

export interface WebhookConfig {
  readonly url: string;
  readonly secretEnv: string;
  readonly allowPrivate: boolean;
}

export interface AlertsConfig {
  readonly webhook: WebhookConfig | null;
}

export const alertsConfig = (alerts: z.output<typeof alertsSchema> | undefined): AlertsConfig => ({
  webhook: alerts?.webhook ?? null,
});

function hasNoPassword(text: string): boolean {
  const url = URL.parse(text);
  return url !== null && url.username === "" && url.password === "";
}
