/** R13.7: the sections `log` and `alerts` of the configuration. */
import { describe, expect, it } from "vitest";
import { configText } from "../../src/cli/config-text.ts";
import { ConfigError } from "../../src/config/config-error.ts";
import { parseConfig } from "../../src/config/config-file.ts";

const FILE = "/etc/pawl/pawl.json";
const WEBHOOK = { url: "https://example.com/alerts", secretEnv: "PAWL_WEBHOOK_SECRET" };

function messageOf(json: unknown): string {
  try {
    parseConfig(json, FILE);
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  return "it was accepted";
}

describe("log and alerts", () => {
  it("R13.5 R13.7 with their defaults; the file is relative to the configuration", () => {
    expect(parseConfig({ log: {} }, FILE).log).toEqual({ level: "info", format: "text", file: null });
    const { log, alerts } = parseConfig(
      { log: { file: "pawl.log", format: "json" }, alerts: { webhook: WEBHOOK } },
      FILE,
    );
    expect(log).toEqual({ level: "info", format: "json", file: "/etc/pawl/pawl.log" });
    expect(alerts).toEqual({ webhook: { ...WEBHOOK, allowPrivate: false } });
  });

  it("R13.7 what is shown means the same", () => {
    const config = parseConfig({ log: { level: "debug", file: "pawl.log" }, alerts: { webhook: WEBHOOK } }, FILE);
    const again = parseConfig(JSON.parse(configText(config)), FILE);
    expect([again.log, again.alerts]).toEqual([config.log, config.alerts]);
    expect(configText(parseConfig({}, FILE))).not.toMatch(/"log"|"alerts"/);
  });

  it.each([
    ["a secret written down", { ...WEBHOOK, secret: "hunter2-hunter2" }, "alerts.webhook.secret is a secret in a file"],
    [
      "a secret in place of its name",
      { ...WEBHOOK, secretEnv: "hunter2-hunter2" },
      "alerts.webhook.secretEnv is (not shown)",
    ],
    ["no secret", { url: WEBHOOK.url }, "alerts.webhook.secretEnv is missing"],
    ["no HTTPS", { ...WEBHOOK, url: "http://example.com" }, "alerts.webhook.url is"],
    [
      "a password in the address",
      { ...WEBHOOK, url: "https://u:hunter2@example.com" },
      'is "https://(not shown)@example.com"',
    ],
    ["no address", { ...WEBHOOK, url: "example.com" }, "an address that begins with https://"],
  ])("R13.7 R13.6 %s", (_, webhook, says) => {
    const message = messageOf({ alerts: { webhook } });
    expect(message).toContain(says);
    expect(message).not.toContain("hunter2");
  });
});
