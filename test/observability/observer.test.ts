/** R13.5, R13.6: log, callback and webhook together: one alert in all of them, one redactor before all of them. */
import * as Effect from "effect/Effect";
import * as Redacted from "effect/Redacted";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { makeObserver, type Observer, type ObserverSettings } from "../../src/observability/observer.ts";
import type { WebhookSettings } from "../../src/observability/webhook.ts";
import { aFolder } from "../engine/embedding.ts";
import { aReceiver, status, type Receiver } from "./receiver.ts";

const KEY = "an api key of this process";
const SECRET = "a secret of the receiver";
const TROUBLE = `refused: ${KEY}, signature=deadbeef, ${SECRET}`;
const SHOWN = "refused: <redacted>, signature=<redacted>, <redacted>";

const webhookOf = ({ port, ca }: Receiver): WebhookSettings => ({
  url: `https://hook.test:${port}/`,
  secret: Redacted.make(SECRET),
  account: "main",
  allowPrivate: true,
  lookUp: () => Promise.resolve([{ address: "127.0.0.1", family: 4 }]),
  ca,
});

/** Everything that was said on the console; the observer has ended. */
async function observed(settings: Partial<ObserverSettings>, act: (observer: Observer) => void): Promise<string[]> {
  const console: string[] = [];
  const observer = makeObserver({
    log: null,
    webhook: null,
    onAlert: null,
    secrets: [Redacted.make(KEY)],
    sayOnConsole: (line) => console.push(line),
    stderr: process.stderr,
    ...settings,
  });
  const run = Effect.gen(function* () {
    const made = yield* observer;
    yield* Effect.provide(
      Effect.andThen(
        Effect.sync(() => act(made)),
        Effect.logWarning("[ORDER] slow", { apiKey: "abc", text: KEY }),
      ),
      made.layer,
    );
  });
  await Effect.runPromise(Effect.scoped(run));
  return console;
}

describe("an observer", () => {
  it("R13.5 without settings says alerts and failures on the console, redacted", async () => {
    const secrets = [Redacted.make(KEY), Redacted.make(SECRET)];
    const said = await observed({ secrets }, ({ alert, failure, rows }) => {
      rows([]);
      alert(TROUBLE);
      failure("a listener has thrown", new Error(KEY));
    });
    expect(said).toHaveLength(3);
    expect(said[0]).toBe(`[SUPERVISOR] ${SHOWN}`);
    expect(said[1]).toMatch(/ error {3}\[SUPERVISOR\] a listener has thrown error=Error: <redacted>$/);
    expect(said[2]).toMatch(/ warning \[ORDER\] slow details=\[\{"apiKey":"<redacted>","text":"<redacted>"\}\]$/);
  });

  it("R13.5 R13.6 with all of them: the same alert in the log, the callback and the webhook before it has ended", async () => {
    const receiver = await aReceiver(status(200));
    const file = join(aFolder(), "pawl.log");
    const told: string[] = [];
    const said = await observed(
      {
        log: { level: "warning", format: "json", file },
        webhook: webhookOf(receiver),
        onAlert: (message) => void told.push(message),
      },
      ({ alert }) => alert(TROUBLE, "warning"),
    );
    expect([said, told]).toEqual([[], [SHOWN]]);
    expect(receiver.received.map(({ body }) => JSON.parse(body) as unknown)).toMatchObject([
      { level: "warning", message: SHOWN, account: "main" },
    ]);
    const log = readFileSync(file, "utf8");
    expect(
      log
        .trimEnd()
        .split("\n")
        .map((line) => JSON.parse(line) as unknown),
    ).toMatchObject([
      { level: "warning", message: SHOWN },
      { tag: "ORDER", message: "slow" },
    ]);
    expect(log + JSON.stringify(receiver.received)).not.toMatch(new RegExp(`${KEY}|${SECRET}|deadbeef`));
  });
});
