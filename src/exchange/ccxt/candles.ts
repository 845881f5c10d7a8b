/**
 * Candles of a venue by its public endpoint, page by page (R14.3). No key is needed.
 *
 * Promises: what is handed on is in order, on the grid of its length, over, and in the venue's own digits; an empty page is asked for
 * twice before it is believed; nothing is filled and nothing repaired. It keeps nothing: who takes a page, stores it.
 */
import * as Data from "effect/Data";
import * as Effect from "effect/Effect";
import type * as Scope from "effect/Scope";
import { isDecimalText } from "../../domain/decimal.ts";
import type { DecimalText } from "../../domain/units.ts";
import { AnswerError, parseCandles, parseTime } from "./answers.ts";
import type { CallJudged } from "./calls.ts";
import { ExchangeSetupError, type CcxtClient } from "./ccxt-client.ts";
import type { VenueProfile } from "./profile.ts";
import { openAccess, type Access } from "./access.ts";
import { patiently, type Patience } from "./patience.ts";

/** Opening time, open, high, low, close, volume. */
export type VenueCandle = readonly [
  atMs: number,
  open: DecimalText,
  high: DecimalText,
  low: DecimalText,
  close: DecimalText,
  volume: DecimalText,
];

/** The venue gave no answer, or none that can be used; what was handed on before stays good. */
export class CandlesError extends Data.TaggedError("CandlesError")<{ readonly message: string }> {}

export interface CandleSpan {
  readonly symbol: string;
  /** In the words of the venue's client: "1m". */
  readonly timeframe: string;
  readonly timeframeMs: number;
  readonly fromMs: number;
  /** Not included. */
  readonly toMs: number;
}

export interface CandleSource {
  /** Candles that open before this moment are over, by the venue's clock and ours. */
  readonly overMs: (timeframeMs: number) => Effect.Effect<number, CandlesError>;
  /** Hands over page after page, and how far the venue has been asked. */
  readonly fetch: (
    span: CandleSpan,
    onPage: (candles: readonly VenueCandle[], askedToMs: number) => void,
  ) => Effect.Effect<void, CandlesError>;
}

export interface CandleSettings {
  readonly profile: VenueProfile;
  readonly symbol: string;
  readonly timeframe: string;
  /** A pause that the venue asks for, or one between two attempts. */
  readonly onWait: (waitMs: number, why: string) => void;
  readonly timeoutMs: number;
}

/** Opens a venue for its candles. Fails with ExchangeSetupError where there is no such venue, market or length of candles. */
export const openCandles = (
  settings: CandleSettings,
): Effect.Effect<CandleSource, ExchangeSetupError | CandlesError, Scope.Scope> =>
  Effect.gen(function* () {
    const { profile, symbol, timeframe, timeoutMs } = settings;
    const { venue } = profile;
    const reading = yield* openAccess({
      profile,
      credentials: {},
      mode: "production",
      timeoutMs,
      pausesKeptBy: "caller",
    });
    const { rest } = reading.clients;
    const patience: Patience = { ...PATIENCE, answerMs: timeoutMs + BODY_MS, onWait: settings.onWait };
    const ask: Ask = (what, call, parse) =>
      patiently(reading.calls.run("read", call, parse), patience).pipe(
        Effect.mapError((error) => candlesError(`${venue}: ${what}`, error)),
      );
    // "emulated" would be made of trades by the client.
    if (rest.has["fetchOHLCV"] !== true) return yield* setupError(`${venue} gives no candles`);
    const timeframes = Object.keys(rest.timeframes ?? {});
    if (!timeframes.includes(timeframe))
      return yield* setupError(`${venue} has no candles of ${timeframe}; allowed: ${timeframes.join(", ")}`);
    // Forced: the client remembers a failed loading.
    yield* ask(
      "loading the markets",
      () => rest.loadMarkets(true),
      () => undefined,
    );
    if (rest.markets === undefined || !Object.hasOwn(rest.markets, symbol))
      return yield* setupError(`${venue} has no market ${symbol}${nearOnes(symbol, rest.markets ?? {})}`);
    return { overMs: (timeframeMs) => overMs(timeframeMs, reading, ask), fetch: fetchFrom(rest, ask) };
  });

/** Some seconds where a venue is out of sorts; as long as it wants where it asks for a pause, up to ten minutes. */
const PATIENCE = { pausesMs: [500, 1_000, 2_000, 4_000], longestWaitMs: 600_000, mostWaits: 20 };
const BODY_MS = 10_000;

const setupError = (message: string): Effect.Effect<never, ExchangeSetupError> =>
  Effect.fail(new ExchangeSetupError(message));

