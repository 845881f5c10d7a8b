/**
 * The exchange that an engine trades on, opened: paper, a venue's demo environment, or a venue's prices with everything but the
 * sending (dry run).
 *
 * Promises: what an account at a venue needs to be safe without somebody watching (a stop that rests there, ownership, a comparison of
 * what is held) is not there yet, so real money is refused here, whoever asks. A journal of one kind of exchange is not gone on
 * with on another.
 */
import { existsSync } from "node:fs";
import * as Context from "effect/Context";
import * as Effect from "effect/Effect";
import * as Layer from "effect/Layer";
import * as Redacted from "effect/Redacted";
import type * as Scope from "effect/Scope";
import { keysFrom, missingOf, revealed, secretsOf, variableOf, type VenueKeys } from "../config/credentials.ts";
import type { Market } from "../domain/market.ts";
import { Exchange, ExchangePrices, type ExchangeService, type OnPrice } from "../exchange/exchange.ts";
import { ExchangeSetupError } from "../exchange/ccxt/ccxt-client.ts";
import { layer as ccxtLayer, Venue, type CcxtOptions } from "../exchange/ccxt/layer.ts";
import { profileOf } from "../exchange/ccxt/profiles/profiles.ts";
import { memoryPaperLedger, type PaperLedgerError } from "../exchange/paper/ledger.ts";
import { layer as paperLayer, PaperVenue } from "../exchange/paper/layer.ts";
import { openPaperLedger } from "../exchange/paper/sqlite-ledger.ts";
import { parsePaperSettings, type PaperSettingsInput } from "../exchange/paper/settings.ts";
import { marketsOf } from "../prices/market-structures.ts";

/** The embedded paper exchange, with a ledger of its own beside the journal (`FILE.paper`). */
export interface PaperOptions {
  readonly kind: "paper";
  readonly markets: readonly Market[];
  /** Fees, slippage, latency, partial fills; the seed is "pawl" where it is not given. */
  readonly settings?: PaperChoices;
  /** A file, or `"memory"`. Default: beside the journal, or in memory with it. */
  readonly ledger?: string;
}

type PaperChoices = Omit<PaperSettingsInput, "seed"> & Partial<Pick<PaperSettingsInput, "seed">>;

/** A venue of the client library. Prices come from it; keys come from the environment, and from nowhere else. */
export interface VenueOptions {
  readonly kind: "venue";
  /** "binanceusdm", "binance" (spot), "okx", "bybit", "bitget", "krakenfutures", "hyperliquid", or another name of the client's. */
  readonly venue: string;
  /**
   * `demo`: orders go to the venue's demo or test environment. `dry-run`: everything but sending: prices and markets of the real
   * venue, orders filled on paper.
   */
  readonly mode: "demo" | "dry-run";
  /** Markets that are traded: their prices are watched. */
  readonly symbols: readonly string[];
  /** Where the keys stand in the environment: NAME_API_KEY, NAME_API_SECRET, … Default "PAWL". */
  readonly keysPrefix?: string;
  /** Where the venue's orders say it; by default cross. */
  readonly marginMode?: "cross" | "isolated";
  /** In a dry run: how orders are filled. */
  readonly settings?: PaperChoices;
  /** @internal */
  readonly tuning?: Partial<Pick<CcxtOptions, "profile" | "timing" | "timeoutMs" | "prepare">>;
}

export type ExchangeOptions = PaperOptions | VenueOptions;

export interface OpenedExchange {
  readonly service: ExchangeService;
  readonly markets: ReadonlyMap<string, Market>;
  /** Takes a price that the engine has let through, where orders are filled here. */
  readonly price: OnPrice;
  /** The exchange's own prices; null where the host brings them. */
  readonly ownPrices: ExchangePrices["Service"] | null;
  /** For people, each a sentence: what this exchange is, and what it is not. */
  readonly notices: readonly string[];
}

