/**
 * Nothing of a key is told where it is most tempting (I44): a venue that answers with the key and the whole address in its message, a
 * key that is refused, a venue that cannot be opened. The other failures are in `every-fault.test.ts`.
 */
import * as Effect from "effect/Effect";
import * as Layer from "effect/Layer";
import * as Redacted from "effect/Redacted";
import { describe, expect, it } from "vitest";
import { layer } from "../../src/exchange/ccxt/layer.ts";
import { createRedactor } from "../../src/observability/redact.ts";
import { CANARIES, leaks } from "./canary.ts";
import { drive, heal, isOver } from "./fault-run.ts";
import { RUNG_PRICE, STOP_PRICE, struck } from "./fault-story.ts";
import { onVenue } from "./scoped-venue.ts";
import { ccxtOptions, onTradingBench, type TradingBench } from "./trading-bench.ts";
import type { FalseAnswer } from "./venue/fault-kinds.ts";
import type { LocalVenue } from "./venue/local-venue.ts";

const redactor = createRedactor(Object.values(CANARIES).map((secret) => Redacted.make(secret)));
const settings = { venue: CANARIES, ccxt: { redact: redactor.text } };
const told = ({ rows, alerts, logs, reports, venue }: TradingBench) =>
  leaks({ rows: [JSON.stringify(rows)], alerts, logs, reports: [JSON.stringify(reports)] }, venue.requests);

const ECHOES: readonly (readonly [string, FalseAnswer])[] = [
  [
    "a refusal that names the key",
    {
      kind: "respond",
      status: 400,
      code: -2015,
      message: `Invalid API-key ${CANARIES.apiKey}, IP, or permissions for action.`,
    },
  ],
  [
    "a gateway that shows the secret",
    { kind: "respond", status: 502, message: `bad gateway (secret=${CANARIES.secret})` },
  ],
  [
    "a known refusal that names the key",
    { kind: "respond", status: 400, code: -4164, message: `too small for ${CANARIES.apiKey}` },
  ],
  [
    "a rate limit that names the key",
    { kind: "respond", status: 418, code: -1003, message: `key ${CANARIES.apiKey} banned`, retryAfterSeconds: 2 },
  ],
];

describe.concurrent("keys", () => {
  it("R13.6 I44 whoever looks for a canary finds it", () => {
    const request = {
      params: { signature: "0123456789abcdef0123456789abcdef" },
    } as unknown as LocalVenue["requests"][number];
    expect(leaks({ log: [`x ${CANARIES.secret.slice(20, 32)} y`] })).toHaveLength(1);
    expect(leaks({ log: [CANARIES.apiKey] })).toHaveLength(1);
    expect(leaks({ log: ["signature=0123456789abcdef"] }, [request])).toHaveLength(1);
    expect(leaks({ log: ["nothing of it"] }, [request])).toEqual([]);
  });

  it.each(ECHOES)("R13.6 I44 %s: it is said, without the key", (_name, answer) =>
    onTradingBench(settings, (bench) =>
      Effect.gen(function* () {
        yield* bench.open();
        yield* bench.until("entered", () => bench.state() === "open");
        bench.venue.faults.next("placeOrder", answer);
        bench.venue.faults.next("getOrder", answer);
        yield* drive(bench, RUNG_PRICE, () => struck(bench).length > 0, 3_000);
        yield* Effect.sleep(50);
        heal(bench);
        yield* drive(bench, STOP_PRICE, () => isOver(bench), 8_000);
        expect([...bench.alerts, JSON.stringify(bench.rows)].join()).toMatch(/HTTP (400|418|502)/);
        expect(told(bench)).toEqual([]);
      }),
    ),
  );

  it.each([
    [
      "a key that the venue does not know",
      (venue: LocalVenue) =>
        ccxtOptions(venue, { credentials: { apiKey: `${CANARIES.apiKey}x`, secret: CANARIES.secret } }),
    ],
    [
      "a secret that is wrong",
      (venue: LocalVenue) =>
        ccxtOptions(venue, { credentials: { apiKey: CANARIES.apiKey, secret: `${CANARIES.secret}x` } }),
    ],
    [
      "a venue that is down",
      (venue: LocalVenue) => {
        venue.faults.always("any", { kind: "disconnect" });
        return ccxtOptions(venue);
      },
    ],
    [
      "a venue that answers with pages that show the key",
      (venue: LocalVenue) => {
        venue.faults.always("any", { kind: "respond", status: 500, message: CANARIES.apiKey });
        return ccxtOptions(venue);
      },
    ],
  ])("R13.6 I44 %s: the error of the opening tells nothing of it", (_name, optionsFor) =>
    onVenue(
      (venue) =>
        Effect.gen(function* () {
          const troubles: string[] = [];
          const options = {
            ...optionsFor(venue),
            redact: redactor.text,
            onTrouble: (message: string) => void troubles.push(message),
          };
          const error = yield* Effect.flip(Layer.build(layer(options)));
          const all = [error.message, String(error), error.stack ?? "", JSON.stringify(error), ...troubles];
          expect(error.message).toContain("binanceusdm");
          expect(leaks({ error: all }, venue.requests)).toEqual([]);
        }),
      CANARIES,
    ),
  );
});
