/** Keys come from the environment, and print as nothing (R13.6, R13.7). */
import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { isKeysPrefix, keysFrom, missingOf, revealed, secretsOf, variableOf } from "../../src/config/credentials.ts";
import { createRedactor } from "../../src/observability/redact.ts";

const ENV = {
  PAWL_API_KEY: "the-key-of-somebody",
  PAWL_API_SECRET: "the-secret-of-somebody\n",
  PAWL_API_PASSWORD: "",
  PAWL_WALLET_ADDRESS: "   ",
  BOT_PRIVATE_KEY: "another-secret",
};

describe("credentials", () => {
  it("R13.7 reads what is set under a prefix; empty is not set, and a line feed at the end is no part of it", () => {
    expect(revealed(keysFrom(ENV))).toEqual({ apiKey: "the-key-of-somebody", secret: "the-secret-of-somebody" });
    expect(revealed(keysFrom(ENV, "BOT"))).toEqual({ privateKey: "another-secret" });
    expect(revealed(keysFrom({}))).toEqual({});
  });

  it("R13.6 however keys are printed, they are redacted", () => {
    const keys = keysFrom(ENV);
    const printed = [
      JSON.stringify([...keys.held]),
      inspect(keys, { depth: 9, showHidden: true }),
      ...Array.from(keys.held.values(), String),
      createRedactor().json({ keys }),
    ].join("\n");
    expect(printed).toContain("<redacted>");
    expect(printed).not.toContain("somebody");
    expect(createRedactor(secretsOf(keys)).text("it was the-secret-of-somebody, wasn't it")).not.toContain("somebody");
  });

  it("R13.7 says which variables a venue needs besides", () => {
    const needed = ["apiKey", "secret", "password", "uid"];
    expect(missingOf(keysFrom(ENV), needed).map((name) => variableOf("PAWL", name))).toEqual(["PAWL_API_PASSWORD"]);
    expect(missingOf(keysFrom({}), ["walletAddress", "privateKey"])).toEqual(["walletAddress", "privateKey"]);
    expect(["PAWL", "MY_BYBIT_2"].map(isKeysPrefix)).toEqual([true, true]);
    expect(["", "pawl", "2X", "A-B", "A B", `${"A".repeat(50)}`].map(isKeysPrefix)).not.toContain(true);
  });
});
