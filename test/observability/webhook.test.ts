/** R13.5, R13.6: a webhook reaches its receiver, and nobody else, whatever its address or its receiver do. */
import * as Effect from "effect/Effect";
import * as Exit from "effect/Exit";
import * as Redacted from "effect/Redacted";
import { createHmac } from "node:crypto";
import { describe, expect, it } from "vitest";
import type { Address } from "../../src/observability/https-post.ts";
import { isPublicAddress } from "../../src/observability/public-address.ts";
import {
  createWebhook,
  webhookProblem,
  type WebhookError,
  type WebhookSettings,
} from "../../src/observability/webhook.ts";
import { webhookFrom } from "../../src/observability/webhook-secret.ts";
import { aReceiver, status, type Answer, type Receiver } from "./receiver.ts";

const SECRET = "a secret of the receiver";
const ALERT = { atMs: 1_700_000_000_000, level: "error", message: "Protect-only: the disk is full" } as const;

const leadingTo = (...addresses: readonly string[]): (() => Promise<readonly Address[]>) => {
  const found = addresses.map((address) => ({ address, family: address.includes(":") ? (6 as const) : (4 as const) }));
  return () => Promise.resolve(found);
};

const settingsFor = ({ port, ca }: Receiver, changes: Partial<WebhookSettings> = {}): WebhookSettings => ({
  url: `https://hook.test:${port}/alerts?room=1`,
  secret: Redacted.make(SECRET),
  account: "main",
  allowPrivate: true,
  lookUp: leadingTo("127.0.0.1"),
  ca,
  attemptMs: 5_000,
  pauseMs: 1,
  ...changes,
});

/** Null when it was delivered. */
async function sent(settings: WebhookSettings): Promise<WebhookError | null> {
  const result = await Effect.runPromise(Effect.result(createWebhook(settings).send(ALERT)));
  return result._tag === "Success" ? null : result.failure;
}

async function sentTo(answers: readonly Answer[], changes: Partial<WebhookSettings> = {}) {
  const receiver = await aReceiver(...answers);
  return { error: await sent(settingsFor(receiver, changes)), receiver };
}

describe("a receiver", () => {
  it("R13.5 gets a small signed document", async () => {
    const { error, receiver } = await sentTo([status(200)]);
    expect(error).toBeNull();
    expect(receiver.received).toHaveLength(1);
    const { method, path, host, headers, body } = receiver.received[0]!;
    expect([method, path, host]).toEqual(["POST", "/alerts?room=1", `hook.test:${receiver.port}`]);
    expect(JSON.parse(body)).toEqual({
      version: 1,
      at: "2023-11-14T22:13:20.000Z",
      account: "main",
      level: "error",
      message: ALERT.message,
    });
    const signed = `${String(headers["pawl-timestamp"])}.${body}`;
    expect(headers["pawl-signature"]).toBe(`sha256=${createHmac("sha256", SECRET).update(signed).digest("hex")}`);
    expect(headers["content-type"]).toBe("application/json");
  });

  it("R13.5 that is broken for a while gets it with the third attempt, the same each time", async () => {
    const { error, receiver } = await sentTo([status(500), (response) => response.destroy(), status(204)]);
    expect(error).toBeNull();
    expect(receiver.received).toHaveLength(3);
    expect(new Set(receiver.received.map(({ body }) => body)).size).toBe(1);
  });

  it.each([
    ["answers 500 for good", status(500), 3, "failed", "hook.test answers 500"],
    ["is asked too often", status(429), 3, "failed", "hook.test answers 429"],
    ["does not want it", status(403), 1, "refused", "hook.test answers 403"],
    [
      "redirects",
      status(307, { location: "https://127.0.0.1/" }),
      1,
      "refused",
      "hook.test answers 307: redirects are not followed",
    ],
  ] as const)("R13.6 that %s", async (_, answer, attempts, reason, message) => {
    const { error, receiver } = await sentTo([answer]);
    expect(error).toMatchObject({ reason, message });
    expect(receiver.received).toHaveLength(attempts);
    expect(receiver.connections()).toBe(attempts);
  });

  it("R13.6 that hangs is left, attempt by attempt", async () => {
    const { error, receiver } = await sentTo([() => undefined], { attemptMs: 300 });
    expect(error).toMatchObject({ reason: "failed", message: "hook.test: no answer in time" });
    expect(receiver.connections()).toBe(3);
  });

  it("R13.6 that answers without end has taken it, and is left", async () => {
    let isLeft: Promise<void> | undefined;
    const endless: Answer = (response) => {
      isLeft = new Promise((closed) => response.on("close", closed));
      const more = (): void => {
        while (!response.destroyed && response.write("x".repeat(65_536)));
      };
      response.writeHead(200).on("drain", more);
      more();
    };
    const { error } = await sentTo([endless]);
    expect(error).toBeNull();
    await isLeft;
  });

  it("R13.6 that does not end its answer has taken it", async () => {
    const { error, receiver } = await sentTo([(response) => void response.writeHead(200).write("x")]);
    expect(error).toBeNull();
    expect(receiver.received).toHaveLength(1);
  });

  it("R13.6 with a certificate of somebody else, or of nobody, gets nothing", async () => {
    const other = await aReceiver(status(200));
    const { error, receiver } = await sentTo([status(200)], { ca: other.ca });
    expect(error).toMatchObject({ reason: "failed" });
    expect(await sent(settingsFor(other, { url: `https://other.test:${other.port}/` }))).toMatchObject({
      reason: "failed",
    });
    expect([...receiver.received, ...other.received]).toEqual([]);
  });
});

