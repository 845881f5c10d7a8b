/** R13.5, R13.6: what an embedded engine says of itself: its log, its alerts, and settings of them that cannot be meant. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { createEngine, ConfigError, isRefused, type Engine, type EngineOptions } from "../../src/index.ts";
import type { LogEntry } from "../../src/observability/log.ts";
import { aFolder, anEngine, ETH, isClosed, isExit, optionsFor, priceUntil } from "./embedding.ts";

const SECRET = "0123456789 of the receiver";

function withVariable(name: string, value: string): void {
  process.env[name] = value;
  onTestFinished(() => void delete process.env[name]);
}

const entriesOf = (file: string): readonly LogEntry[] =>
  readFileSync(file, "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as LogEntry);

async function throughAPosition(engine: Engine): Promise<void> {
  engine.price(ETH, 2_000);
  const answer = await engine.open({ id: "p1", symbol: ETH, side: "long", amount: "1" });
  if (isRefused(answer)) throw new Error(answer.message);
  await answer.filled;
  await priceUntil(engine, 2_060, isExit(1));
  await priceUntil(engine, 1_990, isClosed);
}

async function errorOf(options: Partial<EngineOptions>): Promise<unknown> {
  return createEngine(optionsFor("memory", options)).then(
    () => null,
    (error: unknown) => error,
  );
}

describe("an engine with a log", () => {
  it("R13.5 writes what became durable, one entry a fact, and what a listener has thrown", async () => {
    const file = join(aFolder(), "pawl.log");
    const engine = await anEngine(optionsFor("memory", { log: { level: "debug", format: "json", file } }));
    engine.subscribe(({ fact }) => {
      if (fact.type === "closed") throw new Error("a listener of the host");
    });
    await throughAPosition(engine);
    await engine.stop();
    const entries = entriesOf(file);
    const facts = entries.flatMap(
      ({ fields }) => (fields["fact"] as { readonly type: string } | undefined)?.type ?? [],
    );
    expect(facts).toEqual(["opened", "exit", "stopMoved", "exit", "closed"]);
    expect(entries.filter(({ tag, level }) => tag === "ORDER" && level === "debug").length).toBeGreaterThan(3);
    expect(entries.filter(({ level }) => level === "error")).toMatchObject([
      { tag: "SUPERVISOR", message: "a listener has thrown", fields: { error: { message: "a listener of the host" } } },
    ]);
  });

  it("R13.5 goes on where the log cannot be written", async () => {
    const engine = await anEngine(optionsFor("memory", { log: { file: aFolder() } }));
    await throughAPosition(engine);
    expect(engine.status("p1")).toMatchObject({ state: "closed" });
    await engine.stop();
  });
});

describe("an engine with a webhook", () => {
  it("R13.5 R13.6 goes on where it is not let out, logs that, and shows neither secret nor path", async () => {
    withVariable("PAWL_TEST_HOOK", SECRET);
    const journal = join(aFolder(), "journal");
    const file = join(aFolder(), "pawl.log");
    const before = await createEngine(optionsFor(journal));
    await before.pause(`ann, apiKey=${SECRET}`);
    await before.stop();

    const told: string[] = [];
    const webhook = { url: "https://localhost/a-path-nobody-knows", secretEnv: "PAWL_TEST_HOOK" };
    const options = {
      log: { file, format: "json" },
      alerts: { webhook },
      onAlert: (text: string) => void told.push(text),
    } as const;
    const engine = await anEngine(optionsFor(journal, options));
    await engine.stop();
    expect(told).toHaveLength(1);
    const entries = entriesOf(file);
    expect(entries).toMatchObject([
      { level: "error", tag: "SUPERVISOR", message: told[0], fields: { alert: true } },
      {
        level: "error",
        tag: "SUPERVISOR",
        message: "an alert was not delivered to the webhook",
        fields: { error: "localhost leads to an address that is not public; not sent" },
      },
    ]);
    expect(JSON.stringify([told, entries])).not.toMatch(/a-path-nobody-knows|0123456789/);
  });
});

describe("settings that cannot be meant", () => {
  it.each([
    ["a private address", { url: "https://10.0.0.1/", secretEnv: "PAWL_TEST_HOOK" }, "alerts.webhook.url", "10.0.0.1"],
    [
      "no variable",
      { url: "https://example.com/", secretEnv: "PAWL_NOT_SET" },
      "alerts.webhook.secretEnv",
      "PAWL_NOT_SET, which is not set",
    ],
    [
      "a short secret",
      { url: "https://example.com/", secretEnv: "PAWL_TEST_SHORT" },
      "alerts.webhook.secretEnv",
      "PAWL_TEST_SHORT, which is too short",
    ],
    [
      "no HTTPS",
      { url: "http://example.com/", secretEnv: "PAWL_TEST_HOOK" },
      "alerts.webhook.url",
      '"http://example.com/"',
    ],
    [
      "a secret in place of its name",
      { url: "https://example.com/", secretEnv: "hunter2!" },
      "alerts.webhook.secretEnv",
      "(not shown)",
    ],
    [
      "a password",
      { url: "https://u:hunter2@example.com/", secretEnv: "PAWL_TEST_HOOK" },
      "alerts.webhook.url",
      '"https://(not shown)@example.com/"',
    ],
  ])("R13.7 R13.6 %s is a configuration error", async (_, webhook, path, value) => {
    withVariable("PAWL_TEST_HOOK", SECRET);
    withVariable("PAWL_TEST_SHORT", "hunter2");
    const error = await errorOf({ alerts: { webhook } });
    expect(error).toBeInstanceOf(ConfigError);
    expect(error).toMatchObject({ path, value });
    expect(String(error)).not.toContain("hunter2");
  });

  it("R13.7 a level that there is not", async () => {
    const error = await errorOf({ log: { level: "loud" as "info" } });
    expect(error).toMatchObject({ path: "log.level", value: '"loud"', allowed: "debug, info, warning, error" });
  });
});