function candlesError(what: string, { judged }: CallJudged): CandlesError {
  if (judged.kind !== "failed") return new CandlesError({ message: `${what} was refused: ${judged.message}` });
  const { reason } = judged;
  const advice =
    reason._tag === "RateLimited"
      ? `; it asks for a pause of ${Math.ceil(reason.retryAfterMs / 1000)} s: try again after it`
      : "; try again later: look at the venue's status page, and whether this machine may reach it";
  return new CandlesError({ message: `${what} failed: ${reason.message}${advice}` });
}

function nearOnes(symbol: string, markets: Readonly<Record<string, unknown>>): string {
  const base = symbol.split(/[/:]/)[0];
  const near = Object.keys(markets).filter((name) => name.startsWith(`${base}/`));
  return near.length === 0 ? "" : `; there is ${near.slice(0, 10).join(", ")}`;
}

type Ask = <A>(
  what: string,
  call: () => Promise<unknown>,
  parse: (answer: unknown) => A,
) => Effect.Effect<A, CandlesError>;

const overMs = (
  timeframeMs: number,
  { clients: { rest }, nowMs }: Access,
  ask: Ask,
): Effect.Effect<number, CandlesError> =>
  Effect.gen(function* () {
    const venueMs =
      rest.has["fetchTime"] === true ? yield* ask("asking for the time", () => rest.fetchTime(), parseTime) : nowMs();
    const agreedMs = Math.min(venueMs, nowMs());
    return agreedMs - (agreedMs % timeframeMs);
  });

const fetchFrom =
  (client: CcxtClient, ask: Ask): CandleSource["fetch"] =>
  (span, onPage) =>
    Effect.gen(function* () {
      const { symbol, timeframe, timeframeMs, toMs } = span;
      const pageSize = pageSizeOf(client, symbol);
      let atMs = span.fromMs;
      while (atMs < toMs) {
        const sinceMs = atMs;
        const limit = Math.min(pageSize, Math.ceil((toMs - sinceMs) / timeframeMs));
        const page = ask(
          `candles of ${symbol} from ${new Date(sinceMs).toISOString()}`,
          () => client.fetchOHLCV(symbol, timeframe, sinceMs, limit, {}),
          (answer) => sound(candlesOf(answer), { sinceMs, timeframeMs }),
        );
        let candles = yield* page;
        // Nothing at all is what a venue out of sorts says, too.
        if (candles.length === 0) candles = yield* Effect.delay(page, EMPTY_AGAIN_MS);
        const last = candles.at(-1);
        // Some venues give what comes next, others what is inside the window that was asked for.
        atMs = last === undefined ? sinceMs + limit * timeframeMs : last[0] + timeframeMs;
        onPage(
          candles.filter(([openMs]) => openMs < toMs),
          Math.min(atMs, toMs),
        );
      }
    });

const EMPTY_AGAIN_MS = 500;
const DEFAULT_PAGE = 500;

/** As many as the client says that the venue gives at once. */
function pageSizeOf(client: CcxtClient, symbol: string): number {
  const limitOf = (...path: readonly string[]): unknown =>
    path.reduce<unknown>(
      (at, name) =>
        typeof at === "object" && at !== null && Object.hasOwn(at, name)
          ? (at as Readonly<Record<string, unknown>>)[name]
          : undefined,
      client.features,
    );
  const limit = symbol.includes(":")
    ? limitOf("swap", "linear", "fetchOHLCV", "limit")
    : limitOf("spot", "fetchOHLCV", "limit");
  return typeof limit === "number" && limit >= 1 ? limit : DEFAULT_PAGE;
}

/** What is parsed has lost its trailing zeros: the digits are taken from the answer itself, once it is known to be one. */
function candlesOf(answer: unknown): readonly VenueCandle[] {
  const raw = answer as readonly (readonly unknown[])[];
  return parseCandles(answer).map((candle, index): VenueCandle => {
    const digits = (field: 1 | 2 | 3 | 4 | 5): DecimalText => {
      const text = raw[index]?.[field];
      return typeof text === "string" && isDecimalText(text) ? text : candle[field];
    };
    return [candle[0], digits(1), digits(2), digits(3), digits(4), digits(5)];
  });
}

/** Candles from the asked moment on. What is out of order or between two places of the grid is no answer that can be used. */
function sound(
  candles: readonly VenueCandle[],
  { sinceMs, timeframeMs }: { readonly sinceMs: number; readonly timeframeMs: number },
): readonly VenueCandle[] {
  let lastMs = Number.NEGATIVE_INFINITY;
  for (const [atMs] of candles) {
    if (atMs % timeframeMs !== 0) throw new AnswerError("list of candles", `${atMs} is no opening time`);
    if (atMs <= lastMs) throw new AnswerError("list of candles", `${atMs} stands after ${lastMs}`);
    lastMs = atMs;
  }
  return candles.filter(([atMs]) => atMs >= sinceMs);
}