describe("a name that leads elsewhere", () => {
  it.each([
    ["to this machine", ["127.0.0.1"]],
    ["to a private network", ["10.1.2.3"]],
    ["to the metadata of a cloud", ["169.254.169.254"]],
    ["to one public and one private address", ["93.184.216.34", "127.0.0.1"]],
    ["to IPv4 inside IPv6", ["::ffff:127.0.0.1"]],
  ])("R13.6 %s: not sent, and not tried again", async (_, addresses) => {
    let lookUps = 0;
    const lookUp = () => ((lookUps += 1), leadingTo(...addresses)());
    const { error, receiver } = await sentTo([status(200)], { allowPrivate: false, lookUp });
    expect(error).toMatchObject({
      reason: "refused",
      message: "hook.test leads to an address that is not public; not sent",
    });
    expect([lookUps, receiver.connections()]).toEqual([1, 0]);
  });

  it("R13.6 the connection goes to the address that was checked, asked for once", async () => {
    const receiver = await aReceiver(status(200));
    const answers = [leadingTo("127.0.0.1"), leadingTo("192.0.2.1")];
    let lookUps = 0;
    const lookUp = () => answers[lookUps++]!();
    expect(await sent(settingsFor(receiver, { lookUp }))).toBeNull();
    expect([lookUps, receiver.received.length]).toEqual([1, 1]);
  });

  it("R13.6 a name that cannot be resolved, or not in time, is tried again", async () => {
    let lookUps = 0;
    const fails = () => ((lookUps += 1), Promise.reject(new Error("ENOTFOUND")));
    const { error, receiver } = await sentTo([status(200)], { lookUp: fails });
    expect(error).toMatchObject({ reason: "failed", message: "hook.test: its name could not be resolved" });
    expect(lookUps).toBe(3);
    const never = () => new Promise<never>(() => undefined);
    expect(await sent(settingsFor(receiver, { lookUp: never, attemptMs: 20 }))).toMatchObject({ reason: "failed" });
    expect(receiver.connections()).toBe(0);
  });
});