export interface OpeningWords {
  readonly journal: string;
  /** Markets of positions that are open: they are watched, whatever else is. */
  readonly openSymbols: readonly string[];
  readonly account: string;
  readonly onTrouble: (message: string) => void;
  readonly redact: (text: string) => string;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** The name by which a journal is tied to its exchange: its orders are looked up there, and nowhere else. */
export const exchangeNameOf = (options: ExchangeOptions): string =>
  options.kind === "paper" ? "paper" : `${options.venue}, ${options.mode}`;

/** What must not appear anywhere, from the beginning. */
export const secretsIn = (
  options: ExchangeOptions,
  environment: OpeningWords["environment"],
): readonly Redacted.Redacted[] =>
  options.kind === "paper" ? [] : secretsOf(keysFrom(environment, options.keysPrefix));

/** Throws PaperSettingsError, as a defect. */
export const openExchange = (
  options: ExchangeOptions,
  words: OpeningWords,
): Effect.Effect<OpenedExchange, ExchangeSetupError | PaperLedgerError, Scope.Scope> =>
  Effect.suspend(() => {
    if (options.kind === "paper") return openPaper(options, words);
    return options.mode === "demo" ? openDemo(options, words) : openDryRun(options, words);
  });

const openPaper = (
  options: PaperOptions,
  { journal }: OpeningWords,
): Effect.Effect<OpenedExchange, PaperLedgerError, Scope.Scope> =>
  Effect.gen(function* () {
    const ledger = options.ledger ?? ledgerBeside(journal);
    const openLedger = () => (ledger === "memory" ? memoryPaperLedger() : openPaperLedger(ledger));
    const settings = parsePaperSettings({ seed: "pawl", ...options.settings });
    const services = yield* Layer.build(paperLayer({ markets: options.markets, settings, openLedger }));
    return {
      service: Context.get(services, Exchange),
      markets: new Map(options.markets.map((market) => [market.symbol, market])),
      price: Context.get(services, PaperVenue).price,
      ownPrices: null,
      notices: [],
    };
  });

const ledgerBeside = (journal: string): string => (journal === "memory" ? "memory" : `${journal}.paper`);

const openDemo = (
  options: VenueOptions,
  words: OpeningWords,
): Effect.Effect<OpenedExchange, ExchangeSetupError, Scope.Scope> =>
  Effect.gen(function* () {
    const ledger = ledgerBeside(words.journal);
    if (ledger !== "memory" && existsSync(ledger)) {
      return yield* refused(
        `The journal ${words.journal} belongs to a paper or dry-run session (${ledger} is beside it); allowed: a journal of its own for each account`,
      );
    }
    const { opened, standing, notices } = yield* openVenue(options, words, "trade");
    return {
      service: Context.get(opened, Exchange),
      markets: standing.markets,
      price: () => undefined,
      ownPrices: Context.get(opened, ExchangePrices),
      notices: [...notices, `orders go to the demo environment of ${options.venue}`, NO_REAL_MONEY],
    };
  });

const openDryRun = (
  options: VenueOptions,
  words: OpeningWords,
): Effect.Effect<OpenedExchange, ExchangeSetupError | PaperLedgerError, Scope.Scope> =>
  Effect.gen(function* () {
    const { opened, standing, notices } = yield* openVenue(options, words, "look");
    const paper = yield* openPaper(
      {
        kind: "paper",
        markets: Array.from(standing.markets.values()),
        ...(options.settings === undefined ? {} : { settings: options.settings }),
      },
      words,
    );
    const { rehearse } = standing;
    return {
      ...paper,
      service: {
        ...paper.service,
        place: (order) =>
          Effect.logInfo(`[ORDER] dry run, not sent: ${rehearse(order)}`).pipe(
            Effect.andThen(paper.service.place(order)),
          ),
      },
      markets: standing.markets,
      ownPrices: Context.get(opened, ExchangePrices),
      notices: [...notices, `dry run: nothing is sent to ${options.venue}; orders are filled on paper at its prices`],
    };
  });

const NO_REAL_MONEY =
  "no stop rests at the venue, and what is held there is not compared: until that is built, real accounts are refused";

const refused = (message: string): Effect.Effect<never, ExchangeSetupError> =>
  Effect.fail(new ExchangeSetupError(message));

/** `look`: no key is used, and nothing is asked that needs one. */
const openVenue = (options: VenueOptions, words: OpeningWords, access: "trade" | "look") =>
  Effect.gen(function* () {
    const { venue, mode, symbols, marginMode, tuning } = options;
    const { profile, isCareful } = profileOf(venue);
    const keys = keysFrom(words.environment, options.keysPrefix);
    const layer = ccxtLayer({
      profile,
      credentials: access === "trade" ? revealed(keys) : {},
      mode: mode === "demo" ? "demo" : "production",
      timeoutMs: CLIENT_TIMEOUT_MS,
      marginMode,
      account: words.account,
      symbols: [...new Set([...symbols, ...words.openSymbols])],
      access,
      isComplete: (needed) => missingKeys(keys, venue, needed),
      readMarkets: marketsOf,
      onTrouble: words.onTrouble,
      redact: words.redact,
      ...tuning,
    });
    const opened = yield* Layer.build(layer);
    const standing = Context.get(opened, Venue);
    for (const symbol of symbols) {
      if (!standing.markets.has(symbol)) {
        const some = [...standing.markets.keys()].slice(0, 10).join(", ");
        return yield* refused(`${venue} has no market ${symbol} that can be traded here; there are ${some}, …`);
      }
    }
    const lost = words.openSymbols
      .filter((symbol) => !standing.markets.has(symbol))
      .map((symbol) => `${venue} does not list ${symbol} any more, of which a position is open: look after it by hand`);
    const careful = isCareful
      ? [`there is no profile of ${venue}: the careful default is used, and nothing in it was ever seen`]
      : [];
    return { opened, standing, notices: [...careful, ...lost] };
  });

/** Shorter than the desk's own limit: what the client has given up on is not sent any more. */
const CLIENT_TIMEOUT_MS = 8_000;

function missingKeys(keys: VenueKeys, venue: string, needed: readonly string[]): string | null {
  const missing = missingOf(keys, needed).map((name) => variableOf(keys.prefix, name));
  return missing.length === 0 ? null : `${venue} needs keys: ${missing.join(" and ")} must be set in the environment`;
}
