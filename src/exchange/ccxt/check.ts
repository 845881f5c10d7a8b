/**
 * How things stand at a venue before anything is traded there, as plain facts (R13.6, R8.1): profile, clock, markets, position mode, what
 * the key may do, what is held and open. What is to be thought of them is in `check-findings.ts`.
 *
 * Promises: nothing at the venue is changed; what was not asked, and what was asked in vain, is said and is not zero; a key that was
 * refused once is not shown again.
 */
import * as Effect from "effect/Effect";
import * as z from "zod";
import { exact } from "../../domain/decimal.ts";
import type { Market } from "../../domain/market.ts";
import { decimalText, type DecimalText } from "../../domain/units.ts";
import { AnswerError, parseBalance, parsePositionMode, parsePositions } from "./answers.ts";
import { ExchangeSetupError, type ClientSettings } from "./ccxt-client.ts";
import { createKey, questions, told, type Ask, type KeyState, type Told } from "./check-questions.ts";
import { symbolOf, whyUnusable, type SymbolFacts } from "./check-symbols.ts";
import { permissionsQuestion, unknownPermissions, type KeyPermissions } from "./key-permissions.ts";
import type { VenueProfile } from "./profile.ts";
import { profileLines, type ProfileLine } from "./profile-lines.ts";
import { openAccess, type Access } from "./access.ts";
import { prepareVenue } from "./venue-standing.ts";

export interface ClockFacts {
  /** The venue's clock less ours. */
  readonly differenceMs: number;
  readonly roundTripMs: number;
  /** What arrives later than this after it was signed is refused; null where the venue has no such limit. */
  readonly deadlineMs: number | null;
}

export interface MarketFacts {
  readonly loaded: number;
  /** Of them those that are open and of the kind that the profile trades. */
  readonly usable: number;
}

export interface Balance {
  readonly coin: string;
  readonly free: DecimalText | null;
  readonly total: DecimalText;
}

export interface VenueFacts {
  readonly venue: string;
  readonly mode: "demo" | "production";
  readonly profile: {
    /** The venue's own profile, or the careful default. */
    readonly isCareful: boolean;
    readonly markets: VenueProfile["markets"];
    readonly canHedge: boolean;
    readonly lines: readonly ProfileLine[];
  };
  readonly clock: Told<ClockFacts>;
  readonly markets: Told<MarketFacts>;
  readonly access: KeyState;
  readonly permissions: KeyPermissions;
  readonly positionMode: Told<"one-way" | "hedge">;
  readonly balances: Told<readonly Balance[]>;
  readonly positions: Told<number>;
  readonly openOrders: Told<number>;
  readonly conditionalOrders: Told<number>;
  readonly symbols: readonly SymbolFacts[];
}

export interface CheckInput extends ClientSettings {
  readonly isCareful: boolean;
  readonly symbols: readonly string[];
  /** Why signed questions are left out ("there are no keys"), or null; told what the venue needs. What it throws ends the check. */
  readonly withoutKeys: (needed: readonly string[]) => string | null;
  readonly readMarkets: (structures: readonly unknown[]) => readonly Market[];
}

/** Fails only where there is no such venue, or none in this mode. */
export const checkVenue = (input: CheckInput): Effect.Effect<VenueFacts, ExchangeSetupError> =>
  Effect.scoped(
    Effect.gen(function* () {
      const { profile, mode } = input;
      const reading = yield* openAccess({ ...input, pausesKeptBy: "caller" });
      const needed = reading.clients.rest.requiredCredentials;
      const withoutKeys = input.withoutKeys(Object.keys(needed).filter((name) => needed[name]));
      const standing = yield* standingOf(input, reading);
      const key = createKey(withoutKeys);
      const ask = questions({ reading, key, isReachable: standing.clock.kind === "told" });

      const quotes = quotesOf(input, standing.all);
      const balances = yield* ask({
        call: () => reading.clients.rest.fetchBalance({}),
        parse: (answer) => balancesOf(answer, quotes),
      });
      const access = key.state(balances);
      return {
        venue: profile.venue,
        mode,
        profile: {
          isCareful: input.isCareful,
          markets: profile.markets,
          canHedge: profile.placing.value.hedge !== null,
          lines: profileLines(profile),
        },
        clock: standing.clock,
        markets: standing.markets,
        access,
        permissions: yield* permissionsOf(input, reading, ask),
        positionMode: yield* positionModeOf(input, reading, ask),
        balances,
        positions: yield* positionsOf(input, reading, ask),
        openOrders: yield* ordersOf(reading, ask, [{}]),
        conditionalOrders: yield* conditionalOrdersOf(profile, reading, ask),
        symbols: yield* Effect.forEach(input.symbols, (symbol) =>
          symbolOf({ symbol, market: standing.all.get(symbol) ?? null, profile, client: reading.clients.rest, ask }),
        ),
      };
    }),
  );

interface Standing {
  readonly clock: Told<ClockFacts>;
  readonly markets: Told<MarketFacts>;
  readonly all: ReadonlyMap<string, Market>;
}