const HOSTILE = `
  not an address            | no address at all
  http://example.com/       | not encrypted
  ftp://example.com/        | another protocol
  file:///etc/passwd        | a file
  https://u:p@example.com/  | a password
  https://u@example.com/    | a name
  https://127.0.0.1/        | loopback
  https://127.1/            | loopback, short
  https://2130706433/       | loopback, one number
  https://0x7f000001/       | loopback, hexadecimal
  https://0177.0.0.1/       | loopback, octal
  https://%31%32%37.0.0.1/  | loopback, escaped
  https://１２７.0.0.1/       | loopback, in wide digits
  https://0.0.0.0/          | this machine
  https://10.0.0.1:8443/    | private
  https://172.31.255.255/   | private
  https://192.168.1.1/      | private
  https://100.64.0.1/       | shared by carriers
  https://100.100.100.200/  | metadata of Alibaba
  https://168.63.129.16/    | metadata of Azure
  https://169.254.169.254/  | metadata
  https://192.0.0.192/      | metadata of Oracle
  https://198.18.0.1/       | benchmarks
  https://224.0.0.1/        | multicast
  https://240.0.0.1/        | reserved
  https://255.255.255.255/  | broadcast
  https://[::]/             | this machine
  https://[::1]/            | loopback
  https://[::ffff:127.0.0.1]/   | loopback, mapped
  https://[::ffff:7f00:1]/      | loopback, mapped
  https://[::ffff:93.184.216.34]/ | public, but mapped
  https://[::127.0.0.1]/        | loopback, compatible
  https://[::ffff:0:127.0.0.1]/ | loopback, translated
  https://[64:ff9b::7f00:1]/    | loopback by NAT64
  https://[64:ff9b:1::7f00:1]/  | loopback by a NAT64 of one's own
  https://[2002:7f00:1::]/      | loopback by 6to4
  https://[2001:0:1::1]/        | Teredo
  https://[2001:db8::1]/        | documentation
  https://[fc00::1]/            | unique local
  https://[fd00:ec2::254]/      | metadata
  https://[fe80::1]/            | link-local
  https://[fec0::1]/            | site-local
  https://[ff02::1]/            | multicast
  https://[100::1]/             | discard
  https://[4000::1]/            | not given out
`;
const hostile = HOSTILE.trim()
  .split("\n")
  .map((line) => line.split("|").map((cell) => cell.trim()) as [string, string]);

describe("addresses that are refused before anything is sent", () => {
  it.each(hostile)("R13.6 %s (%s)", (url) => {
    expect(webhookProblem({ url, allowPrivate: false })).toEqual(expect.any(String));
    const create = () => createWebhook({ url, allowPrivate: false, account: "main", secret: Redacted.make(SECRET) });
    expect(create).toThrow(expect.objectContaining({ reason: "refused" }) as Error);
  });

  it("R13.6 public ones are not", () => {
    const urls = ["https://example.com/x", "https://93.184.216.34/", "https://[2606:2800:220:1::1]:8443/"];
    expect(urls.map((url) => webhookProblem({ url, allowPrivate: false }))).toEqual([null, null, null]);
    expect(webhookProblem({ url: "https://10.0.0.1/", allowPrivate: true })).toBeNull();
    expect(webhookProblem({ url: "http://10.0.0.1/", allowPrivate: true })).toBe("https only");
    expect(["", "localhost", "1.2.3", "fe80::1%eth0"].map(isPublicAddress)).toEqual([false, false, false, false]);
  });
});

describe("a webhook's secret", () => {
  const CONFIGURED = { url: "https://example.com/", secretEnv: "HOOK_SECRET", allowPrivate: false };
  const from = (env: Readonly<Record<string, string>>) => webhookFrom(CONFIGURED, { account: "main", env });

  it("R13.7 comes from the environment; none, or a short one, is named and not shown", () => {
    expect(from({})).toEqual({
      field: "secretEnv",
      value: "HOOK_SECRET, which is not set",
      allowed: "an environment variable with 16 characters or more",
    });
    expect(JSON.stringify(from({ HOOK_SECRET: "hunter2" }))).not.toContain("hunter2");
    const webhook = from({ HOOK_SECRET: SECRET });
    expect(webhook).toMatchObject({ account: "main" });
    expect(JSON.stringify(webhook)).not.toContain(SECRET);
  });

  it("R13.6 sending is interrupted at once", async () => {
    const receiver = await aReceiver(() => undefined);
    const send = createWebhook(settingsFor(receiver)).send(ALERT);
    const exit = await Effect.runPromise(Effect.exit(Effect.timeoutOption(send, 50)));
    expect(Exit.isSuccess(exit)).toBe(true);
  });
});