/** Markets and clock as the engine itself would take them; the position mode is asked for later: it needs a key. */
const standingOf = (input: CheckInput, { clients, calls, nowMs, setClocks }: Access): Effect.Effect<Standing> => {
  const { profile } = input;
  const prepared = prepareVenue({ ...input, access: "look", clients, calls, nowMs, setClocks });
  return Effect.match(prepared, {
    onFailure: ({ message }): Standing => {
      const failed = { kind: "failed", why: message } as const;
      return { clock: failed, markets: failed, all: new Map() };
    },
    onSuccess: ({ markets, clock }): Standing => ({
      clock:
        clock === null
          ? { kind: "not asked", why: "the venue does not tell its time" }
          : told({ ...clock, deadlineMs: profile.requestDeadlineMs.value }),
      markets: told({
        loaded: Object.keys(clients.rest.markets ?? {}).length,
        usable: [...markets.values()].filter((market) => whyUnusable(market, profile) === null).length,
      }),
      all: markets,
    }),
  });
};

const permissionsOf = (input: CheckInput, { clients }: Access, ask: Ask): Effect.Effect<KeyPermissions> => {
  const { profile, mode } = input;
  const question = permissionsQuestion(clients.rest, { isSpot: profile.markets === "spot", isDemo: mode === "demo" });
  if (typeof question === "string") return Effect.succeed(unknownPermissions(question));
  return Effect.map(ask({ call: () => question.ask(clients.rest), parse: question.parse }), (answer) =>
    answer.kind === "told" ? answer.value : unknownPermissions(answer.why),
  );
};

function positionModeOf(
  { profile, symbols }: CheckInput,
  { clients }: Access,
  ask: Ask,
): Effect.Effect<Told<"one-way" | "hedge">> {
  const named = (isHedged: boolean) => (isHedged ? "hedge" : "one-way");
  switch (profile.positionMode.value) {
    case "one-way":
      return Effect.succeed(told("one-way"));
    case "fetchPositionMode":
      return ask({
        call: () => clients.rest.fetchPositionMode(undefined, {}),
        parse: (answer) => named(parsePositionMode(answer).hedged),
      });
    case "from positions":
      if (symbols.length === 0)
        return Effect.succeed({ kind: "not asked", why: "this venue tells it by market: name one with --symbol" });
      return ask({
        call: () => clients.rest.fetchPositions(symbols, {}),
        parse: (answer) => named(parsePositions(answer).some(({ hedged }) => hedged === true)),
      });
  }
}

function positionsOf({ profile }: CheckInput, { clients }: Access, ask: Ask): Effect.Effect<Told<number>> {
  if (profile.markets === "spot") return Effect.succeed({ kind: "not asked", why: "spot has none" });
  return ask({
    call: () => clients.rest.fetchPositions(undefined, {}),
    parse: (answer) =>
      parsePositions(answer).filter(({ contracts }) => contracts !== null && !exact(contracts).isZero()).length,
  });
}

const listed = z.array(z.object({ symbol: z.string() }));

const ordersOf = ({ clients }: Access, ask: Ask, kinds: readonly object[]): Effect.Effect<Told<number>> =>
  ask({
    call: async () => {
      const answers: unknown[] = [];
      for (const params of kinds)
        answers.push(await clients.rest.fetchOpenOrders(undefined, undefined, undefined, params));
      return answers;
    },
    parse: (answers) => (answers as readonly unknown[]).reduce<number>((sum, one) => sum + countOf(one), 0),
  });

function countOf(answer: unknown): number {
  const read = listed.safeParse(answer);
  if (read.success) return read.data.length;
  throw new AnswerError("list of orders", read.error.issues[0]?.message ?? "wrong");
}

function conditionalOrdersOf(profile: VenueProfile, reading: Access, ask: Ask): Effect.Effect<Told<number>> {
  const { conditionalOrders, otherConditionalOrders } = profile;
  const kinds = [
    ...(conditionalOrders.value === null ? [] : [conditionalOrders.value]),
    ...(otherConditionalOrders?.value ?? []),
  ];
  return kinds.length === 0
    ? Effect.succeed({ kind: "not asked", why: "there is no listing of their own" })
    : ordersOf(
        reading,
        ask,
        kinds.map(({ params }) => params),
      );
}

/** The coins that orders here are paid in: of the asked markets in any case, of the others where something is held. */
function quotesOf(
  { symbols, profile }: CheckInput,
  markets: ReadonlyMap<string, Market>,
): { readonly asked: ReadonlySet<string>; readonly any: ReadonlySet<string> } {
  const asked = symbols.flatMap((symbol) => markets.get(symbol)?.quote ?? []);
  const any = [...markets.values()].filter((market) => whyUnusable(market, profile) === null).map(({ quote }) => quote);
  return { asked: new Set(asked), any: new Set(any) };
}

function balancesOf(answer: unknown, { asked, any }: ReturnType<typeof quotesOf>): readonly Balance[] {
  const { total, free } = parseBalance(answer);
  const coins = [...new Set([...asked, ...any])].toSorted();
  return coins.flatMap((coin): readonly Balance[] => {
    const amount = total[coin] ?? null;
    if ((amount === null || exact(amount).isZero()) && !asked.has(coin)) return [];
    return [{ coin, free: free[coin] ?? null, total: amount ?? decimalText("0") }];
  });
}
